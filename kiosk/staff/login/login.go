// Package login keeps the codes of the people who maintain the machine, and says
// whether what was typed is right. It asks no network.
//
// Clerk and technician have an own code of 6 to 8 digits and an authenticator that
// shows a one-time password every 30 seconds (RFC 6238). The operator of the
// machines has a list of one-time passwords (RFC 4226), of which one is read out on
// the telephone where a role is enrolled.
//
//	store, err := login.Open(login.Config{Dir: dir, Now: now, …})
//	attempt, err := store.Count(kiosk.Technician) // on disk when it returns; *Wait: not yet
//	verdict, err := attempt.Compare(own, code)    // once; staff.Right is on disk when it returns
//
// Order is meaning. An attempt is counted, and the count is on disk, before it is
// compared; there is no way to compare without a counted [Attempt]. So a plug that
// is pulled at any moment leaves a count that is as high as the number of
// comparisons, or higher. The kiosk records the attempt in its ledger before that
// (kiosk/staff).
//
// A wrong attempt makes its role wait, [Backoff]: two seconds, four, up to an hour.
// The wait is measured in the time that this process has been running, which no
// setting of the clock changes, and a start begins it anew: neither a clock that is
// set nor a plug that is pulled shortens it.
//
// A one-time password works once: the step that let a person in is on disk before
// [staff.Right] is returned, and neither it nor an older one works again. The latest time
// that any attempt has seen is on disk too: with a clock that stands before it no
// code is right ([staff.ClockOff]), so that a clock set back does not make yesterday's
// codes good. Where the own code is right and the one-time password fits a step far
// away within a day, that is said and not taken for a wrong code; it alone lets no
// person in. Two ways lead in: the authority's time ([Time].Sure), which also moves
// the latest time back; or clerk and technician one after the other, whose
// authenticators agree on the time ([staff.ClockAgreed]); their time is then the machine's
// until the process ends.
//
// What is typed is a secret.Secret and becomes no string: codes are generated and
// compared with the bytes, in constant time, and all the steps are gone through
// whatever fits.
package login

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync"
	"time"

	"multicopy.example/kiosk"
)

// A Time is what the machine knows of the time.
type Time struct {
	Wall    time.Time     // what the clock says; where Sure, what the authority said, carried on
	Sure    bool          // the authority said so since this start
	Running time.Duration // how long the process has been running; no setting of the clock changes it
}

// Config is what a Store needs.
type Config struct {
	Dir     string      // the kiosk's data folder
	Issuer  string      // who runs the machines, as an authenticator shows it
	Machine string      // the machine's name, as an authenticator shows it
	Now     func() Time // asked at each call
	Rand    io.Reader   // nil: crypto/rand

	testOnlyStep func(string) error // what a cut does between two steps of a write
}

var (
	// ErrNotEnrolled: the role has no codes yet, or the machine was not commissioned.
	ErrNotEnrolled = errors.New("not enrolled")
	// ErrCompared: the attempt was compared already, or another was counted since.
	ErrCompared = errors.New("the attempt is used up")
	// ErrForm: the own code is not 6 to 8 digits.
	ErrForm = errors.New("an own code has 6 to 8 digits")
)

// Wait is the error of an attempt that comes too early. It was not counted.
type Wait struct{ For time.Duration }

func (w *Wait) Error() string { return fmt.Sprintf("no attempt for another %v", w.For) }

// Store is the file of codes. Its methods may be called from any goroutine.
type Store struct {
	mu      sync.Mutex
	cfg     Config
	disk    disk
	file    file
	waits   [parties]time.Duration // since when the wait of each is counted, in running time
	newest  *Attempt               // the one that may be compared
	far     far                    // what the other role's authenticator said of the time
	pending *pending               // an enrolment that is not on disk
	agreed  Time                   // the time that two authenticators agreed on; zero where they were not asked
}

// Open reads the file in cfg.Dir. Without one the Store is not commissioned and
// every Count is ErrNotEnrolled. The file must be readable by its owner alone.
func Open(cfg Config) (*Store, error) {
	if cfg.Rand == nil {
		cfg.Rand = rand.Reader
	}
	s := &Store{cfg: cfg, disk: disk{name: filepath.Join(cfg.Dir, fileName), step: cfg.testOnlyStep}}
	var err error
	if s.file, err = s.disk.read(); err != nil {
		return nil, fmt.Errorf("%s: %w", s.disk.name, err)
	}
	for i := range s.waits {
		s.waits[i] = cfg.Now().Running
	}
	return s, nil
}

// Enrolled reports whether the role has codes.
func (s *Store) Enrolled(r kiosk.Role) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := index(r)
	return err == nil && s.file.party[i].enrolled
}

func index(r kiosk.Role) (int, error) {
	switch r {
	case kiosk.Clerk:
		return clerk, nil
	case kiosk.Technician:
		return technician, nil
	}
	return 0, ErrNotEnrolled
}

// Backoff is how long a party waits after so many wrong attempts in a row.
func Backoff(wrong int) time.Duration {
	const longest = time.Hour
	switch {
	case wrong <= 0:
		return 0
	case wrong >= 12:
		return longest
	}
	return time.Second << wrong
}

// now is the time by the authority, by two authenticators that agreed, or by the
// clock, in this order.
func (s *Store) now() Time {
	t := s.cfg.Now()
	if !t.Sure && !s.agreed.Wall.IsZero() {
		t.Wall = s.agreed.Wall.Add(t.Running - s.agreed.Running)
	}
	return t
}

// Left is how long the role still has to wait, or the operator's code for
// [kiosk.NoRole]; 0 where it may be tried.
func (s *Store) Left(r kiosk.Role) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := index(r)
	if err != nil {
		i = operator
	}
	return s.left(i, s.now())
}

func (s *Store) left(party int, now Time) time.Duration {
	return max(0, s.waits[party]+Backoff(int(s.file.party[party].wrong))-now.Running)
}
