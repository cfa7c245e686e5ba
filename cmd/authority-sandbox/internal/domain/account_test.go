package domain

import (
	"context"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hpke"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
)

// An account is all that the authority has of one reservation (flow P) and of the
// session that a kiosk has now. It is comparable: the joint walk keeps one beside
// every State, and asks the authority itself what a request makes of it.
type account struct {
	state        store.State
	void         bool // five wrong one-time passwords
	grants       int8
	holder       holder
	lease, fresh bool // the claim's time runs; the reservation is younger than a day
	cur          session
	given        [kiosk.MaxGrants]given
}

type holder uint8

const (
	unheld  holder = iota
	ours           // the session that the kiosk has now
	another        // one before it
)

type session struct {
	open, challenge, ticket bool
	act                     kiosk.Act // proved
	sign                    int8      // the signing password's counter, as told at the opening
}

type given struct {
	is, superseded, cur bool // cur: by the session that the kiosk has now
	act                 kiosk.Act
	outcome             kiosk.Outcome
	sign                int8 // as told at its session's opening
}

// A question is one of the contract's; late is a record of the ledger that is told
// by the queue.
type question struct {
	ask     string
	sign    int8
	act     kiosk.Act
	grant   int8 // -1: the session's last
	outcome kiosk.Outcome
}

type told struct {
	message kiosk.Message
	doubt   bool // open
	fresh   bool // settle
	grant   int8 // grant
}

type asked struct {
	a account
	r question
}

type answered struct {
	a account
	r told
}

// An office asks the real authority, in a transaction that is undone.
type office struct {
	testing.TB
	s      *Service
	card   store.Card
	key    *rsa.PrivateKey // the user-authentication key
	seal   []byte          // the key that one-time passwords are sealed to
	memory map[asked]answered
}

var (
	reservationID = store.ID{1}
	claimantID    = store.ID{2} // a session before, which holds the claim
	sessionID     = store.ID{3}
	challenge     = store.Hash{4}
	ticket        = store.Hash{5}
)

func grantID(i int) store.ID { return store.ID{16 + byte(i)} }
func ownerID(i int) store.ID { return store.ID{32 + byte(i)} } // the session of a grant of an earlier visit

const theKiosk = "kiosk-0001"

func newOffice(t testing.TB) *office {
	t.Helper()
	ok := func(err error) {
		t.Helper()
		must.OK(t, err)
	}
	now := time.Unix(1_795_000_000, 0)
	o := &office{TB: t, memory: map[asked]answered{}}
	db, err := store.Create(t.Context(), filepath.Join(t.TempDir(), "a.db"), make([]byte, store.KeyLen))
	ok(err)
	t.Cleanup(func() { db.Close() })
	userCA, err := pki.NewCardCA(pki.User, "JPKI-TEST", now)
	ok(err)
	signCA, err := pki.NewCardCA(pki.Sign, "JPKI-TEST", now)
	ok(err)
	holder := pki.Holder{Items: pki.Items{Name: "hanako"}, Until: now.AddDate(4, 0, 0), Home: pki.Municipalities()[0]}
	user, key, err := userCA.Issue(holder)
	ok(err)
	sign, _, err := signCA.Issue(holder)
	ok(err)
	grant, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ok(err)
	code, err := ecdh.X25519().GenerateKey(rand.Reader)
	ok(err)
	keys := Keys{Codes: [][]byte{code.Bytes()}, Grant: grant, UserCA: x509.NewCertPool(), SignCA: x509.NewCertPool()}
	keys.UserCA.AddCert(userCA.Cert)
	keys.SignCA.AddCert(signCA.Cert)
	o.s = New(db, keys, DefaultPolicy, func() time.Time { return now }, slog.New(slog.DiscardHandler))
	spki := sha256.Sum256(user.RawSubjectPublicKeyInfo)
	o.card = store.Card{Card: spki, UserHash: sha256.Sum256(user.Raw), UserCert: user.Raw, SignCert: sign.Raw}
	o.key, o.seal = key, code.PublicKey().Bytes()
	ok(db.Tx(t.Context(), func(tx *store.Tx) error {
		row, err := tx.AddHolder(store.Holder{Person: store.Person{Name: "hanako"}, User: user, Sign: sign}, "test")
		return errors.Join(err, tx.AddCard(o.card.Card, o.card.UserHash, row.Issuer, row.Serial), tx.PutKiosk(store.Kiosk{Name: theKiosk, Flows: "PU"}, 0))
	}))
	return o
}

