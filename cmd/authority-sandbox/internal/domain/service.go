// Package domain is what the sandbox authority decides: whom it believes,
// what a reservation may still become, which card is opened once. It knows
// nothing of HTTP; a request comes in as the kiosk's identity, a path and
// bytes, and goes out as a status and bytes.
//
// Each request is one transaction together with its stored reply. The only
// exception is a one-time password: its count is committed first, in a
// transaction of its own, and compared afterwards (code.go).
//
// Several processes may answer for one authority over one PostgreSQL. So
// nothing that decides lives in a process: throttles, replies and alarms are
// rows. A transaction locks the row of the kiosk that asks (admit) and then
// that of the card (believe, known), always in this order, and what it reads
// after that is changed by no other transaction. A transaction may run twice; nothing
// that one does outside of the database may matter.
//
// Start with Handle, then open.go, code.go, prove.go, settle.go. What becomes of the
// certificates of cards and phones begins at Counter.
package domain

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"log/slog"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk/authority/wire"
)

// Peer is the kiosk at the other end, as its connection shows it.
type Peer struct {
	Kiosk       string
	Fingerprint [32]byte // SHA-256 of its certificate
	Serial      string   // of that, hexadecimal
	SPKI        [32]byte // SHA-256 of its TLS key, SubjectPublicKeyInfo
	Key         *ecdsa.PublicKey
	Expired     bool // its certificate is past its last day
	Resumed     bool // the connection was: it proves an earlier use of the key, not that of today
}

// CertificateOf is the peer that a certificate shows; its key is nil where that is
// not ECDSA.
func CertificateOf(c *x509.Certificate) Peer {
	key, _ := c.PublicKey.(*ecdsa.PublicKey)
	return Peer{Kiosk: c.Subject.CommonName, Fingerprint: sha256.Sum256(c.Raw), Serial: c.SerialNumber.Text(16),
		SPKI: sha256.Sum256(c.RawSubjectPublicKeyInfo), Key: key}
}

// Reply is what goes back.
type Reply struct {
	Status     int
	Body       []byte
	RetryAfter uint32
}

// Service is the authority.
type Service struct {
	db     *store.DB
	keys   Keys
	policy Policy
	now    func() time.Time
	log    *slog.Logger
	busy   *locks
	faces  faces
}

// New makes the authority over a database.
func New(db *store.DB, keys Keys, policy Policy, now func() time.Time, log *slog.Logger) *Service {
	return &Service{db: db, keys: keys, policy: policy, now: now, log: log, busy: newLocks(), faces: faces{open: map[store.ID]*try{}}}
}

// call is one request on its way.
type call struct {
	*store.Tx
	peer       Peer
	version    int // of the contract
	request    wire.ID
	hash       store.Hash
	now        int64
	revoked    bool
	overlapped bool         // by a newer certificate
	asked      int          // how often this kiosk has asked today
	answered   *store.Reply // to the same request, before
	flows      string       // what this kiosk's store may do

	visit   *store.Visiting // what the request reads of its visit, where it is of one; into these
	card    store.Card
	attempt *store.Hash
	grant   *store.Grant
}

// request is what came, and from whom.
type request struct {
	peer    Peer
	version int    // of the contract
	path    string // in the newest contract
	body    []byte
}

// Handle answers one request. It never fails: trouble of our own is answered
// with CodeUnavailable and stored nowhere, so that the same request may be
// made again.
func (s *Service) Handle(ctx context.Context, p Peer, path string, body []byte) Reply {
	version, newest, ok := wire.ParsePath(path)
	if !ok {
		return (&refusal{code: wire.CodeContract, detail: "no such request"}).reply(wire.Contract, nil)
	}
	r := request{p, version, newest, body}
	switch newest {
	case wire.PathOpen:
		return serve(ctx, s, r, nil, nil, s.open)
	case wire.PathCode:
		return serve(ctx, s, r, (*call).ofCode, s.countCode, s.code)
	case wire.PathProve:
		return serve(ctx, s, r, (*call).ofProof, nil, s.prove)
	case wire.PathGrant:
		return serve(ctx, s, r, (*call).ofGrant, nil, s.grant)
	case wire.PathSettle:
		return serve(ctx, s, r, (*call).ofSettle, nil, s.settle)
	case wire.PathLook, wire.PathSee, wire.PathHold, wire.PathConsents, wire.PathWithdraw:
		if version > 1 { // contract 1 has no such request
			return s.handleLook(ctx, r)
		}
	case wire.PathUpdate:
		if version > 1 {
			return serve(ctx, s, r, nil, nil, s.update)
		}
	case wire.PathRecords:
		return serve(ctx, s, r, nil, nil, s.records)
	case wire.PathHeartbeat:
		return serve(ctx, s, r, nil, nil, s.heartbeat)
	case wire.PathRenew:
		if version == 1 {
			return serve(ctx, s, r, nil, nil, s.renewV1)
		}
		return serve(ctx, s, r, nil, nil, s.renew)
	}
	return (&refusal{code: wire.CodeContract, detail: "no such request"}).reply(version, nil)
}

