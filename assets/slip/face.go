package slip

import (
	"fmt"
	"image"
	"slices"
	"strings"
	"sync"

	xfont "golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"multicopy.example/assets/font"
	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// A set is a language's faces at every size that was asked for: its own where it has one,
// then those of Japanese.
type set struct {
	regular, bold []*sfnt.Font

	mu   sync.Mutex
	made map[key]xfont.Face
}

type key struct {
	from *sfnt.Font
	size float64
}

var parsed = sync.OnceValues(func() (map[kiosk.Lang]*set, error) {
	read := func(files ...[]byte) (all []*sfnt.Font, err error) {
		for _, file := range files {
			if file == nil { // no face of its own
				continue
			}
			f, err := opentype.Parse(file)
			if err != nil {
				return nil, fmt.Errorf("read an embedded font: %w", err)
			}
			all = append(all, f)
		}
		return all, nil
	}
	all := map[kiosk.Lang]*set{}
	for l := range kiosk.Langs {
		own := font.Own[l.String()]
		regular, err := read(own.Regular, font.Regular)
		if err != nil {
			return nil, err
		}
		bold, err := read(own.Bold, font.Bold, own.Regular, font.Regular) // bold has not every kanji
		if err != nil {
			return nil, err
		}
		all[l] = &set{regular: regular, bold: bold, made: map[key]xfont.Face{}}
	}
	return all, nil
})

// faces is the set of a language, English's of a number that names none.
func faces(l kiosk.Lang) (*set, error) {
	all, err := parsed()
	if err != nil {
		return nil, err
	}
	if all[l] == nil {
		l = kiosk.English
	}
	return all[l], nil
}

// face is the first face that has a rune.
func (s *set) face(r rune, size float64, bold bool) xfont.Face {
	among := s.regular
	if bold {
		among = s.bold
	}
	from := among[len(among)-1]
	for _, f := range among {
		if drawn(f, r) {
			from = f
			break
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	k := key{from, size}
	if s.made[k] == nil {
		f, err := opentype.NewFace(from, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: xfont.HintingNone})
		if err != nil {
			panic(err) // of sizes that are none
		}
		s.made[k] = f
	}
	return s.made[k]
}

func drawn(f *sfnt.Font, r rune) bool {
	g, err := f.GlyphIndex(nil, r)
	return err == nil && g != 0
}

// draw reports whether the fonts have every rune of a block.
func (s *set) draw(v kiosk.View, machine string) bool {
	if text.Of(v.Lang, text.SlipTitle) == "" {
		return false
	}
	title, pairs, rest := lines(v, machine)
	all := title + strings.Join(rest, "")
	for _, p := range pairs {
		all += p[0] + p[1]
	}
	return !strings.ContainsFunc(all, func(r rune) bool {
		return !slices.ContainsFunc(s.regular, func(f *sfnt.Font) bool { return drawn(f, r) })
	})
}

func (s *set) advance(r rune, size float64, bold bool) fixed.Int26_6 {
	a, _ := s.face(r, size, bold).GlyphAdvance(r)
	return a
}

// noBegin are characters that no line begins with (JIS X 4051).
const noBegin = "、。，．,.・：；？！）」』〕〉》ー々ゃゅょっァィゥェォャュョッ%)]"

// wide runes have a chance of a new line between them.
func wide(r rune) bool { return r >= 0x2E80 }

// wrap cuts a paragraph into lines that fit.
func (s *set) wrap(p string, size float64, bold bool, dots int) (lines []string) {
	most := fixed.I(dots)
	runes := []rune(p)
	for begin := 0; begin < len(runes); {
		width, end, chance := fixed.Int26_6(0), begin, 0
		for ; end < len(runes); end++ {
			if width += s.advance(runes[end], size, bold); width > most {
				break
			}
			next := end + 1
			if next < len(runes) && (runes[end] == ' ' || (wide(runes[end]) || wide(runes[next])) && !strings.ContainsRune(noBegin, runes[next])) {
				chance = next
			}
		}
		if end < len(runes) && chance > begin {
			end = chance
		}
		end = max(end, begin+1)
		lines = append(lines, strings.TrimSpace(string(runes[begin:end])))
		begin = end
	}
	return lines
}

// line draws one line whose base line is at y.
func (s *set) line(to *image.Gray, text string, size float64, bold bool, y int) {
	d := xfont.Drawer{Dst: to, Src: image.Black, Dot: fixed.P(0, y)}
	for _, r := range text {
		d.Face = s.face(r, size, bold)
		d.DrawString(string(r))
	}
}
