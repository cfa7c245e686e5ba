package readiness

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/font/sfnt"

	"multicopy.example/assets/text"
	"multicopy.example/cmd/internal/measure"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/staff/check"
)

var made = time.Date(2026, 11, 26, 3, 4, 5, 0, time.UTC)

// sample is the report of a machine on which everything was tested, with these faults.
func sample(faults ...check.Fault) Report {
	var r measure.Result
	r.Tested = 1<<check.ItemCount - 1
	r.Waiting, r.Oldest = 7, 90*time.Minute
	r.WaitingCap, r.DiskFree, r.DiskFloor = 1000, 1<<40, 1
	r.KioskEnds, r.KioskLife, r.AuthorityEnds = 100*24*time.Hour+time.Hour, 365*24*time.Hour, 40*24*time.Hour
	r.Detail[check.Reader] = "50 answers of 0.8ms"
	out := Report{Report: r.Report(), Made: made}
	out.Kiosk, out.Version, out.Program, out.Image = "kiosk-00001", "v1.2.3 commit abc go1.26.6", strings.Repeat("ab", 32), "not from a signed image"
	out.Staff = []Entry{{made.Unix() - 60, "technician", "self-test", "done"}, {made.Unix() - 120, "technician", "login", "done"}}
	for _, f := range faults {
		c := &out.Checks[f.Item()]
		c.State, c.Code, c.At = f.Level().String(), f.Code(), made.Unix()-3600
	}
	out.Worst()
	return out
}

func asText(t *testing.T, r Report) string {
	t.Helper()
	var b bytes.Buffer
	must.OK(t, r.Text(&b))
	return b.String()
}

func TestReportSaysWhatAnOperatorAsksForInBothLanguages(t *testing.T) {
	all := asText(t, sample(check.ReaderNoisy))
	for _, want := range []string{
		"点検報告書 / Readiness report\n", "端末番号 / Machine: kiosk-00001\n", "2026-11-26 03:04:05Z\n", "v1.2.3 commit abc", strings.Repeat("ab", 32),
		"not from a signed image", ": 7\n", "1h30m0s", ": 100 日 / days\n", ": 40 日 / days\n", check.ReaderNoisy.Code() + "  2026-11-26 02:04:05Z\n",
		text.AdviceFor(kiosk.Japanese, check.ReaderNoisy).Do, text.AdviceFor(kiosk.English, check.ReaderNoisy).Do, "50 answers of 0.8ms",
		"2026-11-26 03:03:05Z  technician  self-test  done\n", "署名 / Signature",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not in\n%s", want, all)
		}
	}
	for i := range check.ItemCount {
		for _, l := range []kiosk.Lang{kiosk.Japanese, kiosk.English} {
			if !strings.Contains(all, text.ItemName(l, i)) {
				t.Errorf("%s: %s is not told", l, i)
			}
		}
	}
}

// What was not measured is not told as well.
func TestReportOfAnUnknownMachineSaysSo(t *testing.T) {
	all := asText(t, Report{Report: measure.Result{}.Report(), Made: made})
	if n := strings.Count(all, "未確認 / not known"); n != 4 {
		t.Errorf("%d numbers are not known:\n%s", n, all)
	}
	if strings.Contains(all, "2026-11-26 03:04:05Z\n    "+word(text.ReportState)) && strings.Count(all, "2026-11-26") != 1 {
		t.Errorf("what was not tested has a time:\n%s", all)
	}
}

// asPDF is what poppler reads of a report's pages.
func asPDF(t *testing.T, r Report) (read, fonts, info string) {
	t.Helper()
	var b bytes.Buffer
	must.OK(t, r.PDF(&b))
	if b.Len() > 200<<10 {
		t.Errorf("%d bytes", b.Len())
	}
	name := filepath.Join(t.TempDir(), "report.pdf")
	must.OK(t, os.WriteFile(name, b.Bytes(), 0o600))
	run := func(args ...string) string {
		out, err := exec.CommandContext(t.Context(), args[0], args[1:]...).CombinedOutput()
		if err != nil || strings.Contains(string(out), "Error") {
			t.Fatalf("%q: %v: %s (make judges installs poppler)", args, err, out)
		}
		return string(out)
	}
	return run("pdftotext", "-raw", name, "-"), run("pdffonts", name), run("pdfinfo", name)
}

