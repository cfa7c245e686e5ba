package firmware

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"multicopy.example/cmd/internal/measure"
	"multicopy.example/cmd/internal/replace"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/staff"
	"multicopy.example/kiosk/staff/check"
)

// sign is the out-of-service sign: a file with the code of its reason, so that it
// stands over a restart. While it stands no visit begins.
type sign struct {
	name  string
	disk  sync.Mutex
	stood atomic.Uint32 // a staff.Reason; follows the file, also where that may be lost with the power
}

// signFile is the sign's name in the data folder.
const signFile = "out-of-service"

// readSign reads the file, where there is one. One that holds anything but a reason is
// no sign: a torn file would stop a machine that staff wants to serve, and does not say
// for what reason.
func readSign(dir string) (*sign, error) {
	s := &sign{name: filepath.Join(dir, signFile)}
	code, there, err := readLine(s.name)
	if err != nil || !there {
		return s, err
	}
	for r := staff.NoReason + 1; r < staff.Reasons; r++ {
		if r.Message().Code() == code {
			s.stood.Store(uint32(r))
			return s, nil
		}
	}
	return s, fmt.Errorf("%s: no reason of the out-of-service sign", s.name)
}

// stands is the reason that the sign says, NoReason where none is up.
func (s *sign) stands() staff.Reason { return staff.Reason(s.stood.Load()) }

// facts sets what the sign says.
func (s *sign) facts(r *measure.Result) {
	r.Tested |= check.Of(check.Sign)
	r.Sign = s.stands().Message()
}

// refuses is the error with which a visit is refused, nil where none is.
func (s *sign) refuses() error {
	if w := s.stands().Message(); w.Code() != "" {
		return fmt.Errorf("the out-of-service sign is up: %w", port.Fault(w))
	}
	return nil
}

// put puts the sign up, in place of the one that stands.
func (s *sign) put(r staff.Reason) error {
	code := r.Message().Code()
	if code == "" {
		return fmt.Errorf("no sign has the reason %d", r)
	}
	s.disk.Lock()
	defer s.disk.Unlock()
	if err := writeLine(s.name, code); err != nil {
		return err
	}
	s.stood.Store(uint32(r))
	return replace.Folder(filepath.Dir(s.name)) // a clerk who has put the sign up goes home
}

// down takes the sign down, and whatever else has its name.
func (s *sign) down() error {
	s.disk.Lock()
	defer s.disk.Unlock()
	if err := os.Remove(s.name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	s.stood.Store(uint32(staff.NoReason))
	return replace.Folder(filepath.Dir(s.name))
}
