package slip

import (
	"fmt"
	"image"
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

// A set is the two faces at every size that was asked for.
type set struct {
	regular, bold *sfnt.Font

	mu   sync.Mutex
	made map[key]xfont.Face
}

type key struct {
	bold bool
	size float64
}

var faces = sync.OnceValues(func() (*set, error) {
	s := &set{made: map[key]xfont.Face{}}
	for file, to := range map[*[]byte]**sfnt.Font{&font.Regular: &s.regular, &font.Bold: &s.bold} {
		f, err := opentype.Parse(*file)
		if err != nil {
			return nil, fmt.Errorf("read an embedded font: %w", err)
		}
		*to = f
	}
	return s, nil
})

// face is the face for a rune: bold has not every kanji.
func (s *set) face(r rune, size float64, bold bool) xfont.Face {
	from := s.regular
	if bold && drawn(s.bold, r) {
		from = s.bold
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	k := key{from == s.bold, size}
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
	for _, r := range all {
		if !drawn(s.regular, r) {
			return false
		}
	}
	return true
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
