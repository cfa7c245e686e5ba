// Package font holds the two faces that every text on the screen is drawn
// with, and one for paper. A kiosk's image has no system fonts, so a glyph that is not here is a
// box on the screen; the tests of assets/text look every rune up.
//
// The files are made by make.sh from Debian's fonts-noto-cjk and are under the
// SIL Open Font License 1.1 (OFL.txt). This package never parses them.
package font

import _ "embed"

// Regular is Noto Sans CJK JP with all of JIS X 0208, Latin and Latin-1, as
// OpenType with CFF outlines.
//
//go:embed regular.otf
var Regular []byte

// Report is Regular's ASCII and the characters of report.txt with TrueType outlines,
// for the readiness report as PDF.
//
//go:embed report.ttf
var Report []byte

// Bold is the same face for headings and buttons. Its kanji are those of JIS
// level 1.
//
//go:embed bold.otf
var Bold []byte
