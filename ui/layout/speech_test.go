package layout

import (
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"multicopy.example/assets/text"
	"multicopy.example/devices/speaker"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/ui/internal/sample"
)

var (
	speech      = flag.String("speech", "", "make the clips that are missing in this `folder`, and remove those that no sentence needs")
	speechNames = flag.String("names", "", "with the names that stand in this `file`: a line for each, the name, a tab, its reading, and, where that is not Japanese, a tab and the tag of its language")
	speechLangs = flag.String("languages", "", "of these languages, by their tags with commas between; all of them where empty")
)

// voices are espeak-ng's.
var voices = [kiosk.Langs]string{kiosk.Japanese: "ja", kiosk.Easy: "ja", kiosk.English: "en-us", kiosk.Simplified: "cmn", kiosk.Traditional: "cmn",
	kiosk.Korean: "ko", kiosk.Vietnamese: "vi", kiosk.Portuguese: "pt-br"}

// espeak is a piece as sound: espeak-ng writes a WAV file of 16 bits, one channel, 22,050 samples a second.
func espeak(l kiosk.Lang, piece string) ([]byte, error) {
	c := exec.Command("espeak-ng", "-v", voices[l], "-s", "165", "--stdout", "--stdin")
	c.Stdin = strings.NewReader(text.Kana(l, piece))
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("espeak-ng: %w", err)
	}
	const head = 44
	if len(out) < head || string(out[:4]) != "RIFF" || binary.LittleEndian.Uint32(out[24:]) != speaker.Rate || out[22] != 1 || out[34] != 16 {
		return nil, errors.New("espeak-ng wrote another kind of file")
	}
	return trimmed(out[head:]), nil
}

// trimmed is sound without the silence at its ends, but for a twentieth of a second.
func trimmed(pcm []byte) []byte {
	loud := func(i int) bool {
		v := int16(binary.LittleEndian.Uint16(pcm[i:]))
		return v > 200 || v < -200
	}
	const rest = speaker.Rate / 20 * 2
	from, to := 0, len(pcm)&^1
	for from+2 < to && !loud(from) {
		from += 2
	}
	for to-2 > from && !loud(to-2) {
		to -= 2
	}
	return pcm[max(from-rest, 0):min(to+rest, len(pcm)&^1)]
}

// pieces are all that is said in a language: of every page of every sample at every size, lying and
// upright, with every place of the reader.
func pieces(l kiosk.Lang, sizes []kiosk.Size) map[string]bool {
	all := map[string]bool{}
	add := func(sentences []string) {
		for _, s := range sentences {
			for _, p := range text.Pieces(s) {
				all[p] = true
			}
		}
	}
	for _, p := range text.Spares(l) {
		all[p] = true
	}
	for i, panel := range []Panel{Panel10, PanelPortrait} {
		panel.Chains = chains
		panel.Reader = Reader{Side: []Side{Right, Below}[i], MM: 150}
		for _, z := range sizes {
			for _, v := range sample.Views(l, z) {
				f := Fill{v.Typed, v.Form}
				v.Sound = true
				for no, s := range pagesOf(v, panel) {
					add(Aloud(v.View, panel, f, no, true))
					for _, it := range s.Stops() {
						said, _ := AloudFocus(v.View, panel, f, no, Focus{Shown: true, At: it.Stop()}, true)
						add(said)
					}
				}
				said, _ := AloudTyped(v.View, f, true)
				add(said)
			}
		}
	}
	if l == kiosk.Japanese {
		l = kiosk.Easy
	}
	for _, k := range []text.Key{text.ReaderLeft, text.ReaderAbove} {
		add([]string{text.Say(kiosk.View{Lang: l}, k, 15)})
	}
	add([]string{Volume(kiosk.View{Lang: l})})
	for _, k := range []text.Key{text.DarkNow, text.LitNow, text.SayAlone, text.SayUnread} {
		add([]string{text.Of(l, k)})
	}
	return all
}

