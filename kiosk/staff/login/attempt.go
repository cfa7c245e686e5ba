package login

import (
	"crypto/subtle"
	"fmt"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/secret"
	"multicopy.example/kiosk/staff"
)

// An Attempt was counted and may be compared once.
type Attempt struct {
	s     *Store
	party int
	now   Time
}

// Count counts an attempt of the role; it is on disk when it returns. The error is
// a *Wait where the role has to wait, and the attempt was then not counted.
func (s *Store) Count(r kiosk.Role) (*Attempt, error) {
	i, err := index(r)
	if err != nil {
		return nil, err
	}
	return s.count(i)
}

// CountOperator is Count for the operator's code.
func (s *Store) CountOperator() (*Attempt, error) { return s.count(operator) }

func (s *Store) count(party int) (*Attempt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.newest = nil
	if !s.file.party[party].enrolled {
		return nil, ErrNotEnrolled
	}
	now := s.now()
	if left := s.left(party, now); left > 0 {
		return nil, &Wait{left}
	}
	next := s.file
	next.see(now)
	p := &next.party[party]
	p.wrong = min(p.wrong, 254) + 1
	// Whether a write that failed is on disk is not known: memory has the higher count.
	s.file, s.waits[party] = next, now.Running
	if err := s.disk.write(next); err != nil {
		return nil, fmt.Errorf("count an attempt: %w", err)
	}
	s.newest = &Attempt{s, party, now}
	return s.newest, nil
}

// take takes the attempt, which cannot be compared again, and holds the store alone
// until release.
func (a *Attempt) take() (release func(), err error) {
	if a == nil {
		return nil, ErrCompared
	}
	a.s.mu.Lock()
	if a.s.newest != a {
		a.s.mu.Unlock()
		return nil, ErrCompared
	}
	a.s.newest = nil
	return a.s.mu.Unlock, nil
}

// Compare compares own code and one-time password of a clerk or technician. Both
// are looked at whatever the other is worth.
func (a *Attempt) Compare(own, code secret.Secret) (staff.Verdict, error) {
	release, err := a.take()
	if err != nil {
		return staff.Wrong, err
	}
	defer release()
	p := a.s.file.party[a.party]
	right, err := p.own(own)
	if err != nil {
		return staff.Wrong, err
	}
	m, err := a.fits(code)
	switch {
	case err != nil:
		return staff.Wrong, err
	case a.party == operator || right != 1:
		return staff.Wrong, nil
	case m.now > p.used && !m.behind:
		return a.letIn(m.now)
	case m.now != 0 && !m.behind:
		return staff.Used, nil
	case len(m.far) == 0 && !m.behind:
		return staff.Wrong, nil
	}
	return a.clock(m.far)
}

// Fresh compares a one-time password alone, of a role that is logged in and is
// about to do what is dangerous. The one that it logged in with is Used.
func (a *Attempt) Fresh(code secret.Secret) (staff.Verdict, error) {
	release, err := a.take()
	if err != nil {
		return staff.Wrong, err
	}
	defer release()
	m, err := a.fits(code)
	switch p := a.s.file.party[a.party]; {
	case err != nil:
		return staff.Wrong, err
	case a.party == operator || m.now == 0 || m.behind:
		return staff.Wrong, nil
	case m.now <= p.used:
		return staff.Used, nil
	}
	return a.letIn(m.now)
}

// Operator compares the operator's code.
func (a *Attempt) Operator(code secret.Secret) (staff.Verdict, error) {
	release, err := a.take()
	if err != nil {
		return staff.Wrong, err
	}
	defer release()
	p := a.s.file.party[operator]
	if a.party != operator {
		return staff.Wrong, nil
	}
	at, err := p.fitsCounter(code)
	if err != nil || at == 0 {
		return staff.Wrong, err
	}
	return a.letIn(at)
}

// letIn uses the step up and forgets the wrong attempts, on disk, and then says so.
func (a *Attempt) letIn(step uint64) (staff.Verdict, error) {
	a.s.far = far{}
	next := a.s.file
	next.party[a.party].used, next.party[a.party].wrong = step, 0
	a.s.file.party[a.party].used = step // whatever becomes of the write
	if err := a.s.disk.write(next); err != nil {
		return staff.Wrong, fmt.Errorf("use a one-time password up: %w", err)
	}
	a.s.file = next
	return staff.Right, nil
}

// own is 1 where the own code is the party's. The slow hash is made of a digest, so
// that what was typed does not stay in the memory that it works in.
func (p party) own(typed secret.Secret) (right int, err error) {
	err = typed.Use(func(b []byte) error {
		sum := p.slow(b)
		right = subtle.ConstantTimeCompare(sum[:], p.hash[:])
		clear(sum[:])
		return nil
	})
	return right, err
}
