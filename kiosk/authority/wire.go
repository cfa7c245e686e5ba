package authority

import (
	"fmt"
	"unicode/utf8"

	"multicopy.example/kiosk"
)

// Contract is the version this package speaks. It stands in every message,
// first; a message of another version is refused before its fields are looked
// at, and the refusal names both versions.
const Contract = 1

// Limits of a message. A full batch of audit records is about 45 KiB; nothing
// else comes near.
const (
	MaxMessage = 64 << 10 // bytes, either way
	maxDepth   = 6        // objects and arrays inside each other; the contract needs 3
	MaxBatch   = 50       // records
	maxText    = 200      // bytes of any text for staff
)

// Paths of the requests. All but PathHealth are POST.
const (
	PathHealth    = "/v1/health"
	PathOpen      = "/v1/open"
	PathCode      = "/v1/code"
	PathProve     = "/v1/prove"
	PathGrant     = "/v1/grant"
	PathSettle    = "/v1/settle"
	PathRecords   = "/v1/records"
	PathHeartbeat = "/v1/heartbeat"
	PathRenew     = "/v1/certificate"
)

// Envelope begins every request and every reply to one. The request id is
// minted by the kiosk; the authority stores its reply under (kiosk, id), gives
// the same reply to the same bytes and refuses other bytes with 422. The reply
// repeats the id, so that an answer to something else is never believed.
type Envelope struct {
	Contract int `json:"contract"`
	Request  ID  `json:"request"`
}

// Echo is the id of the request this message is or answers.
func (e Envelope) Echo() ID { return e.Request }

// OpenRequest begins a visit.
type OpenRequest struct {
	Envelope
	Certificate DER  `json:"certificate"` // the user-authentication certificate, EF 000A
	UserTries   int8 `json:"user_tries"`  // of the 4-digit PIN, -1 where the card did not say
	SignTries   int8 `json:"sign_tries"`  // of the signing password, likewise
}

// OpenReply is the session.
type OpenReply struct {
	Envelope
	Session   ID        `json:"session"`
	Challenge Hash      `json:"challenge"` // good for one Prove
	Flow      Flow      `json:"flow"`      // as reserved
	User      CertState `json:"user_certificate"`
	Sign      CertState `json:"sign_certificate"`
	Factor    Factor    `json:"factor"`
	CodesLeft int8      `json:"codes_left"` // 0 to 5
	Doubt     bool      `json:"doubt"`      // an earlier visit of this card ended unknown
	Hours     Hours     `json:"hours"`
}

// Hours of the service in minutes after midnight, Japan time. From equal to
// To means always.
type Hours struct {
	From int `json:"from"` // 0 to 1439
	To   int `json:"to"`   // 0 to 1439; before From where the service runs over midnight
}

// CodeRequest carries the one-time password, sealed.
type CodeRequest struct {
	Envelope
	Session ID     `json:"session"`
	Sealed  Sealed `json:"sealed"` // empty where the factor is the reservation alone
}

// CodeReply has a ticket for the right password; without one the password was
// wrong and CodesLeft entries remain.
type CodeReply struct {
	Envelope
	Ticket    *Hash `json:"ticket,omitempty"`
	CodesLeft int8  `json:"codes_left"`
}

// ProveRequest carries the card's signature of Proof.
type ProveRequest struct {
	Envelope
	Session   ID        `json:"session"`
	Act       Act       `json:"act"`
	Signature Signature `json:"signature"`
}

// ProveReply says that the proof was believed.
type ProveReply struct{ Envelope }

// GrantRequest asks for one command that opens this card once.
type GrantRequest struct {
	Envelope
	Session   ID `json:"session"`
	Challenge ID `json:"challenge"` // the card's, 16 bytes, good for its next command only
}

// GrantReply is the command.
type GrantReply struct {
	Envelope
	Grant   ID      `json:"grant"`
	Command Command `json:"command"`
}

// SettleRequest tells what came of a grant; without a grant, of the last one
// of the session.
type SettleRequest struct {
	Envelope
	Session ID      `json:"session"`
	Grant   *ID     `json:"grant,omitempty"`
	Outcome Outcome `json:"outcome"`
}

// SettleReply has a fresh challenge unless the outcome is done.
type SettleReply struct {
	Envelope
	Challenge *Hash `json:"challenge,omitempty"`
}

// Record is a line of the kiosk's ledger as it lies there.
type Record struct {
	Epoch ID     `json:"epoch"`
	Seq   uint64 `json:"seq"`
	Prev  Hash   `json:"prev"`
	Hash  Hash   `json:"hash"` // SHA-256 of Bytes
	Bytes Body   `json:"bytes"`
}

// RecordsRequest hands over 1 to MaxBatch records of one epoch, their numbers
// following each other. Signature is the kiosk's, with its TLS key, of
// KioskHead of the last record.
type RecordsRequest struct {
	Envelope
	Records   []Record `json:"records"`
	Signature Mark     `json:"signature"`
}

