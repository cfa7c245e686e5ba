package secretscan

import (
	"bytes"
	"encoding/binary"
)

// A span is bytes from one offset to before another.
type span struct{ from, to int }

// pixels are the compressed parts of a PNG, the data of its IDAT chunks (PNG, 11.2.3); none where b is none. The twelve megabytes
// of pictures of a run of the demo have a given PIN in them by chance in one of some four hundred runs. What writes a secret
// beside a picture writes it into a chunk of text, behind the last chunk, or over one whose length then no longer leads to the
// next: all of these are searched as any file is.
func pixels(b []byte) (all []span) {
	const signature = "\x89PNG\r\n\x1a\n"
	if !bytes.HasPrefix(b, []byte(signature)) {
		return nil
	}
	for at := len(signature); len(b)-at >= 12; {
		n := int64(binary.BigEndian.Uint32(b[at:]))
		if n > int64(len(b)-at-12) {
			break
		}
		if string(b[at+4:at+8]) == "IDAT" {
			all = append(all, span{at + 8, at + 8 + int(n)})
		}
		at += 12 + int(n)
	}
	return all
}

// byChance reports whether a find of a pattern at that offset is one of four bytes among compressed ones.
func byChance(p Pattern, at int, compressed []span) bool {
	if !p.Short {
		return false
	}
	for _, s := range compressed {
		if at >= s.from && at < s.to {
			return true
		}
	}
	return false
}
