package store

import (
	"math/bits"
	"strconv"
	"strings"
)

// in is a list of n parameters from $first on, for IN. There are as many as the next power of two, which args fills
// up: few texts are prepared, whatever the sizes of batches.
func in(first, n int) string {
	var text strings.Builder
	for i := range padded(n) {
		if i > 0 {
			text.WriteByte(',')
		}
		text.WriteByte('$')
		text.WriteString(strconv.Itoa(first + i))
	}
	return text.String()
}

func padded(n int) int {
	if n < 2 {
		return n
	}
	return 1 << bits.Len(uint(n-1))
}

// args are those of in: the last value stands for those that are too many.
func args[V ~[16]byte](list []V) (all []any) {
	for i := range list {
		all = append(all, list[i][:])
	}
	for i := len(list); i < padded(len(list)); i++ {
		all = append(all, all[len(list)-1])
	}
	return all
}

// distinct values of a list, in their order.
func distinct[V comparable](list []Asked, of func(Asked) V) (all []V) {
	seen := map[V]bool{}
	for _, q := range list {
		if v := of(q); !seen[v] {
			seen[v] = true
			all = append(all, v)
		}
	}
	return all
}

// values are rows of parameters of these types, as many as the next power of two (in).
func (t *Tx) values(rows int, types ...string) string {
	var text strings.Builder
	text.WriteString("VALUES ")
	n := 0
	for i := range padded(rows) {
		for j, of := range types {
			switch {
			case j > 0:
				text.WriteByte(',')
			case i > 0:
				text.WriteString(",(")
			default:
				text.WriteByte('(')
			}
			if of == "BLOB" && t.lock != "" {
				of = "BYTEA" // of PostgreSQL, which alone locks rows
			}
			n++
			text.WriteString("CAST($" + strconv.Itoa(n) + " AS " + of + ")")
		}
		text.WriteByte(')')
	}
	return text.String()
}

// filled are the arguments of so many rows, with rows of NULL for those that are too many.
func filled(all []any, rows int) []any {
	for more := (padded(rows) - rows) * (len(all) / rows); more > 0; more-- {
		all = append(all, nil)
	}
	return all
}