// RecordsReply acknowledges every record up to Acked. With Aside, the record
// after it was kept apart and staff is to be called; the ones behind it were
// not looked at. Receipt is there when anything was acknowledged.
type RecordsReply struct {
	Envelope
	Acked   uint64   `json:"acked"`
	Aside   bool     `json:"aside"`
	Receipt *Receipt `json:"receipt,omitempty"`
}

// Receipt is the authority's signature, with its TLS key, of AuthorityHead:
// proof of what it had when.
type Receipt struct {
	Epoch     ID     `json:"epoch"`
	Seq       uint64 `json:"seq"`
	Head      Hash   `json:"head"`
	Signature Mark   `json:"signature"`
}

// HeartbeatRequest is a kiosk's sign of life.
type HeartbeatRequest struct {
	Envelope
	Version string `json:"version"` // of the firmware, at most 200 bytes
	Queue   uint32 `json:"queue"`   // records not yet acknowledged
	Oldest  uint32 `json:"oldest"`  // age of the oldest of them, seconds
	Out     string `json:"out"`     // staff code of why the kiosk is out of service; empty while it serves
}

// HeartbeatReply is the authority's clock.
type HeartbeatReply struct {
	Envelope
	Now int64 `json:"now"` // Unix seconds
}

// RenewRequest asks for a new certificate of the same kiosk name.
type RenewRequest struct {
	Envelope
	CSR DER `json:"csr"` // PKCS#10; its key is the new one
}

// RenewReply is the certificate.
type RenewReply struct {
	Envelope
	Certificate DER `json:"certificate"`
}

// Health answers the one GET. It has no request id: it is asked often, changes
// nothing and is never stored.
type Health struct {
	Contract   int     `json:"contract"`
	Contracts  []int   `json:"contracts"` // every version the authority speaks
	State      Service `json:"state"`
	Now        int64   `json:"now"` // Unix seconds
	Hours      Hours   `json:"hours"`
	RetryAfter uint32  `json:"retry_after"` // seconds; 0 where there is nothing to wait for
}

// Refusal is the body of every answer but 200.
type Refusal struct {
	Contract   int    `json:"contract"`
	Request    *ID    `json:"request,omitempty"` // absent where the request's own could not be read
	Code       Code   `json:"code"`
	Detail     string `json:"detail,omitempty"`      // for staff
	RetryAfter uint32 `json:"retry_after,omitempty"` // seconds
}

func (m *OpenRequest) check() error {
	if bad(m.UserTries, -1, 15) || bad(m.SignTries, -1, 15) {
		return fmt.Errorf("a counter outside -1 to 15")
	}
	return nil
}

func (m *OpenReply) check() error {
	if bad(m.CodesLeft, 0, 5) {
		return fmt.Errorf("codes_left outside 0 to 5")
	}
	return m.Hours.check()
}

func (m *CodeReply) check() error {
	if bad(m.CodesLeft, 0, 5) {
		return fmt.Errorf("codes_left outside 0 to 5")
	}
	return nil
}

func (h Hours) check() error {
	if bad(h.From, 0, 1439) || bad(h.To, 0, 1439) {
		return fmt.Errorf("hours outside the day")
	}
	return nil
}

func (m *RecordsRequest) check() error {
	if bad(len(m.Records), 1, MaxBatch) {
		return fmt.Errorf("%d records where 1 to %d belong", len(m.Records), MaxBatch)
	}
	first := m.Records[0]
	for i, r := range m.Records {
		if r.Epoch != first.Epoch || r.Seq != first.Seq+uint64(i) || r.Seq == 0 || r.Seq > 1<<62 {
			return fmt.Errorf("records that do not follow each other")
		}
	}
	return nil
}

func (m *HeartbeatRequest) check() error {
	if !known(m.Out) {
		return fmt.Errorf("out is no staff code")
	}
	return text(m.Version)
}

// known reports whether s is empty or the staff code of a word.
func known(s string) bool {
	if s == "" {
		return true
	}
	for _, w := range kiosk.Words() {
		if w.Code() == s {
			return true
		}
	}
	return false
}

func (m *HeartbeatReply) check() error {
	if m.Now < 0 {
		return fmt.Errorf("a time before 1970")
	}
	return nil
}

func (m *Health) check() error {
	if m.Now < 0 || bad(len(m.Contracts), 1, 16) {
		return fmt.Errorf("a time before 1970 or no list of contracts")
	}
	return m.Hours.check()
}

func (m *Refusal) check() error { return text(m.Detail) }

func text(s string) error {
	if len(s) > maxText || !utf8.ValidString(s) {
		return fmt.Errorf("a text longer than %d bytes", maxText)
	}
	return nil
}

func bad[T int | int8](v, low, high T) bool { return v < low || v > high }