// lapsed are the paths that an expired or revoked kiosk may still use.
var lapsed = map[string]bool{wire.PathRecords: true, wire.PathSettle: true}

// serve decodes, finds or makes the reply, and keeps it. The kiosk's row is
// locked behind admit, so a repetition that overtakes its original finds the
// original's reply, wherever that one is answered. of, where the request is of a
// visit, says what is read of it, with the kiosk's row. before, where there is one,
// runs in a transaction of its own first.
func serve[M any](ctx context.Context, s *Service, q request, of func(*call, *M) *store.Visiting,
	before func(*call, *M) error, f func(*call, *M) (any, error)) Reply {
	m := new(M)
	if err := wire.DecodeVersion(q.version, q.body, m); err != nil {
		return (&refusal{code: wire.CodeContract, detail: clip(err.Error())}).reply(q.version, nil)
	}
	id := any(m).(interface{ Echo() wire.ID }).Echo()
	defer s.busy.lock(q.peer.Kiosk)()
	c := &call{peer: q.peer, version: q.version, request: id, now: s.now().Unix(),
		hash: sha256.Sum256(append([]byte(wire.PathOf(q.version, q.path)+"\n"), q.body...))}

	var out Reply
	once := func(work func() error) error {
		return s.db.Tx(ctx, func(tx *store.Tx) error {
			c.Tx, c.visit, out = tx, nil, Reply{}
			if of != nil {
				c.visit = of(c, m)
			}
			if err := s.admit(c, q.path); err != nil {
				return err
			}
			switch old := c.answered; {
			case old != nil && old.Hash != c.hash:
				return &refusal{code: wire.CodeContract, status: 422, detail: "request id used before with other bytes"}
			case old != nil:
				out = Reply{Status: old.Status, Body: old.Body}
				if code, ok := any(m).(*wire.CodeRequest); ok {
					return s.keep(c, code)
				}
				return nil
			}
			if err := s.asks(c, q.path); err != nil {
				return err
			}
			return work()
		})
	}
	var err error
	if before != nil {
		err = once(func() error { return before(c, m) })
	}
	if err == nil && out.Status == 0 {
		err = once(func() (err error) {
			out, err = answer(s, c, m, f)
			return err
		})
	}
	var r *refusal
	switch {
	case errors.As(err, &r):
		if r.alarm != nil {
			err := s.db.Tx(ctx, func(tx *store.Tx) error { c.Tx = tx; return callStaffOf(c, s.log, *r.alarm) })
			if err != nil {
				s.log.Error("an alarm is not kept", "kiosk", q.peer.Kiosk, "err", err)
			}
		}
		return r.reply(q.version, &id)
	case err != nil:
		s.log.Error("request undone", "path", q.path, "kiosk", q.peer.Kiosk, "err", err)
		return unavailable.reply(q.version, &id)
	}
	return out
}

// later are the refusals that only say "later".
var later = map[wire.RefusalCode]bool{wire.CodeBusy: true, wire.CodeHours: true, wire.CodeUnavailable: true}

// answer does the work and stores what came of it, a refusal too. Refusals
// that only say "later" are not stored: the same request may succeed then. Nor are
// those about a session that is not there: it never will be, and a kiosk that
// was revoked could fill the store with them.
func answer[M any](s *Service, c *call, m *M, f func(*call, *M) (any, error)) (Reply, error) {
	message, err := f(c, m)
	var r *refusal
	var out Reply
	switch {
	case errors.As(err, &r):
		if out = r.reply(c.version, &c.request); r.always || later[r.code] {
			return out, nil
		}
	case err != nil:
		return out, err
	default:
		if out.Body, err = wire.Encode(message); err != nil {
			return out, err
		}
		out.Status = 200
	}
	return out, c.AddReply(c.peer.Kiosk, c.request, store.Reply{Hash: c.hash, Status: out.Status, Body: out.Body}, c.now)
}

// admit looks at who asks.
func (s *Service) admit(c *call, path string) error {
	k, err := c.Ask(c.peer.Kiosk, c.now/(day*60), c.peer.Fingerprint, c.request, c.visit)
	if errors.Is(err, store.ErrNone) {
		return refuse(wire.CodeKiosk, "no kiosk of this name is registered")
	}
	if err != nil {
		return err
	}
	c.revoked, c.overlapped, c.flows, c.asked, c.answered = k.Revoked, false, k.Flows, k.Asked, k.Reply
	if err := s.certified(c, k.State, path); err != nil {
		return err
	}
	switch {
	case lapsed[path]:
		return nil
	case c.revoked:
		return refuse(wire.CodeKiosk, "the certificate of this kiosk was revoked")
	case c.peer.Expired:
		return refuse(wire.CodeKiosk, "the certificate of this kiosk has expired")
	}
	return nil
}

// reply begins every answer.
func (c *call) reply() wire.Envelope {
	return wire.Envelope{Contract: c.version, Request: c.request}
}

func fresh[T ~[16]byte | ~[32]byte]() (x T) {
	b := make([]byte, len(x))
	rand.Read(b)
	for i := range b {
		x[i] = b[i]
	}
	return x
}
