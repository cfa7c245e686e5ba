package run

import (
	"fmt"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// What the authority of the simulation says of consents. Each person has two; in the
// morning both stand again.

func (o simAuthority) Consents(ctx contextT, s port.Session) (port.Consents, error) {
	return call(o, ctx, func() (found port.Consents, err error) {
		m := o.sessions[s.ID]
		if !m.proved {
			o.wrong("consents of %s without a proof", m.card)
		}
		for i := range 2 {
			if o.agreed[m.card]>>i&1 == 1 {
				c := kiosk.Consent{Items: 1, Company: []byte("Bank")}
				copy(c.ID[:], fmt.Sprint(i, m.card))
				found.All = append(found.All, c)
			}
		}
		found.Certificate = [32]byte{1}
		return found, nil
	})
}

func (o simAuthority) WithdrawDigest(w port.Withdrawal, certificate [32]byte) (d [32]byte, err error) {
	copy(d[:], w.Consent.ID[:])
	return d, nil
}

func (o simAuthority) Withdraw(ctx contextT, s port.Session, w port.Withdrawal, signature []byte) (port.Withdrawn, error) {
	o.mu.Lock()
	o.act(ctx, kiosk.EntryWithdrawing, "withdraw")
	o.mu.Unlock()
	return call(o, ctx, func() (none port.Withdrawn, err error) {
		m := o.sessions[s.ID]
		d, _ := o.WithdrawDigest(w, [32]byte{})
		if i := w.Consent.ID[0] - '0'; string(signature) != m.card+string(d[:]) || i > 1 || fmt.Sprint(i, m.card) != string(w.Consent.ID[:len(m.card)+1]) {
			o.wrong("a withdrawal of %q in a session of %s", w.Consent.ID, m.card)
		} else {
			o.agreed[m.card] &^= 1 << i
		}
		o.ends++
		return none, nil
	})
}
