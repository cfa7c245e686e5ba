package secretscan

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"multicopy.example/kiosk/must"
)

// A Searcher must find exactly what Find finds, or a faster search would be a
// blinder one.
func TestManyPatternsAtOnceAreFoundAsOneByOne(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 3))
	patterns := append(append(AllShapes(pin), AllShapes(password)...), AllShapes(code)...)
	for range 200 {
		var b []byte
		for range 40 {
			switch rnd.IntN(4) {
			case 0:
				b = append(b, patterns[rnd.IntN(len(patterns))].Bytes...)
			case 1:
				b = append(b, pin.Value[:1+rnd.IntN(4)]...)
			case 2:
				b = append(b, byte(rnd.Uint32()), byte(rnd.Uint32()))
			default:
				b = fmt.Append(b, rnd.IntN(100000), " ")
			}
		}
		got := map[string]int{}
		NewSearcher(patterns).Search(b, func(p, at int) { got[fmt.Sprint(patterns[p].Secret, patterns[p].Shape, patterns[p].Bytes, at)]++ })
		for _, m := range Find(b, patterns) {
			key := fmt.Sprint(m.Secret, m.Shape, m.Bytes, m.At)
			if got[key]--; got[key] < 0 {
				t.Fatalf("%s as %s at %d was not found", m.Secret, m.Shape, m.At)
			}
			if got[key] == 0 {
				delete(got, key)
			}
		}
		if len(got) > 0 {
			t.Fatalf("found and not there: %v", got)
		}
	}
}

// visits draws secrets as residents have them, and a file of so many bytes that
// no program wrote them into.
func visits(rnd *rand.Rand, n, size int) (secrets []Secret, noise []byte) {
	for range n {
		secrets = append(secrets, like(rnd, pin), like(rnd, code), like(rnd, password))
	}
	digits := 0
	for range size {
		b := byte(rnd.Uint32())
		if digits++; b < '0' || b > '9' {
			digits = 0
		} else if digits == 4 { // one run of four digits in a thousand files of this size is a PIN, and no finding to test
			b, digits = b|0x80, 0
		}
		noise = append(noise, b)
	}
	return secrets, noise
}

func try(t *testing.T, rnd *rand.Rand, secrets []Secret, file []byte) error {
	t.Helper()
	dir := t.TempDir()
	must.OK(t, os.WriteFile(filepath.Join(dir, "ledger.db"), file, 0o600))
	trial := NewTrial(20, rnd.Uint64())
	must.OK(t, trial.Folder(dir, secrets))
	return trial.Verdict()
}

// Noise holds every PIN in BCD several times. That is chance, and says so.
func TestNoiseIsNotTakenForALeak(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 4))
	secrets, noise := visits(rnd, 40, 400_000)
	must.Note(t, try(t, rnd, secrets, noise))
}

// A program that packs each PIN into two bytes leaves nothing that can be told
// from noise once, and does it in every visit.
func TestALeakAmongNoiseIsFoundByItsNumber(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 5))
	secrets, noise := visits(rnd, 200, 100_000)
	for _, s := range secrets {
		if b, ok := bcd(s.Value); ok && len(b) == 2 {
			copy(noise[rnd.IntN(len(noise)-2):], b)
		}
	}
	if err := try(t, rnd, secrets, noise); err == nil || !strings.Contains(err.Error(), "BCD") {
		t.Errorf("the verdict is %v", err)
	}
}

// Every shape, forwards and backwards, planted once among noise.
func TestOneLeakOfAnyLongShapeIsFound(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 6))
	secrets, noise := visits(rnd, 10, 20_000)
	for _, s := range secrets[:3] {
		turned := bytes.Clone(s.Value)
		for i, c := range s.Value {
			turned[len(turned)-1-i] = c
		}
		for _, v := range [][]byte{s.Value, turned} {
			for name, text := range map[string][]byte{
				"plain": v, "hex": fmt.Appendf(nil, "%x", v), "HEX": fmt.Appendf(nil, "%X", v), "UTF-16LE": widen(v, 2, 0), "UTF-16BE": widen(v, 2, 1),
				"Base64": []byte(base64.StdEncoding.EncodeToString(append([]byte(`p="`), v...))), "shifted": []byte(base64.StdEncoding.EncodeToString(append([]byte(`,"`), v...))),
			} {
				file := bytes.Clone(noise)
				copy(file[7000:], append(append([]byte{0, ' '}, text...), ' '))
				if err := try(t, rnd, secrets, file); err == nil {
					t.Errorf("the %s as %s, as %s, was not found", s.Name, v, name)
				}
			}
		}
	}
}
