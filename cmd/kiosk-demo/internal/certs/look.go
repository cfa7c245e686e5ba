package certs

import (
	"net/http"
	"slices"
	"strings"

	"multicopy.example/assets/text"
	"multicopy.example/cmd/internal/appclient"
)

// A look is what the template shows, in one language.
type look struct {
	words
	Step  step
	Title key
	Turn  string

	Trouble trouble
	Told    key

	People []Person
	Phones []Phone
	Kind   Kind
	Status Status
	State  key // of the phone's certificates
	Since  key // by whose word they are held
	Can    []string

	Agreed []agreement

	Act    string
	Draft  Draft
	Secret Secret
	Left   int8
	Sure   bool
}

// Letters: a password is asked.
func (l look) Letters() bool { return l.ref == secrets[Apply].Ref }

// Field is the id of what is asked.
func (l look) Field() string {
	if l.Step == stepChoose {
		return "pin"
	}
	return "secret"
}

// Asked names it.
func (l look) Asked() string {
	if l.Secret.OfPhone {
		return l.Say("AskPhone")
	}
	return l.Say("AskCard")
}

// Plain: the phone has no secure element.
func (l look) Plain() bool { return l.Kind == Plain }

// Differ: the control codes do.
func (l look) Differ() bool { return l.Act == names[Apply] && l.Draft.Own != l.Draft.Theirs }

// Shown is what is signed, word for word.
func (l look) Shown() string { return string(l.Draft.Statement) }

// Name of a kind of phone.
func (k Kind) Name() key { return [...]key{"Android", "IPhone", "Plain"}[k] }

// Offer is the sentence that leads to an act.
func (l look) Offer(act string) string { return l.Say(key("Act" + act)) }

// About is the sentence about the act with that end; what is done by the card or by the phone is said alike.
func (l look) About(end string) string { return l.Say(key(strings.TrimPrefix(l.Act, "Card") + end)) }

// Switch is where a language is sent to.
func (l look) Switch() string { return Root + "language" }

// Certificate is the sentence of one.
func (l look) Certificate(c appclient.MineCert) string {
	return l.Say(key(c.Certificate)) + text.SettingOf(l.lang).Colon + l.Say(key(c.State))
}

// Crumb is the kind of phone that is in hand.
func (l look) Crumb() string { return l.Say(l.Kind.Name()) }

// titles of the pages of acts, where they are not what led there.
var titles = map[Act]key{Apply: "SignTitle", Activate: "ActivateTitle", Consents: "ListTitle", CardConsents: "ListTitle", Withdraw: "WithdrawTitle", CardWithdraw: "WithdrawTitle"}

func (p *Page) look(s *session, r *http.Request) *look {
	l := &look{words: words{lang: p.language(r), ref: secrets[s.act].Ref, maker: s.draft.Maker, resident: s.what.Resident}, Step: s.at, Turn: s.turn,
		Trouble: s.trouble, Told: s.told, Kind: s.phone.Kind, Act: names[s.act], Draft: s.draft, Secret: secrets[s.act], Left: -1, Sure: s.sure}
	broken := func(err error) {
		if err != nil && l.Trouble.Say == "" {
			l.Trouble = said(err, s.act)
		}
	}
	switch s.at {
	case stepWho:
		l.Title, l.People = "WhoTitle", p.hand.People()
	case stepPhones:
		l.Title, l.Phones = "PhonesTitle", p.hand.Phones(s.person)
	case stepHome:
		l.Title = "HomeTitle"
		status, err := p.hand.Status(r.Context(), s.person, s.phone.Key)
		broken(err)
		l.Status = status
		l.stands()
	case stepChoose:
		l.Title = "ChooseTitle"
	case stepList:
		l.Title = titles[Consents]
		l.consents(s)
	case stepAsk:
		if l.Title = titles[s.act]; l.Title == "" {
			l.Title = key("Act" + names[s.act])
		}
		if s.act == Withdraw || s.act == CardWithdraw {
			l.consents(s)
		}
		left, err := p.hand.Left(r.Context(), s.person, s.phone.Key, secrets[s.act])
		broken(err)
		if err == nil {
			l.Left = left
		}
	}
	return l
}

// stands says how the phone stands and what can be done with it.
func (l *look) stands() {
	if l.Plain() {
		if l.Can = []string{"Private", "CardConsents"}; l.Status.Weak {
			l.Can = []string{"Weak", "CardConsents"}
		}
		return
	}
	held := false
	for _, c := range l.Status.Certificates {
		held = held || c.State == "held"
		switch {
		case c.State != "held":
		case strings.HasSuffix(c.Cause, "by card with PIN"):
			l.Since = "ByCardPIN"
		case strings.HasSuffix(c.Cause, "by maker"):
			l.Since = "ByMaker"
		case strings.HasSuffix(c.Cause, "by call"), strings.HasSuffix(c.Cause, "by counter"):
			l.Since = "ByCall"
		}
	}
	defer func() {
		if seen := "CardConsents"; l.State == "StateActive" {
			l.Can = slices.Insert(l.Can, 1, "Consents")
		} else {
			l.Can = append(l.Can, seen)
		}
	}()
	switch l.Status.State {
	case appclient.PhoneApplied:
		l.State = "StateWait"
	case appclient.PhoneIssued:
		l.State, l.Can = "StateIssued", []string{"Choose", "Apply"}
	case appclient.PhoneActive:
		l.State, l.Can = "StateActive", []string{"LogIn", "Hold", "GiveUp"}
		if held {
			l.State, l.Can = "StateHeld", []string{"Release", "GiveUp"}
		}
	case appclient.PhoneEnded:
		l.State, l.Can = "StateEnded", []string{"Apply"}
	default:
		l.State, l.Can = "StateNone", []string{"Apply"}
	}
}
