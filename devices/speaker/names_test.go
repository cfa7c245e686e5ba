package speaker

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
)

// named is a speaker with a sound for each key, of which each is its text twice.
func named(t *testing.T, sounds map[string]Key) *Speaker {
	t.Helper()
	dir := folder(t, "aa")
	var list, all bytes.Buffer
	for s, k := range sounds {
		fmt.Fprintf(&list, "%x %d %d\n", uint64(k), all.Len(), len(s))
		all.WriteString(s)
	}
	for name, b := range map[string][]byte{NamesList: list.Bytes(), NamesSound: all.Bytes()} {
		must.OK(t, os.WriteFile(filepath.Join(dir, name), b, 0o600))
	}
	s, err := Open(dir, "null", sum, slog.New(slog.DiscardHandler))
	must.OK(t, err)
	return s
}

// lent is a name as the list lends it.
func lent(name string) func(int) (rune, bool) {
	rs := []rune(name)
	return func(i int) (rune, bool) {
		if i >= len(rs) {
			return 0, false
		}
		return rs[i], true
	}
}

func keyOf(k Key, s string) Key {
	for _, r := range s {
		k = k.With(r)
	}
	return k
}

// A registered name has a sound of its own; another is said by its letters and syllables, and not at all where one of
// them has no sound.
func TestANameIsSaidByItsOwnSoundOrByItsCharacters(t *testing.T) {
	s := named(t, map[string]Key{"whole!": keyOf(Whole(), "令和銀行"), "kk": Char("en").With('K'), "aa": Char("en").With('A'), "jj": Char("ja").With('A'), "にに": Kana().With('に'), "んん": Kana().With('ん')})
	for _, c := range []struct{ tag, name, want string }{
		{"en", "令和銀行", "whole!"}, {"en", "Ka ａ.", "kkaaaa"}, {"ja", "ａ", "jj"}, {"en", "ニん", "ににんん"},
		{"en", "令和", ""}, {"en", "Kb", ""}, {"en", "", ""}, {"en", " - ", ""},
	} {
		p, ok := s.Name(c.tag, lent(c.name))
		if ok != (c.want != "") {
			t.Errorf("%q: %v", c.name, ok)
			continue
		}
		pcm, free, err := s.read([]Part{{Clip: "aa"}, p, {Clip: "aa"}})
		if err != nil || string(pcm) != "aaaa"+c.want+"aaaa" {
			t.Errorf("%q is said as %q: %v", c.name, pcm, err)
		}
		free()
	}
}

// The sound of a name stands in pages that are never swapped, and is erased with the number that found it.
func TestNothingOfANameIsLeftBehindItsSound(t *testing.T) {
	s := named(t, map[string]Key{"whole!": keyOf(Whole(), "令和銀行")})
	var out *os.File
	s.player, out = player(t, false)
	p, _ := s.Name("ja", lent("令和銀行"))
	for range 2 { // the second is cut short by nothing, and has nothing to say
		s.Play([]Part{p})
		<-s.ended
	}
	hears(t, out, "whole!")
	if p.name[0] != (span{}) {
		t.Errorf("%v is left", p.name)
	}
	room, free, err := locked(3)
	must.OK(t, err)
	copy(room, "abc")
	status, err := os.ReadFile("/proc/self/status")
	if err != nil || strings.Contains(string(status), "VmLck:\t       0 kB") {
		t.Errorf("no page is locked: %v", err)
	}
	free()
}

func TestNameThatFitsNoSoundIsAMistakeOfTheFolder(t *testing.T) {
	for _, line := range []string{"1 0 9\n", "1 -1 1\n", "1 0 -1\n", "x 0 0\n", "1 0\n", "1 0 99999999999\n"} {
		dir := folder(t, "aa")
		must.OK(t, os.WriteFile(filepath.Join(dir, NamesList), []byte(line), 0o600))
		must.OK(t, os.WriteFile(filepath.Join(dir, NamesSound), []byte("12345678"), 0o600))
		if _, err := Open(dir, "null", sum, nil); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v", line, err)
		}
	}
	for _, name := range []string{NamesList, NamesSound} {
		dir := folder(t, "aa")
		must.OK(t, os.Remove(filepath.Join(dir, name)))
		if _, err := Open(dir, "null", sum, nil); err == nil {
			t.Errorf("without %s", name)
		}
	}
}
