package ledgerfile

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/offline"
)

// Fill appends lines to the ledger of a kiosk that is switched off until so
// many wait for the authority: what a kiosk looks like that has not reached it
// for months. key is what records are sealed to. It works in memory where the
// machine has a file system there, for each line waits for its disk.
func Fill(ctx context.Context, data string, key []byte, waiting int) (err error) {
	scratch, err := os.MkdirTemp(memory(), "ledger-fill-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	folder := filepath.Join(scratch, "data")
	if err := CopyFolder(data, folder); err != nil {
		return err
	}
	l, err := Patiently(func() (*offline.Ledger, error) {
		return offline.OpenLedger(ctx, folder, offline.Options{Now: time.Now, Key: key, IdleAfter: time.Hour, QueueCap: 2 * waiting})
	})
	if err != nil {
		return err
	}
	if err := errors.Join(fill(ctx, l, waiting), l.Close()); err != nil {
		return err
	}
	if err := os.RemoveAll(data); err != nil {
		return err
	}
	return CopyFolder(folder, data)
}

func fill(ctx context.Context, l *offline.Ledger, waiting int) error {
	u, err := l.Usage(ctx)
	for n := u.Waiting; n < waiting && err == nil; n++ {
		err = l.Append(ctx, kiosk.Entry{Kind: kiosk.EntryEnded, Before: -1, After: -1, Message: kiosk.MsgTimeout})
	}
	return err
}

func memory() string {
	if d, err := os.Stat("/dev/shm"); err == nil && d.IsDir() {
		return "/dev/shm"
	}
	return ""
}
