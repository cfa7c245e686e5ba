package update

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"multicopy.example/cmd/internal/replace"
	"multicopy.example/kiosk/authority/wire"
)

// The files, in the kiosk's data folder. A wipe removes what begins with Files.
const (
	Files     = "update."
	stateName = Files + "state"
	partName  = Files + "part"
	// Bundle is the whole, for the machine's updater.
	Bundle = Files + "raucb"
)

// format is of the state's file. A program that does not know it forgets what it has of an update, and what the machine
// runs is told all the same.
const format = 1

const maxState = 4 << 10

var phaseWords = [phases]string{"idle", "fetching", "whole", "installing", "installed", "good", "refused", "failed"}

// kept is Saved on the disk.
type kept struct {
	Format int        `json:"format"`
	Offer  wire.Offer `json:"offer"`
	Phase  string     `json:"phase"`
	Why    string     `json:"why,omitempty"`
	Tries  int        `json:"tries"`
	Boot   string     `json:"boot,omitempty"`
}

// Folder is the Disk of a machine.
type Folder struct {
	Dir     string                           // the kiosk's data folder
	Free    func(dir string) (uint64, error) // bytes on its disk
	Reserve uint64                           // of them, for visits
}

// Read is Disk's: the zero Saved where the folder remembers nothing.
func (d Folder) Read() (s Saved, err error) {
	f, err := os.OpenFile(filepath.Join(d.Dir, stateName), os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxState))
	if err != nil {
		return s, err
	}
	return parse(b)
}

func parse(b []byte) (s Saved, err error) {
	var k kept
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&k); err != nil {
		return s, fmt.Errorf("%s: %w", stateName, err)
	}
	if k.Format != format || !wire.IsVersion(k.Offer.Version) || k.Tries < 0 {
		return s, fmt.Errorf("%s: of format %d, this program knows %d", stateName, k.Format, format)
	}
	s = Saved{Offer: k.Offer, Tries: k.Tries, Boot: k.Boot}
	for p, word := range phaseWords {
		if word == k.Phase {
			s.Phase = Phase(p)
		}
	}
	if k.Why != "" {
		err = s.Why.UnmarshalText([]byte(k.Why))
	}
	if err != nil || s.Phase == Idle || (s.Phase == Refused) != (s.Why != 0) {
		return Saved{}, errors.Join(fmt.Errorf("%s: no state of an update", stateName), err)
	}
	return s, nil
}

// Write is Disk's.
func (d Folder) Write(s Saved) error {
	name := filepath.Join(d.Dir, stateName)
	if s.Phase == Idle {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return replace.Folder(d.Dir)
	}
	b, err := json.Marshal(kept{format, s.Offer, phaseWords[s.Phase], s.Why.String(), s.Tries, s.Boot})
	if err != nil {
		return err
	}
	return replace.File{Name: name, Mode: 0o600}.Durable(append(b, '\n'))
}

// Drop is Disk's.
func (d Folder) Drop() (err error) {
	for _, name := range []string{partName, Bundle} {
		if e := os.Remove(filepath.Join(d.Dir, name)); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}
