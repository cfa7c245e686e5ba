package layout

import (
	"slices"
	"strings"
	"unicode"

	"multicopy.example/kiosk"
)

// Lines may not begin with these (JIS X 4051, the common part) …
const notFirst = "、。，．・：；？！）」』】〕ー～々ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.!?:;)”’"

// … nor end with these.
const notLast = "（「『【〔(“‘～"

// wrap breaks a text into lines of at most width pixels. Japanese is broken
// where a phrase ends if it can be, English at spaces; a phrase wider than the
// line is broken between characters. A title is evened out, so that no last
// line stands there with two characters.
func wrap(s string, width float32, st style) []string {
	units := phrases(s, st.lang)
	lines := greedy(units, width, st)
	if !st.even || len(lines) < 2 {
		return lines
	}
	low, high := width/float32(len(lines))*0.8, width
	for _, u := range units { // a phrase that fits is not broken for an even edge
		if fits(u, width, st) {
			low = max(low, wide([]string{u}, st))
		}
	}
	for range 12 {
		mid := (low + high) / 2
		if try := greedy(units, mid, st); len(try) > len(lines) || wide(try, st) > mid {
			low = mid
		} else {
			high = mid
		}
	}
	if best := greedy(units, high, st); len(best) <= len(lines) {
		return best
	}
	return lines
}

func wide(lines []string, st style) (w float32) {
	for _, l := range lines {
		w = max(w, Width(l, st.px, st.bold))
	}
	return w
}

func greedy(units []string, width float32, st style) (lines []string) {
	line := ""
	for _, u := range units {
		if fits(line+u, width, st) {
			line += u
			continue
		}
		if line != "" {
			lines = append(lines, strings.TrimRight(line, " "))
		}
		line = strings.TrimLeft(u, " ")
		for !fits(line, width, st) {
			head, tail := split(line, width, st)
			if tail == "" {
				break // one character wider than the line: a test sees it
			}
			lines, line = append(lines, head), tail
		}
	}
	if line != "" {
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return lines
}

func fits(s string, width float32, st style) bool {
	return Width(strings.TrimRight(s, " "), st.px, st.bold) <= width
}

// split cuts a phrase that is wider than a line between two characters that
// may stand there.
func split(s string, width float32, st style) (head, tail string) {
	rs := []rune(s)
	n := 1
	for n < len(rs) && fits(string(rs[:n+1]), width, st) {
		n++
	}
	for k := n; k > 1; k-- {
		if mayBreak(rs[k-1], rs[min(k, len(rs)-1)]) {
			n = k
			break
		}
	}
	return string(rs[:n]), string(rs[n:])
}

func mayBreak(before, after rune) bool {
	if strings.ContainsRune(notFirst, after) || strings.ContainsRune(notLast, before) {
		return false
	}
	return !(latin(before) && latin(after))
}

// latin are letters of words that have spaces between them, Korean's among them.
func latin(r rune) bool {
	return r < 0x250 && r != ' ' || r == '–' || r >= 0x1E00 && r < 0x1F00 || unicode.Is(unicode.Hangul, r)
}

// sentences cuts a text after each full stop.
func sentences(s string) (all []string) {
	for s != "" {
		end := len(s)
		for _, stop := range []string{"。", ". "} {
			if i := strings.Index(s, stop); i >= 0 {
				end = min(end, i+len(stop))
			}
		}
		all, s = append(all, strings.TrimRight(s[:end], " ")), s[end:]
	}
	return all
}

// phrases cuts a text where a reader would breathe: after punctuation and
// closing brackets, before opening ones, at spaces, and where hiragana ends
// and something else begins, which in Japanese is where most particles and
// endings are. A single hiragana between two kanji is an ending inside a word
// (書き込む) unless it is a particle.
func phrases(s string, l kiosk.Lang) []string {
	rs := []rune(s)
	var out []string
	from := 0
	for i := 1; i < len(rs); i++ {
		if breathes(rs, i, l) {
			out = append(out, string(rs[from:i]))
			from = i
		}
	}
	return append(out, string(rs[from:]))
}

func breathes(rs []rune, i int, l kiosk.Lang) bool {
	before, after := rs[i-1], rs[i]
	switch {
	case !mayBreak(before, after):
		return false
	case before == ' ':
		return true
	case strings.ContainsRune("、。，．：？！", before), strings.ContainsRune("（「『【", after):
		return true
	case inside(rs, i, onceMore):
		return false
	case honorific(rs, i):
		return true
	case honorific(rs, i-1):
		return false
	case (l == kiosk.Simplified || l == kiosk.Traditional) && len(rs) > 6: // there are no spaces, and a line of a text may end behind each character
		return unicode.Is(unicode.Han, before) || unicode.Is(unicode.Han, after)
	case !unicode.Is(unicode.Hiragana, before) || unicode.Is(unicode.Hiragana, after):
		return false
	}
	single := i < 2 || !unicode.Is(unicode.Hiragana, rs[i-2])
	if !single {
		return true
	}
	return strings.ContainsRune("をにはがのとでもへや", before) // お知らせ and 読み取り stay whole
}

// onceMore stays whole; the rule of the script's changes would break it.
var onceMore = []rune("もう一度")

// inside reports whether a break at i would cut that word.
func inside(rs []rune, i int, word []rune) bool {
	for at := max(0, i-len(word)+1); at < i && at+len(word) <= len(rs); at++ {
		if slices.Equal(rs[at:at+len(word)], word) {
			return true
		}
	}
	return false
}

// honorific reports whether the お or ご at i belongs to the word after it.
func honorific(rs []rune, i int) bool {
	return i > 0 && i+1 < len(rs) && (rs[i] == 'お' || rs[i] == 'ご') && unicode.Is(unicode.Han, rs[i+1])
}