// without spaces, since lines are broken where the page ends.
func dense(s string) string { return strings.Join(strings.Fields(s), "") }

// foot is what stands at the end of each page, also in the middle of a long text.
var foot = regexp.MustCompile(`(?m)^kiosk-00001 +2026-11-26 03:04:05Z +\d+\s`)

func TestPDFSaysWhatTheTextSays(t *testing.T) {
	for _, r := range []Report{sample(), sample(check.Faults()[0], check.ReaderNoisy), everyFault()} {
		read, fonts, info := asPDF(t, r)
		read = foot.ReplaceAllString(read, "")
		for l := range strings.Lines(asText(t, r)) {
			label, value, _ := strings.Cut(strings.TrimSpace(l), ": ") // of a check's own words, both parts stand there too
			for _, part := range []string{label, value} {
				if !strings.Contains(dense(read), dense(part)) {
					t.Fatalf("%q is not in\n%s", part, read)
				}
			}
		}
		if strings.Contains(read, "?") {
			t.Errorf("a glyph is missing:\n%s", read)
		}
		if got := strings.Fields(strings.Split(fonts, "\n")[2]); strings.Join(got[len(got)-5:len(got)-2], " ") != "yes no yes" { // embedded, and with its Unicode
			t.Errorf("%s", fonts)
		}
		if !strings.Contains(info, "A4") || !strings.Contains(info, "Readiness report kiosk-00001") || !strings.Contains(info, "2026") {
			t.Errorf("%s", info)
		}
	}
}

// everyFault has a fault of every item, so many entries that they need pages, and an
// engineer's words that are long.
func everyFault() Report {
	var worst [check.ItemCount]check.Fault
	for _, f := range check.Faults() {
		if f.Item() < check.ItemCount {
			worst[f.Item()] = f
		}
	}
	var all []check.Fault
	for _, f := range worst {
		if f != check.NoFault {
			all = append(all, f)
		}
	}
	r := sample(all...)
	r.Checks[check.Ledger].Detail = strings.Repeat("page 1234 of the ledger is spoiled; ", 40)
	for i := range 200 {
		r.Staff = append(r.Staff, Entry{int64(i), "technician", fmt.Sprintf("act-%d", i), "done"})
	}
	return r
}

// Every sentence that a report can hold has its glyphs in the report's own font.
func TestReportsFontHasEveryGlyph(t *testing.T) {
	var b sfnt.Buffer
	missing := map[rune]bool{}
	for _, l := range []kiosk.Lang{kiosk.Japanese, kiosk.English} {
		var all []string
		for w := text.ReportTitle; w <= text.ReportSignature; w++ {
			all = append(all, text.ReportSay(l, w))
		}
		for i := range check.ItemCount {
			all = append(all, text.ItemName(l, i))
		}
		for v := check.Absent; v <= check.Critical; v++ {
			all = append(all, text.LevelName(l, v))
		}
		for _, f := range check.Faults() {
			a := text.AdviceFor(l, f)
			all = append(all, a.What, a.Do, text.TimeName(l, f.When()), text.RoleName(l, f.Who()))
		}
		for _, r := range strings.Join(all, "") {
			if g, err := glyphs().GlyphIndex(&b, r); err != nil || g == 0 {
				missing[r] = true
			}
		}
	}
	if len(missing) > 0 {
		var s []rune
		for r := range missing {
			s = append(s, r)
		}
		t.Errorf("%q: add them to assets/font/report.txt and run make font", string(s))
	}
}

// An engineer's words may come from another program, and a name from a certificate.
func TestForeignWordsAreDrawnOrReplaced(t *testing.T) {
	r := sample()
	r.Kiosk, r.Checks[0].Detail = "店舗-7", "\u202e龜\x00 \U0001F600 ñ end"
	read, _, _ := asPDF(t, r)
	if !strings.Contains(read, "end") || strings.ContainsAny(read, "龜ñ\u202e\U0001F600") {
		t.Errorf("%q", read)
	}
	if e := (Entry{Role: "a\x1b[2J", Task: "b\nc", Outcome: "d"}).Tidy(); e.Role != "a?[2J" || e.Task != "b; c" {
		t.Errorf("%+v", e)
	}
}
