package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"
)

// A row is one figure: what it says, the command that gives it, and
// how it is read.
type row struct {
	id, what, command string
	slow              bool // more than a minute or so: asked for by name
	measure           func(context.Context) (string, error)
}

var rows = []row{
	{"walk", "reachable states of `Step`, walked whole", "make walk", false,
		says(`(?P<states>\d+) states, .*?(?P<steps>\d+) steps, (?P<invariants>\d+) invariants`, "$states states, $steps steps, $invariants invariants",
			"go", "test", "./kiosk", "-run", "EveryReachableState", "-count=1", "-v")},
	{"coverage", "statements of `kiosk` covered by its own tests", "make check", false,
		says(`coverage: (?P<n>[\d.]+)%`, "$n %", "go", "test", "./kiosk", "-cover", "-count=1")},
	{"conformance", "requirements that the conformance suite asks for", "make conformance", false,
		says(`(?P<n>\d+) requirements`, "$n", "go", "test", "./cmd/authority-conformance", "-count=1", "-v")},
	{"lines", "lines without blanks and comments: firmware, reference authority, tools, tests; tools and tests ÷ the first two", "make figures", false, linesOf},
	{"packages", "packages of this project in the firmware, of all", "make figures", false, packages},
	{"modules", "modules of other projects that each program links", "make figures", false, modules},
	{"mutants", "hand-made mistakes, each killed by the invariant or test that it names", "make mutants", true,
		says(`(?P<killed>\d+) of (?P<all>\d+)`, "$killed of $all", "make", "mutants")},
	{"scenarios", "scenarios, played over pty, TLS and SQLite", "make play", false, files("cmd/kiosk-demo/scenarios/*.txt")},
	{"fuzz", "fuzz targets, each with a committed corpus", "make fuzz", false, fuzzTargets},
	{"sim", "simulated visits of the real loop, everything that fails failing", "make sim", true,
		says(`(?P<line>\d+ visits[^\n]*)`, "$line", "make", "sim")},
	{"short", "time of the tests that need neither OpenSC, PostgreSQL nor X", "go test -short -count=1 ./...", true, timed("go", "test", "-short", "-count=1", "./...")},
	{"fleet", "33,000 kiosks meet an authority after an outage: every bar", "make fleet", true,
		says(`(?P<line>(?:Every bar is met|A bar is missed)[^\n]*)`, "$line", "make", "fleet")},
	{"soak", "a month of three kiosks on a bad network", "make soak", true, says(`(?P<line>\d+ records promised[^\n]*)`, "$line", "make", "soak")},
	{"loaded", "demo, a part of the gallery and waiting tests, twice, beside eight busy processes", "make loaded", true,
		says(`loaded: (?P<line>[^\n]*)`, "$line", "make", "loaded")},
	{"attacked", "what broke under attack: items whose tests hold", "make attacked", true,
		says(`attacked: (?P<line>\d+ of \d+)`, "$line", "make", "attacked")},
	{"demo", "time of the six scripted acts with all proofs, without a display", "make demo", true, timed("env", "-u", "DISPLAY", "make", "demo")},
	{"reconnect", "time of 10,000 reconnections of the reader, no descriptor or goroutine leaked", "make reconnect", true, timed("make", "reconnect")},
	{"bench-authority", "sandbox over TLS on SQLite, PostgreSQL and their ratio: audit records/s; resets/s", "make bench-authority", true,
		says(`over TLS\s+(?P<a>\d+)\s+(?P<b>\d+)\s+(?P<c>[\d.]+)×[^\n]*\s+resets/s[^\n]*?\s(?P<d>\d+)\s+(?P<e>\d+)\s+(?P<f>[\d.]+)×`,
			"$a, $b, $c; $d, $e, $f", "make", "bench-authority")},
	{"bench-status", "status of certificates, a million people on SQLite: OCSP answers/s over HTTP signed live, kept, by `openssl ocsp`; bars", "make bench-status", true,
		says(`(?s)signed live, with a nonce\s+(?P<live>\d+).*?HTTP, kept\s+(?P<kept>\d+).*?its index\s+(?P<peer>\d+).*bench-status: (?P<bars>[^\n]*)`,
			"$live, $kept, $peer; $bars", "make", "bench-status")},
	{"bench-latest", "questions of banks about people who moved, a million people, decided and sealed in a second on SQLite and on PostgreSQL; p99 of a batch of 20 at half load; bars", "make bench-latest", true,
		says(`(?s)sqlite\s+(?P<a>\d+)\s+\d+ %(?:\s+[\d.]+){3}\s+(?P<c>[\d.]+).*?postgres\s+(?P<b>\d+)\s+\d+ %(?:\s+[\d.]+){3}\s+(?P<d>[\d.]+).*bench-latest: (?P<bars>[^\n]*)`,
			"$a, $b; $c, $d ms; $bars", "make", "bench-latest")},
	{"withdrawals", "withdrawals among a bank's questions and moves, of each store, and how many disclosures came late", "make withdrawals", true,
		says(`(?s)seed (?P<seed>\d+).*--- PASS: TestNoDisclosureIsLaterThanItsWithdrawal`, "10,000 and none, from seed $seed", "make", "withdrawals")},
	{"idle", "an idle kiosk in a day: requests, connections, bytes both ways of TLS records, lines of the log", "go test ./cmd/authority-sandbox -run AnIdleDay -count=1 -v", false,
		says(`idle: (?P<line>[^\n]*) in 24 h`, "$line", "go", "test", "./cmd/authority-sandbox", "-run", "AnIdleDay", "-count=1", "-v")},
	{"powercut", "cuts of power under a ledger (three kinds of failure): cuts, records promised, lost; the last kind", "make powercut", true,
		says(`ledger\s+(?P<cuts>\d+)\s+(?P<promised>\d+)\s+(?P<lost>\d+)`, "$cuts, $promised, $lost", "make", "powercut")},
	{"e2e", "scenarios on the real window under Xvfb with pointer events, by usual, clumsy and slow residents, errors in both languages", "make e2e", true,
		says(`e2e: (?P<line>\d+ scenarios, \d+ failed)`, "$line", "make", "e2e", "JOBS=4")},
	{"faults", "faults whose code the clerk's screen and `kiosk doctor` both say, on the real window", "make faults", true,
		says(`faults: (?P<line>\d+ of \d+)`, "$line", "make", "faults")},
	{"back", "from the end of a program by a panic to the attract screen of the next, the service manager's second in it", "make faults", true,
		says(`back: (?P<s>[\d.]+ s)`, "$s", "make", "faults")},
	{"bench-ui", "the window ÷ the smallest one of its toolkit: tap p50 at 10.1\" and 15.6\" upright; idle processor; memory behind 1,500 changes, last third of 1,500 more ÷ first", "make bench-ui LANGUAGES=0", true,
		says(`(?s)10\.1: tap[^\n]*smallest\s+(?P<a>[\d.]+).*?idle[^\n]*smallest\s+(?P<b>[\d.]+).*?first\s+(?P<c>[\d.]+).*?upright: tap[^\n]*smallest\s+(?P<d>[\d.]+)`,
			"$a, $d; $b; $c", "make", "bench-ui", "LANGUAGES=0")},
	{"languages", "memory of the window over 1,500 changes of language, with those of the colours between them: the last third ÷ the second", "make bench-ui TAPS=20", true,
		says(`of language, last third ÷ second\s+(?P<r>[\d.]+)`, "$r", "make", "bench-ui", "TAPS=20")},
	{"boot", "the appliance in an emulator: checks, and how many failed", "make boot", true, says(`boot: (?P<line>\d+ checks, \d+ failed)`, "$line", "make", "boot")},
	{"manyopen", "a ledger of a million records, all open or in doubt, verified", "go test ./offline -run '^$' -bench ManyOpen -benchtime 1x", true,
		says(`(?P<s>\d+)(?P<tenth>\d)\d{8} ns/op`, "${s}.$tenth s", "go", "test", "./offline", "-run", "^$", "-bench", "ManyOpen", "-benchtime", "1x")},
}

// says runs a command and expands template with the last match of a pattern in
// what it printed.
func says(pattern, template, name string, args ...string) func(context.Context) (string, error) {
	re := regexp.MustCompile(pattern)
	return func(ctx context.Context) (string, error) {
		text, err := output(ctx, name, args...)
		if err != nil {
			return "", err
		}
		all := re.FindAllStringSubmatchIndex(text, -1)
		if len(all) == 0 {
			return "", fmt.Errorf("%s %s printed nothing like %q", name, strings.Join(args, " "), pattern)
		}
		return string(re.ExpandString(nil, strings.ReplaceAll(template, "|", "/"), text, all[len(all)-1])), nil
	}
}
