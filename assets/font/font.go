// Package font holds the faces that every text on the screen is drawn
// with, and one for paper. A kiosk's image has no system fonts, so a glyph that is not here is a
// box on the screen; the tests of assets/text look every rune up.
//
// The files are made by make.sh from Debian's fonts-noto-cjk and are under the
// SIL Open Font License 1.1 (OFL.txt). This package never parses them.
package font

import _ "embed"

// Regular is Noto Sans CJK JP with all of JIS X 0208, Latin, Latin-1 and the letters of
// Vietnamese, as OpenType with CFF outlines.
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

// A Face is a language's own, in two weights.
type Face struct{ Regular, Bold []byte }

var (
	//go:embed zh-Hans-regular.otf
	hans []byte
	//go:embed zh-Hans-bold.otf
	hansBold []byte
	//go:embed zh-Hant-regular.otf
	hant []byte
	//go:embed zh-Hant-bold.otf
	hantBold []byte
	//go:embed ko-regular.otf
	ko []byte
	//go:embed ko-bold.otf
	koBold []byte
)

// Own are the faces of the languages whose shapes of a code point differ from
// Japanese, by tag (RFC 5646): Noto Sans CJK SC, TC and KR with the characters of the
// catalogue and ASCII. A character that is not there is drawn with Regular or Bold.
var Own = map[string]Face{"zh-Hans": {hans, hansBold}, "zh-Hant": {hant, hantBold}, "ko": {ko, koBold}}
