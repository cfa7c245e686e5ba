package secretscan

import (
	"bytes"
	"encoding/binary"
)

// A Searcher looks for many patterns in one pass. It finds what [Find] finds.
type Searcher struct {
	patterns []Pattern
	long     map[uint32][]int32 // by the first four bytes
	likely   []uint64           // a bit for every hash of such four bytes
	pairs    [][]int32          // patterns of two or three bytes, by the first two; nil where there are none
}

const likelyBits = 20

func likelyBit(first uint32) uint32 { return first * 2654435761 >> (32 - likelyBits) }

// NewSearcher takes patterns of two bytes and more.
func NewSearcher(patterns []Pattern) *Searcher {
	s := &Searcher{patterns: patterns, long: map[uint32][]int32{}, likely: make([]uint64, 1<<likelyBits/64)}
	for i, p := range patterns {
		if len(p.Bytes) >= 4 {
			first := binary.BigEndian.Uint32(p.Bytes)
			s.long[first] = append(s.long[first], int32(i))
			bit := likelyBit(first)
			s.likely[bit/64] |= 1 << (bit % 64)
			continue
		}
		if s.pairs == nil {
			s.pairs = make([][]int32, 1<<16)
		}
		first := binary.BigEndian.Uint16(p.Bytes)
		s.pairs[first] = append(s.pairs[first], int32(i))
	}
	return s
}

// Search calls found with the number of a pattern and its place, in order.
func (s *Searcher) Search(b []byte, found func(pattern, at int)) {
	for at := range b {
		if s.pairs != nil && at+2 <= len(b) {
			s.matches(b, at, s.pairs[binary.BigEndian.Uint16(b[at:])], found)
		}
		if at+4 > len(b) {
			continue
		}
		first := binary.BigEndian.Uint32(b[at:])
		if bit := likelyBit(first); s.likely[bit/64]&(1<<(bit%64)) != 0 {
			s.matches(b, at, s.long[first], found)
		}
	}
}

func (s *Searcher) matches(b []byte, at int, candidates []int32, found func(pattern, at int)) {
	for _, i := range candidates {
		p := &s.patterns[i]
		if bytes.HasPrefix(b[at:], p.Bytes) && !(p.Short && accidental(b, at, at+len(p.Bytes))) {
			found(int(i), at)
		}
	}
}
