package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/cli/clitest"
	"multicopy.example/cmd/kiosk-demo/internal/demo"
	"multicopy.example/cmd/kiosk-demo/internal/verify"
	"multicopy.example/kiosk/must"
)

func TestAFolderOfSomebodyElseIsNotEmptied(t *testing.T) {
	dir := t.TempDir()
	precious := filepath.Join(dir, "precious")
	must.OK(t, os.WriteFile(precious, nil, 0o600))
	if err := emptyOut(dir); err == nil {
		t.Error("the folder was taken")
	}
	must.Note(t, must.Err(os.Stat(precious)))
}

func TestAFolderOfAnEarlierRunIsEmptied(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	for range 2 {
		must.OK(t, emptyOut(dir))
		old := filepath.Join(dir, "old")
		if _, err := os.Stat(old); err == nil {
			t.Error("an old file is still there")
		}
		must.OK(t, os.WriteFile(old, nil, 0o600))
	}
}

func TestADisplayThatIsTooSmallIsSaidWithItsNumbers(t *testing.T) {
	for _, c := range []struct {
		panel         string
		width, height int
		want          string
	}{{"", 1920, 1080, "10.1"}, {"", 1600, 900, "15"}, {"10.1", 1600, 900, ""}, {"", 1366, 768, ""}, {"15", 1504, 768, "15"}, {"", 1503, 768, ""}} {
		got, err := fit(c.panel, c.width, c.height)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("fit(%q, %d, %d) is %q %v", c.panel, c.width, c.height, got, err)
		}
	}
	if _, err := fit("", 1366, 768); err == nil || !strings.Contains(err.Error(), "1366×768") || !strings.Contains(err.Error(), "1504×768") {
		t.Errorf("the sentence is %v", err)
	}
}

// command runs the program's tree of commands and returns what its own code did.
func command(ctx context.Context, args []string) error {
	c := root()
	cli.Complete(c)
	c.SetArgs(args)
	c.SetOut(io.Discard)
	c.SetErr(io.Discard)
	return c.ExecuteContext(ctx)
}

func TestCommandsAndFlags(t *testing.T) {
	clitest.Check(t, root,
		"kiosk-demo",
		"kiosk-demo bench --ca --consent --keep-certificate --out --port --spend-one-try --wait",
		"kiosk-demo bench-ui --languages --out --taps",
		"kiosk-demo e2e --jobs --out",
		"kiosk-demo faults --out --unit",
		"kiosk-demo memscan --out --panel --phone --resident --residents",
		"kiosk-demo phone --out",
		"kiosk-demo play --out",
		"kiosk-demo reader --lay --port --residents",
		"kiosk-demo run --faces --out --panel --phone --reader --resident --residents --scripted",
		"kiosk-demo selftest --out --panel --phone --resident --residents")
}

func wrongUse(t *testing.T, lines ...[]string) {
	t.Helper()
	for _, args := range lines {
		if status := cli.Run(t.Context(), root(), args, io.Discard, io.Discard); status != cli.WrongUse {
			t.Errorf("%q: status %d", args, status)
		}
	}
}

func TestWrongCommandLineEndsWithTwo(t *testing.T) {
	wrongUse(t, nil, []string{"dance"}, []string{"run", "--panel", "12"}, []string{"run", "more"}, []string{"run", "--nothing"}, []string{"play"}, []string{"e2e"}, []string{"e2e", "x.txt", "--jobs", "0"})
}

func TestAPlantedSecretIsOneThatTheSearchKnows(t *testing.T) {
	run := t.TempDir()
	must.OK(t, os.Mkdir(filepath.Join(run, "kiosk-0001"), 0o700))
	name := filepath.Join(run, "kiosk-0001", "kiosk.log")
	must.OK(t, os.WriteFile(name, []byte("before\n"), 0o600))
	must.OK(t, plant(run, verify.Evidence{Kiosk: "kiosk-0001", New: []byte("SAKURA77")}))
	b, err := os.ReadFile(name)
	if err != nil || !bytes.HasPrefix(b, []byte("before\n")) || bytes.Contains(b, []byte("SAKURA77")) || len(b) < 20 {
		t.Errorf("the log is %q %v", b, err)
	}
}

func TestALedgerWithoutRecordsCannotBeDamaged(t *testing.T) {
	if err := changeLedger("", verify.Evidence{Data: t.TempDir()}); err == nil {
		t.Error("a selftest that changed nothing would prove nothing")
	}
}

func TestEveryVisitHasItsOwnFolderAndResident(t *testing.T) {
	s := &session{order: order{resident: "hanako"}}
	names, people := map[string]bool{}, map[string]bool{}
	for i, a := range append([]scriptedVisit{s.first()}, others...) {
		if names[a.name] || people[a.resident] || !strings.HasPrefix(a.name, strconv.Itoa(i+1)+"-") {
			t.Errorf("%s by %s: the name or the resident comes twice, or the number is wrong", a.name, a.resident)
		}
		names[a.name], people[a.resident] = true, true
		if demo.TroubleOf(a.resident).Key == "" {
			t.Errorf("there is no %s", a.resident)
		}
	}
	if got := residentsOf("hanako"); len(got) != len(people) || got[0] != "hanako" {
		t.Errorf("the cast is %q", got)
	}
}

// A resident who comes in a later visit cannot be the first too: the card would have
// another password by then.
func TestAResidentOfALaterActCannotComeFirst(t *testing.T) {
	s := &session{order: order{resident: "taro"}}
	if err := s.playAll(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "5-authority-restarted") {
		t.Errorf("tour said %v", err)
	}
}
