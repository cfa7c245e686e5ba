// Package readiness is the paper that says whether a machine is ready to serve: make
// a [Report], and write it with [Report.Text] or [Report.PDF]. It says everything in
// Japanese and English, for the shop and for the operator, and holds no secret and
// nothing of any resident.
package readiness

import (
	"fmt"
	"io"
	"strings"
	"time"

	"multicopy.example/assets/text"
	"multicopy.example/cmd/internal/measure"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff/check"
)

// A Report is what was found of a machine at one moment.
type Report struct {
	measure.Report

	Made  time.Time
	Staff []Entry // the last entries of maintenance that the program knows of, the newest first
}

// An Entry is what staff has done.
type Entry struct {
	At      int64  `json:"at"` // Unix seconds
	Role    string `json:"role"`
	Task    string `json:"task"`
	Outcome string `json:"outcome"`
}

// String is the entry as a line.
func (e Entry) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s  %s  %s  %s", stamp(time.Unix(e.At, 0)), e.Role, e.Task, e.Outcome))
}

// Tidy makes an entry that was read from a file one that can be shown.
func (e Entry) Tidy() Entry {
	e.Role, e.Task, e.Outcome = measure.Printable(e.Role), measure.Printable(e.Task), measure.Printable(e.Outcome)
	return e
}

// stamp is a time as people at the shop and at the operator's read it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }

// A line is one of the report: a heading, a label with its value, or a part of the
// check before it.
type line struct {
	label, value string
	heading      bool
	level        check.Level // of a check
	within       bool        // of the check before it
}

// both is a word in both languages.
func both(say func(kiosk.Lang) string) string {
	ja, en := say(kiosk.Japanese), say(kiosk.English)
	if ja == en {
		return ja
	}
	return ja + " / " + en
}

func word(w text.ReportWord) string {
	return both(func(l kiosk.Lang) string { return text.ReportSay(l, w) })
}

// lines are what the report says, in its order.
func (r Report) lines() []line {
	all := []line{
		{label: word(text.ReportTitle), heading: true},
		{label: word(text.ReportMachine), value: or(r.Kiosk, word(text.ReportNone))},
		{label: word(text.ReportMade), value: stamp(r.Made)},
		{label: word(text.ReportState), value: levelName(r.State), level: level(r.State)},
		{label: word(text.ReportVersion), value: r.Version},
		{label: word(text.ReportProgram), value: r.Program},
		{label: word(text.ReportImage), value: r.Image},
		{label: word(text.ReportWaiting), value: number(r.Numbers.Waiting, "")},
		{label: word(text.ReportOldest), value: oldest(r.Numbers.OldestSeconds)},
		{label: word(text.ReportOwn), value: number(r.Numbers.KioskDays, " "+word(text.ReportDays))},
		{label: word(text.ReportTheirs), value: number(r.Numbers.AuthorityDays, " "+word(text.ReportDays))},
		{label: word(text.ReportChecks), heading: true},
	}
	for i, c := range r.Checks {
		all = append(all, checkLines(check.Item(i), c, r.Made)...)
	}
	all = append(all, line{label: word(text.ReportStaff), heading: true})
	if len(r.Staff) == 0 {
		all = append(all, line{value: word(text.ReportNone)})
	}
	for _, e := range r.Staff {
		all = append(all, line{value: e.String()})
	}
	return append(all, line{label: word(text.ReportSignature), value: strings.Repeat("_", 30)})
}

// checkLines are the result of one self test: the item, its level and code, when it was
// tested, and what to do.
func checkLines(i check.Item, c measure.Check, made time.Time) []line {
	at := made
	if c.At != 0 {
		at = time.Unix(c.At, 0)
	}
	l := level(c.State)
	head := line{label: both(func(l kiosk.Lang) string { return text.ItemName(l, i) }), value: strings.TrimSpace(levelName(c.State) + "  " + c.Code), level: l}
	if l > check.Untested {
		head.value += "  " + stamp(at)
	}
	all := []line{head}
	within := func(s string) {
		if s != "" {
			all = append(all, line{value: s, within: true})
		}
	}
	if f, ok := check.Coded(c.Code); ok && l >= check.Warning {
		for _, l := range []kiosk.Lang{kiosk.Japanese, kiosk.English} {
			a := text.AdviceFor(l, f)
			within(strings.TrimSuffix(a.What+text.SettingOf(l).Colon+a.Do, text.SettingOf(l).Colon))
			within(text.TimeName(l, f.When()) + "  " + text.RoleName(l, f.Who()))
		}
	}
	within(c.Detail)
	return all
}

func level(s string) check.Level {
	for l := check.Absent; l <= check.Critical; l++ {
		if l.String() == s {
			return l
		}
	}
	return check.Untested
}

func levelName(s string) string {
	return both(func(l kiosk.Lang) string { return text.LevelName(l, level(s)) })
}

func number[T uint32 | int](n *T, unit string) string {
	if n == nil {
		return word(text.ReportUnknown)
	}
	return fmt.Sprint(*n) + unit
}

func oldest(seconds *int64) string {
	if seconds == nil {
		return word(text.ReportUnknown)
	}
	return (time.Duration(*seconds) * time.Second).String()
}

func or(s, none string) string {
	if s == "" {
		return none
	}
	return s
}

// Text writes the report as UTF-8.
func (r Report) Text(to io.Writer) error {
	var b strings.Builder
	for i, l := range r.lines() {
		switch {
		case l.heading && i > 0:
			fmt.Fprintf(&b, "\n%s\n\n", l.label)
		case l.heading:
			fmt.Fprintf(&b, "%s\n\n", l.label)
		case l.within:
			fmt.Fprintf(&b, "        %s\n", l.value)
		case l.label == "":
			fmt.Fprintf(&b, "    %s\n", l.value)
		default:
			fmt.Fprintf(&b, "    %s: %s\n", l.label, l.value)
		}
	}
	_, err := io.WriteString(to, b.String())
	return err
}
