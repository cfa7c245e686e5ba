package text

import (
	"strings"

	"multicopy.example/kiosk"
)

// A Chain is a company whose stores have kiosks with this service, as the
// operator's configuration names it.
type Chain struct {
	Name  [kiosk.Langs]string
	Where [kiosk.Langs]string // in which of its stores; may be empty
	Both  bool                // renews the 4-digit PIN too; false: the signing password alone
}

// ChainsFor lists the chains that can do what a flow asks: the 4-digit PIN is
// renewed by fewer of them. Where the flow is not known they can do either.
func ChainsFor(all []Chain, f kiosk.Flow) (can []Chain) {
	for _, c := range all {
		if c.Both || f == kiosk.FlowP {
			can = append(can, c)
		}
	}
	return can
}

// Chains are these chains as a resident reads them, one after another; "" of
// none.
func Chains(l kiosk.Lang, all []Chain) string {
	var said []string
	set := SettingOf(l)
	for _, c := range all {
		s := c.Name[l]
		if c.Where[l] != "" {
			s += set.Open + c.Where[l] + set.Close
		}
		said = append(said, s)
	}
	return strings.Join(said, set.Comma)
}
