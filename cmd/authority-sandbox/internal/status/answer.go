package status

import (
	"context"
	"sync"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/crl"
	"multicopy.example/cmd/authority-sandbox/internal/ocsp"
)

// An answer to an OCSP request, and how long it is good.
type answer struct {
	der        []byte
	this, next time.Time
	kept       bool // may be given to others: it repeats no nonce
}

// ask answers a request, or says why not.
func (s *Service) ask(ctx context.Context, der []byte) (*answer, ocsp.Refused) {
	q, err := ocsp.Parse(der)
	if err != nil {
		return nil, ocsp.Malformed
	}
	i := s.asked(q)
	if i == nil {
		return nil, ocsp.Unauthorized
	}
	now := s.now().Truncate(time.Second)
	tick := now.Truncate(Tick)
	a := &answer{this: tick, next: tick.Add(Tick), kept: q.Nonce == nil}
	singles := make([]ocsp.Single, len(q.Certificates))
	var first Status
	for n, id := range q.Certificates {
		var serial [crl.SerialLen]byte
		copy(serial[len(serial)-len(id.Serial):], id.Serial)
		is, err := s.source.Status(ctx, i.ca.Kind, serial, now)
		if err != nil {
			s.log.Error("no status of a certificate", "err", err)
			return nil, ocsp.Later
		}
		since := time.Unix(is.Since, 0)
		if is.Is != ocsp.Unknown && since.After(a.this) {
			a.this = since // nothing is said of a moment before it was so
			if a.this.After(now) {
				a.this = now // another process's clock is ahead
			}
		}
		singles[n] = ocsp.Single{ID: id.Raw, Status: is.Is, At: since, Reason: is.Reason}
		first = is
	}
	one := len(q.Certificates) == 1 && a.kept
	if one {
		if before := s.answers.find(q.Certificates[0].Raw, tick, first); before != nil {
			return before, 0
		}
	}
	r, err := i.responder(now)
	if err == nil {
		a.der, err = r.Sign(ocsp.Answer{Singles: singles, Nonce: q.Nonce, Produced: now, This: a.this, Next: a.next})
	}
	if err != nil {
		s.log.Error("an OCSP answer was not signed", "err", err)
		return nil, ocsp.Trouble
	}
	if one {
		s.answers.keep(q.Certificates[0].Raw, tick, first, a)
	}
	return a, 0
}

// asked is the CA of all certificates of a request: two CAs have two responders, and neither
// may answer for the other.
func (s *Service) asked(q *ocsp.Request) *issuer {
	for _, i := range s.issuers {
		for n, id := range q.Certificates {
			if !i.is(id) {
				break
			}
			if n == len(q.Certificates)-1 {
				return i
			}
		}
	}
	return nil
}

// mostAnswers is how many are kept, of about a kilobyte each.
const mostAnswers = 32 << 10

// answers keeps those of one tick. What the store says is read for each request all the same, and one
// that was given while it said something else is not given again: only the signature is saved.
type answers struct {
	mu   sync.Mutex
	tick time.Time
	by   map[string]keptAnswer
}

type keptAnswer struct {
	of Status
	*answer
}

func (k *answers) find(id []byte, tick time.Time, of Status) *answer {
	k.mu.Lock()
	defer k.mu.Unlock()
	if a, ok := k.by[string(id)]; ok && k.tick.Equal(tick) && a.of == of {
		return a.answer
	}
	return nil
}

func (k *answers) keep(id []byte, tick time.Time, of Status, a *answer) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.tick.Equal(tick) {
		k.tick, k.by = tick, map[string]keptAnswer{}
	}
	for other := range k.by {
		if len(k.by) < mostAnswers {
			break
		}
		delete(k.by, other) // any: what is asked for often comes back
	}
	k.by[string(id)] = keptAnswer{of, a}
}
