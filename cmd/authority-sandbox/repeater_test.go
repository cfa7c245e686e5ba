package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// A repeater is a kiosk that sends the same bytes until they are answered.
type repeater struct {
	*outage
	at    *bench // its view of the authority
	pair  tls.Certificate
	https *http.Client
}

func (o *outage) repeater(name string) *repeater {
	o.Helper()
	o.register(store.Kiosk{Name: name, Flows: "PU"})
	p, err := o.transportCA().Kiosk(name, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	must.OK(o, err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(file(o, o.dir, fixture.TransportCA))
	pair := tls.Certificate{Certificate: [][]byte{p.Cert.Raw}, PrivateKey: p.Key}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{pair}}}
	o.Cleanup(transport.CloseIdleConnections)
	at := *o.bench
	at.kiosk = o.client(pair)
	return &repeater{o, &at, pair, &http.Client{Transport: transport}}
}

func newEnvelope() wire.Envelope {
	e := wire.Envelope{Contract: wire.Contract}
	rand.Read(e.Request[:])
	return e
}

// ask posts a message until it is answered. Meanwhile it may be told
// "unavailable" and nothing else.
func (k *repeater) ask(path string, message, reply any) error {
	body, err := wire.Encode(message)
	if err != nil {
		return err
	}
	for k.ctx.Err() == nil {
		response, err := k.https.Post("https://"+k.at.at.Listen+path, "application/json", bytes.NewReader(body))
		if err != nil {
			return err
		}
		data, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			return err
		}
		if response.StatusCode == http.StatusOK {
			k.answered()
			return wire.Decode(data, reply)
		}
		var r wire.Refusal
		if err := wire.Decode(data, &r); err != nil || response.StatusCode != http.StatusServiceUnavailable || r.Code != wire.CodeUnavailable {
			return fmt.Errorf("%s: %d %s", path, response.StatusCode, data)
		}
		k.unavailable.Add(1)
		k.wait()
	}
	return context.Cause(k.ctx)
}

// tells hands over records until the database stays.
func (k *repeater) tells(l *ledger) error {
	for !k.calm.Load() {
		before := len(l.all)
		m := wire.RecordsRequest{Envelope: newEnvelope()}
		for _, r := range l.lines(10)[before:] {
			m.Records = append(m.Records, wire.Record{Epoch: r.Epoch, Seq: r.Seq, Prev: r.Prev, Hash: r.Hash, Bytes: r.Bytes})
		}
		last := l.all[len(l.all)-1]
		head := wire.KioskHead(last.Epoch, last.Seq, last.Hash)
		var err error
		if m.Signature, err = k.pair.PrivateKey.(crypto.Signer).Sign(rand.Reader, head[:], crypto.SHA256); err != nil {
			return err
		}
		var r wire.RecordsReply
		if err := k.ask(wire.PathRecords, m, &r); err != nil {
			return err
		}
		if r.Acked != last.Seq || r.Aside {
			return fmt.Errorf("records up to %d: %+v", last.Seq, r)
		}
	}
	return nil
}

func (k *repeater) visits(c *card) error {
	for !k.calm.Load() {
		r, err := k.at.tryReserve(c, kiosk.FlowP)
		if err != nil {
			k.wait() // the app's requests have no id: it reserves anew
			if err := context.Cause(k.ctx); err != nil {
				return err
			}
			continue
		}
		if err := k.visit(c, r); err != nil {
			return err
		}
	}
	return nil
}

// visit is one reset from the card to the outcome.
func (k *repeater) visit(c *card, r appclient.ReserveReply) error {
	facts := c.facts()
	var opened wire.OpenReply
	if err := k.ask(wire.PathOpen, wire.OpenRequest{Envelope: newEnvelope(), Certificate: facts.AuthCert, UserTries: facts.AuthTries, SignTries: facts.SignTries}, &opened); err != nil {
		return err
	}
	k.opened.Add(1)
	code, err := k.sealed(opened.Session, r.OTP)
	if err != nil {
		return err
	}
	var coded wire.CodeReply
	if err := k.ask(wire.PathCode, code, &coded); err != nil {
		return err
	}
	if coded.Ticket == nil || coded.CodesLeft != 5 {
		return fmt.Errorf("the right one-time password: %+v", coded)
	}
	s := port.Session{ID: kiosk.SessionID(opened.Session), Challenge: opened.Challenge, Flow: kiosk.FlowP, Factor: kiosk.FactorCode, Ticket: *coded.Ticket}
	prove := wire.ProveRequest{Envelope: newEnvelope(), Session: opened.Session, Act: wire.Act(kiosk.Reset)}
	copy(prove.Signature[:], c.sign(kiosk.RefAuth, k.at.kiosk.Digest(s, c.cert, kiosk.Reset)))
	if err := k.ask(wire.PathProve, prove, &wire.ProveReply{}); err != nil {
		return err
	}
	grant := wire.GrantRequest{Envelope: newEnvelope(), Session: opened.Session}
	rand.Read(grant.Challenge[:])
	var granted wire.GrantReply
	if err := k.ask(wire.PathGrant, grant, &granted); err != nil {
		return err
	}
	g := port.Grant{ID: kiosk.GrantID(granted.Grant), Flow: kiosk.FlowP, Act: kiosk.Reset, Command: granted.Command}
	id := hex.EncodeToString(g.ID[:])
	k.fleet.mu.Lock()
	again := k.gave[id]
	k.gave[id] = true
	k.fleet.mu.Unlock()
	if again || !c.opens(g, grant.Challenge) {
		return fmt.Errorf("grant %s was given before, or does not open", id)
	}
	settle := wire.SettleRequest{Envelope: newEnvelope(), Session: opened.Session, Grant: &granted.Grant, Outcome: wire.Outcome(kiosk.Done)}
	if err := k.ask(wire.PathSettle, settle, &wire.SettleReply{}); err != nil {
		return err
	}
	k.fleet.mu.Lock()
	defer k.fleet.mu.Unlock()
	k.done = append(k.done, r.Reservation)
	return nil
}

func (k *repeater) sealed(session wire.ID, digits string) (m wire.CodeRequest, err error) {
	key, err := wire.ParseSealingKey(file(k.at, k.at.dir, fixture.CodePub))
	if err != nil {
		return m, err
	}
	public, err := hpke.DHKEM(ecdh.X25519()).NewPublicKey(key)
	if err != nil {
		return m, err
	}
	m = wire.CodeRequest{Envelope: newEnvelope(), Session: session}
	m.Sealed, err = hpke.Seal(public, hpke.HKDFSHA256(), hpke.AES256GCM(), wire.CodeInfo(kiosk.SessionID(session), m.Request), []byte(digits))
	return m, err
}
