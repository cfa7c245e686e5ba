package jpki_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"multicopy.example/devices/apdu"
	"multicopy.example/devices/jpki"
	"multicopy.example/devices/pn532"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// At every command, in three ways, down to the frames; then the same card comes
// back and the visit is made again.
func TestCardTornAtEveryCommandOverTheReader(t *testing.T) {
	var jobs []func(*desk)
	kinds := maps.Clone(styles)
	kinds["in parts"] = func(c *sim.Card) { c.AskAgain(200) }
	for style, set := range kinds {
		for _, v := range visits {
			for n := range length(t, v, set) {
				for _, how := range []sim.Tear{sim.TearBefore, sim.TearAfter, sim.TearHalf} {
					name := fmt.Sprintf("%s, %s, command %d, tear %d", style, v, n+1, how)
					jobs = append(jobs, func(d *desk) {
						card := worn(t)
						set(card)
						card.TearAt(n+1, how)
						d.virtual.Lay(card)
						tornAndBack(t, name, d, v, card, nil)
					})
				}
			}
		}
	}
	onDesks(t, jobs)
}

// tornAndBack makes a visit in which something happens, which before arranges
// where the card does not, and then the visit with the same card again.
func tornAndBack(t *testing.T, name string, d *desk, v visit, card *sim.Card, before func(n int)) (first error) {
	target, proof := v.flow.Target(), v.flow.Proof()
	v.hand = d.hand
	full, was := card.Tries(target), card.Tries(proof)
	var sent []apdu.Command
	l, err := d.tap(t, &sent)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return err
	}
	l.before = before
	driver := jpki.New(l, trustedCAs(t), quiet)
	step, first := v.walk(t, driver)
	if step == atEnd {
		t.Errorf("%s: nothing happened", name)
	}
	verifies := sentTimes(sent, apdu.InsVerify, true)
	if spent := int(was - card.Tries(proof)); spent > verifies || verifies > 1 {
		t.Errorf("%s: %d tries spent by %d VERIFY", name, spent, verifies)
	}
	resets := sentTimes(sent, apdu.InsReset, true) + sentTimes(sent, apdu.InsReset, false)
	if unknown := errors.Is(first, port.ErrUnknown); unknown != (resets == 1) || resets > 1 || sentTimes(sent, apdu.InsExternal, true) > 1 {
		t.Errorf("%s: unknown %v after %d resets: %v", name, unknown, resets, first)
	}
	changed := card.Tries(target) == target.Full() // the visits begin with less
	if full == target.Full() || changed && !errors.Is(first, port.ErrUnknown) {
		t.Errorf("%s: changed, and the driver said %v", name, first)
	}
	d.virtual.Fault(sim.Faults{})
	again(t, name, d, v, card, changed, &sent)
	askedFirst(t, name, sent)
	return first
}

// again: the card is back. Nothing but reading is done before it was read; its
// counters tell what came of the first visit; and a second one is made.
func again(t *testing.T, name string, d *desk, v visit, card *sim.Card, changed bool, sent *[]apdu.Command) {
	l, err := d.tap(t, sent)
	if err != nil {
		t.Errorf("%s: back: %v", name, err)
		return
	}
	ctx, before := context.Background(), len(*sent)
	driver := jpki.New(l, trustedCAs(t), quiet)
	verify := driver.Verify(ctx, v.flow.Proof(), typed(t, 2*v.hand, v.proof))
	run := driver.Run(ctx, goldenGrant(v.flow, v.act), typed(t, 2*v.hand+1, v.fresh))
	if len(*sent) != before || !isFault(verify, kiosk.MsgWrongCard) || !errors.Is(run, port.ErrRefused) {
		t.Errorf("%s: back and unread: %d commands, %v, %v", name, len(*sent)-before, verify, run)
	}
	f, err := driver.Read(ctx)
	if target := v.flow.Target(); err != nil || (f.Tries(target) == target.Full()) != changed {
		t.Errorf("%s: back: %d tries, changed %v, %v", name, f.Tries(v.flow.Target()), changed, err)
	}
	if step, err := v.walk(t, driver); step != atEnd {
		t.Errorf("%s: the second visit ended at step %d: %v", name, step, err)
	}
	want := v.fresh
	if v.act == kiosk.Unlock {
		want = oldSecrets[v.flow.Target()]
	}
	if !holds(card, v.flow.Target(), want) || !holds(card, v.flow.Proof(), v.proof) {
		t.Errorf("%s: the card does not hold what it should", name)
	}
}

// A card that asks for time without end, and one whose answer comes a byte
// every 0.6 s: each command ends by the reader's own deadline, as a card that
// left. The deadline is the answer's (pn532.ErrSilent) or, where a busy machine
// lets a second pass between two of those bytes, the frame's (pn532.ErrFrame).
func TestCardSlow(t *testing.T) {
	var jobs []func(*desk)
	for _, v := range []visit{visitOf(kiosk.FlowP, kiosk.Reset), visitOf(kiosk.FlowU, kiosk.Unlock)} {
		for n := range length(t, v, func(*sim.Card) {}) {
			for slow, f := range map[string]sim.Faults{
				"asks for time": {ReplyDelay: time.Hour}, "a byte every 0.6 s": {Drip: 600 * time.Millisecond}, "computes for ever": {AckOnly: true},
			} {
				name := fmt.Sprintf("%s, %s, command %d", slow, v, n+1)
				jobs = append(jobs, func(d *desk) {
					card := worn(t)
					d.virtual.Lay(card)
					err := slowAndBack(t, name, d, v, card, n+1, f)
					own := errors.Is(err, pn532.ErrSilent) || f.Drip > 0 && errors.Is(err, pn532.ErrFrame)
					if !errors.Is(err, port.ErrGone) || !own || errors.Is(err, context.DeadlineExceeded) {
						t.Errorf("%s: %v, want gone by the reader's own deadline", name, err)
					}
				})
			}
		}
	}
	onDesks(t, jobs)
}

// slowAndBack is tornAndBack where the line is slow from a command on.
func slowAndBack(t *testing.T, name string, d *desk, v visit, card *sim.Card, at int, f sim.Faults) error {
	slow := false
	err := tornAndBack(t, name, d, v, card, func(n int) {
		if n == at {
			d.virtual.Fault(f)
			slow = true
		}
	})
	if !slow {
		t.Errorf("%s: the line was never slow", name)
	}
	return err
}
