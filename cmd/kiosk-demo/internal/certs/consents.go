package certs

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"multicopy.example/assets/text"
	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/verifier"
)

// aboutConsents lists them, or withdraws the one that is to be.
func (p *Page) aboutConsents(ctx context.Context, s *session, typed []byte) {
	if s.act == Consents || s.act == CardConsents {
		all, err := p.hand.Consents(ctx, s.person, s.phone.Key, s.act, typed)
		if err != nil {
			s.trouble = said(err, s.act)
			return
		}
		slices.Reverse(all) // the newest first
		s.agreed, s.at = all, stepList
		return
	}
	now, err := p.hand.Withdraw(ctx, s.person, s.phone.Key, s.act, s.draft.Statement, typed)
	if err != nil {
		s.trouble = said(err, s.act)
		return
	}
	for i, c := range s.agreed {
		if c.Consent == now.Consent {
			s.agreed[i] = now
		}
	}
	s.at, s.told, s.draft = stepList, "DoneWithdraw", Draft{}
}

// beginWithdrawal composes what is signed to withdraw a consent.
func (p *Page) beginWithdrawal(s *session, consent string) {
	i := slices.IndexFunc(s.agreed, func(c appclient.Consent) bool { return c.Consent == consent && stands(c) })
	if i < 0 {
		return
	}
	c := s.agreed[i]
	said := verifier.Statement{V: verifier.StatementVersion, Act: verifier.ActWithdraw, Consent: c.Consent, Items: c.Items, Lang: c.Lang, Text: c.Text, At: time.Now().Unix()}
	rand.Read(said.Nonce[:])
	if said.Service.UnmarshalText([]byte(c.Service)) != nil {
		return
	}
	statement, err := said.Encode()
	if err != nil {
		s.trouble = trouble{Say: "Broken", Detail: err.Error()}
		return
	}
	by := Withdraw
	if s.onCard() {
		by = CardWithdraw
	}
	s.draft, s.ending, s.act, s.at, s.sure = Draft{Statement: statement}, consent, by, stepAsk, false
}

// onCard: the consents were listed by the card, for the phone has no certificate that is good.
func (s *session) onCard() bool { return s.act == CardConsents || s.act == CardWithdraw }

// stands: it can be withdrawn.
func stands(c appclient.Consent) bool { return c.State == "pending" || c.State == "active" }

// agreement is a consent on the page.
type agreement struct {
	appclient.Consent
	l *look
}

// L says sentences.
func (a agreement) L() *look { return a.l }

// StateKey is the sentence about its state.
func (a agreement) StateKey() key { return key("consent " + a.State) }

// Stands reports whether it can be withdrawn.
func (a agreement) Stands() bool { return stands(a.Consent) }

// What are the items, in words.
func (a agreement) What() string {
	return a.l.Say("ListMay") + text.SettingOf(a.l.lang).Colon + a.l.items(a.Items)
}

// When is the sentence about its days.
func (a agreement) When() string {
	return text.Day(a.l.lang, a.From) + " – " + text.Day(a.l.lang, a.Until)
}

// Ended is the day of the withdrawal.
func (a agreement) Ended() string { return text.Day(a.l.lang, a.Cancelled) }

// Told are the days on which items were given.
func (a agreement) Told() (days []string) {
	for _, g := range a.Given {
		days = append(days, text.Day(a.l.lang, g.At)+text.SettingOf(a.l.lang).Colon+a.l.items(g.Items))
	}
	return days
}

func (l *look) items(names []string) string {
	var all []string
	for _, n := range names {
		all = append(all, l.Say(key("item "+n)))
	}
	return strings.Join(all, text.SettingOf(l.lang).Comma)
}

// consents puts them on the page: all, or the one that is to be withdrawn.
func (l *look) consents(s *session) {
	for _, c := range s.agreed {
		if s.at == stepList || c.Consent == s.ending {
			l.Agreed = append(l.Agreed, agreement{c, l})
		}
	}
}
