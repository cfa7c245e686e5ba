package layout

import (
	"image/color"

	"multicopy.example/kiosk"
)

// The colours of the themes. The contrast of text to its paper is 7:1 at least, in the theme without glare
// 4.5:1, of outlines and drawings to what is behind them 3:1 (WCAG 2.2, JIS X 8341-3); a
// test computes every pair of every view. On a dark page the strong colours are light and
// what stands on them is dark, so that a screen names the same roles in each theme.
//
// Of text on its page: dark on light 15.9:1, the two of high contrast 21:1, the one without glare 7.7:1 with
// nothing brighter than its text (the values of VotingWorks' VxSuite, in which they were tried with voters).
var palettes = [kiosk.Themes][roles]color.NRGBA{
	kiosk.ThemeLight: {
		Page:        rgb(0xf3f5fa),
		Sheet:       rgb(0xffffff),
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
		Body:        rgb(0x1a1a1a),
		Bed:         rgb(0x4d4d4d),
		CodeDark:    rgb(0x000000),
		CodeLight:   rgb(0xffffff),
		Scrim:       {R: 0x10, G: 0x14, B: 0x28, A: 0xb0},
	},
	kiosk.ThemeContrastLight: {
		Page:        rgb(0xffffff),
		Sheet:       rgb(0xffffff),
		Ink:         rgb(0x000000),
		Second:      rgb(0x000000),
		Edge:        rgb(0x000000),
		Faint:       rgb(0xcccccc),
		Primary:     rgb(0x00007a),
		PrimaryDown: rgb(0x000040),
		PrimarySoft: rgb(0xdde4ff),
		Red:         rgb(0x8a0000),
		RedSoft:     rgb(0xffffff),
		Green:       rgb(0x00451f),
		GreenSoft:   rgb(0xffffff),
		Amber:       rgb(0x4a3500),
		AmberSoft:   rgb(0xffffff),
		Skin:        rgb(0xffffff),
		Gold:        rgb(0xe8c04a),
		Body:        rgb(0x000000),
		Bed:         rgb(0x333333),
		CodeDark:    rgb(0x000000),
		CodeLight:   rgb(0xffffff),
		Scrim:       {R: 0x00, G: 0x00, B: 0x00, A: 0xc0},
	},
	kiosk.ThemeContrastDark: {
		Page:        rgb(0x000000),
		Sheet:       rgb(0x000000),
		Ink:         rgb(0xffffff),
		Second:      rgb(0xffffff),
		Edge:        rgb(0xffffff),
		Faint:       rgb(0x3d3d3d),
		Primary:     rgb(0x80dcff),
		PrimaryDown: rgb(0x4fb4e0),
		PrimarySoft: rgb(0x00293d),
		Red:         rgb(0xff9e9e),
		RedSoft:     rgb(0x000000),
		Green:       rgb(0x7af0a8),
		GreenSoft:   rgb(0x000000),
		Amber:       rgb(0xffd43d),
		AmberSoft:   rgb(0x000000),
		Skin:        rgb(0x12304a),
		Gold:        rgb(0xe8c04a),
		Body:        rgb(0x8c8c8c),
		Bed:         rgb(0x1f1f1f),
		CodeDark:    rgb(0x000000),
		CodeLight:   rgb(0xffffff),
		Scrim:       {R: 0x60, G: 0x60, B: 0x60, A: 0xb0},
	},
	kiosk.ThemeLowGlare: {
		Page:        rgb(0x222222),
		Sheet:       rgb(0x1b1b1b),
		Ink:         rgb(0xb4b4b4),
		Second:      rgb(0xa8a8a8),
		Edge:        rgb(0x8a8a8a),
		Faint:       rgb(0x3a3a3a),
		Primary:     rgb(0x93a8d8),
		PrimaryDown: rgb(0x7b90c0),
		PrimarySoft: rgb(0x282e3c),
		Red:         rgb(0xd99a9a),
		RedSoft:     rgb(0x2e2222),
		Green:       rgb(0x86b896),
		GreenSoft:   rgb(0x202a24),
		Amber:       rgb(0xbfa968),
		AmberSoft:   rgb(0x2b271b),
		Skin:        rgb(0x333d57),
		Gold:        rgb(0xa88d48),
		Body:        rgb(0x7a7a7a),
		Bed:         rgb(0x2a2a2a),
		CodeDark:    rgb(0x1b1b1b),
		CodeLight:   rgb(0xb4b4b4),
		Scrim:       {R: 0x50, G: 0x50, B: 0x50, A: 0xb0},
	},
}

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}
