package domain

import (
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk/authority/wire"
)

// refusal is an answer that is no error: it is stored and given again like any
// other, and what was written before it stays written.
type refusal struct {
	code   wire.RefusalCode
	status int // where it is not the code's own
	detail string
	after  uint32
	always bool         // it is given again without being kept
	alarm  *store.Alarm // raised although what was written before it is undone
}

func (r *refusal) Error() string { return r.code.String() + ": " + r.detail }

func refuse(code wire.RefusalCode, detail string) error { return &refusal{code: code, detail: detail} }

func (r *refusal) reply(version int, id *wire.ID) Reply {
	body, err := wire.Encode(&wire.Refusal{Contract: version, Request: id, Code: r.code, Detail: clip(r.detail), RetryAfter: r.after})
	if err != nil {
		panic("domain: a refusal that cannot be encoded: " + err.Error())
	}
	status := r.status
	if status == 0 {
		status = r.code.Status()
	}
	return Reply{Status: status, Body: body, RetryAfter: r.after}
}

// Later tells a kiosk that asks in this version to come again then. It is about no
// request: none was read.
func Later(version int, code wire.RefusalCode, after time.Duration) Reply {
	r := &refusal{code: code, detail: "more at once than there is room for", after: uint32(after / time.Second)}
	return r.reply(version, nil)
}

// Trouble of our own: the store does not answer. It is about no request.
func Trouble(version int) Reply { return unavailable.reply(version, nil) }

var unavailable = &refusal{code: wire.CodeUnavailable, detail: "try again", after: 5}

// NoKey refuses a kiosk whose certificate has a key that it cannot sign records with.
func NoKey(version int) Reply {
	return (&refusal{code: wire.CodeKiosk, detail: "the key of this certificate is not ECDSA"}).reply(version, nil)
}

// clip keeps a detail inside the contract.
func clip(s string) string {
	if len(s) > 200 {
		s = s[:200]
	}
	b := []byte(s)
	for i := range b {
		if b[i] < 0x20 || b[i] > 0x7E {
			b[i] = '?'
		}
	}
	return string(b)
}
