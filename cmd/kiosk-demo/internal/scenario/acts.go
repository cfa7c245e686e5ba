package scenario

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/harness/cards"
	"multicopy.example/cmd/internal/harness/headless"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
)

func (p *player) card(_ context.Context, a []string) (err error) {
	p.Resident, err = p.World.Resident(a[0])
	return err
}

func (p *player) reserve(ctx context.Context, a []string) error {
	return p.Reserve(ctx, map[string]kiosk.Flow{"P": kiosk.FlowP, "U": kiosk.FlowU}[a[0]])
}

func (p *player) phone(ctx context.Context, a []string) error {
	kind, ok := map[string]sim.PhoneKind{"android": sim.Android, "iphone": sim.IPhone}[a[0]]
	if !ok {
		return fmt.Errorf("a phone is android or iphone")
	}
	return p.OwnPhone(ctx, kind)
}

func (p *player) phoneIs(ctx context.Context, a []string) error { return p.OwnPhoneIs(ctx, a[0]) }

func (p *player) find(name string) (*cards.Card, error) {
	if c := p.Cards.Find(name); c != nil {
		return c, nil
	}
	return nil, fmt.Errorf("no resident is called %q", name)
}

func (p *player) lay(_ context.Context, a []string) error {
	c := p.Card
	if len(a) == 1 {
		var err error
		if c, err = p.find(a[0]); err != nil {
			return err
		}
	}
	return p.Cards.Lay(c)
}

func (p *player) beside(_ context.Context, a []string) error {
	c, err := p.find(a[0])
	if err == nil {
		p.Cards.Beside(c)
	}
	return err
}

func (p *player) lift(context.Context, []string) error {
	p.Cards.Lift()
	return nil
}

func instruction(s string) (byte, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != 1 {
		return 0, fmt.Errorf("%q is no instruction byte", s)
	}
	return b[0], nil
}

func (p *player) tear(_ context.Context, a []string) (err error) {
	m := cards.Fault{}
	if m.INS, err = instruction(a[0]); err != nil {
		return err
	}
	side, ok := map[string]cards.Tear{"before": cards.Before, "after": cards.After, "half": cards.Half}[a[1]]
	if !ok {
		return fmt.Errorf("%q is not before, after or half", a[1])
	}
	m.When = side
	for _, o := range a[2:] {
		name, swap := strings.CutPrefix(o, "swap:")
		nth, counted := strings.CutPrefix(o, "nth:")
		switch {
		case swap:
			m.Swap, err = p.find(name)
		case counted:
			m.Nth, err = strconv.Atoi(nth)
		case o == "stay":
			m.Stay = true
		default:
			err = fmt.Errorf("%q is not stay, swap:NAME or nth:N", o)
		}
		if err != nil {
			return err
		}
	}
	p.Card.Arm(m)
	return nil
}

func (p *player) dies(_ context.Context, a []string) (err error) {
	m := cards.Fault{Kill: p.Kiosk.CutPower}
	if m.INS, err = instruction(a[0]); err != nil {
		return err
	}
	if m.When = cards.Before; a[1] == "after" {
		m.When = cards.After
	}
	p.Card.Arm(m)
	return nil
}

func (p *player) power(_ context.Context, a []string) error {
	return p.Kiosk.CutPowerAt(a[0])
}

func (p *player) network(_ context.Context, a []string) error {
	switch a[0] {
	case "cut":
		p.Network.Cut()
		return nil
	case "silent":
		return p.Network.Silence()
	case "whole":
		return p.Network.Restore()
	}
	return fmt.Errorf("a network is cut, silent or whole")
}

func (p *player) trouble(ctx context.Context, a []string) error {
	t := appclient.Trouble{Message: a[0], How: a[1], Nth: 1}
	if len(a) == 3 {
		if _, err := fmt.Sscanf(a[2], "nth:%d", &t.Nth); err != nil {
			return err
		}
	}
	return p.Authority.App().SetTrouble(ctx, t)
}

func (p *player) authority(ctx context.Context, a []string) error {
	switch a[0] {
	case "kill":
		return p.Authority.Kill()
	case "start":
		if err := wait(ctx, "the authority", p.Authority.Done()); err != nil {
			return err
		}
		return p.Authority.Start(ctx)
	case "no-codes": // the reservation alone is the factor
		return p.Authority.Restart(ctx, "--factor", "reservation")
	case "signing-only":
		return p.Authority.Register(ctx, p.Kiosk.Name, "--flows", "P")
	case "revokes":
		return p.Authority.Revoke(ctx, p.Kiosk.Name)
	case "hours":
		return p.Authority.App().SetHours(ctx, harness.ClosedAt(time.Now()))
	case "always":
		return p.Authority.App().SetHours(ctx, appclient.Hours{})
	}
	return fmt.Errorf("an authority can kill, start, hours, always, no-codes, signing-only or revokes")
}

