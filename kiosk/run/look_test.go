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

func (b *bench) Look(ctx context.Context, f port.Facts) (port.Looked, error) {
	b.mu.Lock()
	b.whose = string(f.AuthCert)
	b.mu.Unlock()
	err := b.work(ctx, "authority", "look", 500*time.Millisecond)
	return port.Looked{Sign: kiosk.CertChanged, Session: port.Session{ID: kiosk.SessionID{1}, Challenge: [32]byte{1}}}, err
}

func (b *bench) SeeDigest(s port.Session, authCert []byte) [32]byte {
	if s.Challenge == ([32]byte{}) || len(authCert) == 0 {
		b.t.Error("a digest without challenge or certificate")
	}
	return [32]byte{8}
}

func (b *bench) See(ctx context.Context, s port.Session, signature []byte) ([]kiosk.Phone, error) {
	if string(signature) != "signature" {
		b.t.Error("the proof is not the card's")
	}
	err := b.work(ctx, "authority", "see", 400*time.Millisecond)
	return []kiosk.Phone{{Carrier: [16]byte{7}, Token: kiosk.TokeniPhone, Since: 1}}, err
}

func (b *bench) Hold(ctx context.Context, s port.Session, carrier [16]byte) error {
	if carrier != [16]byte{7} {
		b.t.Errorf("the phone %x is held", carrier)
	}
	return b.work(ctx, "authority", "hold", 300*time.Millisecond)
}

// lookTo goes from the attract screen to a place of flow L.
func (b *bench) lookTo(p kiosk.Place, c *card) {
	b.t.Helper()
	b.until(kiosk.Idle, 5*time.Second)
	b.press(kiosk.ButtonLook)
	b.walkTo(p, c)
}

func TestLoopHoldsALostPhone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t)
		b.lookTo(kiosk.Lying, newCard())
		if v := b.now(); v.OnReader != (kiosk.OnReader{Token: kiosk.TokenCard, Sign: kiosk.CertChanged}) || v.List != 0 {
			t.Errorf("what lies there: %+v, list %d", v.OnReader, v.List)
		}
		b.walkTo(kiosk.Shown, newCard())
		v := b.now()
		if all := kiosk.Phones(v.List); len(all) != 1 || all[0].Token != kiosk.TokeniPhone {
			t.Errorf("listed: %+v", all)
		}
		b.walkTo(kiosk.Telling, newCard())
		if v := b.now(); v.Message != kiosk.MsgHeldNow || v.List != 0 || len(kiosk.Phones(keys().List)) != 0 {
			t.Errorf("%s, list %d, %d phones in it", v.Message, v.List, len(kiosk.Phones(keys().List)))
		}
		did := strings.Join(b.all(), ", ")
		for _, part := range []string{"authority look, ", "ledger trying, card verify, ledger tried, card sign, authority see, ledger holding, authority hold, ledger held, ledger ended"} {
			if !strings.Contains(did, part) {
				t.Errorf("did %s, want %s", did, part)
			}
		}
		for _, e := range b.entries {
			if e.Flow == kiosk.FlowL && e.Session == (kiosk.SessionID{}) {
				t.Errorf("%s without its session", e.Kind)
			}
		}
		b.stop()
	})
}

// A hold is certain where the authority answered; otherwise it is told that it is not known.
func TestLoopTellsWhatIsKnownOfAHold(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		told kiosk.Message
		line kiosk.Outcome
	}{
		"refused": {errors.Join(port.ErrRefused, port.Fault(kiosk.MsgBusy)), kiosk.MsgBusy, kiosk.Failed},
		"network": {port.Fault(kiosk.MsgNetwork), kiosk.MsgHoldUnknown, kiosk.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := start(t)
				b.fail = func(p, op string) error {
					if op == "hold" {
						return c.err
					}
					return nil
				}
				b.lookTo(kiosk.Telling, newCard())
				i := slices.IndexFunc(b.entries, func(e kiosk.Entry) bool { return e.Kind == kiosk.EntryHeld })
				if v := b.now(); v.Message != c.told || i < 0 || b.entries[i].Outcome != c.line {
					t.Errorf("told %s at %s, line %d of %v", v.Message, v.Place, i, b.entries)
				}
				b.stop()
			})
		})
	}
}

// late is an answer of the authority's that takes so long.
func late(op string, d time.Duration) func(port, op string) time.Duration {
	return func(p, o string) time.Duration {
		if p == "authority" && o == op {
			return d
		}
		return 0
	}
}

// An answer that comes after its visit stands in no list, also where the next one looks.
func TestLateListIsNotTheNextPersons(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, func(b *bench) { b.late = late("see", 50*time.Second) })
		b.lookTo(kiosk.Seeing, newCard())
		b.until(kiosk.Telling, 40*time.Second)
		time.Sleep(time.Minute)
		if n := len(kiosk.Phones(keys().List)); n != 0 {
			t.Errorf("%d phones", n)
		}
		b.stop()
	})
}
