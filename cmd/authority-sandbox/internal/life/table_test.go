package life

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// all is a person whose every certificate is good.
var all = Person{Card: Pair{Cert{State: Good}, Cert{State: Good}}, Phone: Phone{Kind: Android, Pair: Pair{Cert{State: Good}, Cert{State: Good}}}, Private: Cert{State: Good}}

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
			_, _, r := DefaultPolicy.Step(all, Event{Op: Op(o), By: Proof(by)})
			mark := "x"
			switch {
			case r == NotTheirs:
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

// What one event does to the certificates of a person who has them all good: of the card and
// of the phone, signing and authentication, and of private software.
func TestWhatOneEventDoesToACertificate(t *testing.T) {
	with := func(change func(*Person)) Person {
		p := all
		change(&p)
		return p
	}
	lost := with(func(p *Person) {
		p.Card, p.Phone.Pair = Pair{Cert{State: Held}, Cert{State: Held}}, Pair{Cert{State: Held}, Cert{State: Held}}
	})
	moved := with(func(p *Person) { p.Card.Sign.State, p.Phone.Sign.State, p.Private.Stale = Revoked, Revoked, true })
	next := with(func(p *Person) { p.Next = Phone{Kind: IPhone, Pair: Pair{Cert{State: Issued}, Cert{State: Issued}}} })
	withdrawn := with(func(p *Person) { p.Phone.Withdrawn, p.Phone.Pair = true, lost.Phone.Pair })
	liftable, atIssue, atOnce := Policy{}, Policy{AtIssue: true}, Policy{EndAtOnce: true}
	applied := with(func(p *Person) { p.Next.Pair = Pair{Cert{State: Applied}, Cert{State: Applied}} })
	for _, c := range []struct {
		p    Policy
		s    Person
		e    Event
		want string // card sign, card auth, phone sign, phone auth, private; the reason where it was revoked, h held, g good, n new
	}{
		{liftable, all, Event{Op: ChangeItems, By: Counter}, "3 - 3 - -"},
		{liftable, moved, Event{Op: NewSign, By: Counter}, "n - - - -"},
		{liftable, all, Event{Op: Renew, By: Counter}, "4n 4n 4 4 -"},
		{liftable, all, Event{Op: LoseCard, By: Call}, "h h - - -"},
		{liftable, lost, Event{Op: FindCard, By: Counter}, "g g - - -"},
		{liftable, all, Event{Op: ReturnCard, By: Counter}, "5 5 5 5 -"},
		{liftable, all, Event{Op: NewCard, By: Counter}, "5n 5n 5 5 -"},
		{liftable, all, Event{Op: HoldPhone, By: CardPIN}, "- - h h -"},
		{liftable, lost, Event{Op: ReleasePhone, By: Counter}, "- - g g -"},
		{liftable, all, Event{Op: GiveUpPhone, By: PhoneSignKey}, "- - 5 5 -"},
		{liftable, next, Event{Op: Activate, By: CardPassword, Keys: true}, "- - 4 4 -"},
		{atIssue, applied, Event{Op: Issue, By: Issuer}, "- - 4 4 -"},
		{liftable, all, Event{Op: WithdrawBatch, By: Maker}, "- - h h -"},
		{liftable, withdrawn, Event{Op: EndBatch, By: Issuer}, "- - 1 1 -"},
		{atOnce, all, Event{Op: WithdrawBatch, By: Maker}, "- - 1 1 -"},
		{liftable, all, Event{Op: Die, By: Counter}, "5 5 5 5 -"},
		{liftable, all, Event{Op: Leave, By: Counter}, "5 5 5 5 -"},
		{liftable, all, Event{Op: LoseBoth, By: Call}, "h h h h -"},
		{liftable, moved, Event{Op: LearnPrivate, By: Issuer}, "- - - - 3"},
		{liftable, all, Event{Op: EndPrivate, By: Issuer}, "- - - - 5"},
	} {
		_, changes, r := c.p.Step(c.s, c.e)
		var is [5]string
		for _, slot := range []Slot{CardSign, CardAuth, PhoneSign, PhoneAuth, PrivateSign} {
			text := ""
			for i, ch := range changes {
				switch {
				case ch.Slot != slot:
				case ch.To == Revoked:
					text += fmt.Sprintf("%d", ch.Reason)
				case ch.To == Held:
					text += "h"
				case ch.To == Good && ch.From == Held:
					text += "g"
				case ch.To == Good && slices.Contains(changes[:i], Change{slot, None, Issued, 0}):
					text += "n"
				}
			}
			if text == "" {
				text = "-"
			}
			is[min(int(slot), 4)] = text
		}
		if got := strings.Join(is[:], " "); r != Allowed || got != c.want {
			t.Errorf("%s: %s (%s), want %s", c.e.Op, got, r.Error(), c.want)
		}
	}
}

func TestCarriersAndReasonsHaveNames(t *testing.T) {
	if got := fmt.Sprint(Card, Android, IPhone, Software, ItemsChanged, OnHold); got != "card Android iPhone software affiliationChanged certificateHold" {
		t.Error(got)
	}
}

// TestEveryRefusalHasAWordOfItsOwn, for programs.
func TestEveryRefusalHasAWordOfItsOwn(t *testing.T) {
	seen := map[string]Refusal{}
	for r := range Refusals {
		word := Refusal(r).Code()
		if before, twice := seen[word]; twice || (word == "") != (Refusal(r) == Allowed) {
			t.Errorf("%v and %v have the word %q", Refusal(r), before, word)
		}
		seen[word] = Refusal(r)
	}
}
