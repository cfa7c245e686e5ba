package layout

import (
	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// lyingNames are what can lie on the reader.
var lyingNames = map[kiosk.Token]text.Key{
	kiosk.TokenCard: text.LyingCard, kiosk.TokenAndroid: text.LyingAndroid, kiosk.TokeniPhone: text.LyingIPhone,
}

var certStates = [kiosk.CertStates]text.Key{
	kiosk.CertGood: text.CertIsGood, kiosk.CertExpired: text.CertIsExpired, kiosk.CertChanged: text.CertIsChanged,
	kiosk.CertRevoked: text.CertIsRevoked, kiosk.CertHeld: text.CertIsHeld, kiosk.CertNone: text.CertIsNone,
}

// certificate is one line: which, and how it is.
func (c *column) certificate(before float32, which text.Key, state kiosk.CertState) {
	p, ic := c.p, iconTick
	switch state {
	case kiosk.CertGood:
	case kiosk.CertHeld:
		ic = iconPause
	default:
		ic = iconBang
	}
	c.row(before, ic, p.joined(p.say(which), p.say(certStates[min(state, kiosk.CertNone)])), p.plain())
}

// joined says something of a thing.
func (p *page) joined(thing, of string) string {
	return thing + text.SettingOf(p.v.Lang).Colon + of
}

// left is how often a secret can still be entered; nothing where it is not known.
func (c *column) left(before float32, r kiosk.Ref, n int8) {
	if n >= 0 {
		p := c.p
		c.text(before, p.joined(p.say(text.Secret(p.v.Flow, r)), text.Say(p.v, text.LookTries, n)), p.quiet())
	}
}

// 4, of a visit that renews nothing: what lies on the reader, and whether it is good.
func lying(p *page) {
	area := p.head(p.leaving()...)
	next, more := text.Finish, text.LookLost
	if p.v.Found == kiosk.FoundCard {
		next = text.LookPhones
	}
	if p.v.Found == kiosk.FoundCard && p.v.Flow == kiosk.FlowC {
		next, more = text.LookConsents, text.ListKnow
	}
	area = p.foot(area, p.next(next))
	p.flow(area, 0, func(c *column) {
		c.text(0, p.say(text.LyingTitle), p.quiet())
		c.text(p.px(1), p.say(lyingNames[p.v.OnReader.Token]), p.heading())
		c.sheet(p.px(3), Sheet, Faint, p.px(3), func(c *column) {
			if p.v.Found == kiosk.FoundPhone {
				c.text(0, p.say(text.LyingInApp), p.plain())
			} else {
				c.certificate(0, text.LyingUser, p.v.OnReader.User)
				c.certificate(p.px(1.5), text.LyingSign, p.v.OnReader.Sign)
			}
			c.left(p.px(3), kiosk.RefAuth, p.v.Tries)
			c.left(p.px(1), kiosk.RefSign, p.v.Target)
		})
		switch p.v.Found {
		case kiosk.FoundCard:
			c.text(p.px(3), p.say(more), p.strong())
		case kiosk.FoundDead:
			c.text(p.px(3), p.say(text.LyingDead), p.strong())
		}
	})
}

// phone is one of the list.
func (c *column) phone(before float32, one kiosk.Phone) {
	p := c.p
	c.sheet(before, Sheet, Faint, p.px(3), func(c *column) {
		name := p.say(lyingNames[one.Token])
		c.text(0, name, p.strong())
		c.certificate(p.px(1.5), text.LyingUser, one.User)
		c.certificate(p.px(1.5), text.LyingSign, one.Sign)
		if day := text.Day(p.v.Lang, one.Since); day != "" {
			since := p.say(text.ShownSince) + " " + day
			if text.SettingOf(p.v.Lang).After {
				since = day + p.say(text.ShownSince)
			}
			c.text(p.px(1.5), since, p.quiet())
		}
	})
}

// 11, flow L: the person's phones.
func phones(p *page) {
	area := p.head(p.leaving()...)
	next := text.Finish
	if p.v.Found == kiosk.FoundGood {
		next = text.HoldPhone
	}
	area = p.foot(area, p.next(next))
	p.flow(area, 0, func(c *column) {
		c.notice(0)
		c.text(p.px(3), p.say(text.ShownTitle), p.heading())
		for _, one := range kiosk.Phones(p.v.List) {
			c.phone(p.px(3), one)
		}
	})
}

// 11, flow L: what a hold stops, and how it is undone.
func holdAsk(p *page) {
	area := p.head(p.leaving()...)
	area = p.foot(area, p.back(), p.next(text.HoldNow))
	p.flow(area, 0, func(c *column) {
		c.text(0, p.say(text.HoldTitle), p.heading())
		c.sheet(p.px(4), Sheet, Faint, p.px(4), func(c *column) {
			if _, one := kiosk.FoundAmong(kiosk.Phones(p.v.List)); one.CanBeHeld() {
				c.text(0, p.say(lyingNames[one.Token]), p.strong())
			}
			c.text(p.px(2), p.say(text.HoldWhat), p.plain())
			c.row(p.px(3), iconBack, p.say(text.HoldUndo), p.plain())
		})
	})
}

func holding(p *page) {
	area := p.head()
	p.alone = true
	p.beside(area, resting, func(c *column) {
		c.text(0, p.say(text.HoldWork), p.heading())
		c.text(p.px(4), p.say(text.WorkWait), p.plain())
		c.helpful(func() { p.busy(c) })
	})
}
