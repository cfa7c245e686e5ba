package firmware

import (
	"archive/tar"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"filippo.io/age"
	"github.com/pelletier/go-toml/v2"

	"multicopy.example/cmd/internal/stick"
	"multicopy.example/cmd/internal/version"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/staff"
	"multicopy.example/offline"
	"multicopy.example/offline/export"
)

// errNoKey: the configuration names no key that an export could be encrypted to.
var errNoKey = errors.New("staff.operator is not configured")

// refusals are what staff can do something about.
var refusals = []struct {
	err error
	say staff.Note
}{
	{errNoKey, staff.NoteNoKey}, {stick.ErrNone, staff.NoteNoStick}, {stick.ErrFull, staff.NoteStickFull}, {stick.ErrBad, staff.NoteStickBad},
	{errNotSent, staff.NoteNotSent},
	{errNoBundle, staff.NoteNoBundle}, {errForeign, staff.NoteForeign}, {errOlder, staff.NoteOlder}, {errDamaged, staff.NoteDamaged},
}

// why is what the screen says of an act that failed.
func why(err error) staff.Note {
	for _, r := range refusals {
		if errors.Is(err, r.err) {
			return r.say
		}
	}
	return staff.NoNote
}

// refusedTasks are what a machine of this configuration cannot do, and why.
func refusedTasks(cfg config.Config) map[kiosk.StaffTask]staff.Note {
	no := map[kiosk.StaffTask]staff.Note{}
	if cfg.Staff.Updates == "" {
		no[kiosk.StaffUpdate] = staff.NoteNoUpdate
	}
	if cfg.Staff.Operator == "" {
		no[kiosk.StaffExport] = staff.NoteNoKey
	}
	return no
}

// stickLine is whether a stick is there, and its room.
func stickLine(dir string) string {
	if dir == "" {
		return "not configured"
	}
	s, err := stick.Open(dir)
	if err != nil {
		return "none at " + dir
	}
	defer s.Close()
	free, err := s.Free()
	if err != nil {
		return "at " + dir + " cannot be read"
	}
	return fmt.Sprintf("at %s, %d MiB free", dir, free>>20)
}

// An exporter writes what an operator may want of a machine that cannot be reached
// onto a stick, encrypted to the operator's key: the ledger with its sealed records,
// the status, the configuration as it runs, and the last events. Who finds the stick
// learns the machine's name and the time from the file's name, and nothing more.
type exporter struct {
	cfg     config.Config
	machine string
	now     func() time.Time
	status  func(context.Context) Status
	done    func([]offline.Book) // told what the export has; nil in tests that do not ask
}

// run makes one export and answers with the SHA-256 of the file.
func (x exporter) run(ctx context.Context, events []string) (sum [32]byte, err error) {
	if x.cfg.Staff.Operator == "" {
		return sum, errNoKey
	}
	to, err := x.cfg.Staff.Recipient()
	if err != nil {
		return sum, err
	}
	if x.cfg.Staff.Stick == "" {
		return sum, fmt.Errorf("%w: staff.stick is not configured", stick.ErrNone)
	}
	s, err := stick.Open(x.cfg.Staff.Stick)
	if err != nil {
		return sum, err
	}
	defer s.Close()
	books, err := offline.Look(ctx, x.cfg.Kiosk.Data)
	if err != nil {
		return sum, err
	}
	pieces, err := x.pieces(ctx, books, events)
	if err != nil {
		return sum, err
	}
	need := int64(0)
	for _, p := range pieces {
		need += p.size + 2*512 // its header, and what fills its last block
	}
	sum, err = s.Write(ctx, x.name(), encrypted(need+2*512), func(w io.Writer) error {
		sealed, err := age.Encrypt(w, to)
		if err != nil {
			return err
		}
		return errors.Join(pack(sealed, pieces, x.now()), sealed.Close())
	})
	if err == nil && x.done != nil {
		x.done(books)
	}
	return sum, err
}

// encrypted is the most that so many bytes become: 16 for each 64 KiB, and a header of
// at most a few KiB.
func encrypted(n int64) uint64 { return uint64(n + n/(64<<10)*16 + 16<<10) }

// A piece is one file of an export. Its size is known before a byte is written, for
// the stick has to have room for it.
type piece struct {
	name  string
	size  int64
	write func(io.Writer) error
}

func (x exporter) pieces(ctx context.Context, books []offline.Book, events []string) ([]piece, error) {
	status, err := json.MarshalIndent(x.status(ctx), "", "\t")
	if err != nil {
		return nil, err
	}
	running, err := toml.Marshal(x.cfg) // of the file, a remark could hold anything
	if err != nil {
		return nil, err
	}
	var size counter
	if err := export.Write(&size, books); err != nil {
		return nil, err
	}
	about := fmt.Sprintf("machine %s\nmade    %s\nversion %s\n", x.machine, x.now().UTC().Format(time.RFC3339), version.String())
	return []piece{
		whole("about.txt", []byte(about)), whole("status.json", append(status, '\n')), whole("configuration.toml", running),
		whole("events.txt", []byte(strings.Join(append(events, ""), "\n"))),
		{"ledger.export", int64(size), func(w io.Writer) error { return export.Write(w, books) }},
	}, nil
}

// counter is how many bytes were written.
type counter int64

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

func whole(name string, b []byte) piece {
	return piece{name, int64(len(b)), func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	}}
}

// pack writes a tar: every operator has a program that opens one.
func pack(w io.Writer, pieces []piece, at time.Time) error {
	t := tar.NewWriter(w)
	for _, p := range pieces {
		h := &tar.Header{Name: p.name, Size: p.size, Mode: 0o600, ModTime: at.Truncate(time.Second), Format: tar.FormatUSTAR}
		if err := t.WriteHeader(h); err != nil {
			return err
		}
		if err := p.write(t); err != nil {
			return err
		}
	}
	return t.Close()
}

var notInNames = regexp.MustCompile(`[^A-Za-z0-9-]+`)

// name is our own making, and one that every file system of a stick takes.
func (x exporter) name() string {
	machine := strings.Trim(notInNames.ReplaceAllString(x.machine, "-"), "-")
	return "kiosk-" + cmp.Or(machine[:min(len(machine), 40)], "unnamed") + "-" + x.now().UTC().Format("20060102T150405Z") + ".tar.age"
}
