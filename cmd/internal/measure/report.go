package measure

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff/check"
)

// A Report is what was found of a machine, for an engineer and for a program that
// watches machines. It holds nothing of any resident.
type Report struct {
	Kiosk   string  `json:"kiosk"`   // its name, as its certificate says it; empty where there is none
	Version string  `json:"version"` // of the program that made the report
	Program string  `json:"program"` // SHA-256 of that program's file
	Image   string  `json:"image"`   // whether that program comes from an image whose signature was verified
	State   string  `json:"state"`   // the worst of the checks: normal, warning or critical
	Running bool    `json:"running"` // a kiosk holds reader and ledger
	Checks  []Check `json:"checks"`
	Numbers Numbers `json:"numbers"`

	worst check.Level
	found []check.Finding
}

// Findings are what the checks were made of; nil for a report that was read.
func (r Report) Findings() []check.Finding { return r.found }

// Numbers are what a person asks for beside the checks; nil where it was not measured.
type Numbers struct {
	Waiting       *uint32 `json:"waiting,omitempty"`                    // records that the authority does not have
	OldestSeconds *int64  `json:"oldest_seconds,omitempty"`             // since when the first of them waits
	KioskDays     *int    `json:"kiosk_certificate_days,omitempty"`     // until it ends
	AuthorityDays *int    `json:"authority_certificate_days,omitempty"` // until it ends
}

func numbers(f check.Facts) (n Numbers) {
	if f.Tested.Has(check.Queue) {
		oldest := int64(f.Oldest / time.Second)
		n.Waiting, n.OldestSeconds = &f.Waiting, &oldest
	}
	days := func(i check.Item, ends time.Duration) *int {
		if !f.Tested.Has(i) {
			return nil
		}
		d := int(math.Floor(ends.Hours() / 24))
		return &d
	}
	n.KioskDays, n.AuthorityDays = days(check.KioskCertificate, f.KioskEnds), days(check.AuthorityCertificate, f.AuthorityEnds)
	return n
}

// A Check is one item. The texts are empty where nothing is the matter.
type Check struct {
	Name   string `json:"name"`
	State  string `json:"state"` // absent, untested, normal, warning or critical
	Code   string `json:"code,omitempty"`
	What   string `json:"what,omitempty"`
	Do     string `json:"do,omitempty"`
	When   string `json:"when,omitempty"` // now or soon
	Who    string `json:"who,omitempty"`  // clerk or engineer
	Detail string `json:"detail,omitempty"`
	At     int64  `json:"at,omitempty"`     // Unix seconds of the test, where it was not made for this report
	Teller string `json:"teller,omitempty"` // "kiosk" where the running kiosk says so
}

// Report judges the facts, in English.
func (r Result) Report() Report {
	out := Report{Checks: []Check{}, found: check.Judge(r.Facts), Numbers: numbers(r.Facts)}
	for _, found := range out.found {
		out.Checks = append(out.Checks, row(found, r.Detail[found.Item]))
	}
	out.judge()
	return out
}

func row(f check.Finding, detail string) Check {
	advice := text.AdviceFor(kiosk.English, f.Fault)
	return Check{Name: f.Item.String(), State: f.Level.String(), Code: f.Fault.Code(), What: advice.What, Do: advice.Do,
		When: f.Fault.When().String(), Who: f.Fault.Who().String(), Detail: Printable(detail)}
}

// judge sets the worst state of the checks.
func (r *Report) judge() {
	r.worst = check.Normal
	for _, c := range r.Checks {
		for l := check.Warning; l <= check.Critical; l++ {
			if c.State == l.String() {
				r.worst = max(r.worst, l)
			}
		}
	}
	r.State = r.worst.String()
}

// Worst is the state of the one light.
func (r *Report) Worst() check.Level {
	r.judge()
	return r.worst
}

// Take puts the running kiosk's checks of these items in the place of ours, where
// it has tested them.
func (r *Report) Take(from []Check, items ...check.Item) {
	for _, i := range items {
		for _, c := range from {
			if int(i) < len(r.Checks) && c.Name == i.String() && c.State != check.Untested.String() {
				c.Teller = "kiosk"
				r.Checks[i] = c
			}
		}
	}
	r.judge()
}

// Print writes a table for a person.
func (r Report) Print(to io.Writer) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	for _, c := range r.Checks {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", c.Name, c.State, c.Code, c.What)
		if c.Do != "" {
			fmt.Fprintf(w, "\t\t%s, %s:\t%s\n", c.When, c.Who, c.Do)
		}
		if c.Detail != "" {
			fmt.Fprintf(w, "\t\t\t(%s)\n", c.Detail)
		}
	}
	return w.Flush()
}

// Tidy makes a report that was read from a file one that can be shown: one check for
// each item, of a known level, with the sentences of its code and no control
// characters.
func (r *Report) Tidy() {
	read := r.Checks
	r.Kiosk, r.Version, r.Program, r.Image = Printable(r.Kiosk), Printable(r.Version), Printable(r.Program), Printable(r.Image)
	r.Checks = Result{}.Report().Checks
	for i := range r.Checks {
		at := slices.IndexFunc(read, func(c Check) bool { return c.Name == r.Checks[i].Name })
		if at >= 0 {
			r.Checks[i] = tidy(check.Item(i), read[at])
		}
	}
	r.judge()
}

func tidy(i check.Item, c Check) Check {
	f := check.Finding{Item: i}
	for l := check.Absent; l <= check.Critical; l++ {
		if l.String() == c.State {
			f.Level = l
		}
	}
	if f.Level >= check.Warning {
		f.Fault, _ = check.Coded(c.Code) // a code of another version has no sentence here
	}
	out := row(f, c.Detail)
	out.At = c.At
	if f.Level >= check.Warning {
		out.Code = Printable(c.Code)
	}
	return out
}

// Printable keeps foreign text from moving a terminal's cursor, on one line.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case !unicode.IsPrint(r):
			return '?'
		}
		return r
	}, strings.ReplaceAll(s, "\n", "; "))
}
