package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/harness/cards"
)

// What a person at the demo may do to a visit, so that it can be watched:
// each is a switch with a few positions. How they are drawn is not known here.

// A Switch has one of several positions.
type Switch struct {
	Key      string
	JA, EN   string
	Choices  []Choice
	Now      string // the position it is in, or is being turned to
	Turning  bool   // it is on its way
	Disabled bool   // it would do nothing now
}

// A Choice is one position.
type Choice struct{ Key, JA, EN string }

// Switches and positions.
const (
	Tear      = "tear"
	Network   = "network"
	Authority = "authority"
	Hours     = "hours"
	Firmware  = "firmware"
	Cable     = "cable"

	None, BeforeWrite, AfterWrite, AtVerify, AtSign = "none", "before-write", "after-write", "verify", "signature"
	Whole, Cut, Silent                              = "whole", "cut", "silent"
	Runs, Killed                                    = "runs", "killed"
	Always, Closed                                  = "always", "closed"
	In, Out                                         = "in", "out"
)

var switches = []Switch{
	{Key: Tear, JA: "カードを引き抜く", EN: "tear the card away", Choices: []Choice{
		{None, "しない", "never"}, {BeforeWrite, "書込前", "before write"}, {AfterWrite, "書込後", "after write"},
		{AtVerify, "照合時", "at VERIFY"}, {AtSign, "署名時", "at signature"}}},
	{Key: Network, JA: "通信", EN: "network", Choices: []Choice{
		{Whole, "正常", "whole"}, {Silent, "応答なし", "silent"}, {Cut, "切断", "cut"}}},
	{Key: Authority, JA: "認証局", EN: "authority", Choices: []Choice{{Runs, "動作", "runs"}, {Killed, "強制終了", "killed"}}},
	{Key: Hours, JA: "受付時間", EN: "opening hours", Choices: []Choice{{Always, "24時間", "24 h"}, {Closed, "時間外", "closed now"}}},
	{Key: Firmware, JA: "キオスク", EN: "firmware", Choices: []Choice{{Runs, "動作", "runs"}, {Killed, "電源断", "killed"}}},
	{Key: Cable, JA: "読み取り機の線", EN: "reader's cable", Choices: []Choice{{In, "接続", "plugged"}, {Out, "抜く", "pulled"}}},
}

// states is what cannot be seen by looking.
type states struct {
	now     map[string]string // positions; absent: the first choice
	turning map[string]bool
	armed   *cards.Card // the tear waits for this card; nil: for the next that is laid
}

// Switches is how they stand.
func (c *Demo) Switches() []Switch {
	list := slices.DeleteFunc(slices.Clone(switches), func(s Switch) bool { return !c.turns(s.Key) })
	authority, firmware := c.Authority.Running(), c.Kiosk.Running()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.met()
	for i := range list {
		s := &list[i]
		s.Now, s.Turning = c.states.now[s.Key], c.states.turning[s.Key]
		if s.Now == "" {
			s.Now = s.Choices[0].Key
		}
		if s.Turning {
			continue
		}
		switch s.Key {
		case Authority:
			s.Now = runs(authority)
		case Firmware:
			s.Now, s.Disabled = runs(firmware), !c.Kiosk.Started()
		case Hours:
			s.Disabled = !authority
		}
	}
	return list
}

// met notices that the tear has happened, which it does once. c.mu is held.
func (c *Demo) met() {
	if card := c.states.armed; card != nil && !card.Armed() && !c.states.turning[Tear] {
		c.states.now[Tear], c.states.armed = None, nil
	}
}

func runs(yes bool) string {
	if yes {
		return Runs
	}
	return Killed
}

// ErrSwitch: there is no such switch or position.
var ErrSwitch = errors.New("no such switch or position")

// Turn turns a switch and returns when it is done. One is turned at a time.
func (c *Demo) Turn(ctx context.Context, key, to string) error {
	i := slices.IndexFunc(switches, func(s Switch) bool { return s.Key == key })
	if i < 0 || !slices.ContainsFunc(switches[i].Choices, func(p Choice) bool { return p.Key == to }) {
		return fmt.Errorf("%w: %s %s", ErrSwitch, key, to)
	}
	if !c.turns(key) {
		return fmt.Errorf("%s: %w", switches[i].EN, ErrReal)
	}
	was := c.turn(key, to, true)
	c.turning.Lock()
	defer c.turning.Unlock()
	err := c.act(ctx, key, to)
	if err != nil {
		to = was
		err = fmt.Errorf("%s: %w", switches[i].EN, err)
	}
	c.turn(key, to, false)
	return err
}

