package measure

import (
	"context"
	"crypto/x509"
	"errors"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/staff/check"
)

// An Authority is what is asked; authority.Client is one.
type Authority interface {
	Health(ctx context.Context) (port.Health, error)
	Now() time.Time
	Certificate() *x509.Certificate
	Shown() *x509.Certificate
}

// An Answer is what the authority said, or why it said nothing.
type Answer struct {
	Health  port.Health
	Err     error
	Latency time.Duration // 0 where it was not measured
	Heard   time.Duration // since it was last heard
	At      time.Time     // when it answered, by our clock
}

// Certificates is the kiosk's certificate and, once it was shown, the authority's.
// It asks for nothing.
func Certificates(own, shown *x509.Certificate, now time.Time) func(*Result) {
	return func(r *Result) {
		if own != nil {
			r.KioskEnds, r.KioskBegins, r.KioskLife = own.NotAfter.Sub(now), own.NotBefore.Sub(now), own.NotAfter.Sub(own.NotBefore)
			r.tested(check.KioskCertificate)
		}
		if shown != nil {
			r.AuthorityEnds = shown.NotAfter.Sub(now)
			r.tested(check.AuthorityCertificate)
		}
	}
}

// Ask asks the authority for its health: network, authority, clock, and what its
// certificate and ours say.
func Ask(a Authority, h Host) Test {
	return Test{check.Of(check.Network, check.Authority), 15 * time.Second, func(ctx context.Context) func(*Result) {
		begun := time.Now()
		health, err := a.Health(ctx)
		answer := Answer{Health: health, Err: err, Latency: time.Since(begun), At: h.Now()}
		return func(r *Result) {
			Answered(answer, a.Shown())(r)
			Certificates(a.Certificate(), a.Shown(), a.Now())(r)
		}
	}}
}

// Answered sets what follows from an answer. shown is the certificate that the
// authority showed, for the case that its dates are the trouble.
func Answered(a Answer, shown *x509.Certificate) func(*Result) {
	return func(r *Result) {
		r.Answer, r.Latency, r.Heard = faultOf(a.Err), a.Latency, a.Heard
		r.tested(check.Network)
		switch r.Answer {
		case kiosk.MsgNetwork:
			r.Note(check.Network, a.Err)
			r.Latency = 0
		case kiosk.MsgClock:
			// The certificate is right at another time than ours. One that has not begun
			// yet was made by a clock that is ahead of ours; for one that has ended, see
			// its own item.
			if shown != nil && a.At.Before(shown.NotBefore) {
				r.Skew = a.At.Sub(shown.NotBefore)
				r.tested(check.Clock)
			}
			r.Note(check.Clock, a.Err)
		default:
			r.Note(check.Authority, a.Err)
			r.tested(check.Authority)
			if a.Err == nil && a.Health.Now != 0 {
				r.Skew = a.At.Truncate(time.Second).Sub(time.Unix(a.Health.Now, 0))
				r.tested(check.Clock)
			}
		}
	}
}

// faultOf is the loop's rule: what an error does not say is the network's.
func faultOf(err error) kiosk.Message {
	var fault port.Fault
	switch {
	case err == nil:
		return kiosk.NoMessage
	case errors.As(err, &fault):
		return kiosk.Message(fault)
	}
	return kiosk.MsgNetwork
}
