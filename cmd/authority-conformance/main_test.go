package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/cli/clitest"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
)

// TestSandboxLacksNothing: every requirement of each contract is ok, and none was
// left out.
func TestSandboxLacksNothing(t *testing.T) {
	if n := len(requirements(1)); n < 133 || len(requirements(2)) < n+75 {
		t.Errorf("%d requirements of contract 1, %d of contract 2", n, len(requirements(2)))
	}
	for _, contract := range wire.Versions() {
		t.Run(fmt.Sprintf("contract %d", contract), func(t *testing.T) {
			t.Parallel()
			lacksNothing(t, contract)
		})
	}
}

func lacksNothing(t *testing.T, contract int) {
	s := serve(t)
	var out bytes.Buffer
	if err := run(t.Context(), s.args(s.Listen, "--contract", strconv.Itoa(contract)), &out); err != nil {
		t.Errorf("%v", err)
	}
	ok := 0
	for line := range strings.Lines(out.String()) {
		switch {
		case strings.HasPrefix(line, "ok "):
			ok++
		case strings.HasPrefix(line, "FAIL "), strings.HasPrefix(line, "not provoked "):
			t.Errorf("%s", line)
		}
	}
	if all := len(requirements(contract)); ok != all {
		t.Errorf("%d of %d are ok\n%s", ok, all, out.String())
	}
	t.Logf("%d requirements", ok)
}

// TestBothContractsAreTriedInOneRun, of one authority with the same cards.
func TestBothContractsAreTriedInOneRun(t *testing.T) {
	s := serve(t)
	var out bytes.Buffer
	if err := run(t.Context(), s.args(s.Listen, "--only", "^/(heartbeat|certificate|open        the session)"), &out); err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
	for _, want := range []string{"requirements of contract 1: ", "requirements of contract 2: ", "ok            2 /certificate a request that the old key did not sign"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

// run runs the program; an error is any exit status but 0.
func run(ctx context.Context, args []string, out io.Writer) error {
	var errs bytes.Buffer
	if status := cli.Run(ctx, root(), args, out, &errs); status != cli.Done {
		return fmt.Errorf("exit status %d: %s", status, errs.String())
	}
	return nil
}

func TestCommandAndFlagsAreTheseAndHaveExamples(t *testing.T) {
	clitest.Check(t, root, "authority-conformance --app --bank --cards --certificate --code-key --contract --counter --crl --elements --hold --hours --json --junit --key --kiosks --lost --move --name --only --refused --reserve --residents --roots --status --update --url --verifier")
}

// TestRequirementsAreToldApart: no two lines are the same, or one that fails
// could not be found.
func TestRequirementsAreToldApart(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range requirements(wire.Contract) {
		line := r.clause + r.text
		if seen[line] || r.clause == "" || r.text == "" {
			t.Errorf("%s %s: twice, or empty", r.clause, r.text)
		}
		seen[line] = true
	}
}

// TestCommandLineMistakes end with a reason.
func TestCommandLineMistakes(t *testing.T) {
	good := absent(t).args("127.0.0.1:1")
	for _, args := range [][]string{{}, {"--what"}, append(good, "stray"), append(good, "--refused", "x"), append(good, "--only", "("),
		append(good, "--cards", "missing"), append(good, "--key", "nowhere"), append(good, "--roots", "nowhere"), append(good, "--code-key", "nowhere"),
		append(good, "--reserve", "both"), append(good, "--only", "no line says this"), append(good, "--contract", "3")} {
		if err := run(t.Context(), args, io.Discard); err == nil {
			t.Errorf("%q: taken", args)
		}
	}
}

// A dead address is one mistake and not 133.
func TestAnAddressWithoutAnAuthorityIsToldOnce(t *testing.T) {
	s := absent(t)
	var out, errs bytes.Buffer
	status := cli.Run(t.Context(), root(), s.args("127.0.0.1:1"), &out, &errs)
	if status != cli.Failed || out.Len() > 0 || strings.Count(errs.String(), "127.0.0.1:1") != 1 || !strings.Contains(errs.String(), "nothing was tried") {
		t.Errorf("status %d\n%s%s", status, out.String(), errs.String())
	}
}

// TestReservationsOfSomebodyElse come from a command.
func TestReservationsOfSomebodyElse(t *testing.T) {
	s := serve(t)
	t.Setenv("CONFORMANCE_RESERVE_AT", s.App)
	var out bytes.Buffer
	if err := run(t.Context(), s.args(s.Listen, "--cards", "hanako", "--reserve", os.Args[0], "--contract", "2", "--only", "^/grant       (flow|three)|outside the hours"), &out); err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
	if !strings.Contains(out.String(), "ok            2 /grant       three") || !strings.Contains(out.String(), "not provoked  2 /open        refused with hours") {
		t.Errorf("%s", out.String())
	}
	out.Reset()
	if err := run(t.Context(), s.args(s.Listen, "--cards", "hanako", "--reserve", os.Args[0], "--hours", os.Args[0], "--contract", "2", "--only", "outside the hours"), &out); err != nil || !strings.Contains(out.String(), "ok            2 /open        refused with hours") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// TestAuthorityThatAsksForNoCode lacks nothing; what is about codes is said to
// be untried.
func TestAuthorityThatAsksForNoCode(t *testing.T) {
	s := serve(t, "--factor", "reservation")
	var out bytes.Buffer
	if err := run(t.Context(), s.args(s.Listen, "--contract", "2", "--only", "^/(code|prove|grant|settle)|^Idempotency"), &out); err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
	if !strings.Contains(out.String(), "ok            2 /grant       flow U, unlock") || !strings.Contains(out.String(), "the factor is the reservation alone") {
		t.Errorf("%s", out.String())
	}
}

func TestResultsAreWrittenForJUnit(t *testing.T) {
	s := serve(t)
	name := filepath.Join(t.TempDir(), "junit.xml")
	used := slices.Index(s.flags, "used_reservation=natsu")
	s.flags = slices.Delete(s.flags, used-1, used+1)
	must.OK(t, run(t.Context(), s.args(s.Listen, "--only", "^/health|used_reservation", "--contract", "2", "--junit", name), io.Discard))
	b := must.Read(t, name)
	var report junit
	must.OK(t, xml.Unmarshal(b, &report))
	if len(report.Suites) != 1 || report.Suites[0].Tests != len(report.Suites[0].Cases) || report.Suites[0].Tests < 2 || report.Suites[0].Skipped != 1 || report.Suites[0].Failures != 0 {
		t.Errorf("%s", b)
	}
}

func TestResultsArePrintedAsJSON(t *testing.T) {
	s := serve(t)
	var out bytes.Buffer
	must.OK(t, run(t.Context(), s.args(s.Listen, "--only", "^/health", "--json"), &out))
	var results []result
	if err := json.Unmarshal(out.Bytes(), &results); err != nil || len(results) == 0 || results[0].Clause != "/health" || results[0].Result != "ok" {
		t.Errorf("%v, %s", err, out.String())
	}
}
