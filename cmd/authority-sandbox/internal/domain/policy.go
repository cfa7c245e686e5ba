package domain

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/x509"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/internal/enrolment"
	"multicopy.example/offline/record"
)

// Keys are what the authority signs, opens and believes with.
type Keys struct {
	Codes   [][]byte          // X25519, private: one-time passwords are sealed to the first, or to one before it
	Records *record.Opener    // reads the ledger's records
	Grant   *ecdsa.PrivateKey // P-256: opens cards
	Faces   *ecdsa.PublicKey  // P-256: believes what is printed on cards; nil where the folder has none
	Receipt crypto.Signer     // the TLS key: signs receipts
	UserCA  *x509.CertPool    // of user-authentication certificates
	SignCA  *x509.CertPool    // of signing certificates
	Cards   []*pki.CA         // both, by pki.Kind, with their keys; nil where the folder has none
	Renew   func(csr []byte, kiosk string) ([]byte, error)
	Private func(csr []byte, name string, from, until time.Time) (*x509.Certificate, error) // of a private issuer; nil where the folder has none
	Clients *x509.CertPool                                                                  // whose certificates are kiosks
	Handout enrolment.Handout                                                               // what every kiosk gets with its certificate
}

// Policy is what another authority might decide otherwise.
type Policy struct {
	Factor    int           // kiosk.FactorCode or kiosk.FactorReservation, of reservations made from now on
	Lease     time.Duration // of a claim, from the last request of its session
	Longest   time.Duration // from the opening of a session to the end of a claim that repetitions have kept
	Life      time.Duration // of a reservation
	KioskRate int           // visits and codes a kiosk may begin in a minute
	CardRate  int           // visits of one card that a kiosk may begin in a minute
	Quotas    Quotas        // of a kiosk

	Certificates life.Policy // what becomes of those of cards and phones
}

// DefaultPolicy is PROTOCOL's.
var DefaultPolicy = Policy{Lease: 15 * time.Minute, Longest: 30 * time.Minute, Life: 24 * time.Hour, KioskRate: 120, CardRate: 60,
	Quotas: Quotas{Ledgers: 256, Aside: 1000, Requests: 20_000}, Certificates: life.DefaultPolicy}
