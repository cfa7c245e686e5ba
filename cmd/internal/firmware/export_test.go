package firmware

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"multicopy.example/cmd/internal/stick"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/staff"
	"multicopy.example/offline"
	"multicopy.example/offline/export"
	"multicopy.example/offline/outbox"
)

// memoryStick is a disk of its own on every Linux, which a test may write to.
const memoryStick = "/dev/shm"

// exporting is an exporter of a machine with a ledger, and the operator's key. What the
// export makes is removed from the stick.
func exporting(t *testing.T) (exporter, *age.X25519Identity) {
	t.Helper()
	operator, err := age.GenerateX25519Identity()
	must.OK(t, err)
	records, err := ecdh.X25519().GenerateKey(rand.Reader)
	must.OK(t, err)
	cfg := config.Config{Version: 1, Kiosk: config.Kiosk{Data: filepath.Join(t.TempDir(), "data")},
		Staff: config.Staff{Stick: memoryStick, Operator: operator.Recipient().String()}}
	o, err := outbox.Open(t.Context(), cfg.Kiosk.Data, outbox.Config{Key: records.PublicKey().Bytes(), Now: time.Now, Rand: jitter()})
	must.OK(t, err)
	t.Cleanup(func() { _ = o.Close() })
	doing := kiosk.Entry{Kind: kiosk.EntryStaffDoing, Before: -1, After: -1, Role: kiosk.Technician, Task: kiosk.StaffExport}
	must.OK(t, o.Append(t.Context(), doing))
	x := exporter{cfg: cfg, machine: "shop/../7 " + rand.Text(), now: time.Now, status: func(context.Context) Status { return Status{Place: "Staff"} }}
	t.Cleanup(func() {
		for _, n := range exported(t, x) {
			_ = os.Remove(n)
		}
	})
	return x, operator
}

// exported are the files of this machine on the stick.
func exported(t *testing.T, x exporter) []string {
	t.Helper()
	name, _, _ := strings.Cut(x.name(), "-2")
	all, err := filepath.Glob(filepath.Join(memoryStick, name+"*"))
	must.OK(t, err)
	return all
}

// unpacked are the files of an export, and none has a name that leads elsewhere.
func unpacked(t *testing.T, r io.Reader) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for in := tar.NewReader(r); ; {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		must.OK(t, err)
		if h.Name != filepath.Base(h.Name) || h.Typeflag != tar.TypeReg {
			t.Errorf("%q of kind %c", h.Name, h.Typeflag)
		}
		all[h.Name], err = io.ReadAll(in)
		must.OK(t, err)
	}
}

func TestExportIsForTheOperatorAlone(t *testing.T) {
	x, operator := exporting(t)
	before, err := offline.Look(t.Context(), x.cfg.Kiosk.Data)
	must.OK(t, err)
	sum, err := x.run(t.Context(), []string{"pressed ok at idle"})
	must.OK(t, err)
	files := exported(t, x)
	if len(files) != 1 || strings.ContainsAny(filepath.Base(files[0]), " :/") {
		t.Fatalf("%q", files)
	}
	b, err := os.ReadFile(files[0])
	if err != nil || sha256.Sum256(b) != sum {
		t.Fatalf("%v: another digest", err)
	}
	for _, clear := range []string{"ledger-export", "pressed ok", "Staff", "about.txt", "[kiosk]"} {
		if bytes.Contains(b, []byte(clear)) {
			t.Errorf("%q stands there in clear", clear)
		}
	}
	other, err := age.GenerateX25519Identity()
	must.OK(t, err)
	if _, err := age.Decrypt(bytes.NewReader(b), other); err == nil {
		t.Error("another key opens it")
	}
	r, err := age.Decrypt(bytes.NewReader(b), operator)
	must.OK(t, err)
	all := unpacked(t, r)
	if string(all["events.txt"]) != "pressed ok at idle\n" || !bytes.Contains(all["status.json"], []byte(`"Staff"`)) ||
		!bytes.Contains(all["configuration.toml"], []byte("stick = '/dev/shm'")) || !bytes.Contains(all["about.txt"], []byte(x.machine)) || len(all) != 5 {
		t.Errorf("%q", all)
	}
	books, err := export.Read(bytes.NewReader(all["ledger.export"]))
	if err != nil || len(books) != 1 || !books[0].Whole() || len(books[0].Records) != 2 {
		t.Fatalf("%v: %+v", err, books)
	}
	after, err := offline.Look(t.Context(), x.cfg.Kiosk.Data)
	if err != nil || after[0].Hash != before[0].Hash || after[0].Last != before[0].Last {
		t.Errorf("%v: the ledger is another", err)
	}
	for cut := range 3 { // an export that was cut is not taken for a whole one
		short := b[:len(b)-1-cut*len(b)/4]
		if r, err := age.Decrypt(bytes.NewReader(short), operator); err == nil {
			if _, err = io.Copy(io.Discard, r); err == nil {
				t.Errorf("%d of %d bytes open", len(short), len(b))
			}
		}
	}
}

