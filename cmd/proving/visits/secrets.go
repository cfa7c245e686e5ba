package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf16"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/secretscan"
)

// decoys beside each secret; see secretscan.Trial.
const decoys = 10

// secrets lets residents come whose every secret is known and their own, until so
// many sessions were opened, and searches what the kiosks have left for each of
// them in every shape. Then it plants some, and finds them.
func secrets(ctx context.Context, o harness.Options, seed uint64, sessions, worlds int) error {
	s := &sift{options: o, want: sessions, seed: seed, trial: secretscan.NewTrial(decoys, seed), began: time.Now()}
	var wait sync.WaitGroup
	for range worlds {
		wait.Go(func() {
			for seed, ok := s.take(); ok; seed, ok = s.take() {
				s.keep(s.world(ctx, seed))
			}
		})
	}
	wait.Wait()
	if s.wrong != nil {
		return s.wrong
	}
	s.print()
	return errors.Join(s.trial.Verdict(), s.planted)
}

// A sift is one search over many worlds.
type sift struct {
	options harness.Options
	want    int
	began   time.Time

	mu       sync.Mutex
	seed     uint64
	trial    *secretscan.Trial
	sessions int
	visits   int
	secrets  int
	wrong    error
	checked  bool // the planting was done
	planted  error
}

const visitsAWorld = 25 // then a new authority and a new kiosk

func (s *sift) take() (seed uint64, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seed++
	return s.seed, s.sessions < s.want && s.wrong == nil
}

func (s *sift) keep(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wrong = errors.Join(s.wrong, err)
}

func (s *sift) world(ctx context.Context, seed uint64) error {
	o, done, err := folder(s.options)
	if err != nil {
		return err
	}
	defer done()
	var told bytes.Buffer
	var last remnant
	err = known(ctx, o, seed, visitsAWorld, &told, func(r remnant) error {
		last = r
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.trial.Folder(r.Folder, r.Secrets)
	})
	if err != nil {
		io.Copy(os.Stdout, &told) //nolint:errcheck // standard output
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions, s.visits, s.secrets = s.sessions+last.Sessions, s.visits+visitsAWorld, s.secrets+len(last.Secrets)
	fmt.Printf("seed %-12d %4d sessions of %d, %5d secrets, %4.0f s\n", seed, s.sessions, s.want, s.secrets, time.Since(s.began).Seconds())
	if !s.checked {
		s.checked, s.planted = true, plantAll(last)
	}
	return nil
}

func (s *sift) print() {
	files, size := s.trial.Searched()
	fmt.Printf("\n%d sessions in %d visits, %d known secrets; %d files and %.1f MB searched: data folders as the power cut left them, switched off,\n"+
		"with a ledger set aside, exports, logs and all that was said.\n\n", s.sessions, s.visits, s.secrets, files, float64(size)/1e6)
	fmt.Println("kind               shape               searched   found   decoys*   limit")
	never := map[string]int{}
	for _, l := range s.trial.Lines() {
		if l.Chance == 0 && l.Found == 0 {
			never[l.Kind]++
			continue
		}
		fmt.Printf("%-18s %-18s %9d %7d %9.1f %7.1f\n", l.Kind, l.Shape, l.Secrets, l.Found, l.Chance, l.Bound)
	}
	for _, kind := range slices.Sorted(maps.Keys(never)) {
		fmt.Printf("%-18s %2d other shapes: none found, and no decoy\n", kind, never[kind])
	}
	fmt.Printf("* as many of the same form that were not typed, found in the same bytes: the mean of %d sets\n", decoys)
	for _, p := range s.trial.Places() {
		fmt.Println("  ", p)
	}
}

// plantAll writes secrets into the files of a kiosk as careless programs would,
// each alone, and asks the same search for them.
func plantAll(r remnant) error {
	value := map[string][]byte{}
	for _, s := range r.Secrets {
		value[s.Name] = s.Value
	}
	turned := bytes.Clone(value["password"])
	slices.Reverse(turned)
	var wide []byte
	for _, c := range utf16.Encode([]rune(string(value["password"]))) {
		wide = append(wide, byte(c), byte(c>>8))
	}
	code := value["one-time password"]
	packed := make([]byte, len(code)/2)
	for i := range packed {
		packed[i] = (code[2*i]-'0')<<4 | (code[2*i+1] - '0')
	}
	for _, leak := range []struct {
		what, file string
		text       []byte
	}{
		{"a password in Base64 in a log", "kiosk*.log", []byte(`body=` + base64.StdEncoding.EncodeToString(slices.Concat([]byte(`{"secret":"`), value["password"])))},
		{"a password as UTF-16 in the database", "data/live/ledger.db", wide},
		{"a password backwards in a ledger set aside", "data/aside-*/ledger.db", turned},
		{"a one-time password as BCD in the database", "data/live/ledger.db", packed},
		{"a one-time password in hex in an export", "ledger.export", fmt.Appendf(nil, "%x", code)},
		{"a PIN in a VERIFY in a log", "kiosk*.log", fmt.Appendf(nil, "apdu=00200098 04 %x ", value["4-digit PIN"])},
		{"a PIN in the ballast", "data/ballast", value["4-digit PIN"]},
	} {
		if err := plantOne(r, leak.file, leak.text); err != nil {
			return fmt.Errorf("the planted leak %q: %w", leak.what, err)
		}
		fmt.Printf("   planted and found: %s\n", leak.what)
	}
	return nil
}

func plantOne(r remnant, pattern string, text []byte) error {
	names, err := filepath.Glob(filepath.Join(r.Folder, pattern))
	if err != nil || len(names) == 0 {
		return fmt.Errorf("there is no %s: %w", pattern, err)
	}
	name := names[0]
	clean, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	half := len(clean) / 2
	leaky := slices.Concat(clean[:half], []byte{'\n', ' '}, text, []byte{' ', '\n'}, clean[half:])
	if err := os.WriteFile(name, leaky, 0o600); err != nil {
		return err
	}
	trial := secretscan.NewTrial(decoys, 1)
	err = trial.Folder(r.Folder, r.Secrets)
	if again := os.WriteFile(name, clean, 0o600); again != nil {
		return again
	}
	if err != nil {
		return err
	}
	if found := trial.Verdict(); found == nil || !strings.Contains(found.Error(), filepath.Base(name)) {
		return fmt.Errorf("it was not found in %s: %w", filepath.Base(name), found)
	}
	return nil
}
