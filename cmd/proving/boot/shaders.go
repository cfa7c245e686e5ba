package main

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// shadersCommand fetches what Mesa compiled on this machine's processor until the attract screen, for the next image.
func shadersCommand() *cobra.Command {
	var o options
	var to string
	c := &cobra.Command{Use: "shaders", Args: cobra.NoArgs, Short: "Start the machine with a screen, and fetch what its drawing compiled",
		Long: `Start the machine with a screen until its attract screen, and write what Mesa's drawing on a processor compiled
until then into a folder of FOLDER, whose name is that of the processor's features: "processor" and "mesa_shader_cache".
An image that is made with FOLDER need not compile it again on such a processor.`,
		Example: "  boot shaders --vm out/vm --out out/boot --to out/vm/shaders",
		RunE: func(c *cobra.Command, _ []string) error {
			if err := able(o); err != nil {
				return err
			}
			b, err := newBench(o)
			if err != nil {
				return err
			}
			defer b.close()
			if _, err := b.light(c.Context(), "screen"); err != nil {
				return err
			}
			dir, n, err := b.shaders(c.Context(), to)
			if err == nil {
				fmt.Fprintf(c.OutOrStdout(), "%d programs of the drawing: %s\n", n, dir)
			}
			return err
		}}
	f := c.Flags()
	f.StringVar(&o.vm, "vm", "out/vm", "`folder` that make vm has written")
	f.StringVar(&o.out, "out", "out/boot", "`folder` for disks and logs")
	f.StringVar(&to, "to", "out/vm/shaders", "`folder` for what was compiled")
	return c
}

// compiled are the programs that the kiosk's Mesa has on a machine that runs, each a file.
const compiled = "cd /var/cache/kiosk/mesa_shader_cache && find . -type f ! -name index | LC_ALL=C sort"

// shaders writes what the machine that runs compiled into a folder of to.
func (b *bench) shaders(ctx context.Context, to string) (dir string, n int, err error) {
	// They are written behind the page that needed them: two looks at the same are the end of it.
	last := ""
	if _, err := b.until(ctx, compiled, func(out string) bool { same := out == last; last = out; return same }); err != nil {
		return "", 0, err
	}
	processor, err := inside(ctx, b.of, "grep -m 1 ^flags /proc/cpuinfo")
	if err != nil {
		return "", 0, err
	}
	text, err := inside(ctx, b.of, "tar -C /var/cache/kiosk -c --exclude index mesa_shader_cache | base64")
	if err != nil {
		return "", 0, err
	}
	packed, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(text, "\n", ""))
	if err != nil {
		return "", 0, err
	}
	name := sha256.Sum256([]byte(processor))
	dir = filepath.Join(to, fmt.Sprintf("%x", name[:6]))
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o755), os.WriteFile(filepath.Join(dir, "processor"), []byte(processor+"\n"), 0o644)); err != nil {
		return "", 0, err
	}
	n, err = unpack(packed, dir)
	return dir, n, err
}

// A program that Mesa keeps: the folder and the file are its SHA-1.
var cached = regexp.MustCompile(`^mesa_shader_cache/[0-9a-f]{2}/[0-9a-f]{38}$`)

const (
	mostPrograms = 1000
	mostProgram  = 1 << 20 // bytes
)

// unpack writes the programs of an archive.
func unpack(packed []byte, dir string) (n int, err error) {
	for r := tar.NewReader(bytes.NewReader(packed)); ; {
		h, err := r.Next()
		switch {
		case err == io.EOF:
			if n == 0 {
				return 0, errors.New("the machine has compiled nothing")
			}
			return n, nil
		case err != nil:
			return n, err
		case h.Typeflag == tar.TypeDir:
			continue
		}
		if !cached.MatchString(h.Name) || h.Size > mostProgram || n == mostPrograms {
			return n, fmt.Errorf("%q of %d bytes is no program of Mesa's, or one too many", h.Name, h.Size)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			return n, err
		}
		name := filepath.Join(dir, h.Name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, body, 0o644)); err != nil {
			return n, err
		}
		n++
	}
}

// drawnBy says how much of what the drawing of the machine that runs needed came with the image.
func (b *bench) drawnBy(ctx context.Context) (string, error) {
	all, err := inside(ctx, b.of, compiled)
	if err != nil {
		return "", err
	}
	given, err := inside(ctx, b.of, `for b in /usr/share/kiosk/shaders/*; do
	[ "$(cat $b/processor)" != "$(grep -m 1 ^flags /proc/cpuinfo)" ] || (cd $b/mesa_shader_cache && find . -type f)
done 2>/dev/null`)
	if err != nil {
		return "", err
	}
	need, came := strings.Fields(all), 0
	for _, of := range strings.Fields(given) {
		if slices.Contains(need, of) {
			came++
		}
	}
	return fmt.Sprintf("of %d compiled programs of its drawing %d came with the image", len(need), came), nil
}
