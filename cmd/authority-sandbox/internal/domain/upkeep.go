package domain

import (
	"context"
	"crypto/ecdsa"
	"crypto/x509"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk/authority/wire"
)

// Health, heartbeats and certificates: what a kiosk asks of itself.

// Health is for every kiosk that can connect, whatever its certificate.
func (s *Service) Health(ctx context.Context, version int) (h wire.Health, err error) {
	now := s.now()
	err = s.app(ctx, func(c *call) (err error) {
		h, err = s.health(c.Tx, now)
		return err
	})
	h.Contract, h.Contracts = version, wire.Versions()
	return h, err
}

// Fleet is what the kiosks say of themselves together, for who watches.
func (s *Service) Fleet(ctx context.Context, silent time.Duration) (f store.Fleet, err error) {
	err = s.db.Tx(ctx, func(tx *store.Tx) (err error) {
		f, err = tx.Fleet(s.now().Add(-silent).Unix())
		return err
	})
	return f, err
}

// health says whether a visit may begin, and when where none may.
func (s *Service) health(tx *store.Tx, now time.Time) (h wire.Health, err error) {
	h.Now = now.Unix()
	both, err := tx.Setting(hoursSetting, 0)
	if h.Hours = hoursOf(both); err == nil && !inHours(h.Hours, now) {
		h.State, h.RetryAfter = wire.ServiceClosed, untilOpen(h.Hours, now)
	}
	return h, err
}

// heartbeat keeps the last sign of life and says what health says; in contract 1
// the clock alone.
func (s *Service) heartbeat(c *call, m *wire.HeartbeatRequest) (any, error) {
	if err := c.PutHeartbeat(c.peer.Kiosk, m.Version, m.Queue, m.Oldest, m.Out, c.now); err != nil {
		return nil, err
	}
	if c.version == 1 {
		return &wire.HeartbeatReplyV1{Envelope: c.reply(), Now: c.now}, nil
	}
	h, err := s.health(c.Tx, time.Unix(c.now, 0))
	return &wire.HeartbeatReply{Envelope: c.reply(), State: h.State, Now: h.Now, Hours: h.Hours, RetryAfter: h.RetryAfter}, err
}

// renew certifies a new key of the same kiosk, at the old key's word.
func (s *Service) renew(c *call, m *wire.RenewRequest) (any, error) {
	digest := wire.Renewal(c.peer.Kiosk, m.CSR)
	if !ecdsa.VerifyASN1(c.peer.Key, digest[:], m.Signature) {
		return nil, refuse(wire.CodeContract, "the old key did not sign this request")
	}
	return s.certify(c, m.CSR)
}

// renewV1 is renew in contract 1, in which the handshake alone shows the old key.
func (s *Service) renewV1(c *call, m *wire.RenewRequestV1) (any, error) { return s.certify(c, m.CSR) }

// certify refuses where the connection was resumed. What resumes is a ticket, and
// a ticket that was stolen would otherwise become a certificate. The refusal is
// not stored: the same request is right on the next connection.
func (s *Service) certify(c *call, csr []byte) (any, error) {
	if c.peer.Resumed {
		return nil, &refusal{code: wire.CodeUnavailable, detail: "a renewal needs a full handshake"}
	}
	der, err := s.keys.Renew(csr, c.peer.Kiosk)
	if err != nil {
		return nil, refuse(wire.CodeContract, err.Error())
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	row := CertificateOf(cert).Row(store.Pending, c.now)
	if err := c.issued(row); err != nil {
		return nil, err
	}
	return &wire.RenewReply{Envelope: c.reply(), Certificate: der}, nil
}
