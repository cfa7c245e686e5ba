package domain

import "multicopy.example/cmd/authority-sandbox/internal/store"

// Row is that of the one that the peer came with.
func (p Peer) Row(state store.CertState, now int64) store.Certificate {
	return store.Certificate{Kiosk: p.Kiosk, Fingerprint: p.Fingerprint, Serial: p.Serial, SPKI: p.SPKI, State: state, Changed: now}
}
