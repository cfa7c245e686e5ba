package firmware

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
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
	line, whole := strings.CutSuffix(string(b), "\n")
	if !whole {
		return "", true, fmt.Errorf("%s: no whole line", name)
	}
	return line, true, nil
}

// writeLine puts a file of one line in the place of the one before.
func writeLine(name, line string) error { return replace(name, []byte(line+"\n")) }

// replace puts a file in the place of the one before: a power cut leaves the one or the
// other. Which of them is durable once [syncFolder] has returned.
func replace(name string, b []byte) error {
	f, err := os.OpenFile(name+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(name+".new", name)
}

// syncFolder makes what was renamed or removed durable.
func syncFolder(name string) error {
	folder, err := os.Open(filepath.Dir(name))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
