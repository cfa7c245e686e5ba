package secretscan

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// maxFile is the largest file that is searched. A run writes a few megabytes;
// a larger file is an error, for it would have to be left out silently.
const maxFile = 256 << 20

// A Place is where in a folder a secret was found.
type Place struct {
	File string // relative to the folder
	Match
}

// String names the place and the shape, never the value.
func (p Place) String() string {
	return fmt.Sprintf("%s: the %s as %s at byte %d", p.File, p.Secret, p.Shape, p.At)
}

// Report is what a search of a folder did.
type Report struct {
	Files  int
	Bytes  int64
	Places []Place
}

// Folder searches every regular file under dir, and the names of all of them; four digits among the compressed pixels of
// a picture are none.
// skip says which are not searched, by path relative to dir. A file that
// cannot be read, is too large, or is neither a regular file nor a folder is
// an error: what was not searched must not be called clean.
func Folder(dir string, patterns []Pattern, skip func(rel string) bool) (Report, error) {
	var r Report
	search := NewSearcher(patterns)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		search.Search([]byte(rel), func(p, at int) {
			r.Places = append(r.Places, Place{rel + " (its name)", Match{patterns[p], at}})
		})
		if d.IsDir() || skip(rel) {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() {
			return fmt.Errorf("secretscan: %s is neither a file nor a folder", rel)
		}
		if info.Size() > maxFile {
			return fmt.Errorf("secretscan: %s has %d bytes, more than %d", rel, info.Size(), maxFile)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		r.Files++
		r.Bytes += int64(len(b))
		compressed := pixels(b)
		search.Search(b, func(p, at int) {
			if !byChance(patterns[p], at, compressed) {
				r.Places = append(r.Places, Place{rel, Match{patterns[p], at}})
			}
		})
		return nil
	})
	return r, err
}
