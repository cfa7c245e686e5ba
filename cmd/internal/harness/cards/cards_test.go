package cards

import (
	"context"
	"errors"
	"testing"

	"multicopy.example/devices/jpki"
	"multicopy.example/devices/sim"
)

// twoCards has two cards that are not read: where a card is does not depend on
// what is on it.
func twoCards(t *testing.T) *Cards {
	r, err := sim.NewReader()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	d := &Cards{reader: r}
	for _, key := range []string{"a", "b"} {
		d.cards = append(d.cards, &Card{Key: key, sim: blank(t)})
	}
	return d
}

func hold(t *testing.T, d *Cards, c *Card, f func()) error {
	return d.Hold(t.Context(), c, func(context.Context, *jpki.Card) error { f(); return nil })
}

func TestACardIsInOnePlaceAtATime(t *testing.T) {
	d := twoCards(t)
	a, b := d.Find("a"), d.Find("b")
	if err := d.Lay(a); err != nil {
		t.Fatal(err)
	}
	if err := d.Lay(b); !errors.Is(err, ErrTaken) {
		t.Errorf("a second card was laid: %v", err)
	}
	if err := hold(t, d, a, func() { t.Error("a card on the reader was held") }); !errors.Is(err, ErrAway) {
		t.Errorf("holding said %v", err)
	}
	if err := d.Reload(a); err == nil {
		t.Error("a card on the reader was issued anew")
	}
	d.Lift()
	if d.Lying() != nil {
		t.Error("a lifted card lies there")
	}
	held := false
	err := hold(t, d, a, func() {
		held = true
		if err := d.Lay(a); !errors.Is(err, ErrTaken) {
			t.Errorf("a held card was laid: %v", err)
		}
		if err := d.Lay(b); err != nil {
			t.Errorf("the other card was not laid: %v", err)
		}
	})
	if err != nil || !held {
		t.Errorf("holding said %v", err)
	}
	if a.sim.Snapshot().Power {
		t.Error("a card that was put down has power")
	}
}

func TestAFolderWithoutResidentsIsAnError(t *testing.T) {
	if _, err := Open(t.TempDir(), nil); err == nil {
		t.Error("a folder without cards was opened")
	}
}

func TestAFaultForDataSparesTheQuestionForTheCounter(t *testing.T) {
	d := twoCards(t)
	a := d.Find("a")
	a.all = d
	a.Arm(Fault{INS: 0x20, Data: true, When: Before})
	if err := d.Lay(a); err != nil {
		t.Fatal(err)
	}
	a.PowerOn()
	if _, ok := a.Exchange([]byte{0x00, 0x20, 0x00, 0x98}); !ok || !a.Armed() {
		t.Error("the card left at a question")
	}
	if _, ok := a.Exchange([]byte{0x00, 0x20, 0x00, 0x98, 0x04, '1', '1', '1', '1'}); ok || a.Armed() || d.Lying() != nil {
		t.Error("the card stayed at the VERIFY")
	}
}

func TestACardBesideAnotherIsAwayToo(t *testing.T) {
	d := twoCards(t)
	a, b := d.Find("a"), d.Find("b")
	if err := d.Lay(a); err != nil {
		t.Fatal(err)
	}
	d.Beside(b)
	if err := hold(t, d, b, func() { t.Error("a card on the reader was held") }); !errors.Is(err, ErrAway) {
		t.Errorf("holding said %v", err)
	}
	d.Lift()
	if d.Lying() != nil || d.Extra() != nil {
		t.Error("a lifted card lies there")
	}
}

func TestTheCardsStandInTheOrderThatIsAskedFor(t *testing.T) {
	d := twoCards(t)
	d.Sort(func(key string) int { return map[string]int{"a": 2, "b": 1}[key] })
	if d.All()[0].Key != "b" || d.All()[1].Key != "a" {
		t.Error("the order is another")
	}
}
