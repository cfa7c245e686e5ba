package domain

import (
	"errors"
	"fmt"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/enrolment"
)

// Who may ask for a certificate without having one that is good, and which request a
// person's approval makes one of. Nothing here asks the store or the clock.

// mostWaiting bounds the requests that wait; each is a row, made by a stranger. A name has
// more than one network can ask for, so that a stranger who knows it does not keep
// its kiosk out alone; a network has as many as a depot sets up at once.
var mostWaiting = store.Waiting{All: 1000, Name: 8, Net: 100, Both: 4}

func crowded(w store.Waiting) bool {
	return w.All >= mostWaiting.All || w.Name >= mostWaiting.Name || w.Net >= mostWaiting.Net || w.Both >= mostWaiting.Both
}

// asking is what is known of a kiosk that asks.
type asking struct {
	registered, revoked bool
	waiting             store.Waiting
	again               bool // it shows a certificate, whose key signed the request
	old                 store.CertState
	none                bool // the store has no certificate of it, as of one that was enrolled before they were kept
	ended, now          time.Time
}

// mayAsk answers the refusal's code and why; an empty code where it may.
func mayAsk(a asking) (code, why string) {
	switch {
	case !a.registered || a.revoked:
		return enrolment.CodeName, "no kiosk of this name is expected"
	case crowded(a.waiting):
		return enrolment.CodeBusy, "too many requests wait"
	case !a.again:
		return "", ""
	case !valid(a.old, a.none):
		return enrolment.CodeAgain, "the old certificate was replaced or revoked, or is not this kiosk's"
	case !a.now.After(a.ended):
		return enrolment.CodeAgain, "the old certificate is still good: the kiosk renews it by itself"
	case a.now.After(a.ended.Add(enrolment.Late)):
		return enrolment.CodeAgain, fmt.Sprintf("the old certificate ended more than %d days ago: ask for a first one", enrolment.Late/(24*time.Hour))
	}
	return "", ""
}

// valid: a certificate of that state shows whose kiosk it is, its date apart.
func valid(s store.CertState, none bool) bool {
	return s == store.Current || s == store.Pending || s == store.Overlapping || s == store.Unknown && none
}

// applicant is a request whose code a person has typed.
type applicant struct {
	registered, revoked bool
	approved            bool            // it was, before
	has                 bool            // the kiosk has a certificate that was neither replaced nor revoked
	again               bool            // the request is signed by the key of one …
	old                 store.CertState // … which is now in this state
	replace             bool            // the person says that the certificates it has are to be revoked
}

// What an approval makes of a certificate.
type approval int

const (
	refused   approval = iota
	asFirst            // the kiosk's only one
	asNext             // as a renewal's: the one before stays until this one is used
	asAnother          // the kiosk's only one; those it has are revoked
)

var (
	errApproved = errors.New("this request was approved before")
	errKiosk    = errors.New("the kiosk is not registered or was revoked: kiosk add lets it in")
	errHas      = errors.New("the kiosk has a certificate and the request is not signed by its key: with --replace those that it has are revoked")
)

// mayApprove decides.
func mayApprove(a applicant) (approval, error) {
	switch {
	case !a.registered || a.revoked:
		return refused, errKiosk
	case a.approved:
		return refused, errApproved
	case a.again && valid(a.old, false):
		return asNext, nil
	case !a.has:
		return asFirst, nil
	case a.replace:
		return asAnother, nil
	}
	return refused, errHas
}
