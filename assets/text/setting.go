package text

import (
	"time"

	"multicopy.example/kiosk"
)

// A Setting is how a language puts together what the catalogue has in parts.
type Setting struct {
	Colon string // between a thing and what is said of it
	Comma string // between the things of a list
	Then  string // between two parts of a line of which the first has no full stop
	Space string // between two sentences that have theirs

	Open, Close string // the brackets
	After       bool   // "since" stands behind its day

	day, when string // layouts of package time
}

var (
	eastern = Setting{Colon: "：", Comma: "、", Then: "　", Open: "（", Close: "）", After: true, day: "2006年1月2日", when: "2006年1月2日 15時04分"}
	western = Setting{Colon: ": ", Comma: ", ", Then: ". ", Space: " ", Open: " (", Close: ")"}
	korean  = Setting{Colon: ": ", Comma: ", ", Then: ". ", Space: " ", Open: "(", Close: ")", After: true}

	settings = [kiosk.Langs]Setting{
		kiosk.Japanese:    eastern,
		kiosk.English:     western.dated("2 January 2006", "2 January 2006, 15:04"),
		kiosk.Easy:        eastern,
		kiosk.Simplified:  eastern.dated("2006年1月2日", "2006年1月2日 15:04"),
		kiosk.Traditional: eastern.dated("2006年1月2日", "2006年1月2日 15:04"),
		kiosk.Korean:      korean.dated("2006년 1월 2일", "2006년 1월 2일 15:04"),
		kiosk.Vietnamese:  western.dated("02/01/2006", "15:04, 02/01/2006"),
		kiosk.Portuguese:  western.dated("02/01/2006", "02/01/2006, 15:04"),
	}
)

func (s Setting) dated(day, when string) Setting {
	s.day, s.when = day, when
	return s
}

// SettingOf is the setting of a language; English's of a number that names none.
func SettingOf(l kiosk.Lang) Setting {
	if l >= kiosk.Langs {
		l = kiosk.English
	}
	return settings[l]
}

// Japan is the zone of every date: the service is Japan's, whatever the
// machine's zone.
var Japan = time.FixedZone("JST", 9*60*60)

// When is a moment (Unix seconds) as a resident writes it down; "" for zero.
func When(l kiosk.Lang, unix int64) string { return dated(unix, SettingOf(l).when) }

// Day is the day of a moment (Unix seconds); "" for zero.
func Day(l kiosk.Lang, unix int64) string { return dated(unix, SettingOf(l).day) }

func dated(unix int64, layout string) string {
	if unix == 0 {
		return ""
	}
	return time.Unix(unix, 0).In(Japan).Format(layout)
}
