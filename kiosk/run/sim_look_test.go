package run

import (
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// What the authority of the simulation says of phones. Each person has one that is lost;
// the free line releases it the next day.

func (o simAuthority) Look(ctx contextT, f port.Facts) (port.Looked, error) {
	found, err := call(o, ctx, func() (port.Looked, error) {
		o.minted++
		o.sessions[id16(o.minted)] = &session{card: string(f.AuthCert), fresh: o.minted}
		return port.Looked{Session: port.Session{ID: id16(o.minted), Challenge: id32(o.minted)}}, nil
	})
	return found, o.about(ctx, f, err)
}

// about keeps whose card an answered session is for. An answer in the instant in
// which the wait ends is either heard and kept, or neither.
func (o simAuthority) about(ctx contextT, f port.Facts, err error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		o.subject = string(f.AuthCert)
	}
	return err
}

func (o simAuthority) SeeDigest(s port.Session, cert []byte) [32]byte { return s.Challenge }

func (o simAuthority) See(ctx contextT, s port.Session, signature []byte) ([]kiosk.Phone, error) {
	return call(o, ctx, func() ([]kiosk.Phone, error) {
		m := o.sessions[s.ID]
		want := id32(m.fresh)
		if m.fresh == 0 || string(signature) != m.card+string(want[:]) {
			return nil, port.Fault(kiosk.MsgBusy)
		}
		m.fresh, m.proved = 0, true
		phone := kiosk.Phone{Token: kiosk.TokenAndroid, Since: 1}
		if copy(phone.Carrier[:], m.card); o.held[m.card] {
			phone.User, phone.Sign = kiosk.CertHeld, kiosk.CertHeld
		}
		return []kiosk.Phone{phone}, nil
	})
}

func (o simAuthority) Hold(ctx contextT, s port.Session, carrier [16]byte) error {
	o.mu.Lock()
	o.act(ctx, kiosk.EntryHolding, "hold")
	o.mu.Unlock()
	_, err := call(o, ctx, func() (none struct{}, err error) {
		m := o.sessions[s.ID]
		var want [16]byte
		if copy(want[:], m.card); carrier != want || !m.proved {
			o.wrong("a hold of %q in a session of %s that proved: %v", carrier, m.card, m.proved)
		}
		o.held[m.card] = true
		o.holds++
		return none, nil
	})
	return err
}
