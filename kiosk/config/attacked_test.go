package config

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode"

	"multicopy.example/kiosk/must"
)

// A file that an attacker made is a mistake in few words, whatever it holds: they are
// shown on a terminal and on the glass.
func TestAFileMadeByAnAttackerIsAMistakeInFewWords(t *testing.T) {
	const whole = MaxFile - 100
	for name, text := range map[string]string{
		"deep arrays":       "x = " + strings.Repeat("[", whole/2),
		"deep tables":       "x = " + strings.Repeat("{a=", whole/4),
		"a long key":        strings.Repeat("a.", whole/2) + "a = 1",
		"many keys":         good + manyKeys(whole-len(good)),
		"many tables":       good + strings.Repeat("[[chains]]\n", (whole-len(good))/11),
		"an escape":         "\"\\u001b[2J\\u202e\" = 1\n" + good,
		"a raw escape":      "x = \"\x1b[2J\"\n" + good,
		"a value of escape": strings.Replace(good, "10.1", "\\u001b]0;x\\u0007", 1),
		"a wrong escape":    strings.Replace(good, "10.1", "\\u009b31m", 1),
		"a long value":      strings.Replace(good, "10.1", strings.Repeat("x", whole-len(good)), 1),
		"a log level":       good + "[log]\nlevel = \"\\u001b[2J\"\n",
		"NULs":              strings.Repeat("\x00", 1000),
		"another's bytes":   "\x7fELF\x02\x01\x01" + strings.Repeat("\xff", 1000),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Parse([]byte(text))
		runtime.ReadMemStats(&after)
		if n := (after.TotalAlloc - before.TotalAlloc) >> 20; n > 300 {
			t.Errorf("%s: %d MiB were taken for it", name, n)
		}
		if err == nil {
			t.Errorf("%s: taken", name)
			continue
		}
		if says := err.Error(); len(says) > 1000 || strings.ContainsFunc(says, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("%s: %d bytes, %.300q", name, len(says), says)
		}
	}
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n-20; i++ {
		b.WriteString("[t" + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + strings.Repeat("y", i/26) + "]\n")
	}
	return b.String()
}

// What every user may write is every user's configuration, or CA.
func TestAFileThatEveryUserMayWriteIsRefused(t *testing.T) {
	name := filepath.Join(t.TempDir(), "kiosk.toml")
	must.OK(t, os.WriteFile(name, []byte(good), 0o600))
	for mode, taken := range map[os.FileMode]bool{0o600: true, 0o644: true, 0o664: true, 0o666: false, 0o602: false, 0o777: false} {
		must.OK(t, os.Chmod(name, mode))
		_, err := Load(name)
		_, perr := PEM(name)
		if (err == nil) != taken || (perr == nil) != taken || !taken && !strings.Contains(err.Error(), "every user may write") {
			t.Errorf("mode %o: %v, %v", mode, err, perr)
		}
	}
}