// makeSpeech makes the clips that a folder lacks, and its list; it returns how many it made, and the bytes
// of all.
func makeSpeech(folder string, langs []kiosk.Lang, sizes []kiosk.Size, names []registered, say func(kiosk.Lang, string) ([]byte, error)) (made int, size int64, err error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return 0, 0, err
	}
	type clip struct {
		l           kiosk.Lang
		name, piece string
	}
	wanted := map[string]clip{}
	for _, l := range langs {
		for p := range pieces(l, sizes) {
			n := text.Clip(l, p)
			wanted[n] = clip{l, n, p}
		}
	}
	for _, r := range names {
		n := text.Clip(r.lang, r.reading)
		wanted[n] = clip{r.lang, n, r.reading}
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	var todo []clip
	for n, c := range wanted {
		if _, e := os.Stat(filepath.Join(folder, n+speaker.Suffix)); e != nil {
			todo = append(todo, c)
		}
	}
	const hands = 4
	for hand := range hands {
		wg.Go(func() {
			for i := hand; i < len(todo); i += hands {
				c := todo[i]
				pcm, e := say(c.l, c.piece)
				if e == nil {
					e = os.WriteFile(filepath.Join(folder, c.name+speaker.Suffix), pcm, 0o644)
				}
				mu.Lock()
				made, err = made+1, errors.Join(err, e)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if err != nil {
		return made, 0, err
	}
	there, err := filepath.Glob(filepath.Join(folder, "*"+speaker.Suffix))
	if err != nil {
		return made, 0, err
	}
	for _, f := range there {
		if _, ok := wanted[strings.TrimSuffix(filepath.Base(f), speaker.Suffix)]; !ok {
			if err := os.Remove(f); err != nil {
				return made, 0, err
			}
		} else if i, err := os.Stat(f); err == nil {
			size += i.Size()
		}
	}
	list := strings.Join(append([]string{text.Sum()}, slices.Sorted(maps.Keys(wanted))...), "\n") + "\n"
	packed, err := pack(folder, langs, names)
	return made, size + packed, errors.Join(err, os.WriteFile(filepath.Join(folder, speaker.List), []byte(list), 0o644))
}

// With -speech this makes the clips; without, it makes those of one language at one size with
// a synthesizer of its own, and makes nothing the second time.
func TestSpeechIsMadeOnceAndThenOnlyWhatChanged(t *testing.T) {
	if *speech != "" {
		langs := kiosk.AllLangs.List()
		if *speechLangs != "" {
			langs = slices.DeleteFunc(langs, func(l kiosk.Lang) bool { return !slices.Contains(strings.Split(*speechLangs, ","), l.String()) })
		}
		names, err := registeredIn(*speechNames)
		must.OK(t, err)
		made, size, err := makeSpeech(*speech, langs, kiosk.Sizes(), names, espeak)
		must.OK(t, err)
		t.Logf("speech: %d clips made, %.1f MB in %s", made, float64(size)/1e6, *speech)
		return
	}
	dir := t.TempDir()
	say := func(l kiosk.Lang, piece string) ([]byte, error) { return []byte(l.String() + piece), nil }
	one, usual := []kiosk.Lang{kiosk.English}, []kiosk.Size{kiosk.SizeNormal}
	bank := []registered{{"令和銀行", "れいわぎんこう", kiosk.Japanese}}
	made, size, err := makeSpeech(dir, one, usual, bank, say)
	if err != nil || made < 200 || size == 0 {
		t.Fatalf("%d clips of %d bytes: %v", made, size, err)
	}
	gone := filepath.Join(dir, text.Clip(kiosk.English, "Next")+speaker.Suffix)
	other := filepath.Join(dir, "00"+speaker.Suffix)
	must.OK(t, errors.Join(os.Remove(gone), os.WriteFile(other, nil, 0o600)))
	if made, _, err := makeSpeech(dir, one, usual, bank, say); made != 1 || err != nil {
		t.Errorf("%d clips are made anew: %v", made, err)
	}
	if _, err := os.Stat(other); err == nil {
		t.Error("a clip of no sentence stays")
	}
	s, err := speaker.Open(dir, "null", text.Sum(), nil)
	must.OK(t, err)
	for name, want := range map[string]bool{"令和銀行": true, "Kanaria Bank": true, "平成銀行": false} {
		rs := []rune(name)
		_, ok := s.Name("en", func(i int) (rune, bool) { return append(rs, 0)[i], i < len(rs) })
		if ok != want {
			t.Errorf("%s is said: %v", name, ok)
		}
	}
	if b, err := os.ReadFile(gone); err != nil || !bytes.HasSuffix(b, []byte("Next")) {
		t.Errorf("%q: %v", b, err)
	}
}
