package kiosk

// Digits is in which order the keys of a pad of digits stand, from its upper left, the last one
// below the others. The zero value is that of a telephone.
type Digits [10]byte

// Telephone is the usual order.
var Telephone = Digits{'1', '2', '3', '4', '5', '6', '7', '8', '9', '0'}

// At is where a digit stands, from 0; in the usual order where the value is not one of each digit.
func (d Digits) At(digit byte) int {
	if !d.whole() {
		d = Telephone
	}
	for i, c := range d {
		if c == digit {
			return i
		}
	}
	return 0
}

func (d Digits) whole() bool {
	seen := 0
	for _, c := range d {
		if c < '0' || c > '9' {
			return false
		}
		seen |= 1 << (c - '0')
	}
	return seen == 1<<len(d)-1
}

// shuffles reports whether the digits of this place stand in an order of their own: where the shop
// wants it and a secret of the card is typed in digits. The one-time password is shown anyway.
//
// Never with the two largest sizes of text, and never where the screens can be heard: who needs them
// finds a digit by its place.
func (s State) shuffles() bool {
	return s.Shop.Shuffle && !s.Shop.Speech && s.Pad() == PadPIN && s.Size <= SizeNormal
}
