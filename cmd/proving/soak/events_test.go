package soak

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// fate cuts the kiosk's power by chance until the month is over, lets special
// happen once in its middle, and leaves the kiosk running.
func (s *shop) fate(ctx context.Context, chance *rand.Rand, day time.Duration, done *tally, special func(*shop, *rand.Rand) error) error {
	if err := s.start(); err != nil {
		return err
	}
	middle := time.Now().Add(time.Duration(float64(s.Days) * float64(day) * (0.35 + 0.2*chance.Float64())))
	for n := 0; pause(ctx, between(chance, day, 0.3, 1.5)) || n == 0; n++ { // once at least
		if special != nil && time.Now().After(middle) {
			if err := special(s, chance); err != nil {
				return err
			}
			special = nil
			continue
		}
		if err := s.kill(); err != nil {
			return err
		}
		done.add("kiosk: power cut")
		pause(ctx, between(chance, day, 0, 0.3))
		if err := s.start(); err != nil {
			return err
		}
	}
	if special != nil { // it was a short month
		return special(s, chance)
	}
	return nil
}

// calm is a stretch of whole network.
func (s *shop) calm(f func() error) error {
	s.weather.Lock()
	defer s.weather.Unlock()
	return errors.Join(f(), s.network.Restore())
}

// owed is how many lines wait when the disk is spoiled.
const owed = 60

// spoil flips a bit of a record that the authority has, while others wait: the
// ledger is set aside, and its successor carries over what is owed.
func spoil(s *shop, chance *rand.Rand) error {
	return s.calm(func() error {
		if err := s.drain(); err != nil {
			return err
		}
		s.network.Cut()
		for range owed {
			if err := s.order("one"); err != nil {
				return err
			}
		}
		err := s.order("say")
		if err == nil {
			err = s.await("said")
		}
		if err = errors.Join(err, s.kill()); err != nil {
			return err
		}
		if err := flip(filepath.Join(s.Data, "live", "ledger.db"), chance); err != nil {
			return err
		}
		if err := errors.Join(s.start(), s.network.Restore(), s.order("one")); err != nil {
			return err
		}
		return s.drain()
	})
}

// flip changes one bit of one of the first records. SQLite moves its log into
// the file first, or the bit would not be the one that is read.
func flip(file string, chance *rand.Rand) error {
	db, err := sql.Open("sqlite3", "file:"+file)
	if err != nil {
		return err
	}
	var b []byte
	err = db.QueryRow("SELECT bytes FROM record WHERE seq = ?", 2+chance.IntN(20)).Scan(&b)
	if err := errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("spoil: %w", err)
	}
	f, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	in, bit := chance.IntN(len(b)), byte(1)<<chance.IntN(8)
	found := false
	for from := 0; ; {
		at := bytes.Index(f[from:], b)
		if at < 0 {
			break
		}
		// A page that was split keeps a copy that nothing reads.
		found = true
		f[from+at+in] ^= bit
		from += at + len(b)
	}
	if !found {
		return errors.New("spoil: the record is not in the file")
	}
	return os.WriteFile(file, f, 0o600)
}

// rollBack puts an older copy of the disk back, one line older than what the
// authority was told: the line that is written under that number next can
// never be taken, and must not stand in the way of those behind it.
func rollBack(s *shop, _ *rand.Rand) error {
	return s.calm(func() error {
		busy := s.PerDay
		defer func() { s.PerDay = busy }()
		old := s.Data + "-old"
		steps := []func() error{
			func() error { return s.order("rest") }, s.drain, s.kill,
			func() error { return copyDisk(s.Data, old) },
			func() error { s.PerDay = 0; return s.start() },
			func() error { return s.order("one") }, s.drain, s.kill,
			func() error { return errors.Join(os.RemoveAll(s.Data), copyDisk(old, s.Data)) }, s.start,
			func() error { return errors.Join(s.order("one"), s.order("one")) }, s.drain, s.kill,
			func() error { s.PerDay = busy; return s.start() },
		}
		for _, step := range steps {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
}

func copyDisk(from, to string) error {
	if out, err := exec.Command("cp", "-a", from, to).CombinedOutput(); err != nil {
		return fmt.Errorf("cp: %w: %s", err, out)
	}
	return nil
}
