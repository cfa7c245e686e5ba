package layout

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"multicopy.example/assets/text"
	"multicopy.example/devices/speaker"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// A registered name is said by its reading.
type registered struct {
	name, reading string
	lang          kiosk.Lang // of the reading
}

// registeredIn are the names of a file; none where there is no file.
func registeredIn(file string) (all []registered, err error) {
	if file == "" {
		return nil, nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("names: %w", err)
	}
	for i, line := range strings.Split(string(b), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		part := strings.Split(line, "\t")
		l := slices.IndexFunc(kiosk.AllLangs.List(), func(l kiosk.Lang) bool { return len(part) == 3 && l.String() == part[2] })
		if len(part) == 2 {
			l = int(kiosk.Japanese)
		}
		if l < 0 || part[1] == "" || !utf8.ValidString(part[0]) || part[0] == "" || utf8.RuneCountInString(part[0]) > kiosk.MaxName {
			return nil, fmt.Errorf("names: %s:%d: a line is a name of %d characters at most, a tab, its reading, and where that is not Japanese a tab and the tag of its language", file, i+1, kiosk.MaxName)
		}
		all = append(all, registered{part[0], part[1], kiosk.Lang(l)})
	}
	return all, nil
}

// pack writes the one file of sounds that names are said from: those that are registered, letters and digits in each
// language, and the syllables of Japanese. Each has a clip in the folder already, but for those of a language that is not made.
func pack(folder string, langs []kiosk.Lang, names []registered) (size int64, err error) {
	var sound, list bytes.Buffer
	keys := map[speaker.Key]bool{}
	add := func(k speaker.Key, l kiosk.Lang, piece string) {
		pcm, e := os.ReadFile(filepath.Join(folder, text.Clip(l, piece)+speaker.Suffix))
		if keys[k] {
			e = fmt.Errorf("%q has the key of another", piece)
		}
		keys[k] = true
		fmt.Fprintf(&list, "%x %d %d\n", uint64(k), sound.Len(), len(pcm))
		sound.Write(pcm)
		err = errors.Join(err, e)
	}
	for _, l := range langs {
		if text.Spoken(l) != l && slices.Contains(langs, text.Spoken(l)) {
			continue // the same sounds
		}
		tag := text.Spoken(l).String()
		for _, r := range append([]rune("0123456789"), text.Letters(l)...) {
			k := speaker.Char(tag).With(r)
			if r > 0x3000 {
				k = speaker.Kana().With(r)
			}
			add(k, l, string(r))
		}
	}
	for _, r := range names {
		k := speaker.Whole()
		for _, c := range r.name {
			k = k.With(c)
		}
		add(k, r.lang, r.reading)
	}
	for name, b := range map[string][]byte{speaker.NamesSound: sound.Bytes(), speaker.NamesList: list.Bytes()} {
		err = errors.Join(err, os.WriteFile(filepath.Join(folder, name), b, 0o644))
	}
	return int64(sound.Len()), err
}

func TestRegisteredNamesAreReadWithTheirReadings(t *testing.T) {
	write := func(s string) string {
		name := filepath.Join(t.TempDir(), "names")
		must.OK(t, os.WriteFile(name, []byte(s), 0o600))
		return name
	}
	got, err := registeredIn(write("# of this operator\n令和銀行\tれいわぎんこう\nKanaria Bank\tkanaria bank\ten\n"))
	want := []registered{{"令和銀行", "れいわぎんこう", kiosk.Japanese}, {"Kanaria Bank", "kanaria bank", kiosk.English}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	for _, bad := range []string{"a", "a\t", "\ta", "a\tb\txx", strings.Repeat("a", kiosk.MaxName+1) + "\tb", "\xff\tb"} {
		if _, err := registeredIn(write(bad)); err == nil {
			t.Errorf("%q", bad)
		}
	}
}
