package story

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/harness/cards"
	"multicopy.example/devices/jpki"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/secret"
)

// What the resident does beside the kiosk's screen, and what happens to things.

func (p *Player) find(name string) (*cards.Card, error) {
	if c := p.shop.desk.Find(name); c != nil {
		return c, nil
	}
	return nil, fmt.Errorf("nobody here is called %q", name)
}

func (p *Player) card(_ context.Context, a []string) error {
	c, err := p.find(a[0])
	if err != nil {
		return err
	}
	b, err := os.ReadFile(filepath.Join(c.Dir, "card.json"))
	if err != nil {
		return err
	}
	var known struct{ Pin, Password string }
	if err := json.Unmarshal(b, &known); err != nil {
		return err
	}
	p.owned, p.pin, p.pass = c, known.Pin, known.Password
	p.shop.secrets = append(p.shop.secrets, known.Pin, known.Password)
	return nil
}

// reserve is the phone: it holds the card, which checks the other secret and
// signs the reservation.
func (p *Player) reserve(ctx context.Context, a []string) error {
	flow, other, known := kiosk.FlowP, kiosk.RefAuth, p.pin
	if a[0] == "U" {
		flow, other, known = kiosk.FlowU, kiosk.RefSign, p.pass
	}
	return p.shop.desk.Hold(ctx, p.owned, func(ctx context.Context, c *jpki.Card) error {
		f, err := c.Read(ctx)
		if err != nil {
			return err
		}
		challenge, err := p.shop.app.Challenge(ctx, f.AuthCert, flow.String())
		if err != nil {
			return err
		}
		if err := verify(ctx, c, other, known); err != nil {
			return err
		}
		signature, err := c.Sign(ctx, other, appclient.Digest(challenge, f.AuthCert, flow.String()))
		if err != nil {
			return err
		}
		r, err := p.shop.app.Reserve(ctx, f.AuthCert, flow.String(), challenge, signature)
		if err != nil {
			return err
		}
		p.code, p.rsv = r.OTP, r.Reservation
		p.shop.secrets = append(p.shop.secrets, r.OTP)
		return nil
	})
}

// phoneSlot is where the phone keeps what is typed into it.
var phoneSlot = func() func() (secret.Secret, error) {
	var s secret.Secret
	return func() (_ secret.Secret, err error) {
		if s == 0 {
			s, err = secret.New()
		}
		return s, err
	}
}()

func verify(ctx context.Context, c *jpki.Card, ref kiosk.Ref, text string) error {
	s, err := phoneSlot()
	if err != nil {
		return err
	}
	defer s.Wipe()
	for i := range len(text) {
		s.Append(text[i])
	}
	return c.Verify(ctx, ref, s)
}

func (p *Player) lay(_ context.Context, a []string) error {
	c := p.owned
	if len(a) == 1 {
		var err error
		if c, err = p.find(a[0]); err != nil {
			return err
		}
	}
	return p.shop.desk.Lay(c)
}

func (p *Player) beside(_ context.Context, a []string) error {
	c, err := p.find(a[0])
	if err == nil {
		p.shop.desk.Beside(c)
	}
	return err
}

func (p *Player) lift(context.Context, []string) error {
	p.shop.desk.Lift()
	return nil
}

func instruction(s string) (byte, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != 1 {
		return 0, fmt.Errorf("%q is no instruction byte", s)
	}
	return b[0], nil
}

func (p *Player) tear(_ context.Context, a []string) (err error) {
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
	p.owned.Arm(m)
	return nil
}

func (p *Player) dies(_ context.Context, a []string) (err error) {
	m := cards.Fault{Kill: p.shop.pull}
	if m.INS, err = instruction(a[0]); err != nil {
		return err
	}
	if m.When = cards.Before; a[1] == "after" {
		m.When = cards.After
	}
	p.owned.Arm(m)
	return nil
}

func (p *Player) power(_ context.Context, a []string) error {
	select {
	case p.shop.killAt <- a[0]:
		return nil
	default:
		return fmt.Errorf("the plug is already tied to another line")
	}
}

func (p *Player) road(_ context.Context, a []string) error {
	switch a[0] {
	case "cut":
		p.shop.road.Cut()
		return nil
	case "silent":
		return p.shop.road.Silence()
	case "whole":
		return p.shop.road.Restore()
	}
	return fmt.Errorf("a road is cut, silent or whole")
}

func (p *Player) trouble(ctx context.Context, a []string) error {
	t := appclient.Trouble{Message: a[0], How: a[1], Nth: 1}
	if len(a) == 3 {
		if _, err := fmt.Sscanf(a[2], "nth:%d", &t.Nth); err != nil {
			return err
		}
	}
	return p.shop.app.SetTrouble(ctx, t)
}

func (p *Player) authority(ctx context.Context, a []string) error {
	switch a[0] {
	case "kill":
		return p.shop.killAuthority()
	case "start":
		<-p.shop.sandbox.Done()
		return p.shop.openAuthority(ctx)
	case "no-codes": // the reservation alone is the factor
		p.shop.policy = []string{"--factor", "reservation"}
		if err := p.shop.killAuthority(); err != nil {
			return err
		}
		return p.shop.openAuthority(ctx)
	case "signing-only":
		return p.shop.kioskAt(ctx, "--flows", "P")
	case "revokes":
		return p.shop.kioskAt(ctx, "--revoked")
	case "hours": // closed now, whatever the time is
		now := time.Now().UTC().Add(9 * time.Hour)
		from := (now.Hour()*60 + now.Minute() + 120) % 1440
		return p.shop.app.SetHours(ctx, appclient.Hours{From: from, To: (from + 60) % 1440})
	case "always":
		return p.shop.app.SetHours(ctx, appclient.Hours{})
	}
	return fmt.Errorf("an authority can kill, start, hours, always, no-codes, signing-only or revokes")
}

func (p *Player) kiosk(ctx context.Context, a []string) error {
	switch a[0] {
	case "kill":
		return p.shop.kiosk.Kill()
	case "stop":
		return p.shop.kiosk.End()
	case "other": // what the one before has to tell is told and proved first
		if err := p.prove(ctx); err != nil {
			return err
		}
		p.oks = 0
		return p.shop.move(ctx)
	case "start":
		if err := p.ended(ctx, nil); err != nil {
			return err
		}
		return p.shop.openKiosk()
	}
	return fmt.Errorf("a kiosk can kill, stop, start or other")
}

func (p *Player) reader(_ context.Context, a []string) error {
	if a[0] == "plug" {
		return p.shop.desk.Plug()
	}
	p.shop.desk.Unplug()
	return nil
}

func (p *Player) ended(ctx context.Context, _ []string) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-p.shop.kiosk.Done():
		return nil
	case <-time.After(patience):
		return fmt.Errorf("the firmware still runs")
	}
}
