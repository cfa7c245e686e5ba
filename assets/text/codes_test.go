package text

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/golden"
	"multicopy.example/kiosk/staff/check"
)

const codesFile = "../../CODES.md"

// codes is the page of every code that staff can meet, in both languages that staff
// reads: what the machine has, and what a resident's screen shows.
func codes() []byte {
	var b bytes.Buffer
	fmt.Fprint(&b, `# Codes

Made by `+"`make codes`"+` of the tables that the screen and `+"`kiosk doctor`"+` use: kiosk/staff/check/faults.go, kiosk/message.go and the sentences of
assets/text. A code is said to the help desk on the telephone; it names no person and no card.

## What a machine has

Shown to staff on the screen of maintenance and by `+"`kiosk doctor`"+`. Of several faults of one item the first of the table is told.

| code | item | level | when | who | what it is | what to do |
|---|---|---|---|---|---|---|
`)
	for _, f := range check.Faults() {
		if f.Item() >= check.ItemCount {
			continue // of no item of its own
		}
		en, ja := AdviceFor(kiosk.English, f), AdviceFor(kiosk.Japanese, f)
		row(&b, f.Code(), ItemName(kiosk.English, f.Item())+"<br>"+ItemName(kiosk.Japanese, f.Item()), LevelName(kiosk.English, f.Level()),
			TimeName(kiosk.English, f.When()), f.Who().String(), en.What+"<br>"+ja.What, en.Do+"<br>"+ja.Do)
	}
	fmt.Fprint(&b, `
## What a resident is told

Shown at the end of a visit, in place of one, or over a screen that asks again, in the resident's language. What is unchanged is said
beside it, by what was begun.

| code | what happened | what to do |
|---|---|---|
`)
	for _, w := range kiosk.Messages() {
		if w.Code() == "" {
			continue // good news
		}
		en, ja := toldOf(kiosk.English, w), toldOf(kiosk.Japanese, w)
		row(&b, w.Code(), en.What+"<br>"+ja.What, strings.TrimSpace(en.Do+" "+en.Where)+"<br>"+ja.Do+ja.Where)
	}
	return b.Bytes()
}

func toldOf(l kiosk.Lang, w kiosk.Message) Telling {
	return Tell(kiosk.View{Lang: l, Flow: kiosk.FlowP, Tries: 2}, w)
}

func row(b *bytes.Buffer, cells ...string) {
	for i, c := range cells {
		cells[i] = strings.NewReplacer("\n", " ", "|", "\\|").Replace(strings.Trim(c, " "))
	}
	fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
}

func TestPageOfCodesIsCurrent(t *testing.T) {
	got := codes()
	golden.Is(t, codesFile, got) // make codes
	seen := map[string]bool{}
	for line := range strings.Lines(string(got)) {
		if code, _, _ := strings.Cut(strings.TrimPrefix(line, "| "), " "); strings.HasPrefix(code, "E-") {
			seen[code] = true
			if strings.Contains(line, "| <br>") || strings.Contains(line, "<br> |") && !strings.HasSuffix(strings.TrimSpace(line), "<br> |") {
				t.Errorf("%s lacks words: %s", code, line)
			}
		}
	}
	for _, f := range check.Faults() {
		if f.Item() < check.ItemCount && !seen[f.Code()] {
			t.Errorf("%s is not on the page", f.Code())
		}
	}
}
