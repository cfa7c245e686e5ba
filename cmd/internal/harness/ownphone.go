package harness

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/harness/handset"
	"multicopy.example/cmd/internal/pemfile"
	"multicopy.example/devices/sim"
)

// OwnPhone sets a phone of the resident's up, from a maker that the authority is told of to
// the activation, with the card held to it each time.
func (r *Resident) OwnPhone(ctx context.Context, kind sim.PhoneKind) error {
	now := time.Now()
	maker, err := sim.NewMaker("maker of "+r.Card.Key, now.Add(-time.Hour), now.AddDate(10, 0, 0))
	if err != nil {
		return err
	}
	root := filepath.Join(r.w.Dir, "maker-"+r.Card.Key+".pem")
	if err := pemfile.Write(root, "CERTIFICATE", maker.Cert.Raw); err != nil {
		return err
	}
	if _, err := r.w.Authority.Command(ctx, "elements", "admit", root); err != nil {
		return err
	}
	batch, err := maker.Batch("batch", now.Add(-time.Hour), now.AddDate(1, 0, 0))
	if err != nil {
		return err
	}
	auth, err := certificate(filepath.Join(r.Card.Dir, "auth.crt.pem"))
	if err != nil {
		return err
	}
	sign, err := certificate(filepath.Join(r.Card.Dir, "sign.crt.pem"))
	if err != nil {
		return err
	}
	card := handset.Card{Cert: sign.Raw, Sign: func(digest [32]byte) ([]byte, error) {
		return r.w.Phone.SignDigest(ctx, r.Card, []byte(r.Password), digest)
	}}
	pin, password := []byte("5083"), []byte("MOBILE"+rand.Text()[:6]+"1")
	r.w.Secrets = append(r.w.Secrets, string(password))
	app := handset.New(sim.NewPhone(kind, batch.Element(), time.Now), r.w.Authority.App(), time.Now)
	draft, err := app.Begin(ctx, auth.Raw)
	if err != nil {
		return err
	}
	var reply appclient.PhoneReply
	if reply, err = app.Apply(ctx, draft, card); err != nil {
		return err
	}
	if err := app.Install(reply, pin, password); err != nil {
		return err
	}
	_, err = app.Activate(ctx, reply, pin, password, card)
	return err
}

func certificate(file string) (*x509.Certificate, error) {
	der, err := pemfile.Read(file)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// OwnPhoneIs is nil where both certificates of the resident's phone are in that state at the
// authority: good, held, revoked.
func (r *Resident) OwnPhoneIs(ctx context.Context, want string) error {
	text, err := r.w.Authority.Command(ctx, "counter", "show", r.Card.Key, "--json")
	if err != nil {
		return err
	}
	var is struct {
		Certificates []struct{ Certificate, State string }
	}
	if err := json.Unmarshal([]byte(text), &is); err != nil {
		return err
	}
	n := 0
	for _, c := range is.Certificates {
		if strings.HasPrefix(c.Certificate, "phone ") {
			if n++; c.State != want {
				err = errors.Join(err, fmt.Errorf("%s is %s, want %s", c.Certificate, c.State, want))
			}
		}
	}
	if n == 0 {
		return errors.New("there is no phone")
	}
	return err
}
