package secretscan

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"testing"

	"multicopy.example/kiosk/must"
)

// chunk is one of a PNG.
func chunk(kind, data string) []byte {
	b := append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), kind+data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

func TestFourDigitsAreFoundInAPictureEverywhereButInItsPixels(t *testing.T) {
	picture := func(pixels, text, behind string) []byte {
		return bytes.Join([][]byte{[]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", "thirteen byte"), chunk("tEXt", text), chunk("IDAT", "\x11"+pixels), chunk("IDAT", "\x12\x13"), chunk("IEND", ""), []byte(behind)}, nil)
	}
	cut := picture("\x02\x03", "", "")
	binary.BigEndian.PutUint32(cut[33:], 1<<31) // a length that leads out of the file
	for name, c := range map[string]struct {
		file []byte
		want int
	}{
		"among its pixels":              {picture("\x017395\x80", "", ""), 0},
		"in its text":                   {picture("", "Comment\x007395", ""), 1},
		"behind its end":                {picture("", "", "\x007395"), 1},
		"eight digits among its pixels": {picture("\x0160718254\x80", "", ""), 1},
		"behind a length that is wrong": {append(cut, "\x007395"...), 1},
		"in a file that is none":        {append([]byte("\x89PNX"), picture("\x017395\x80", "", "")...), 1},
	} {
		dir := t.TempDir()
		must.OK(t, os.WriteFile(filepath.Join(dir, "screen.png"), c.file, 0o600))
		r, err := Folder(dir, Patterns(pin, code), func(string) bool { return false })
		must.OK(t, err)
		if len(r.Places) != c.want {
			t.Errorf("%s: found %v, want %d places", name, r.Places, c.want)
		}
	}
}
