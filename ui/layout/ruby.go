package layout

import (
	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// A reading stands over the kanji that it belongs to (furigana), nearly half as large as
// they are: a line of its own, for the toolkit knows of none.
const rubySize = 0.45

// labelled is the language of labels and counts. Those of easy Japanese are in kana, for a
// button with two lines would leave a larger text too little room.
func (p *page) labelled() kiosk.Lang {
	if p.v.Lang == kiosk.Easy {
		return kiosk.Japanese
	}
	return p.v.Lang
}

// ruby is how much higher a line is for its readings.
func (s style) ruby() float32 {
	if s.lang != kiosk.Easy {
		return 0
	}
	return ceil(s.rubyPx() * 1.08)
}

func (s style) rubyPx() float32 { return ceil(s.px * rubySize) }

// readings are the items over a line. Each stands over the middle of its kanji, moved
// where the one before it or the end of the column leaves no room.
func (s style) readings(line Item, column Rect) (out []Item) {
	if s.lang != kiosk.Easy {
		return nil
	}
	rs, end := []rune(line.Text), column.X
	for _, r := range text.Readings(line.Text) {
		from := line.X + Width(string(rs[:r.At]), s.px, s.bold)
		under := Width(string(rs[r.At:r.At+r.Len]), s.px, s.bold)
		w := ceil(Width(r.Kana, s.rubyPx(), false)) + 1
		x := min(from+(under-w)/2, max(column.X+column.W, line.X+line.W)-w)
		x = max(x, end)
		end = x + w
		out = append(out, Item{Kind: Line, Rect: Rect{x, line.Y - s.ruby(), w, s.ruby()}, Text: r.Kana, Of: r.Kana, Ruby: true,
			Px: s.rubyPx(), Ink: line.Ink, Paper: line.Paper, Lang: s.lang})
	}
	return out
}