func (p *player) kiosk(ctx context.Context, a []string) error {
	switch a[0] {
	case "kill":
		return p.Kiosk.Kill()
	case "stop":
		return p.Kiosk.Stop()
	case "other": // what the one before has to tell is told and proved first
		if err := p.settled(ctx, nil); err != nil {
			return err
		}
		return p.Move(ctx)
	case "start":
		if err := p.ended(ctx, nil); err != nil {
			return err
		}
		return p.Kiosk.Start()
	}
	return fmt.Errorf("a kiosk can kill, stop, start or other")
}

func (p *player) reader(_ context.Context, a []string) error {
	switch a[0] {
	case "plug":
		return p.Cards.Plug()
	case "unplug":
		p.Cards.Unplug()
		return nil
	}
	var ins byte
	if len(a) == 2 {
		var err error
		if ins, err = instruction(a[1]); err != nil {
			return err
		}
	}
	return p.Cards.Misbehave(a[0], ins)
}

func (p *player) ended(ctx context.Context, _ []string) error {
	return wait(ctx, "the firmware", p.Kiosk.Done())
}

// wait waits for the end of a program.
func wait(ctx context.Context, who string, done <-chan struct{}) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-done:
		return nil
	case <-time.After(harness.Patience):
		return fmt.Errorf("%s still runs", who)
	}
}

func (p *player) queued(ctx context.Context, a []string) error {
	n, err := strconv.Atoi(a[0])
	if err != nil || n < 1 || n > 200_000 {
		return fmt.Errorf("%q is not 1 to 200000 records", a[0])
	}
	return p.FillLedger(ctx, n)
}

func (p *player) at(ctx context.Context, a []string) error {
	s, err := p.Kiosk.Await(ctx, strings.Join(a, " telling "), func(s headless.Screen) bool {
		return s.Place.String() == a[0] && (len(a) == 1 || s.Told.String() == a[1])
	})
	if err == nil {
		p.ts.Logf("  %s %s", s.Place, s.Told)
		p.print(s)
	}
	return err
}

func (p *player) health(ctx context.Context, a []string) error {
	// The attract screen looks at the word every 20 seconds: they have passed.
	if err := p.Kiosk.Silence(kiosk.Idle); err != nil {
		return err
	}
	_, err := p.Kiosk.Await(ctx, "health "+a[0], func(s headless.Screen) bool {
		return s.Place == kiosk.Idle && s.Health.String() == a[0]
	})
	return err
}

func (p *player) codes(ctx context.Context, a []string) error {
	_, err := p.Kiosk.Await(ctx, a[0]+" one-time passwords left", func(s headless.Screen) bool {
		return s.Place == kiosk.Code && strconv.Itoa(int(s.Codes)) == a[0]
	})
	return err
}

func (p *player) shows(ctx context.Context, a []string) error {
	text := strings.Join(a, " ")
	_, err := p.Kiosk.Await(ctx, strconv.Quote(text), func(s headless.Screen) bool { return strings.Contains(s.Text, text) })
	return err
}

func (p *player) silence(context.Context, []string) error {
	return p.Kiosk.Silence(p.Kiosk.Screen().Place)
}

func (p *player) press(_ context.Context, a []string) error {
	b := button(a[0])
	if b == kiosk.NoButton {
		return fmt.Errorf("there is no button %q", a[0])
	}
	n := 1
	if len(a) == 2 {
		if _, err := fmt.Sscan(a[1], &n); err != nil || n < 1 || n > 50 {
			return fmt.Errorf("%q is not 1 to 50 times", a[1])
		}
	}
	s := p.Kiosk.Screen()
	for range n {
		if err := p.Kiosk.Press(s.Place, b); err != nil {
			return err
		}
	}
	return nil
}

func (p *player) speak(_ context.Context, a []string) error {
	for _, l := range kiosk.AllLangs.List() {
		if l.String() == a[0] {
			return p.Kiosk.Speak(p.Kiosk.Screen().Place, l)
		}
	}
	return fmt.Errorf("there is no language %q", a[0])
}

func (p *player) typ(_ context.Context, a []string) error {
	text, err := p.word(a[0])
	if err != nil {
		return err
	}
	return p.Kiosk.Type(p.Kiosk.Screen().Place, text)
}

func (p *player) tries(_ context.Context, a []string) error {
	pin, password := p.Card.Tries()
	have := pin
	if a[0] == "password" {
		have = password
	}
	if strconv.Itoa(int(have)) != a[1] {
		return fmt.Errorf("the card has %d tries of the %s left", have, a[0])
	}
	return nil
}

func (p *player) knows(ctx context.Context, a []string) error {
	text, err := p.word(a[0])
	if err != nil {
		return err
	}
	return p.Accepts(ctx, text)
}

func (p *player) refuses(ctx context.Context, a []string) error {
	text, err := p.word(a[0])
	if err != nil {
		return err
	}
	return p.Refuses(ctx, text)
}

func (p *player) state(ctx context.Context, a []string) error {
	return p.State(ctx, strings.ReplaceAll(a[0], "-", " "))
}

func (p *player) settled(ctx context.Context, _ []string) error {
	s, err := p.Settled(ctx)
	if err == nil {
		p.ts.Logf("  ledger and authority agree on %d records; %d tries, %d presses of OK on a proof; no secret in any of %d files",
			s.Records, s.Tries, s.OKs, s.Files)
	}
	return err
}
