package layout

import (
	"image/color"
	"math"
)

// Role is a colour by what it is for.
type Role uint8

const (
	None        Role = iota // not drawn
	Page                    // the background behind everything
	White                   // sheets, keys, and text on the strong colours
	Ink                     // text
	Second                  // text of less weight
	Edge                    // outlines of what can be touched
	Faint                   // decoration that carries no meaning
	Primary                 // the one main action
	PrimaryDown             // the main action while it is pressed
	PrimarySoft             // paper of the main action's colour
	Red                     // stop, error
	RedSoft                 // its paper
	Green                   // done
	GreenSoft               // its paper
	Amber                   // warning
	AmberSoft               // its paper
	Skin                    // pictures only: the card
	Gold                    // pictures only: its chip
	Scrim                   // over the page, under a question

	roles
)

// Contrast of text to its paper is 4.5:1 at least, of outlines to the page
// 3:1 (WCAG 2.2, JIS X 8341-3 AA); a test computes every pair that is used.
var palette = [roles]color.NRGBA{
	Page:        rgb(0xf3f5fa),
	White:       rgb(0xffffff),
	Ink:         rgb(0x1a1a1a),
	Second:      rgb(0x4d4d4d),
	Edge:        rgb(0x6b7280),
	Faint:       rgb(0xd3d9e6),
	Primary:     rgb(0x0017c1),
	PrimaryDown: rgb(0x000f7a),
	PrimarySoft: rgb(0xe3e9ff),
	Red:         rgb(0xa40000),
	RedSoft:     rgb(0xfdeeee),
	Green:       rgb(0x115a36),
	GreenSoft:   rgb(0xe6f5ec),
	Amber:       rgb(0x604b00),
	AmberSoft:   rgb(0xfbf5e0),
	Skin:        rgb(0xc9d6ff),
	Gold:        rgb(0xd9b44a),
	Scrim:       {R: 0x10, G: 0x14, B: 0x28, A: 0xb0},
}

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}

// Colour is the role's colour; fully transparent for None.
func (r Role) Colour() color.NRGBA {
	if r >= roles {
		return color.NRGBA{}
	}
	return palette[r]
}

// Contrast is WCAG's ratio of two roles' relative luminances, 1 to 21.
func Contrast(a, b Role) float64 {
	la, lb := luminance(a.Colour()), luminance(b.Colour())
	return (math.Max(la, lb) + 0.05) / (math.Min(la, lb) + 0.05)
}

func luminance(c color.NRGBA) float64 {
	channel := func(v uint8) float64 {
		f := float64(v) / 255
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(c.R) + 0.7152*channel(c.G) + 0.0722*channel(c.B)
}