var errUndo = errors.New("undone")

// ask is what the authority makes of a request: the account after it, and the
// answer. The same account and request are asked once.
func (o *office) ask(a account, r question) (account, told) {
	o.Helper()
	if known, ok := o.memory[asked{a, r}]; ok {
		return known.a, known.r
	}
	var out answered
	err := o.s.db.Tx(context.Background(), func(tx *store.Tx) error {
		c := &call{Tx: tx, peer: Peer{Kiosk: theKiosk}, version: wire.Contract, request: fresh[wire.ID](), now: o.s.now().Unix(), flows: "PU"}
		if err := o.put(c, a); err != nil {
			return err
		}
		got, opened, granted, err := o.serve(c, a, r)
		if err != nil {
			return err
		}
		out.r = got
		if out.a, err = o.get(c, a, opened, granted); err != nil {
			return err
		}
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		o.Fatalf("%+v of %+v: %v", r, a, err)
	}
	o.memory[asked{a, r}] = out
	return out.a, out.r
}

// put writes an account's rows.
func (o *office) put(c *call, a account) error {
	row := store.Reservation{ID: reservationID, Card: o.card.Card, Flow: int(kiosk.FlowP), Factor: int(kiosk.FactorCode), Secret: "GEZDGNBVGY3TQOJQ",
		State: a.state, Grants: int(a.grants), Made: c.now - 100, Lease: c.now - 1, Expires: c.now - 1}
	if a.lease {
		row.Lease = c.now + 60
	}
	if a.fresh {
		row.Expires = c.now + 3600
	}
	if a.void {
		row.Wrong = 5
	}
	row.Session = map[holder][]byte{ours: sessionID[:], another: claimantID[:]}[a.holder]
	if err := c.AddReservation(row); err != nil {
		return err
	}
	add := func(id store.ID, s session) error {
		n := store.Session{ID: id, Kiosk: theKiosk, Card: o.card.Card, Reservation: reservationID, Act: int(s.act), UserTries: 3, SignTries: s.sign, Opened: c.now - 50}
		if s.challenge {
			n.Challenge = challenge[:]
		}
		if s.ticket {
			n.Ticket = ticket[:]
		}
		return c.AddSession(n)
	}
	err := add(claimantID, session{ticket: true})
	if a.cur.open {
		err = errors.Join(err, add(sessionID, a.cur))
	}
	for i, g := range a.given {
		if !g.is {
			continue
		}
		id := sessionID
		if !g.cur {
			id = ownerID(i)
			err = errors.Join(err, add(id, session{ticket: true, sign: g.sign}))
		}
		n := store.Grant{ID: grantID(i), Session: id, Card: o.card.Card, Reservation: reservationID, Act: int(g.act), Made: c.now - 50}
		if !g.superseded { // else it is told what became of it when the next one stands
			n.Outcome = int(g.outcome)
		}
		err = errors.Join(err, c.AddGrant(n))
	}
	for i, g := range a.given {
		if g.is && g.superseded {
			err = errors.Join(err, c.SetOutcome(grantID(i), int(g.outcome)))
		}
	}
	return err
}

// get reads them again.
func (o *office) get(c *call, a account, opened, granted *wire.ID) (account, error) {
	r, err := c.Reservation(reservationID)
	if err != nil {
		return a, err
	}
	id := sessionID
	if opened != nil {
		id = *opened
	}
	a.state, a.grants, a.void, a.lease = r.State, int8(r.Grants), r.Wrong >= 5, r.Session != nil && r.Lease > c.now
	switch a.holder = unheld; {
	case r.Session == nil:
	case store.ID(r.Session) == id:
		a.holder = ours
	default:
		a.holder = another
	}
	if a.cur.open || opened != nil {
		s, _, err := c.Visit(theKiosk, store.VisitOf(id))
		if err != nil {
			return a, err
		}
		a.cur = session{true, s.Challenge != nil, s.Ticket != nil, kiosk.Act(s.Act), s.SignTries}
	}
	for i := range a.given {
		owner, gid := id, grantID(i)
		switch g := &a.given[i]; {
		case !g.is && granted != nil:
			gid, granted = *granted, nil
			*g = given{is: true, cur: true, sign: a.cur.sign}
		case !g.is:
			continue
		case !g.cur:
			owner = ownerID(i)
		}
		var row *store.Grant
		if _, _, err := c.Visit(c.peer.Kiosk, store.VisitOf(owner, store.VisitGrant(&gid, &row))); err != nil {
			return a, err
		}
		a.given[i].act, a.given[i].outcome, a.given[i].superseded = kiosk.Act(row.Act), kiosk.Outcome(row.Outcome), row.Superseded
	}
	return a, nil
}

// serve answers as Handle does, without the rows that only repetitions need.
func (o *office) serve(c *call, a account, r question) (got told, opened, granted *wire.ID, err error) {
	env := wire.Envelope{Contract: wire.Contract, Request: c.request}
	var reply any
	switch r.ask {
	case "open":
		reply, err = o.s.open(c, &wire.OpenRequest{Envelope: env, Certificate: o.card.UserCert, UserTries: 3, SignTries: r.sign})
	case "code":
		reply, err = o.code(c, env)
	case "prove":
		reply, err = o.prove(c, env, r.act)
	case "grant":
		reply, err = o.s.grant(c, &wire.GrantRequest{Envelope: env, Session: sessionID})
	case "settle":
		m := &wire.SettleRequest{Envelope: env, Session: sessionID, Outcome: wire.Outcome(r.outcome)}
		if r.grant >= 0 {
			id := grantID(int(r.grant))
			m.Grant = &id
		}
		reply, err = o.s.settle(c, m)
	case "late":
		err = o.late(c, a, r)
	}
	var refused *refusal
	if errors.As(err, &refused) {
		return told{message: refused.code.Message()}, nil, nil, nil
	}
	switch m := reply.(type) {
	case *wire.OpenReply:
		got.doubt, opened = m.Doubt, &m.Session
	case *wire.GrantReply:
		granted = &m.Grant
		for _, g := range a.given {
			if g.is {
				got.grant++
			}
		}
	case *wire.SettleReply:
		got.fresh = m.Challenge != nil
	}
	return got, opened, granted, err
}

func (o *office) code(c *call, env wire.Envelope) (any, error) {
	digits, err := codeOf("GEZDGNBVGY3TQOJQ")
	if err != nil {
		return nil, err
	}
	key, err := hpke.DHKEM(ecdh.X25519()).NewPublicKey(o.seal)
	if err != nil {
		return nil, err
	}
	m := &wire.CodeRequest{Envelope: env, Session: sessionID}
	if m.Sealed, err = hpke.Seal(key, hpke.HKDFSHA256(), hpke.AES256GCM(), wire.CodeInfo(kiosk.SessionID(sessionID), env.Request), []byte(digits)); err != nil {
		return nil, err
	}
	if err := o.s.countCode(c, m); err != nil {
		return nil, err
	}
	return o.s.code(c, m)
}

func (o *office) prove(c *call, env wire.Envelope, act kiosk.Act) (any, error) {
	s, _, err := c.Visit(theKiosk, store.VisitOf(sessionID))
	if err != nil {
		return nil, err
	}
	p := wire.ProofContext{Session: kiosk.SessionID(sessionID), KioskKey: c.peer.SPKI, UserCert: o.card.UserCert, Flow: kiosk.FlowP, Act: act}
	copy(p.Challenge[:], s.Challenge)
	copy(p.Ticket[:], s.Ticket)
	digest := wire.Proof(p)
	m := &wire.ProveRequest{Envelope: env, Session: sessionID, Act: wire.Act(act)}
	signature, err := rsa.SignPKCS1v15(nil, o.key, crypto.SHA256, digest[:])
	copy(m.Signature[:], signature)
	if err != nil {
		return nil, err
	}
	return o.s.prove(c, m)
}

// late is what learn does with an outcome's record.
func (o *office) late(c *call, a account, r question) error {
	owner, id := ownerID(int(r.grant)), grantID(int(r.grant))
	if a.given[r.grant].cur {
		owner = sessionID
	}
	var g *store.Grant
	s, reservation, err := o.s.known(c, store.VisitOf(owner, store.VisitGrant(&id, &g)))
	if err != nil {
		return err
	}
	_, err = o.s.note(c, s, &reservation, *g, r.outcome)
	return err
}
