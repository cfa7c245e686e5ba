package town

import (
	"context"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/authority-sandbox/internal/store"
)

// Setup says what to set up.
type Setup struct {
	Dir       string
	Store     string   // a file or postgres://…; the folder's own SQLite file where empty
	Kiosk     string   // name of the one kiosk
	Hosts     []string // in the server's certificate beside localhost and 127.0.0.1
	Residents []string // names
	PIN       string   // of every card, 4 digits; a random one each where empty
	Now       time.Time
}

// Init makes a sandbox in a folder that holds none.
func Init(ctx context.Context, s Setup) error {
	if _, err := os.Stat(filepath.Join(s.Dir, TransportCA)); err == nil {
		return fmt.Errorf("%s holds a sandbox already", s.Dir)
	}
	if s.PIN != "" && !fourDigits(s.PIN) {
		return errors.New("the PIN has four digits")
	}
	d := pki.Folder(s.Dir)
	if err := line(d, s); err != nil {
		return err
	}
	cas, err := cardCAs(d, s.Now)
	if err != nil {
		return err
	}
	grant, err := keys(d)
	if err != nil {
		return err
	}
	if s.Store != "" {
		if err := d.Text(storeFile, []byte(s.Store+"\n")); err != nil {
			return err
		}
	}
	dsn, err := StoreOf(s.Dir)
	if err != nil {
		return err
	}
	wrapping, err := d.NewWrappingKey(storeKey, store.KeyLen)
	if err != nil {
		return err
	}
	db, err := store.Create(ctx, dsn, wrapping)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.PutKiosk(store.Kiosk{Name: s.Kiosk, Flows: "PU"}); err != nil {
			return err
		}
		for _, name := range s.Residents {
			r, ok := Find(name)
			if !ok {
				return fmt.Errorf("there is no resident %q", name)
			}
			if err := settleIn(tx, d, cas, grant, r, s); err != nil {
				return fmt.Errorf("resident %s: %w", name, err)
			}
		}
		return nil
	})
}

// StoreOf is the connection string of a sandbox: what its folder names, or the
// SQLite file there.
func StoreOf(dir string) (string, error) {
	text, err := os.ReadFile(filepath.Join(dir, storeFile))
	if errors.Is(err, fs.ErrNotExist) {
		return filepath.Join(dir, database), nil
	}
	return strings.TrimSpace(string(text)), err
}

// line makes the CA of the line and both its ends.
func line(d pki.Folder, s Setup) error {
	ca, err := pki.NewTransportCA(s.Now)
	if err != nil {
		return err
	}
	server, err := ca.Server(s.Now, append([]string{"127.0.0.1", "localhost"}, s.Hosts...)...)
	if err != nil {
		return err
	}
	kiosk, err := ca.Kiosk(s.Kiosk, s.Now.AddDate(0, 0, -1), s.Now.AddDate(1, 0, 0))
	if err != nil {
		return err
	}
	return errors.Join(d.Certs(TransportCA, ca.Cert), d.Key(transportCAKey, ca.Key), d.Certs(serverCert, server.Cert), d.Key(serverKey, server.Key),
		d.Certs(KioskCert, kiosk.Cert), d.Key(KioskKey, kiosk.Key))
}

// cas are the card CAs: ours, and strangers for the cards we must not believe,
// made when first asked for.
type cas struct {
	now          time.Time
	user, sign   *pki.CA
	xUser, xSign *pki.CA
}

func cardCAs(d pki.Folder, now time.Time) (*cas, error) {
	user, err := pki.NewCardCA(pki.User, "JPKI-TEST", now)
	if err != nil {
		return nil, err
	}
	sign, err := pki.NewCardCA(pki.Sign, "JPKI-TEST", now)
	if err != nil {
		return nil, err
	}
	return &cas{now: now, user: user, sign: sign},
		errors.Join(d.Certs(CardCAs, user.Cert, sign.Cert), d.Certs(userCACert, user.Cert), d.Certs(signCACert, sign.Cert))
}

func (c *cas) of(r Resident) (user, sign *pki.CA, err error) {
	if !r.Stranger {
		return c.user, c.sign, nil
	}
	if c.xUser == nil {
		if c.xUser, err = pki.NewCardCA(pki.User, "STRANGER", c.now); err != nil {
			return nil, nil, err
		}
		if c.xSign, err = pki.NewCardCA(pki.Sign, "STRANGER", c.now); err != nil {
			return nil, nil, err
		}
	}
	return c.xUser, c.xSign, nil
}

