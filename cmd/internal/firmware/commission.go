package firmware

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"multicopy.example/cmd/internal/renewal"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/secret"
	"multicopy.example/kiosk/staff/login"
	"multicopy.example/offline/outbox"
)

// What an operator does with the codes of staff on a machine whose kiosk is stopped.

// codesOf opens the codes of staff of a configuration's machine.
func codesOf(cfg config.Config) (*login.Store, error) {
	pair, err := renewal.Enrolled(cfg.Authority)
	if err != nil {
		return nil, err
	}
	told := &authorityTime{start: time.Now()}
	return login.Open(login.Config{Dir: cfg.Kiosk.Data, Issuer: issuer, Machine: pair.Leaf.Subject.CommonName, Now: told.now})
}

// Commission makes the operator's codes of a machine that was set up, once. Its kiosk
// must not be running. The answer is the otpauth address for the operator's records.
func Commission(cfg config.Config) (uri string, err error) {
	store, err := codesOf(cfg)
	if err != nil {
		return "", err
	}
	return store.Commission()
}

// ErrNoCodes: no role has codes, and there is nothing to reset.
var ErrNoCodes = errors.New("neither clerk nor technician has codes")

// ResetCodes forgets the codes of clerk and technician, with the operator's next code.
// Its kiosk must not be running: the ledger has each step before it is done, as that of
// a login on the screen. An attempt that comes too early is waited for; wait is told
// first for how long.
func ResetCodes(ctx context.Context, cfg config.Config, code secret.Secret, wait func(time.Duration)) (err error) {
	store, err := codesOf(cfg)
	if err != nil {
		return err
	}
	roles := store.Roles()
	if len(roles) == 0 {
		return ErrNoCodes
	}
	records, err := sealingKey(cfg.Authority.RecordsKey)
	if err != nil {
		return err
	}
	ledger, err := outbox.Open(ctx, cfg.Kiosk.Data, outbox.Config{Key: records, Now: time.Now, Rand: jitter(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ledger.Close()) }()
	line := func(k kiosk.EntryKind, t kiosk.StaffTask, o kiosk.Outcome) error {
		return ledger.Append(ctx, kiosk.Entry{Kind: k, Before: -1, After: -1, Task: t, Outcome: o})
	}
	tasks := map[kiosk.Role]kiosk.StaffTask{kiosk.Clerk: kiosk.StaffEnrolClerk, kiosk.Technician: kiosk.StaffEnrolTechnician}
	each := func(k kiosk.EntryKind, o kiosk.Outcome) (err error) {
		for _, r := range roles {
			err = errors.Join(err, line(k, tasks[r], o))
		}
		return err
	}
	if err := line(kiosk.EntryStaffTrying, kiosk.StaffOperator, kiosk.NoOutcome); err != nil {
		return err
	}
	a, err := countedOperator(ctx, store, wait)
	if err != nil {
		return errors.Join(err, line(kiosk.EntryStaffTried, kiosk.StaffOperator, kiosk.Failed))
	}
	begun := false
	err = store.Reset(a, code, func() error {
		begun = true
		return errors.Join(line(kiosk.EntryStaffTried, kiosk.StaffOperator, kiosk.Done), each(kiosk.EntryStaffDoing, kiosk.NoOutcome))
	})
	switch {
	case !begun:
		return errors.Join(err, line(kiosk.EntryStaffTried, kiosk.StaffOperator, kiosk.Failed))
	case err != nil:
		return errors.Join(err, each(kiosk.EntryStaffDid, kiosk.Unknown))
	}
	return each(kiosk.EntryStaffDid, kiosk.Done)
}

// countedOperator counts an attempt of the operator, after the wait that those before
// it ask for.
func countedOperator(ctx context.Context, store *login.Store, wait func(time.Duration)) (*login.Attempt, error) {
	for {
		a, err := store.CountOperator()
		var early *login.Wait
		if !errors.As(err, &early) {
			return a, err
		}
		wait(early.For)
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(early.For):
		}
	}
}
