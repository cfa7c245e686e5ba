package run

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// The double has three consents; the one that is withdrawn is not listed any more.

func (b *bench) Consents(ctx context.Context, s port.Session) (port.Consents, error) {
	err := b.work(ctx, "authority", "list", 300*time.Millisecond)
	b.mu.Lock()
	defer b.mu.Unlock()
	found := port.Consents{Certificate: [32]byte{4}}
	for i := range byte(3) {
		if i+1 != b.withdrawn {
			found.All = append(found.All, kiosk.Consent{ID: [16]byte{i + 1}, Service: [16]byte{9}, Items: 2, Company: []byte("Canary Bank")})
		}
	}
	b.lent = append(b.lent, found)
	return found, err
}

func (b *bench) WithdrawDigest(w port.Withdrawal, certificate [32]byte) ([32]byte, error) {
	if w.Consent.ID != [16]byte{2} || w.Consent.Service != [16]byte{9} || w.Nonce == [16]byte{} || w.At != time.Now().Unix() || certificate != [32]byte{4} {
		b.t.Errorf("what is signed: %+v of %x", w, certificate)
	}
	if w.Consent.Company != nil {
		b.t.Error("a name is signed")
	}
	return [32]byte{7}, nil
}

func (b *bench) Withdraw(ctx context.Context, s port.Session, w port.Withdrawal, signature []byte) (port.Withdrawn, error) {
	if string(signature) != "signature" || w.At == 0 {
		b.t.Error("the proof is not the card's")
	}
	err := b.work(ctx, "authority", "withdraw", 300*time.Millisecond)
	if b.mu.Lock(); err == nil || errors.Is(err, errAnswer) {
		b.withdrawn = w.Consent.ID[0]
	}
	b.mu.Unlock()
	return port.Withdrawn{At: time.Now().Unix()}, err
}

// errAnswer: it was done, and the answer lost.
var errAnswer = errors.New("the answer is lost")

func (b *bench) pick(row int8) {
	b.loop.Post(kiosk.Event{Kind: kiosk.Pressed, Button: kiosk.ButtonPick, Row: row, Place: b.now().Place})
	synctest.Wait()
}

// consentTo goes from the attract screen to a place of flows C and W.
func (b *bench) consentTo(p kiosk.Place, c *card) {
	b.t.Helper()
	b.until(kiosk.Idle, 5*time.Second)
	b.press(kiosk.ButtonConsents)
	b.walkTo(p, c)
}

// namesLeft counts the names that the authority's answers still hold.
func (b *bench) namesLeft() (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, found := range b.lent {
		for _, c := range found.All {
			if strings.Trim(string(c.Company), "\x00") != "" {
				n++
			}
		}
	}
	return n
}

func TestLoopWithdrawsAConsent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, c := start(t), newCard()
		b.consentTo(kiosk.Listed, c)
		v := b.now()
		if of, ok := kiosk.ConsentIn(v.List, 1); !ok || of.ID != [16]byte{2} || v.Rows != 3 || b.namesLeft() != 0 {
			t.Errorf("listed %+v of %d, names left elsewhere: %d", of, v.Rows, b.namesLeft())
		}
		b.walkTo(kiosk.Proof, c)
		if v := b.now(); v.List != 0 || v.Pad != kiosk.PadLetters {
			t.Errorf("the list stands behind its question: %+v", v)
		}
		b.walkTo(kiosk.Telling, c)
		if v := b.now(); v.Message != kiosk.MsgWithdrawn || v.List != 0 {
			t.Errorf("%s, list %d", v.Message, v.List)
		}
		did := strings.Join(b.all(), ", ")
		for _, part := range []string{"authority look, ", "card sign, authority see, authority list, ledger trying, card verify, ledger tried, card sign, ledger withdrawing, authority withdraw, ledger withdrawn, ledger ended"} {
			if !strings.Contains(did, part) {
				t.Errorf("did %s, want %s", did, part)
			}
		}
		b.stop()
	})
}

// Certain where the authority answered, or the list says it; otherwise told as not known.
func TestLoopTellsWhatIsKnownOfAWithdrawal(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		list error
		told kiosk.Message
		line kiosk.Outcome
	}{
		"refused":               {errors.Join(port.ErrRefused, port.Fault(kiosk.MsgNoSign)), nil, kiosk.MsgNoSign, kiosk.Failed},
		"the answer is lost":    {errAnswer, nil, kiosk.MsgWithdrawn, kiosk.Done},
		"the request is lost":   {port.Fault(kiosk.MsgNetwork), nil, kiosk.MsgWithdrawUnknown, kiosk.Unknown},
		"and so is the network": {errAnswer, port.Fault(kiosk.MsgNetwork), kiosk.MsgWithdrawUnknown, kiosk.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, sent := start(t), false
				b.fail = func(p, op string) error {
					switch {
					case op == "withdraw":
						sent = true
						return c.err
					case op == "list" && sent:
						return c.list
					}
					return nil
				}
				b.consentTo(kiosk.Telling, newCard())
				i := slices.IndexFunc(b.entries, func(e kiosk.Entry) bool { return e.Kind == kiosk.EntryWithdrawn })
				if v := b.now(); v.Message != c.told || i < 0 || b.entries[i].Outcome != c.line || b.count("authority withdraw") != 1 {
					t.Errorf("told %s at %s, line %d of %v", v.Message, v.Place, i, b.entries)
				}
				if n := b.namesLeft(); n != 0 && c.list == nil {
					t.Errorf("%d names are left", n)
				}
				b.stop()
			})
		})
	}
}

// An answer that comes after its visit stands in no list, and its names are erased.
func TestLateConsentsAreNotTheNextPersons(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, func(b *bench) { b.late = late("list", 50*time.Second) })
		b.consentTo(kiosk.Listing, newCard())
		b.until(kiosk.Telling, 40*time.Second)
		time.Sleep(time.Minute)
		if b.empty("after a late answer"); b.namesLeft() != 0 {
			t.Error("names are left")
		}
		b.stop()
	})
}

// A minute without a touch, and nothing of the list is left.
func TestListIsWipedAfterAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t)
		b.consentTo(kiosk.OneConsent, newCard())
		time.Sleep(59 * time.Second)
		if v := b.now(); v.Place != kiosk.OneConsent || !v.Warn || v.Stay {
			t.Errorf("%s before the minute is over", v.Place)
		}
		time.Sleep(1100 * time.Millisecond)
		if v := b.now(); v.Place != kiosk.TakeCard {
			t.Errorf("%s behind it", v.Place)
		}
		b.empty("after a minute")
		b.stop()
	})
}
