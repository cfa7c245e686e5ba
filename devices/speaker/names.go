package speaker

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"unicode"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// Names of companies are said from one file of sounds, found by numbers. A name comes a character at a time from
// where it is locked; no string, no path and no buffer of the program has it, and its sound stands in
// locked pages that are erased when the player has taken it.

// The file of sounds, and its list: a line for each, key, offset and length.
const (
	NamesSound = "names.s16"
	NamesList  = "names.txt"
)

// A Key finds a sound. It is FNV-1a of 64 bits, made by hand: a hash of the library keeps what it was given.
type Key uint64

// Whole begins the key of a registered name.
func Whole() Key { return key("name") }

// Char begins the key of a character, said in that language.
func Char(tag string) Key { return key("char " + tag) }

// Kana begins the key of a syllable of Japanese.
func Kana() Key { return key("kana") }

func key(of string) Key {
	k := Key(14695981039346656037)
	for _, r := range of + "\x00" {
		k = k.With(r)
	}
	return k
}

// With is the key with one more character.
func (k Key) With(r rune) Key {
	var b [utf8.UTFMax]byte
	for _, c := range b[:utf8.EncodeRune(b[:], r)] {
		k = (k ^ Key(c)) * 1099511628211
	}
	return k
}

// A span is a sound in the file.
type span struct{ at, size int64 }

// names are all of them.
type names struct {
	sound *os.File
	of    map[Key]span
}

// mostName is how long a sound of a name may be: half a minute.
const mostName = 30 * 2 * Rate

func openNames(folder string) (names, error) {
	list, err := os.ReadFile(filepath.Join(folder, NamesList))
	if err != nil {
		return names{}, fmt.Errorf("there is no list of names (make speech makes it): %w", err)
	}
	n := names{of: map[Key]span{}}
	if n.sound, err = os.Open(filepath.Join(folder, NamesSound)); err != nil {
		return names{}, fmt.Errorf("the sounds of names are missing; make speech makes them: %w", err)
	}
	info, err := n.sound.Stat()
	if err != nil {
		return names{}, err
	}
	lines := bufio.NewScanner(bytes.NewReader(list))
	for lines.Scan() {
		var k Key
		var s span
		if _, err := fmt.Sscanf(lines.Text(), "%x %d %d", &k, &s.at, &s.size); err != nil || s.at < 0 || s.size < 0 || s.size > mostName || s.at > info.Size()-s.size {
			_ = n.sound.Close()
			return names{}, fmt.Errorf("the list of names in %s has a line that fits no sound: %q", folder, lines.Text())
		}
		n.of[k] = s
	}
	return n, lines.Err()
}

// Name is a name as a part: by its own sound, or else by its characters, in that language; false where one of
// them has none. char gives a character at a time.
func (s *Speaker) Name(tag string, char func(i int) (rune, bool)) (Part, bool) {
	whole, n := Whole(), 0
	for ; ; n++ {
		r, ok := char(n)
		if !ok {
			break
		}
		whole = whole.With(r)
	}
	if one, ok := s.names.of[whole]; ok && n > 0 {
		return Part{name: []span{one}}, true
	}
	spelled := make([]span, 0, n)
	for i := range n {
		r, _ := char(i)
		if unicode.IsSpace(r) || unicode.IsPunct(r) {
			continue
		}
		one, ok := s.letter(tag, r)
		if !ok {
			clear(spelled)
			return Part{}, false
		}
		spelled = append(spelled, one)
	}
	return Part{name: spelled}, len(spelled) > 0
}

// letter is the sound of a character, whichever of its shapes it has.
func (s *Speaker) letter(tag string, r rune) (span, bool) {
	if 0xFF01 <= r && r <= 0xFF5E { // as wide as a kanji
		r -= 0xFEE0
	}
	if 0x30A1 <= r && r <= 0x30F6 { // katakana, said as hiragana
		r -= 0x60
	}
	r = unicode.ToUpper(r)
	if one, ok := s.names.of[Char(tag).With(r)]; ok {
		return one, true
	}
	one, ok := s.names.of[Kana().With(r)]
	return one, ok
}

// locked is room that no swap gets, and what erases and returns it.
func locked(size int) (room []byte, free func(), err error) {
	page := os.Getpagesize()
	room, err = unix.Mmap(-1, 0, max((size+page-1)/page, 1)*page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return nil, nil, fmt.Errorf("room for a name: %w", err)
	}
	free = func() {
		clear(room)
		_ = unix.Munmap(room)
	}
	if err := unix.Mlock(room); err != nil {
		free()
		return nil, nil, fmt.Errorf("locked room for a name: %w", err)
	}
	return room[:size], free, nil
}
