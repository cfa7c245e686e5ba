package update

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"multicopy.example/cmd/internal/replace"
	"multicopy.example/kiosk/authority"
	"multicopy.example/kiosk/authority/wire"
)

// partSize is asked for at once: two seconds of a line of a megabit. What is on the disk is a number of whole parts; a cut costs
// one at most.
const partSize = 256 << 10

// mostAsked is how long the authority may have a fetch wait for its next part before it is asked anew whether the offer stands.
const mostAsked = 15 * time.Minute

// Fetch is Disk's.
func (d Folder) Fetch(ctx context.Context, from Authority, o wire.Offer, turn func(ctx context.Context, asked time.Duration) error) error {
	name := filepath.Join(d.Dir, partName)
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	have, err := d.resumes(f, o)
	if err != nil {
		return err
	}
	asked := time.Duration(0)
	for have < o.Size {
		if err := turn(ctx, asked); err != nil {
			return err
		}
		to := min(have+partSize, o.Size)
		part, err := from.Part(ctx, o.Hash, o.Size, have, to)
		if asked = wire.RetryAfter(err); err != nil && asked > 0 && asked <= mostAsked {
			continue // the authority gives its line to one after the other
		}
		if errors.Is(err, authority.ErrNoBundle) {
			return errors.Join(ErrGone, err)
		}
		if err != nil {
			return err
		}
		if _, err := f.WriteAt(part, int64(have)); err != nil {
			return err
		}
		if err := f.Sync(); err != nil {
			return err
		}
		have = to
	}
	return d.checked(f, o)
}

// resumes is how much of it there is, in whole parts; what goes beyond is cut off. It fails where the rest has no room
// beside what visits need.
func (d Folder) resumes(f *os.File, o wire.Offer) (have uint64, err error) {
	i, err := f.Stat()
	if err != nil {
		return 0, err
	}
	if !i.Mode().IsRegular() {
		return 0, fmt.Errorf("%s is no plain file", f.Name())
	}
	if have = uint64(i.Size()); have > o.Size {
		have = 0
	}
	if have < o.Size {
		have -= have % partSize
	}
	if err := f.Truncate(int64(have)); err != nil {
		return 0, err
	}
	free, err := d.Free(d.Dir)
	if err != nil {
		return 0, err
	}
	if need := o.Size - have + d.Reserve; free < need {
		return 0, fmt.Errorf("%w: %d bytes are free, and it needs %d", ErrRoom, free, need)
	}
	return have, nil
}

// checked reads the whole once more, as it lies on the disk, and gives it its last name.
func (d Folder) checked(f *os.File, o wire.Offer) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.LimitReader(f, int64(o.Size)+1)); err != nil {
		return err
	}
	if wire.Hash(sum.Sum(nil)) != o.Hash {
		return errors.Join(ErrDamaged, os.Remove(f.Name()))
	}
	if err := os.Rename(f.Name(), filepath.Join(d.Dir, Bundle)); err != nil {
		return err
	}
	return replace.Folder(d.Dir)
}
