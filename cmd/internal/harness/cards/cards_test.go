package cards

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"multicopy.example/cmd/internal/cardface"
	"multicopy.example/devices/jpki"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// twoCards has two cards that are not read: where a card is does not depend on
// what is on it.
func twoCards(t *testing.T) *Cards {
	r, err := sim.NewReader()
	must.OK(t, err)
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
	must.OK(t, d.Lay(a))
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
	must.OK(t, d.Lay(a))
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
	must.OK(t, d.Lay(a))
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

// TestAPhoneReadsTheFaceOfACardForItsNumber: a wrong one costs a try of the face, and none of
// the card's two secrets.
func TestAPhoneReadsTheFaceOfACardForItsNumber(t *testing.T) {
	d := twoCards(t)
	issuer := must.Key(t)
	of := cardface.Face{Birth: "19890108", Sex: "3", Name: "a", Address: "b", Photo: bytes.Repeat([]byte{1, 2, 3}, 900), Expires: "20301126", Code: "0417"}
	file, err := cardface.Issue(issuer, of)
	must.OK(t, err)
	a := d.Find("a")
	if _, err := d.Face(t.Context(), a, []byte(of.NumberB())); !errors.Is(err, ErrNoFace) {
		t.Errorf("a card without one: %v", err)
	}
	a.sim = faced(t, file, of.NumberB())
	got, err := d.Face(t.Context(), a, []byte(of.NumberB()))
	if err != nil || !bytes.Equal(got, file) {
		t.Errorf("%d of %d bytes, %v", len(got), len(file), err)
	}
	var wrong port.WrongSecret
	if _, err := d.Face(t.Context(), a, []byte("00000000000000")); !errors.As(err, &wrong) || wrong.Left != 9 {
		t.Errorf("a wrong number: %v", err)
	}
	if pin, _ := a.Tries(); pin != 3 {
		t.Errorf("%d tries of the PIN are left", pin)
	}
	for range 9 {
		d.Face(t.Context(), a, []byte("00000000000000")) //nolint:errcheck // spent
	}
	if _, err := d.Face(t.Context(), a, []byte(of.NumberB())); !errors.Is(err, port.ErrBlocked) {
		t.Errorf("after ten: %v", err)
	}
	must.OK(t, d.Lay(a))
	if _, err := d.Face(t.Context(), a, nil); !errors.Is(err, ErrAway) {
		t.Errorf("on the reader: %v", err)
	}
}
