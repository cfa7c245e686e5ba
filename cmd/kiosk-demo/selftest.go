package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"multicopy.example/cmd/internal/harness/ledgerfile"
	"multicopy.example/cmd/kiosk-demo/internal/demo"
	"multicopy.example/cmd/kiosk-demo/internal/verify"
)

// A damage is done to a copy of a run folder before the proofs.
type damage struct {
	name string
	do   func(run string, e verify.Evidence) error
	must []string // proofs that have to fail
	may  []string // and those that may fail with them
}

var damages = []damage{
	{name: "nothing is changed", do: func(string, verify.Evidence) error { return nil }},
	{name: "one byte of the ledger is changed", do: changeLedger, must: []string{verify.Ledger}, may: []string{verify.Records, verify.Sealed}},
	{name: "a record's body is left behind in clear", do: leaveClear, must: []string{verify.Sealed}},
	{name: "a secret is planted in a log", do: plant, must: []string{verify.NoSecret}},
}

// selftest is one scripted visit and a round of proofs on a copy of the run
// folder for each damage. It passes when exactly the proofs failed that had to.
func selftest(ctx context.Context, o order) (err error) {
	o.alone()
	s, err := newSession(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if s.kiosk, err = s.virtual("kiosk", s.glass().W, s.glass().H); err != nil {
		return err
	}
	if err := s.open(ctx); err != nil {
		return err
	}
	v, err := s.script(ctx, nil)
	if err != nil {
		return err
	}
	var failed error
	for i, d := range damages {
		if err := s.round(ctx, i, d, v.evidence); err != nil {
			fmt.Println("  NOT AS IT MUST BE:", err)
			failed = errors.Join(failed, err)
		}
	}
	if failed == nil {
		fmt.Println("\nselftest: the undamaged run was proved, and every damage was caught")
	}
	return failed
}

func (s *session) round(ctx context.Context, i int, d damage, e verify.Evidence) error {
	copied := filepath.Join(s.scratch, fmt.Sprintf("round-%d", i))
	if err := ledgerfile.CopyFolder(s.runDir(), copied); err != nil {
		return err
	}
	data, err := filepath.Rel(s.runDir(), e.Data)
	if err != nil {
		return err
	}
	e.Folder, e.Data, e.Home = copied, filepath.Join(copied, data), demo.Home
	if err := d.do(copied, e); err != nil {
		return fmt.Errorf("%s: %w", d.name, err)
	}
	fmt.Printf("\nproofs, %s:\n", d.name)
	results := verify.Run(ctx, e)
	for _, r := range results {
		fmt.Println(" ", r)
	}
	got := verify.Failed(results)
	for _, name := range d.must {
		if !slices.Contains(got, name) {
			return fmt.Errorf("%s: the proof %q did not fail", d.name, name)
		}
	}
	for _, name := range got {
		if !slices.Contains(d.must, name) && !slices.Contains(d.may, name) {
			return fmt.Errorf("%s: the proof %q failed", d.name, name)
		}
	}
	return nil
}

// changeLedger flips one bit in the middle of the last record.
func changeLedger(_ string, e verify.Evidence) error {
	a, err := ledgerfile.Open(e.RecordsKey)
	if err != nil {
		return err
	}
	records, err := a.Records(context.Background(), e.Data)
	if err != nil || len(records) == 0 {
		return errors.Join(errors.New("the copy has no record to change"), err)
	}
	return ledgerfile.Spoil(e.Data, records[len(records)-1])
}

// leaveClear leaves what a record holds beside the ledger, as a careless dump
// would.
func leaveClear(_ string, e verify.Evidence) error {
	a, err := ledgerfile.Open(e.RecordsKey)
	if err != nil {
		return err
	}
	return a.PlantClear(context.Background(), e.Data)
}

// plant appends a line to the firmware's log, as a careless call of a logger
// would: the new password inside Base64.
func plant(run string, e verify.Evidence) error {
	f, err := os.OpenFile(filepath.Join(run, e.Kiosk, "kiosk.log"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	text := base64.StdEncoding.EncodeToString(slices.Concat([]byte(`{"secret":"`), e.New, []byte(`"}`)))
	_, err = fmt.Fprintf(f, "level=DEBUG msg=request body=%s\n", text)
	return errors.Join(err, f.Close())
}
