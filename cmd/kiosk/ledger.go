package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/offline"
)

// ledger is the auditors' sub-command, for a kiosk that is stopped:
//
//	kiosk ledger verify -data DIR    the whole chain and its head; status 1 where it is not whole
//	kiosk ledger show -data DIR      one line a record
//
// verify changes nothing; show opens the ledger as the firmware does.
func ledger(ctx context.Context, out io.Writer, args []string) error {
	what := map[string]func(context.Context, io.Writer, string) error{"verify": verify, "show": show}
	if len(args) == 0 || what[args[0]] == nil {
		return errors.New("ledger: verify or show")
	}
	set := flag.NewFlagSet("ledger "+args[0], flag.ContinueOnError)
	data := set.String("data", "", "the ledger's `folder` (kiosk.data of the configuration)")
	if err := set.Parse(args[1:]); err != nil {
		return err
	}
	if *data == "" || set.NArg() > 0 {
		return errors.New("ledger: which folder? -data DIR")
	}
	return what[args[0]](ctx, out, *data)
}

func verify(ctx context.Context, out io.Writer, dir string) error {
	r, err := offline.Verify(ctx, dir)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "epoch    %x\nrecords  %d to %d\nhead     %x\nwaiting  %d for the authority\nopen     %d intents\n",
		r.Epoch, r.First, r.Last, r.Hash, r.Waiting, len(r.Open))
	if r.After != nil {
		fmt.Fprintf(out, "after    %x, whose last good record was %d (%s)\n", r.After.Epoch, r.After.Seq, r.AfterWhy)
	}
	if !r.Whole() {
		return fmt.Errorf("the ledger does not verify: %w", errors.Join(r.Wrong...))
	}
	fmt.Fprintln(out, "the ledger verifies")
	return nil
}

// page is how many records are read at once.
const page = 100

func show(ctx context.Context, out io.Writer, dir string) (err error) {
	l, err := offline.OpenLedger(ctx, dir, offline.Options{Now: time.Now})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	for from := uint64(1); ; {
		records, err := l.Records(ctx, from, page)
		if err != nil || len(records) == 0 {
			return err
		}
		for _, r := range records {
			if err := line(out, r); err != nil {
				return err
			}
			from = r.Seq + 1
		}
	}
}

func line(out io.Writer, r kiosk.Record) error {
	d, err := offline.Decode(r.Bytes)
	if err != nil {
		return err
	}
	e := d.Entry
	_, err = fmt.Fprintf(out, "%8d  %s  %-8s session %.4x grant %.4x flow %s %-6s counter %2d→%2d  %-8s %s\n",
		r.Seq, d.Time.Format(time.RFC3339), e.Kind, e.Session, e.Grant, e.Flow, e.Act, e.Before, e.After, e.Outcome, e.Word)
	return err
}
