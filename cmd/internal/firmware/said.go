package firmware

import (
	"fmt"
	"path/filepath"
	"strconv"
	"time"
)

// said is a file with the time that the authority said last, so that a machine
// which lost its clock judges certificates by it from its next start on. It is no
// more of a witness than the disk it lies on: a process that may write there can
// only make this kiosk refuse what is good, or judge by its clock alone, as before.
type said struct {
	name string
	last time.Time // what the file holds, the zero Time where it holds nothing
}

// saidStep is how far the authority's word has to move before it is written again.
const saidStep = time.Hour

// readSaid reads the file, where there is one. A time beyond the kiosk's own
// certificate is not taken: no connection would be there to mend it.
func readSaid(dir string, until time.Time) (said, error) {
	s := said{name: filepath.Join(dir, "authority.time")}
	line, there, err := readLine(s.name)
	if err != nil || !there {
		return s, err
	}
	unix, err := strconv.ParseInt(line, 10, 64)
	if err != nil || unix <= 0 {
		return s, fmt.Errorf("%s: no time of the authority", s.name)
	}
	at := time.Unix(unix, 0)
	if at.After(until) {
		return s, fmt.Errorf("%s: %v is beyond the kiosk's own certificate", s.name, at.UTC())
	}
	s.last = at
	return s, nil
}

// keep writes the authority's word where it has moved, forward or back.
func (s *said) keep(at time.Time) error {
	if at.IsZero() || at.Sub(s.last).Abs() < saidStep {
		return nil
	}
	if err := writeLine(s.name, strconv.FormatInt(at.Unix(), 10)); err != nil {
		return err
	}
	s.last = at
	return nil // a rename that a power cut undoes leaves an older word, and no wrong one
}
