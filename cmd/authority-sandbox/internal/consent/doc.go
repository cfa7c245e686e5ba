// Package consent says what a consent to the latest four items (最新の基本4情報の提供に係る
// 本人同意) becomes, and what a bank that asks is answered. It has no clock, no store and no
// keys: the moment and what the authority knows come in, and what has to be kept or told
// goes out.
//
//	pending → active at the next 00:00 JST → expired after ten years
//	pending, active → cancelled by the person, or ended with the service
//
// Call Period and Give where a consent comes in, Step for what happens to it, State for
// what it is now, and Inquiry.Decide for every inquiry: the consent is looked at before
// anything of the person, so that a bank learns nothing about people who gave it none.
// Statement is what the person signs.
package consent

// Items is a set of the four items.
type Items uint8

// The items, in the order of the law's list.
const (
	Name Items = 1 << iota
	Address
	Birth
	Sex

	AllItems = Name | Address | Birth | Sex
)

var itemNames = [...]string{"name", "address", "birth", "sex"}

// Names are the words of the items in a set, in their order.
func (i Items) Names() []string {
	names := []string{}
	for bit, n := range itemNames {
		if i&(1<<bit) != 0 {
			names = append(names, n)
		}
	}
	return names
}

// Valid reports whether the set has an item, and nothing else.
func (i Items) Valid() bool { return i != 0 && i&^AllItems == 0 }
