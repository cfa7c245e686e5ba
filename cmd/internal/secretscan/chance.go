package secretscan

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Trial searches for secrets in every shape, those too that stand in many a
// file by chance: the two bytes of a 4-digit PIN in BCD about once in every
// 64 KiB of ciphertext. What chance does is not estimated but measured: beside
// each secret so many decoys of the same form, which were never typed, are
// searched for in the same bytes. Found more often than the decoys, by more
// than five standard deviations, is found; and where no decoy was ever found,
// one find is enough, unless bytes drawn at random would have it once in a thousand
// searches: then two are.
type Trial struct {
	decoys int
	seed   uint64
	rows   map[[2]string]*row
	seen   map[string]bool // which shapes of whom were looked for and found
	places []string        // of finds that chance does not explain at all, at most 50
	files  int
	bytes  int64
}

type row struct {
	secrets int
	found   int
	chance  []int   // what each set of decoys found
	drawn   float64 // how often bytes drawn at random would have one
}

// rare is how often chance may do what one find is believed for.
const rare = 1e-3

// NewTrial makes one with that many decoys beside each secret.
func NewTrial(decoys int, seed uint64) *Trial {
	return &Trial{decoys: decoys, seed: seed, rows: map[[2]string]*row{}, seen: map[string]bool{}}
}

// like is a secret of the same length and the same kinds of character.
func like(rnd *rand.Rand, s Secret) Secret {
	for {
		v := slices.Clone(s.Value)
		for i, c := range v {
			if digit(c) {
				v[i] = byte('0' + rnd.IntN(10))
			} else {
				v[i] = byte('A' + rnd.IntN(26))
			}
		}
		if len(v) != 4 || Distinct(string(v)) {
			return Secret{s.Name, v}
		}
	}
}

// decoy is one of which no shape is a secret's: the last digit of a PIN has
// two bits that its Base64 does not show. The same secret has the same decoys
// at the next look.
func (t *Trial) decoy(s Secret, set int, known map[string]bool) []Pattern {
	sum := fnv.New64a()
	sum.Write(s.Value)
	rnd := rand.New(rand.NewPCG(t.seed^sum.Sum64(), uint64(set)))
	for {
		shapes := AllShapes(like(rnd, s))
		if !slices.ContainsFunc(shapes, func(p Pattern) bool { return known[string(p.Bytes)] }) {
			return shapes
		}
	}
}

// Distinct reports whether a PIN is one that the searches draw: four different
// digits, no year and no straight, for those stand in many a file.
func Distinct(pin string) bool {
	for i := range pin {
		if strings.IndexByte(pin, pin[i]) != i {
			return false
		}
	}
	return !strings.HasPrefix(pin, "19") && !strings.HasPrefix(pin, "20") && !strings.Contains("0123456789876543210", pin)
}

// tagged is a pattern with who it is: set 0 is the secret, the others are decoys.
type tagged struct {
	row *row
	set int
}

func (t *Trial) patterns(dir string, secrets []Secret) (all []Pattern, tags []tagged) {
	known := map[string]bool{}
	for _, s := range secrets {
		for _, p := range AllShapes(s) {
			known[string(p.Bytes)] = true
		}
	}
	for _, s := range secrets {
		for set := 0; set <= t.decoys; set++ {
			shapes := AllShapes(s)
			if set > 0 {
				shapes = t.decoy(s, set, known)
			}
			for _, p := range shapes {
				key := [2]string{s.Name, p.Shape}
				r := t.rows[key]
				if r == nil {
					r = &row{chance: make([]int, t.decoys)}
					t.rows[key] = r
				}
				if set == 0 && t.first(fmt.Sprintf("%s %p %s", dir, r, p.Bytes)) {
					r.secrets++
				}
				all, tags = append(all, p), append(tags, tagged{r, set})
			}
		}
	}
	return all, tags
}

// Folder searches every regular file under dir. The name of a secret is its
// kind: all of one kind are counted together, over all calls. Each secret
// counts once for a folder however often it is found in it: a page of the
// database lies in its log many times over, and chance would come in heaps.
func (t *Trial) Folder(dir string, secrets []Secret) error {
	patterns, tags := t.patterns(dir, secrets)
	search := NewSearcher(patterns)
	return filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		t.files++
		t.bytes += int64(len(b))
		all := append(append([]byte(filepath.Base(path)), 0), b...)
		for i, tag := range tags {
			if tag.set == 0 {
				tag.row.drawn += float64(len(all)) * math.Pow(256, -float64(len(patterns[i].Bytes)))
			}
		}
		search.Search(all, func(p, at int) {
			tag := tags[p]
			if !t.first(fmt.Sprintf("%s %p %d %s", dir, tag.row, tag.set, patterns[p].Bytes)) {
				return
			}
			if tag.set > 0 {
				tag.row.chance[tag.set-1]++
				return
			}
			tag.row.found++
			if len(patterns[p].Bytes) >= 4 && len(t.places) < 50 {
				t.places = append(t.places, Place{path, Match{patterns[p], at - len(filepath.Base(path)) - 1}}.String())
			}
		})
		return nil
	})
}

func (t *Trial) first(what string) bool {
	was := t.seen[what]
	t.seen[what] = true
	return !was
}

// A Line is the account of one kind of secret in one shape.
type Line struct {
	Kind, Shape string
	Secrets     int
	Found       int     // how many of them
	Chance      float64 // what one set of decoys found on average
	Bound       float64 // what is more than chance
}

// Bad reports whether it was found.
func (l Line) Bad() bool { return float64(l.Found) > l.Bound }

// Lines is the account of all that was searched, the worst first.
func (t *Trial) Lines() (all []Line) {
	for key, r := range t.rows {
		l := Line{Kind: key[0], Shape: key[1], Secrets: r.secrets, Found: r.found}
		square := 0.0
		for _, n := range r.chance {
			l.Chance += float64(n) / float64(t.decoys)
			square += float64(n*n) / float64(t.decoys)
		}
		// The sets are few: their spread counts for no less than that of
		// independent finds, which is binomial.
		variance := max(square-l.Chance*l.Chance, l.Chance*(1-l.Chance/float64(max(l.Secrets, 1))))
		l.Bound = l.Chance + 5*math.Sqrt(variance)
		if r.drawn > rare {
			l.Bound = max(l.Bound, 1)
		}
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b Line) int {
		switch {
		case a.Bad() != b.Bad():
			if a.Bad() {
				return -1
			}
			return 1
		case a.Chance != b.Chance:
			return int(math.Copysign(1, b.Chance-a.Chance))
		}
		return strings.Compare(a.Kind+a.Shape, b.Kind+b.Shape)
	})
	return all
}

// Verdict is nil where nothing was found that chance does not explain.
func (t *Trial) Verdict() error {
	var bad []string
	for _, l := range t.Lines() {
		if l.Bad() {
			bad = append(bad, fmt.Sprintf("%s as %s: %d times, by chance %.1f and at most %.1f", l.Kind, l.Shape, l.Found, l.Chance, l.Bound))
		}
	}
	if t.files == 0 {
		return fmt.Errorf("secretscan: no file was searched")
	}
	if len(bad) > 0 {
		return fmt.Errorf("secrets stand in files: %s\n%s", strings.Join(bad, "; "), strings.Join(t.places, "\n"))
	}
	return nil
}

// Searched is how much the trial has looked at.
func (t *Trial) Searched() (files int, bytes int64) { return t.files, t.bytes }

// Places are the finds of shapes of four bytes and more, at most 50, those that
// chance explains among them.
func (t *Trial) Places() []string { return t.places }
