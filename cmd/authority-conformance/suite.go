package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/cli"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/authority/wire/contract"
	"multicopy.example/offline/backoff"
)

// A requirement is one line. Each makes its own reservation and visit, so that
// one failure does not make others.
type requirement struct {
	clause string // of openapi.yaml: a paragraph of its description, or a path
	text   string
	try    func(*suite) error
}

// with is what tries something on what was prepared for it; where that fails, so does the requirement.
func with[A any](prepare func(*suite) (A, error), try func(*suite, A) error) func(*suite) error {
	return func(s *suite) error {
		a, err := prepare(s)
		if err != nil {
			return err
		}
		return try(s, a)
	}
}

// notProvoked is the answer of a requirement that could not be tried.
type notProvoked string

func (n notProvoked) Error() string { return string(n) }

// suite is everything the requirements use.
type suite struct {
	ctx      context.Context
	options  options
	version  int // of the contract that is tried
	document *contract.Document
	line     *line
	codeKey  []byte
	cards    []*card
	turn     int
	side     *bankSide // once it was read
	made     *batch    // likewise
	counter  *appclient.Counter
	app      *appclient.Client // nil where reservations come from a command
}

// requirements of a contract in their order.
func requirements(contract int) (all []requirement) {
	lists := [][]requirement{transport, version, visits, idempotency, codes, proofs, grants, settles, refusals, strictness(), lengths(fields1), upkeep}
	if contract >= 2 {
		lists = append(lists, lengths(fields2), upkeep2, updates, looks, withdrawals, status, banks, phones)
	}
	for _, list := range append(lists, limits) {
		all = append(all, list...)
	}
	return all
}

// document is read once: that takes longer than most requirements.
var document = sync.OnceValues(func() (*contract.Document, error) { return contract.Load(wire.Documents()...) })

func newSuite(ctx context.Context, o options) (*suite, error) {
	d, err := document()
	if err != nil {
		return nil, err
	}
	s := &suite{ctx: ctx, options: o, document: d}
	if s.line, err = newLine(o, o.certificate, o.key); err != nil {
		return nil, err
	}
	if s.codeKey, err = readCodeKey(o.codeKey); err != nil {
		return nil, err
	}
	for _, name := range o.cards {
		c, err := readCard(o.residents, name)
		if err != nil {
			return nil, err
		}
		s.cards = append(s.cards, c)
	}
	if o.app != "" {
		word, err := appclient.ReadWord(o.counter)
		if err != nil {
			return nil, fmt.Errorf("--counter: %w", err)
		}
		s.app, s.counter = appclient.New(o.app), appclient.NewCounter(o.app, word)
	}
	return s, nil
}

// A result is what became of one requirement.
type result struct {
	Contract    int    `json:"contract"`
	Clause      string `json:"clause"`
	Requirement string `json:"requirement"`
	Result      string `json:"result"` // ok, FAIL, or not provoked
	Detail      string `json:"detail,omitempty"`
}

func (r result) String() string {
	line := fmt.Sprintf("%-13s %d %-12s %s", r.Result, r.Contract, r.Clause, r.Requirement)
	if r.Detail != "" {
		line += ": " + r.Detail
	}
	return line
}

// all tries every requirement of each contract and prints its line, or all of
// them as JSON. Asking too often spoils what comes after, so the limits stand last.
func (s *suite) all(out io.Writer) error {
	contracts := wire.Versions()
	if s.options.contract != 0 {
		contracts = []int{s.options.contract}
	}
	if err := s.reachable(); err != nil {
		return err
	}
	var results []result
	for _, last := range []bool{false, true} {
		for _, s.version = range contracts {
			list := requirements(s.version)
			from := len(list) - len(limits)
			if list = list[:from]; last {
				list = limits
			}
			for _, r := range list {
				if err := s.ctx.Err(); err != nil {
					return err
				}
				if s.options.only != nil && !s.options.only.MatchString(fmt.Sprintf("%-12s %s", r.clause, r.text)) {
					continue
				}
				results = append(results, s.one(r, out))
			}
		}
	}
	if s.options.junit != "" {
		if err := writeJUnit(s.options.junit, contracts, results); err != nil {
			return err
		}
	}
	if *s.options.json {
		if err := cli.PrintJSON(out, results); err != nil {
			return err
		}
	} else {
		summary(out, contracts, results)
	}
	switch count := counted(0, results); {
	case count["FAIL"] > 0:
		return fmt.Errorf("%d requirements failed", count["FAIL"])
	case count["ok"] == 0:
		return errors.New("nothing was tried")
	}
	return nil
}

// starting is how long an authority may take until it listens: it is often started by the
// command before this one.
const starting = 5 * time.Second

// reachable is an error where nothing listens at the address: each requirement would
// say the same.
func (s *suite) reachable() error {
	ctx, cancel := context.WithTimeout(s.ctx, starting)
	defer cancel()
	for {
		_, err := s.line.do(s.ctx, "GET", wire.PathOf(s.version, wire.PathHealth), nil)
		dial := new(net.OpError)
		if !errors.As(err, &dial) || dial.Op != "dial" {
			return nil // what else is wrong the requirements say
		}
		if backoff.Sleep(ctx, 100*time.Millisecond) != nil {
			return fmt.Errorf("nothing was tried: %w", dial)
		}
	}
}

// one tries one requirement and prints its line.
func (s *suite) one(r requirement, out io.Writer) result {
	is := result{Contract: s.version, Clause: r.clause, Requirement: r.text, Result: "ok"}
	if err := r.try(s); err != nil {
		is.Result, is.Detail = "FAIL", oneLine(err)
		if errors.As(err, new(notProvoked)) {
			is.Result = "not provoked"
		}
	}
	if !*s.options.json {
		fmt.Fprintln(out, is)
	}
	return is
}

func summary(out io.Writer, contracts []int, results []result) {
	fmt.Fprintln(out)
	for _, c := range contracts {
		count := counted(c, results)
		fmt.Fprintf(out, "%d requirements of contract %d: %d ok, %d failed, %d not provoked\n",
			count["ok"]+count["FAIL"]+count["not provoked"], c, count["ok"], count["FAIL"], count["not provoked"])
	}
}

// counted is how many of a contract's requirements came out how; 0 of all.
func counted(contract int, results []result) map[string]int {
	count := map[string]int{}
	for _, r := range results {
		if contract == 0 || r.Contract == contract {
			count[r.Result]++
		}
	}
	return count
}

func oneLine(err error) string {
	s := strings.Join(strings.Fields(err.Error()), " ")
	return s[:min(len(s), 400)]
}

// card takes turns, so that no card is opened too often.
func (s *suite) card() *card {
	s.turn++
	return s.cards[s.turn%len(s.cards)]
}

// first is the first error of several steps that are all done.
func first(steps ...error) error {
	for _, err := range steps {
		if err != nil {
			return err
		}
	}
	return nil
}
