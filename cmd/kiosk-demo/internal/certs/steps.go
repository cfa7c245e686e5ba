package certs

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/kiosk-demo/internal/phone"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// A step is what is shown.
type step string

const (
	stepWho    step = "" // which resident
	stepPhones step = "phones"
	stepHome   step = "home" // of a phone
	stepAsk    step = "ask"  // a secret, for an act
	stepChoose step = "choose"
	stepList   step = "consents"
)

// A trouble is what went wrong at the last press.
type trouble struct {
	Say    key
	Field  bool   // it is about what was typed
	Detail string // in English
}

// A session is one person's way through the page.
type session struct {
	mu      sync.Mutex
	turn    string
	at      step
	person  string
	phone   Phone
	act     Act
	sure    bool // the last try is wanted
	draft   Draft
	chosen  Chosen // until they are in use
	trouble trouble
	told    key
	what    Told
	agreed  []appclient.Consent // as they were listed
	ending  string              // the one that is to be withdrawn
}

func (s *session) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chosen.clear()
}

// names of the acts in a form and in the names of their sentences.
var names = [acts]string{Apply: "Apply", Activate: "Activate", LogIn: "LogIn", Hold: "Hold", Release: "Release", GiveUp: "GiveUp", Private: "Private", WeakLogIn: "Weak",
	Consents: "Consents", CardConsents: "CardConsents", Withdraw: "Withdraw", CardWithdraw: "CardWithdraw"}

// press does what a form asks for.
func (p *Page) press(s *session, r *http.Request) {
	ctx, value := r.Context(), r.PostFormValue("value")
	switch what := r.PostFormValue("do"); {
	case what == "over":
		s.chosen.clear()
		s.at, s.person, s.phone = stepWho, "", Phone{}
	case what == "person" && slices.ContainsFunc(p.hand.People(), func(o Person) bool { return o.Key == value }):
		s.person, s.at = value, stepPhones
	case what == "phone" && s.person != "":
		for _, phone := range p.hand.Phones(s.person) {
			if phone.Key == value {
				s.phone, s.at = phone, stepHome
			}
		}
	case s.phone.Key == "": // what follows is about a phone
	case what == "other":
		s.chosen.clear()
		s.at = stepPhones
	case what == "home":
		s.at = stepHome
	case what == "withdraw" && s.at == stepList:
		p.beginWithdrawal(s, value)
	case what == "wipe":
		p.hand.Wipe(s.person, s.phone.Key)
		s.at, s.told = stepHome, "DoneWipe"
	case what == "choose":
		s.at = stepChoose
	case what == "act":
		p.begin(ctx, s, Act(max(slices.Index(names[:], value), 0)))
	case what == "sure" && s.at == stepAsk:
		s.sure = true
	case what == "secret" && s.at == stepAsk:
		p.ask(s, r)
	case what == "chosen" && s.at == stepChoose:
		p.choose(s, r)
	}
}

// begin goes to where an act asks for its secret; what asks for none is done.
func (p *Page) begin(ctx context.Context, s *session, act Act) {
	if act == NoAct || act == Withdraw || act == CardWithdraw { // those begin at a consent
		return
	}
	s.act, s.sure = act, false
	if act == Apply {
		var err error
		if s.draft, err = p.hand.Draft(ctx, s.person, s.phone.Key); err != nil {
			s.at, s.trouble = stepHome, said(err, s.act)
			return
		}
	}
	if s.at = stepAsk; secrets[act].Ref == 0 {
		p.carryOut(ctx, s, nil)
	}
}

// ask has a secret compared, after all that costs no try.
func (p *Page) ask(s *session, r *http.Request) {
	of := secrets[s.act]
	typed := []byte(r.PostFormValue("secret"))
	defer clear(typed)
	if bad := key(phone.Formed(typed, of.Ref)); bad != "" {
		s.trouble = trouble{Say: bad, Field: true}
		return
	}
	if s.act == Apply && s.draft.Own != s.draft.Theirs {
		return // the page says so, and asks nothing
	}
	left, err := p.hand.Left(r.Context(), s.person, s.phone.Key, of)
	switch {
	case err != nil:
		s.trouble = said(err, s.act)
	case left == 0 || left == 1 && !s.sure: // the page says so
	default:
		p.carryOut(r.Context(), s, typed)
	}
}

func (p *Page) carryOut(ctx context.Context, s *session, typed []byte) {
	s.sure = false
	if s.act >= Consents {
		p.aboutConsents(ctx, s, typed)
		return
	}
	what, err := p.hand.Do(ctx, s.person, s.phone.Key, s.act, typed, s.chosen)
	if err != nil {
		s.trouble = said(err, s.act)
		if s.trouble.Say == "Late" {
			s.at = stepHome
		}
		return
	}
	s.what, s.told, s.at = what, key("Done"+names[s.act]), stepHome
	switch s.act {
	case Apply:
		s.at, s.draft = stepChoose, Draft{}
	case Activate:
		s.chosen.clear()
	case LogIn, WeakLogIn:
		if s.told = "DoneLogIn"; what.Weak {
			s.told = "DoneWeak"
		}
	}
}

// choose takes both secrets of the phone, each typed twice, and installs what was issued.
func (p *Page) choose(s *session, r *http.Request) {
	c := Chosen{[]byte(r.PostFormValue("pin")), []byte(r.PostFormValue("password"))}
	again := Chosen{[]byte(r.PostFormValue("pin2")), []byte(r.PostFormValue("password2"))}
	defer again.clear()
	bad := key(phone.Formed(c.PIN, kiosk.RefAuth))
	if bad == "" {
		bad = key(phone.Formed(c.Password, kiosk.RefSign))
	}
	phone.Formed(again.Password, kiosk.RefSign) // in capitals
	if bad == "" && (string(c.PIN) != string(again.PIN) || string(c.Password) != string(again.Password)) {
		bad = "Differ"
	}
	if bad != "" {
		c.clear()
		s.trouble = trouble{Say: bad, Field: true}
		return
	}
	if err := p.hand.Install(r.Context(), s.person, s.phone.Key, c); err != nil {
		c.clear()
		s.trouble = said(err, Activate)
		return
	}
	s.chosen.clear()
	s.chosen = c
	s.act, s.at, s.sure = Activate, stepAsk, false
}

// refusals of the authority that have a sentence of their own.
var refusals = map[string]key{"nonce": "Late", "moment": "Late", "nonce-used": "Late", "no-attestation": "NotElement", "attestation": "NotElement", "unknown-maker": "NotElement",
	"batch-expired": "NotElement", "batch-is-withdrawn": "NotElement", "two-elements": "NotElement"}

func said(err error, act Act) trouble {
	var wrong port.WrongSecret
	var refused *appclient.Error
	switch {
	case errors.As(err, &wrong), errors.Is(err, port.ErrBlocked):
		return trouble{Say: "Wrong", Field: true}
	case errors.Is(err, ErrAway):
		return trouble{Say: "Away"}
	case !errors.As(err, &refused):
		return trouble{Say: "Broken", Detail: err.Error()}
	}
	if k, ok := refusals[refused.Code]; ok {
		return trouble{Say: k}
	}
	if refused.Code == "proof-not-good" || refused.Code == "expired" {
		if secrets[act].OfPhone {
			return trouble{Say: "PhoneNotGood"}
		}
		return trouble{Say: "CardNotGood"}
	}
	return trouble{Say: "Refused", Detail: refused.Text}
}
