package phone

import (
	"bytes"

	"multicopy.example/assets/text"
)

// annotate writes a page of easy Japanese with the readings over its kanji. Text in a mark that has a
// language of its own, the title and whatever stands in a mark itself stay as they are.
func annotate(to *bytes.Buffer, page []byte) {
	skip := []byte("head") // what is being skipped
	for len(page) > 0 {
		at := bytes.IndexByte(page, '<')
		if at < 0 {
			at = len(page)
		}
		if skip != nil {
			to.Write(page[:at])
		} else {
			ruby(to, page[:at])
		}
		page = page[at:]
		end := bytes.IndexByte(page, '>') + 1 // the template escapes each other one
		if end == 0 {
			end = len(page)
		}
		mark := page[:end]
		if skip == nil && bytes.Contains(mark, []byte(` lang="`)) {
			skip, _, _ = bytes.Cut(mark[1:], []byte(" "))
		} else if name, ok := bytes.CutPrefix(mark, []byte("</")); ok && bytes.Equal(bytes.TrimSuffix(name, []byte(">")), skip) {
			skip = nil
		}
		to.Write(mark)
		page = page[end:]
	}
}

// ruby writes a text that has no mark in it.
func ruby(to *bytes.Buffer, said []byte) {
	rs, at := bytes.Runes(said), 0
	for _, r := range text.Readings(string(said)) {
		to.WriteString(string(rs[at:r.At]))
		to.WriteString("<ruby>" + string(rs[r.At:r.At+r.Len]) + "<rp>(</rp><rt>" + r.Kana + "</rt><rp>)</rp></ruby>")
		at = r.At + r.Len
	}
	to.WriteString(string(rs[at:]))
}