// No file of the machine goes along but the ledger: neither a key, nor the codes of
// staff, nor a remark that stands in the configuration.
func TestNoSecretIsInAnExport(t *testing.T) {
	x, operator := exporting(t)
	dir := filepath.Dir(x.cfg.Kiosk.Data)
	key := filepath.Join(dir, "kiosk.key.pem")
	x.cfg.File, x.cfg.Authority.Key = filepath.Join(dir, "kiosk.toml"), key
	marks := []string{"MARK-OF-THE-KEY", "MARK-OF-THE-CODES", "MARK-OF-A-REMARK"}
	for i, f := range []string{key, filepath.Join(x.cfg.Kiosk.Data, "staff"), x.cfg.File} {
		must.OK(t, os.WriteFile(f, []byte("# "+marks[i]), 0o600))
	}
	must.OK(t, must.Err(x.run(t.Context(), nil)))
	b := must.Read(t, exported(t, x)[0])
	r, err := age.Decrypt(bytes.NewReader(b), operator)
	must.OK(t, err)
	clear, err := io.ReadAll(r)
	must.OK(t, err)
	for _, m := range marks {
		if bytes.Contains(clear, []byte(m)) {
			t.Errorf("%s is in the export", m)
		}
	}
	if !bytes.Contains(clear, []byte(key)) {
		t.Error("the configuration does not say which file the key is in")
	}
}

func TestExportThatCannotBeMadeSaysWhy(t *testing.T) {
	for want, prepare := range map[staff.Note]func(*exporter){
		staff.NoteNoKey:     func(x *exporter) { x.cfg.Staff.Operator = "" },
		staff.NoteNoStick:   func(x *exporter) { x.cfg.Staff.Stick = t.TempDir() },
		staff.NoteStickFull: func(x *exporter) { x.cfg.Staff.Stick = "/proc" },
		staff.NoNote:        func(x *exporter) { x.cfg.Kiosk.Data = filepath.Join(t.TempDir(), "none") },
	} {
		x, _ := exporting(t)
		prepare(&x)
		if sum, err := x.run(t.Context(), nil); err == nil || why(err) != want || sum != [32]byte{} {
			t.Errorf("%s: %v, %x", want, err, sum)
		}
		if left := exported(t, x); len(left) != 0 {
			t.Errorf("%s: %q is left", want, left)
		}
	}
	x, _ := exporting(t)
	x.cfg.Staff.Stick = ""
	if _, err := x.run(t.Context(), nil); !errors.Is(err, stick.ErrNone) {
		t.Error(err)
	}
	x, _ = exporting(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.run(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestNameOfAnExportIsGoodOnEveryFileSystem(t *testing.T) {
	at := time.Date(2026, 11, 26, 12, 1, 2, 0, time.FixedZone("JST", 9*3600))
	for machine, want := range map[string]string{
		"kiosk-00001": "kiosk-kiosk-00001-20261126T030102Z.tar.age", "../../etc\x00日本": "kiosk-etc-20261126T030102Z.tar.age",
		"": "kiosk-unnamed-20261126T030102Z.tar.age", strings.Repeat("x", 300): "kiosk-" + strings.Repeat("x", 40) + "-20261126T030102Z.tar.age",
	} {
		if got := (exporter{machine: machine, now: func() time.Time { return at }}).name(); got != want {
			t.Errorf("%q: %s", machine, got)
		}
	}
}

// The room that is asked for is enough, or a stick would be found full in the middle.
func TestRoomForAnExportIsEnough(t *testing.T) {
	_, operator := exporting(t)
	for _, n := range []int64{0, 1, 64 << 10, 64<<10 + 1, 5 << 20} {
		var c counter
		w, err := age.Encrypt(&c, operator.Recipient())
		must.OK(t, err)
		if _, err := w.Write(make([]byte, n)); err != nil || w.Close() != nil || uint64(c) > encrypted(n) {
			t.Errorf("%v: %d bytes become %d, %d were asked for", err, n, c, encrypted(n))
		}
	}
}

// Other people's programs open it: that is how an operator does.
func TestAgeAndTarOpenAnExport(t *testing.T) {
	x, operator := exporting(t)
	must.OK(t, must.Err(x.run(t.Context(), nil)))
	dir := t.TempDir()
	key := filepath.Join(dir, "operator.key")
	must.OK(t, os.WriteFile(key, []byte(operator.String()+"\n"), 0o600))
	opened, unpack := exec.CommandContext(t.Context(), "age", "-d", "-i", key, exported(t, x)[0]), exec.CommandContext(t.Context(), "tar", "-x", "-C", dir)
	var said, unpacked bytes.Buffer
	opened.Stderr, unpack.Stderr = &said, &unpacked
	var err error
	unpack.Stdin, err = opened.StdoutPipe()
	must.OK(t, err)
	if err := errors.Join(opened.Start(), unpack.Run(), opened.Wait()); err != nil {
		t.Fatalf("%v: %s%s (make judges installs age)", err, said.String(), unpacked.String())
	}
	f, err := os.Open(filepath.Join(dir, "ledger.export"))
	must.OK(t, err)
	defer f.Close()
	if books, err := export.Read(f); err != nil || len(books) != 1 || !books[0].Whole() {
		t.Errorf("%v: %+v", err, books)
	}
}
