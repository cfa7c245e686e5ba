package speaker

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const sum = "sentences 1"

func folder(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, n := range names {
		if err := os.WriteFile(filepath.Join(dir, n+Suffix), []byte(n+n), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	list := strings.Join(append([]string{sum}, names...), "\n") + "\n"
	if err := os.WriteFile(filepath.Join(dir, List), []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// recorder is a player that keeps what it is given, and waits to be killed where told so.
func recorder(t *testing.T, waits bool) (program, out string) {
	t.Helper()
	dir := t.TempDir()
	program, out = filepath.Join(dir, "player"), filepath.Join(dir, "out")
	script := "#!/bin/sh\n/bin/cat >>" + out + "\n"
	if waits {
		script = "#!/bin/sh\n/bin/cat >/dev/null\nprintf x >>" + out + "\nexec /bin/sleep 600\n"
	}
	if err := os.WriteFile(program, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return program, out
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal(what)
		}
	}
}

func kept(out string) string {
	b, _ := os.ReadFile(out)
	return string(b)
}

func TestClipsArePlayedOneAfterTheOther(t *testing.T) {
	s, err := Open(folder(t, "aa", "bb"), "null", sum, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	var out string
	s.player, out = recorder(t, false)
	s.Play([]string{"bb", "aa", "bb"})
	until(t, "nothing is played", func() bool { return kept(out) == "bbbbaaaabbbb" })
}

func TestANewSentenceCutsTheOneBeforeShort(t *testing.T) {
	s, err := Open(folder(t, "aa", "bb"), "null", sum, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	var out string
	s.player, out = recorder(t, true)
	s.Play([]string{"aa"})
	until(t, "the first is not played", func() bool { return kept(out) == "x" })
	s.Play([]string{"bb"})
	until(t, "the second waits for the first", func() bool { return kept(out) == "xx" })
	last := s.ended
	s.Hush()
	select {
	case <-last:
	case <-time.After(time.Minute):
		t.Error("a sound that is hushed goes on")
	}
	if s.ended != last {
		t.Error("the next sound does not wait for the one that was hushed, and the device is busy")
	}
}

func TestWhatIsMissingAtTheStartIsOneSentence(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	for what, open := range map[string]func() (*Speaker, error){
		"no folder":         func() (*Speaker, error) { return Open(filepath.Join(t.TempDir(), "none"), "null", sum, log) },
		"another program's": func() (*Speaker, error) { return Open(folder(t, "aa"), "null", "sentences 2", log) },
		"a clip": func() (*Speaker, error) {
			dir := folder(t, "aa", "bb")
			if err := os.Remove(filepath.Join(dir, "bb"+Suffix)); err != nil {
				t.Fatal(err)
			}
			return Open(dir, "null", sum, log)
		},
	} {
		if _, err := open(); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestTheToneOfAKeyIsShortAndAlwaysTheSame(t *testing.T) {
	if a := beep(); len(a) > 2*3*Rate || !bytes.Equal(a, beep()) {
		t.Errorf("%d bytes", len(a))
	}
}

func TestAPlayerThatFailsIsToldOnce(t *testing.T) {
	var said bytes.Buffer
	s, err := Open(folder(t, "aa"), "null", sum, slog.New(slog.NewTextHandler(&said, nil)))
	if err != nil {
		t.Fatal(err)
	}
	s.player = filepath.Join(t.TempDir(), "none")
	for range 3 {
		s.Play([]string{"aa"})
		<-s.ended
	}
	if n := strings.Count(said.String(), "the speaker does not work"); n != 1 {
		t.Errorf("told %d times", n)
	}
}
