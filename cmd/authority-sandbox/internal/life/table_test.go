package life

import (
	"fmt"
	"strings"
	"testing"
)

// The table of who may do what, as people agreed on it: card with PIN, card with password,
// phone, phone with password, private certificate, counter, call, maker, issuer.
const mayTable = `
reset          x x . . . . . . .
see            x x x x . . . . .
log in         x x x x w . . . .
consent        . x . x . . . . .
apply          . x . . . . . . .
issue          . . . . . . . . x
activate       . x . . . . . . .
lapse          . . . . . . . . x
hold phone     x x x x . x x . .
release phone  . x . . . x . . .
give up phone  . . . x . x . . .
withdraw batch . . . . . . . x .
end batch      . . . . . . . . x
change items   . . . . . x . . .
new sign       . . . . . x . . .
renew          . . . . . x . . .
new card       . . . . . x . . .
lose card      . . . . . x x . .
lose both      . . . . . x x . .
find card      . . . . . x . . .
return card    . . . . . x . . .
die            . . . . . x . . .
leave          . . . . . x . . .
issue private  . x . . . . . . .
learn private  . . . . . . . . x
end private    . . . . . . . . x
`

func TestWhoMayDoWhat(t *testing.T) {
	var text strings.Builder
	for o := range Ops {
		fmt.Fprintf(&text, "\n%-14s", Op(o))
		for by := range Proofs {
			mark := "x"
			switch {
			case !May(Op(o), Proof(by)):
				mark = "."
			case Proof(by).Weak():
				mark = "w"
			}
			text.WriteString(" " + mark)
		}
	}
	if got := text.String() + "\n"; got != mayTable {
		t.Errorf("it is%s", got)
	}
}

func TestCarriersHaveNames(t *testing.T) {
	if got := fmt.Sprint(Card, Android, IPhone, Software); got != "card Android iPhone software" {
		t.Error(got)
	}
}
