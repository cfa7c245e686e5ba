package firmware

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"multicopy.example/cmd/internal/replace"
)

// mostLine is the longest file of one line, in bytes.
const mostLine = 32

// readLine reads a file of one line; false where there is none. A file without the
// line's end is torn, and one that is longer is not ours: both are errors.
func readLine(name string) (line string, there bool, err error) {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, mostLine))
	if err != nil {
		return "", false, err
	}
	line, ended := strings.CutSuffix(string(b), "\n")
	if !ended {
		return "", true, fmt.Errorf("%s: no whole line", name)
	}
	return line, true, nil
}

// writeLine puts a file of one line in the place of the one before; which of them is durable once
// [replace.Folder] has returned.
func writeLine(name, line string) error {
	return replace.File{Name: name, Mode: 0o600}.Flushed([]byte(line + "\n"))
}
