package login

import (
	"errors"
	"fmt"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/secret"
	"multicopy.example/kiosk/staff"
)

// ErrWrong: the operator's code is wrong. It was counted.
var ErrWrong = errors.New("the operator's code is wrong, or was used")

// Reset compares the operator's code of an attempt that was counted, and forgets the
// codes of clerk and technician where it is right, on disk when it returns: the machine
// is then as the installer finds it. It is for a machine of which both authenticators
// are lost, where no role can replace the other's. before is called between the two, and
// its error keeps the codes.
func (s *Store) Reset(a *Attempt, code secret.Secret, before func() error) error {
	v, err := a.Operator(code)
	if err != nil {
		return err
	}
	if v != staff.Right {
		return ErrWrong
	}
	if err := before(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	next := s.file
	next.party[clerk], next.party[technician] = party{}, party{}
	if err := s.disk.write(next); err != nil {
		return fmt.Errorf("forget the codes: %w", err)
	}
	s.file, s.pending, s.far = next, nil, far{}
	return nil
}

// Roles are those that have codes.
func (s *Store) Roles() (all []kiosk.Role) {
	for _, r := range []kiosk.Role{kiosk.Clerk, kiosk.Technician} {
		if s.Enrolled(r) {
			all = append(all, r)
		}
	}
	return all
}
