package apdu

import "errors"

// ErrTLV: bytes that are no definite-length BER-TLV object, or one that is
// not whole.
var ErrTLV = errors.New("apdu: not a whole BER-TLV object")

// MaxDepth bounds how deep Walk follows constructed objects.
const MaxDepth = 8

// A Tag is the tag field as a number: 0x30, 0x7F21, at most three bytes
// (ISO 7816-4 §5.2.2.1).
type Tag uint32

// A TLV is one object; Value is a part of what it was read from.
type TLV struct {
	Tag         Tag
	Constructed bool // Value is itself a row of objects
	Value       []byte
}

// Next reads the first object of b and returns what follows it. Nothing is
// consumed on error. Indefinite lengths, tags above three bytes and lengths
// above three bytes (16 MB) are refused; a length in a longer form than
// needed is accepted, as BER allows it.
func Next(b []byte) (t TLV, rest []byte, err error) {
	t, head, n, err := header(b)
	if err != nil || n > len(b)-head {
		return TLV{}, b, ErrTLV
	}
	end := head + n
	t.Value = b[head:end:end]
	return t, b[end:], nil
}

// Size is the length in bytes of the whole object that begins with head: what
// a caller needs to know before it reads the rest of a file. Six bytes of
// head are enough for any object, four for one of a certificate's size.
func Size(head []byte) (int, error) {
	_, h, n, err := header(head)
	if err != nil {
		return 0, err
	}
	return h + n, nil
}

// Walk visits the objects of b in order, each before its children, depth
// counted from 0. It ends at the first error, of the bytes or of visit.
// Objects nested MaxDepth deep are ErrTLV.
func Walk(b []byte, visit func(depth int, t TLV) error) error { return walk(b, 0, visit) }

func walk(b []byte, depth int, visit func(int, TLV) error) error {
	for len(b) > 0 {
		t, rest, err := Next(b)
		if err != nil {
			return err
		}
		if err := visit(depth, t); err != nil {
			return err
		}
		if t.Constructed {
			if depth+1 >= MaxDepth {
				return ErrTLV
			}
			if err := walk(t.Value, depth+1, visit); err != nil {
				return err
			}
		}
		b = rest
	}
	return nil
}

// header reads tag and length: the bytes they take, and the bytes they
// announce.
func header(b []byte) (t TLV, head, n int, err error) {
	if len(b) == 0 {
		return t, 0, 0, ErrTLV
	}
	t.Tag, t.Constructed, head = Tag(b[0]), b[0]&0x20 != 0, 1
	if b[0]&0x1F == 0x1F {
		for more := true; more; head++ {
			if head == 3 || head >= len(b) {
				return t, 0, 0, ErrTLV
			}
			t.Tag, more = t.Tag<<8|Tag(b[head]), b[head]&0x80 != 0
		}
	}
	if head >= len(b) {
		return t, 0, 0, ErrTLV
	}
	first := int(b[head])
	head++
	if first < 0x80 {
		return t, head, first, nil
	}
	bytes := first & 0x7F
	if bytes == 0 || bytes > 3 || bytes > len(b)-head {
		return t, 0, 0, ErrTLV
	}
	for _, c := range b[head : head+bytes] {
		n = n<<8 | int(c)
	}
	return t, head + bytes, n, nil
}