func (c *Demo) turn(key, to string, turning bool) (was string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.states.now == nil {
		c.states.now, c.states.turning = map[string]string{}, map[string]bool{}
	}
	was = c.states.now[key]
	c.states.now[key], c.states.turning[key] = to, turning
	return was
}

func (c *Demo) act(ctx context.Context, key, to string) error {
	switch key + " " + to {
	case Network + " " + Whole:
		return c.Network.Restore()
	case Network + " " + Silent:
		return c.Network.Silence()
	case Network + " " + Cut:
		c.Network.Cut()
	case Authority + " " + Runs:
		if !c.Authority.Running() {
			return c.Authority.Start(ctx)
		}
	case Authority + " " + Killed:
		return c.Authority.Kill()
	case Firmware + " " + Runs:
		if !c.Kiosk.Running() {
			return c.Kiosk.Start()
		}
	case Firmware + " " + Killed:
		return c.Kiosk.Kill()
	case Cable + " " + In:
		return c.Cards.Plug()
	case Cable + " " + Out:
		c.Cards.Unplug()
	case Hours + " " + Always:
		return c.Authority.App().SetHours(ctx, appclient.Hours{})
	case Hours + " " + Closed:
		return c.Authority.App().SetHours(ctx, harness.ClosedAt(time.Now()))
	default:
		c.arm(c.Cards.Lying(), to)
	}
	return nil
}

// Restore turns every switch back to where nothing goes wrong.
func (c *Demo) Restore(ctx context.Context) error {
	var errs []error
	for i := range c.Switches() { // looked at one by one: the hours can be set once the authority runs
		s := c.Switches()[i]
		if first := s.Choices[0].Key; s.Now != first && !s.Disabled {
			errs = append(errs, c.Turn(ctx, s.Key, first))
		}
	}
	return errors.Join(errs...)
}

var tears = map[string]cards.Fault{
	BeforeWrite: {INS: 0x2C, When: cards.Before},
	AfterWrite:  {INS: 0x2C, When: cards.After},
	AtVerify:    {INS: 0x20, Data: true, When: cards.After},
	AtSign:      {INS: 0x2A, When: cards.Before},
}

// arm lets the tear happen to that card, and to no other; to none where card
// is nil. One that is laid later gets it then.
func (c *Demo) arm(card *cards.Card, to string) {
	m, ok := tears[to]
	c.mu.Lock()
	defer c.mu.Unlock()
	if was := c.states.armed; was != nil {
		was.Disarm()
	}
	c.states.armed = nil
	if ok && card != nil {
		card.Arm(m) // before it is asked whether it has happened
		c.states.armed = card
	}
}

// Lay puts the card on the reader, with the tear that waits for one.
func (c *Demo) Lay(card *cards.Card) error {
	if c.opt.Reader != "" {
		return ErrReal
	}
	if err := c.Cards.Lay(card); err != nil {
		return err
	}
	c.mu.Lock()
	c.met()
	to := c.states.now[Tear]
	c.mu.Unlock()
	c.arm(card, to)
	return nil
}

// Lift takes everything off the reader. A tear that did not happen waits for
// the next card.
func (c *Demo) Lift() {
	c.mu.Lock()
	c.met()
	c.mu.Unlock()
	c.arm(nil, None)
	c.Cards.Lift()
}

// Swap lays that card in the place of what lies there.
func (c *Demo) Swap(card *cards.Card) error {
	c.Lift()
	return c.Lay(card)
}

// Beside lays a second card beside the one that lies there.
func (c *Demo) Beside(card *cards.Card) error {
	if c.opt.Reader != "" {
		return ErrReal
	}
	if lying := c.Cards.Lying(); lying == nil || lying == card || c.Cards.Extra() != nil {
		return cards.ErrTaken
	}
	c.Cards.Beside(card)
	return nil
}
