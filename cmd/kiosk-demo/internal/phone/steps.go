package phone

import (
	"net/http"
	"strings"
	"time"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// A look is what the template shows, in one language.
type look struct {
	words
	Step   step
	Title  key
	Turn   string
	Number int  // of the step, 1 to 5; 0 for a page beside the way
	Passed bool // the step is behind; Next is the current one's address
	Next   string

	Trouble trouble // with no say where there is none
	Away    bool    // the card cannot be read now, so nothing is asked

	Certs   string // path of the page about certificates
	People  []resident
	Choices []choice
	Asked   kiosk.Ref // the secret that is asked, or is locked
	Left    int8      // its tries; -1 unknown
	Both    bool      // the other secret is locked already, or both are
	Doubt   bool      // the office page is asked for, not forced
	Code    [2]string // the one-time password in two groups of four
	Seconds int       // until it ends
	Looking Look      // how far the face step is
	Ended   string    // code of a try that is over
	Printed Printed   // on the test card
	Clerk   string    // the command of the office
	Chains  []store
}

// A resident on the first page.
type resident struct {
	Key, Name, Trouble, Lang string // Lang: of the trouble
	Away                     bool
}

// A choice is a secret that can be renewed.
type choice struct {
	Flow      kiosk.Flow
	Name, Use string
	Tries     string
}

// A store is a chain in one language.
type store struct{ Name, Where string }

// Switch is where a language is sent to.
func (l look) Switch() string { return "/language" }

// Letters: what is asked is a password, not four digits.
func (l look) Letters() bool { return l.Asked == kiosk.RefSign }

// Counters are the tries that are left, as a sentence.
func (l look) Counters() string { return l.tries(l.Asked, l.Left) }

// Renews is the flow that renews a locked secret.
func (l look) Renews() kiosk.Flow { return renews(l.Asked) }

// Aloud is the one-time password digit by digit, for those who listen to the page.
func (l look) Aloud() []string { return strings.Split(l.Code[0]+l.Code[1], "") }

// Field is the name and id of what is asked, and the address of a proof.
func (l look) Field() string {
	if l.Letters() {
		return "password"
	}
	return "pin"
}

func (p *Page) people(w http.ResponseWriter, r *http.Request) {
	l := look{words: words{lang: LanguageOf(r)}, Step: stepWho, Title: "WhoTitle", Number: stepWho.number(), Certs: p.certs}
	for _, person := range p.hand.People() {
		s, in := person.Trouble.in(l.lang)
		l.People = append(l.People, resident{person.Key, person.Name, words{lang: in}.fill(s), in.String(), person.Away})
	}
	Write(w, page, l.lang, l)
}

var titles = map[step]key{
	stepWhat: "WhatTitle", stepOffice: "OfficeTitle", stepLast: "LastTitle", stepStopped: "StoppedTitle", stepProof: "ProofTitle",
	stepLocked: "LockedTitle", stepPhoto: "PhotoTitle", stepTake: "TakeTitle", stepFace: "FaceTitle", stepMissed: "MissedTitle", stepDesk: "DeskTitle", stepCode: "CodeTitle", stepCheck: "CheckTitle", stepRight: "RightTitle",
}

// show answers with a page of a session, or with the way to the current one.
// It reads the card's counters wherever they decide what is asked, or whether the way back
// to it can be promised.
func (p *Page) show(s *session, at step, w http.ResponseWriter, r *http.Request) {
	if s.expired(p.now()) {
		s.trouble = trouble{On: s.current(), Say: "Expired"}
	}
	var unread error
	if at.in(stepWhat, stepLast, stepStopped, stepProof, stepCheck, stepLocked) {
		unread = p.read(r.Context(), s)
	}
	passed := false
	if !s.open(at) {
		if passed = s.passed(at); !passed {
			s.trouble.On = s.current()
			http.Redirect(w, r, s.current().path(), http.StatusSeeOther)
			return
		}
	}
	ref := s.asked()
	l := look{words: words{lang: LanguageOf(r), flow: s.flow, ref: ref}, Step: at, Title: titles[at], Turn: s.turn, Number: at.number(),
		Passed: passed, Next: s.current().path(), Asked: ref, Left: s.tries.Of(ref), Both: s.tries.Of(other(ref)) == 0}
	if s.trouble.On == at && !passed {
		l.Trouble = s.trouble
	}
	if unread != nil {
		l.Away, l.Left, l.Trouble = true, -1, troubleOf(unread, at)
	}
	switch at {
	case stepWhat:
		p.choices(s, &l)
	case stepOffice:
		l.Doubt = s.tries != (kiosk.Tries{})
	case stepPhoto, stepTake:
		l.Printed = p.hand.Printed(s.person.Key)
	case stepFace:
		l.Looking = s.look
	case stepMissed:
		l.Ended = s.ended
	case stepDesk:
		l.Clerk = p.hand.Clerk(s.person.Key, s.flow)
	case stepCode:
		if !passed {
			l.Code = [2]string{string(s.reserved.Code[:4]), string(s.reserved.Code[4:])}
			l.until = s.reserved.Expires
			l.Seconds = int((s.reserved.Expires.Sub(p.now()) + time.Second - 1) / time.Second) // the browser does not end it before us
			for _, c := range text.ChainsFor(p.chains, s.flow) {
				l.Chains = append(l.Chains, store{c.Name[l.lang], c.Where[l.lang]})
			}
		}
	case stepCheck:
		if l.Next = ""; s.reserved.Code != nil {
			l.Next = stepCode.path()
		}
	}
	Write(w, page, l.lang, l)
}

// choices are the secrets that can be renewed: not one whose proof is locked.
func (p *Page) choices(s *session, l *look) {
	for _, flow := range []kiosk.Flow{kiosk.FlowP, kiosk.FlowU} {
		target, use := flow.Target(), text.PasswordUse
		if target == kiosk.RefAuth {
			use = text.PINUse
		}
		if s.tries.Of(flow.Proof()) == 0 {
			l.ref = flow.Proof()
			l.Both = true
			continue
		}
		c := choice{Flow: flow, Name: l.name(target), Use: text.Of(l.lang, use)}
		if left := s.tries.Of(target); left >= 0 {
			c.Tries = l.tries(target, left)
		}
		l.Choices = append(l.Choices, c)
	}
}

// tries is how many are left of a secret, "" where that is not known.
func (w words) tries(ref kiosk.Ref, left int8) string {
	switch {
	case left < 0:
		return ""
	case left == 0:
		return w.Say("Locked")
	}
	return text.Say(kiosk.View{Lang: w.lang}, text.TriesLeft, left)
}
