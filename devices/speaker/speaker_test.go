package speaker

import (
	"bytes"
	"encoding/binary"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

const sum = "sentences 1"

func folder(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, n := range names {
		must.OK(t, os.WriteFile(filepath.Join(dir, n+Suffix), []byte(n+n), 0o600))
	}
	for _, n := range []string{NamesList, NamesSound} {
		must.OK(t, os.WriteFile(filepath.Join(dir, n), nil, 0o600))
	}
	list := strings.Join(append([]string{sum}, names...), "\n") + "\n"
	must.OK(t, os.WriteFile(filepath.Join(dir, List), []byte(list), 0o600))
	return dir
}

func clips(names ...string) (all []Part) {
	for _, n := range names {
		all = append(all, Part{Clip: n})
	}
	return all
}

// player is a program that writes what it is given, or an x where it then waits to be killed, into a pipe.
func player(t *testing.T, waits bool) (program string, out *os.File) {
	t.Helper()
	dir := t.TempDir()
	program, pipe := filepath.Join(dir, "player"), filepath.Join(dir, "out")
	must.OK(t, syscall.Mkfifo(pipe, 0o600))
	out, err := os.OpenFile(pipe, os.O_RDWR|syscall.O_NONBLOCK, 0)
	must.OK(t, err)
	t.Cleanup(func() { _ = out.Close() })
	script := "#!/bin/sh\n/bin/cat >" + pipe + "\n"
	if waits {
		script = "#!/bin/sh\n/bin/cat >/dev/null\nprintf x >" + pipe + "\nexec /bin/sleep 600\n"
	}
	must.OK(t, os.WriteFile(program, []byte(script), 0o700))
	return program, out
}

// hears waits until so much was played.
func hears(t *testing.T, out *os.File, want string) {
	t.Helper()
	must.OK(t, out.SetReadDeadline(time.Now().Add(time.Minute)))
	got := make([]byte, len(want))
	if _, err := io.ReadFull(out, got); err != nil || string(got) != want {
		t.Fatalf("%q, %v, where %q is played", got, err, want)
	}
}

func TestClipsArePlayedOneAfterTheOther(t *testing.T) {
	s, err := Open(folder(t, "aa", "bb"), "null", sum, slog.New(slog.DiscardHandler))
	must.OK(t, err)
	var out *os.File
	s.player, out = player(t, false)
	s.Play(clips("bb", "aa", "bb"))
	hears(t, out, "bbbbaaaabbbb")
}

func TestANewSentenceCutsTheOneBeforeShort(t *testing.T) {
	s, err := Open(folder(t, "aa", "bb"), "null", sum, slog.New(slog.DiscardHandler))
	must.OK(t, err)
	var out *os.File
	s.player, out = player(t, true)
	s.Play(clips("aa"))
	hears(t, out, "x")
	s.Play(clips("bb"))
	hears(t, out, "x") // it does not wait for the first, which would play for ten minutes
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
			must.OK(t, os.Remove(filepath.Join(dir, "bb"+Suffix)))
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

// Each step is half of the one above it, and the highest is the clip as it was made.
func TestEachStepOfTheVolumeIsHalfOfTheOneAboveIt(t *testing.T) {
	for v, want := range map[kiosk.Volume][2]int16{kiosk.VolumeMost: {-32768, 1000}, kiosk.VolumeUsual: {-8192, 250}, kiosk.VolumeLeast: {-2048, 62}, 0: {-2048, 62}, 9: {-32768, 1000}} {
		pcm := []byte{0x00, 0x80, 0xe8, 0x03}
		quieten(pcm, v)
		if got := [2]int16{int16(binary.LittleEndian.Uint16(pcm)), int16(binary.LittleEndian.Uint16(pcm[2:]))}; got != want {
			t.Errorf("volume %d: %d", v, got)
		}
	}
	s, err := Open(folder(t, "aa"), "null", sum, slog.New(slog.DiscardHandler))
	must.OK(t, err)
	var out *os.File
	s.player, out = player(t, false)
	s.Volume(kiosk.VolumeMost - 1)
	s.Play(clips("aa")) // its bytes are 0x6161 twice
	hears(t, out, "\xb0\x30\xb0\x30")
}

func TestAPlayerThatFailsIsToldOnce(t *testing.T) {
	var said bytes.Buffer
	s, err := Open(folder(t, "aa"), "null", sum, slog.New(slog.NewTextHandler(&said, nil)))
	must.OK(t, err)
	s.player = filepath.Join(t.TempDir(), "none")
	for range 3 {
		s.Play(clips("aa"))
		<-s.ended
	}
	if n := strings.Count(said.String(), "the speaker does not work"); n != 1 {
		t.Errorf("told %d times", n)
	}
}