// keys makes the keys for one-time passwords and for records, and the one that
// opens cards.
func keys(d pki.Folder) (*ecdsa.PrivateKey, error) {
	code, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	records, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	grant, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	return grant, errors.Join(d.Key(codeKey, code), d.Public(CodePub, code.PublicKey()),
		d.Key(RecordsKey, records), d.Public(RecordsPub, records.PublicKey()),
		d.Key(grantKey, grant), d.Public(GrantPub, &grant.PublicKey))
}

// card is card.json, which the virtual card reads.
type card struct {
	PIN           string `json:"pin"`
	Password      string `json:"password"`
	PINTries      int8   `json:"pin_tries"`
	PasswordTries int8   `json:"password_tries"`
	Token         string `json:"token"`
	Name          string `json:"name"`
}

// settleIn makes a resident's card, folder and rows.
func settleIn(tx *store.Tx, d pki.Folder, c *cas, grant *ecdsa.PrivateKey, r Resident, s Setup) error {
	userCA, signCA, err := c.of(r)
	if err != nil {
		return err
	}
	holder := pki.Holder{Name: r.Name, Until: s.Now.AddDate(4, 0, 0), Phone: r.Token != "", Locality: "Test-shi"}
	if r.Ended {
		holder.Until = s.Now.AddDate(0, 0, -1)
	}
	user, userKey, err := userCA.Issue(pki.User, holder)
	if err != nil {
		return err
	}
	at := func(file string) string { return filepath.Join(Cards, r.Name, file) }
	err = errors.Join(d.Key(at("auth.key.pem"), userKey), d.Certs(at("auth.crt.pem"), user), d.Certs(at("ca.auth.crt.pem"), userCA.Cert),
		d.Certs(at("ca.sign.crt.pem"), signCA.Cert), d.Public(at("grant.pub.pem"), &grant.PublicKey))
	if err != nil {
		return err
	}
	var sign *x509.Certificate
	if !r.NoSign {
		certificate, key, err := signCA.Issue(pki.Sign, holder)
		if err != nil {
			return err
		}
		sign = certificate
		if err := errors.Join(d.Key(at("sign.key.pem"), key), d.Certs(at("sign.crt.pem"), sign)); err != nil {
			return err
		}
	}
	j := card{PIN: s.PIN, Password: password(), PINTries: r.PINTries, PasswordTries: r.PasswordTries, Token: r.Token, Name: r.Name}
	if j.PIN == "" {
		j.PIN = pick("0123456789", 4)
	}
	if j.Token == "" {
		j.Token = "JPKIAPICCTOKEN2"
	}
	text, err := json.MarshalIndent(j, "", "  ")
	if err != nil {
		return err
	}
	if err := d.Text(at("card.json"), append(text, '\n')); err != nil {
		return err
	}
	return rows(tx, r, user, sign, s.Now)
}

// rows are what the authority knows of the resident.
func rows(tx *store.Tx, r Resident, user, sign *x509.Certificate, now time.Time) error {
	row := store.Card{Card: sha256.Sum256(user.RawSubjectPublicKeyInfo), UserHash: sha256.Sum256(user.Raw), Name: r.Name,
		UserCert: user.Raw, UserState: r.User, SignState: r.Sign}
	if sign != nil {
		row.SignCert = sign.Raw
	}
	if err := tx.AddCard(row); err != nil || r.Flow == 0 {
		return err
	}
	made := now
	if r.Old {
		made = now.Add(-25 * time.Hour)
	}
	reservation := store.Reservation{Card: row.Card, Flow: int(r.Flow), Secret: "AAAAAAAA", State: r.Reserved,
		Made: made.Unix(), Expires: made.Add(24 * time.Hour).Unix()}
	rand.Read(reservation.ID[:])
	return tx.AddReservation(reservation)
}

// password is a signing password: 8 of A–Z and 0–9, both kinds.
func password() string {
	return pick("ABCDEFGHJKLMNPQRSTUVWXYZ", 4) + pick("0123456789", 4)
}

// pick draws n of these characters, each as likely as the other.
func pick(from string, n int) string {
	b := make([]byte, 0, n)
	for len(b) < n {
		var x [1]byte
		rand.Read(x[:])
		if int(x[0]) < 256-256%len(from) {
			b = append(b, from[int(x[0])%len(from)])
		}
	}
	return string(b)
}

func fourDigits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(s) == 4
}
