package firmware

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/staff"
	"multicopy.example/offline"
	"multicopy.example/offline/record"
)

// ofKinds is a live ledger whose records have these kinds.
func ofKinds(t *testing.T, kinds ...kiosk.EntryKind) offline.Book {
	t.Helper()
	b := offline.Book{Name: "live"}
	b.Epoch = [16]byte{1}
	for i, k := range kinds {
		e := kiosk.Entry{Kind: k, Before: -1, After: -1}
		if k.Staff() {
			e.Role, e.Task = kiosk.Technician, kiosk.StaffWipe
		}
		bytes, err := record.Encode(record.Entry{Seq: uint64(i + 1), Entry: e})
		must.OK(t, err)
		b.Records = append(b.Records, port.Record{Seq: uint64(i + 1), Bytes: bytes})
		b.Last = uint64(i + 1)
	}
	return b
}

// What an export lacks must not be lost, but for what staff has to do to erase it.
func TestExportCoversAllButWhatStaffDidAfterIt(t *testing.T) {
	visit := []kiosk.EntryKind{kiosk.EntryBoot, kiosk.EntryTrying, kiosk.EntryTried, kiosk.EntryEnded, kiosk.EntryStaffDoing}
	after := append(slices.Clone(visit), kiosk.EntryStaffDid, kiosk.EntryStaffTrying, kiosk.EntryStaffTried, kiosk.EntryStaffDoing)
	m := markOf([]offline.Book{ofKinds(t, visit...)})
	aside := offline.Book{Name: "aside-0001"}
	another, shorter, gap := ofKinds(t, after...), ofKinds(t, visit[:3]...), ofKinds(t, after...)
	another.Epoch = [16]byte{2}
	gap.Records = slices.Delete(gap.Records, 6, 7)
	for name, c := range map[string]struct {
		now  []offline.Book
		want bool
	}{
		"at once":               {[]offline.Book{ofKinds(t, visit...)}, true},
		"staff alone":           {[]offline.Book{ofKinds(t, after...)}, true},
		"a start":               {[]offline.Book{ofKinds(t, append(slices.Clone(after), kiosk.EntryBoot)...)}, false},
		"a visit":               {[]offline.Book{ofKinds(t, append(slices.Clone(after), kiosk.EntryTrying)...)}, false},
		"another ledger":        {[]offline.Book{another}, false},
		"fewer":                 {[]offline.Book{shorter}, false},
		"a record is missing":   {[]offline.Book{gap}, false},
		"one more is set aside": {[]offline.Book{ofKinds(t, after...), aside}, false},
	} {
		if got := m.covers(c.now); got != c.want {
			t.Errorf("%s: covered %v", name, got)
		}
	}
	if why(errors.Join(errNotSent, errors.New("3 records"))) != staff.NoteNotSent {
		t.Error("the screen does not say why")
	}
}

// A plug that is pulled in the middle of a wipe: the next start goes on, wherever it was.
func TestWipeThatWasCutIsFinishedAtTheNextStart(t *testing.T) {
	for left := range 8 {
		dir := t.TempDir()
		cfg := config.Config{Kiosk: config.Kiosk{Data: filepath.Join(dir, "data [1]")}, Authority: config.Authority{Key: filepath.Join(dir, "kiosk.key.pem"), Certificate: filepath.Join(dir, "kiosk.crt.pem")}}
		data := func(name string) string { return filepath.Join(cfg.Kiosk.Data, name) }
		must.OK(t, errors.Join(os.MkdirAll(data("live"), 0o700), os.MkdirAll(data("aside-0001"), 0o700)))
		files := []string{data("live/ledger.db"), data("aside-0001/head"), data("staff.codes"), data("staff.codes.new"), cfg.Authority.Key, cfg.Authority.Key + ".renewed", data("report.pdf"), data("status.json")}
		for _, f := range files {
			must.OK(t, os.WriteFile(f, []byte("x"), 0o600))
		}
		for _, f := range []string{data("of-another"), cfg.Authority.Certificate} {
			must.OK(t, os.WriteFile(f, []byte("x"), 0o600))
		}
		must.OK(t, finishWipe(cfg))
		if _, err := os.Stat(files[0]); err != nil {
			t.Fatalf("erased without an order: %v", err)
		}
		must.OK(t, writeLine(data(wipeMark), "wipe"))
		for _, f := range files[:left] { // it came as far as this
			must.OK(t, os.Remove(f))
		}
		must.OK(t, finishWipe(cfg))
		for _, f := range append(files, data(wipeMark), data("live")) {
			if _, err := os.Lstat(f); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%s is left: %v", f, err)
			}
		}
		for _, f := range []string{data("of-another"), cfg.Authority.Certificate} {
			if _, err := os.Lstat(f); err != nil {
				t.Errorf("what is not the kiosk's to erase: %v", err)
			}
		}
		must.OK(t, finishWipe(cfg))
	}
}

// A link in the data folder is removed, and not what it leads to.
func TestWipeFollowsNoLink(t *testing.T) {
	dir := t.TempDir()
	cfg := config.Config{Kiosk: config.Kiosk{Data: filepath.Join(dir, "data")}, Authority: config.Authority{Key: filepath.Join(dir, "key")}}
	other := filepath.Join(dir, "other")
	if err := errors.Join(os.Mkdir(cfg.Kiosk.Data, 0o700), os.Mkdir(other, 0o700), os.WriteFile(filepath.Join(other, "file"), nil, 0o600),
		os.Symlink(other, filepath.Join(cfg.Kiosk.Data, "aside-0001")), writeLine(filepath.Join(cfg.Kiosk.Data, wipeMark), "wipe"), finishWipe(cfg)); err != nil {
		t.Fatal(err)
	}
	must.Note(t, must.Err(os.Stat(filepath.Join(other, "file"))))
}

// A file that is added is in the inventory, or a wipe leaves it without a word.
func TestTheInventoryHasWhatAWipeRemoves(t *testing.T) {
	page := must.Read(t, "../../../DATA.md")
	for _, name := range known {
		if !strings.Contains(string(page), "`"+name+"`") {
			t.Errorf("DATA.md has no `%s`", name)
		}
	}
}
