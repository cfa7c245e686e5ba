package face

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"multicopy.example/cmd/authority-sandbox/internal/face/nets"
)

// Photos of cards are JPEG2000. Debian's OpenJPEG is run for them, with limits on its time,
// memory and output (prlimit), and behind the signature of the card's face. Both of its
// files are memory: what it is given as names are links to its own descriptors, so that no
// picture of a person comes onto a disk.

// photoMax is the most bytes of a picture on either side of the program.
const photoMax = 1 << 20

// patience is how long it may take.
const patience = 10 * time.Second

// ErrPhoto: no picture can be made of a card's photo, or none of a picture.
var ErrPhoto = errors.New("face: no photo of a card")

// DecodePhoto makes a picture of the photo of a card.
func DecodePhoto(photo []byte) (Picture, error) {
	file, err := convert("opj_decompress", photo, ".jp2", ".pgm")
	if err != nil {
		return Picture{}, err
	}
	defer clear(file)
	return decodePGM(file)
}

// decodePGM reads what OpenJPEG writes: a binary PGM of 255 shades. A PNG would leave rows of
// the photo in its decompressor.
func decodePGM(file []byte) (Picture, error) {
	var w, h, most int
	head := file[:min(len(file), 64)]
	lines := bytes.SplitN(head, []byte("\n"), 5)
	lines = slices.DeleteFunc(lines, func(line []byte) bool { return bytes.HasPrefix(line, []byte("#")) })
	text := bytes.Join(lines[:min(3, len(lines))], []byte(" "))
	if n, err := fmt.Sscanf(string(text), "P5 %d %d %d", &w, &h, &most); n != 3 || err != nil || most != 255 || w < minSide || h < minSide || w > maxSide || h > maxSide || w*h > len(file) {
		return Picture{}, fmt.Errorf("%w: its form or size", ErrPhoto)
	}
	p := Picture{t: nets.NewTensor(h, w, 3)}
	for i, v := range file[len(file)-w*h:] {
		p.t.V[3*i], p.t.V[3*i+1], p.t.V[3*i+2] = float32(v), float32(v), float32(v)
	}
	return p, nil
}

// convert runs one of OpenJPEG's programs, which tell the form of a file by its name.
func convert(program string, in []byte, from, to string, args ...string) (out []byte, err error) {
	dir, err := os.MkdirTemp("", "photo")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) // links alone
	source, err := memory(in)
	if err != nil {
		return nil, err
	}
	defer source.Close()
	result, err := memory(nil)
	if err != nil {
		return nil, err
	}
	defer result.Close()
	name := func(n int, suffix string) string {
		path := filepath.Join(dir, fmt.Sprint(n)+suffix)
		err = errors.Join(err, os.Symlink(fmt.Sprintf("/proc/self/fd/%d", n), path))
		return path
	}
	order := append([]string{"--cpu=5", "--as=268435456", fmt.Sprintf("--fsize=%d", photoMax), "--core=0", "--", program,
		"-i", name(3, from), "-o", name(4, to)}, args...)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c := exec.CommandContext(ctx, "prlimit", order...)
	c.Env, c.Dir, c.ExtraFiles = []string{"PATH=" + os.Getenv("PATH")}, dir, []*os.File{source, result}
	if err := c.Run(); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrPhoto, program, err)
	}
	made, err := result.Stat()
	if err != nil || made.Size() == 0 || made.Size() > photoMax {
		return nil, fmt.Errorf("%w: %s made no picture within its bounds: %w", ErrPhoto, program, err)
	}
	out = make([]byte, made.Size()) // at once: what grows leaves copies behind
	_, err = result.ReadAt(out, 0)
	return out, err
}

// memory is a file that has no name.
func memory(b []byte) (*os.File, error) {
	fd, err := unix.MemfdCreate("photo", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("face: %w", err)
	}
	f := os.NewFile(uintptr(fd), "photo")
	if _, err = io.Copy(f, bytes.NewReader(b)); err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
