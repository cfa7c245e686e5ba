package harness

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"multicopy.example/cmd/internal/cms"
	"multicopy.example/cmd/internal/pemfile"
	"multicopy.example/cmd/internal/verifier"
)

// Agree has a company let in at the authority, with a platform of its own, and brings it the
// resident's consent to learn the address, signed with the card. The authority was started
// with --verifier.
func (r *Resident) Agree(ctx context.Context, company string) error {
	b, err := r.w.letIn(ctx, company)
	if err != nil {
		return err
	}
	const words = "I agree that this company learns my new address."
	service, err := r.w.opens(ctx, b, words)
	if err != nil {
		return err
	}
	sign, err := certificate(filepath.Join(r.Card.Dir, "sign.crt.pem"))
	if err != nil {
		return err
	}
	said := verifier.Statement{V: verifier.StatementVersion, Act: verifier.ActGive, Service: service, Items: []string{"address"}, Lang: "ja", Text: verifier.TextHash(words), At: time.Now().Unix()}
	rand.Read(said.Nonce[:])
	text, err := said.Encode()
	if err != nil {
		return err
	}
	attributes, err := cms.Attributes(sha256.Sum256(text), time.Unix(said.At, 0), sha256.Sum256(sign.Raw))
	if err != nil {
		return err
	}
	signature, err := r.w.Phone.SignDigest(ctx, r.Card, []byte(r.Password), sha256.Sum256(attributes))
	if err != nil {
		return err
	}
	signed, err := cms.Assemble(attributes, sign.Raw, signature)
	if err != nil {
		return err
	}
	return b.posts(ctx, "https://"+r.w.Authority.VerifierAddress()+verifier.PathGive,
		verifier.Signed{Contract: verifier.Contract, Provider: b.id, Statement: text, CMS: signed})
}

// aBank is a company and its platform.
type aBank struct {
	id     string
	client http.Client
}

func (b *aBank) posts(ctx context.Context, address string, m any) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	q.Header.Set("Content-Type", "application/json")
	reply, err := b.client.Do(q)
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(reply.Body, 4<<10))
		return fmt.Errorf("%s: %s: %s", address, reply.Status, text)
	}
	return nil
}

// letIn is what the authority's operator does for a company.
func (w *World) letIn(ctx context.Context, company string) (*aBank, error) {
	b := &aBank{id: "bank-" + strings.ToLower(rand.Text()[:8])}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	spki, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return nil, err
	}
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "platform-" + b.id}}, key)
	if err != nil {
		return nil, err
	}
	file := func(name, kind string, der []byte) string {
		at := filepath.Join(w.Dir, b.id+name)
		err = errors.Join(err, pemfile.Write(at, kind, der))
		return at
	}
	request, seal := file(".csr.pem", "CERTIFICATE REQUEST", csr), file(".pub.pem", "PUBLIC KEY", spki)
	if err != nil {
		return nil, err
	}
	text, err := w.Authority.Command(ctx, "platform", "add", "--platform", "platform-"+b.id, "--request", request)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("the platform's certificate is none")
	}
	roots, err := os.ReadFile(w.Authority.File("ca.crt.pem"))
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(roots)
	b.client.Timeout = Patience
	b.client.Transport = &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS13, RootCAs: pool, Certificates: []tls.Certificate{{Certificate: [][]byte{block.Bytes}, PrivateKey: key}}}}
	_, err = w.Authority.Command(ctx, "bank", "add", "--bank", b.id, "--platform", "platform-"+b.id, "--name", company, "--seal", seal)
	return b, err
}

func (w *World) opens(ctx context.Context, b *aBank, words string) (id verifier.ID, err error) {
	file := filepath.Join(w.Dir, b.id+".txt")
	if err := os.WriteFile(file, []byte(words), 0o600); err != nil {
		return id, err
	}
	text, err := w.Authority.Command(ctx, "service", "open", "--bank", b.id, "--title", "Change of address", "--purpose", "Letters", "--text", "ja="+file, "--json")
	if err != nil {
		return id, err
	}
	var of struct {
		Service verifier.ID `json:"service"`
	}
	return of.Service, json.Unmarshal([]byte(text), &of)
}

// Allowed is how many of the resident's consents stand at the authority.
func (r *Resident) Allowed(ctx context.Context) (n int, err error) {
	text, err := r.w.Authority.Command(ctx, "bank", "list", "--json")
	if err != nil {
		return 0, err
	}
	var banks []struct {
		Bank string `json:"bank"`
	}
	if err := json.Unmarshal([]byte(text), &banks); err != nil {
		return 0, err
	}
	for _, b := range banks {
		if text, err = r.w.Authority.Command(ctx, "bank", "consents", "--bank", b.Bank, "--json"); err != nil {
			return 0, err
		}
		var all []struct {
			Resident, State string
		}
		if err := json.Unmarshal([]byte(text), &all); err != nil {
			return 0, err
		}
		for _, one := range all {
			if one.Resident == r.Card.Key && (one.State == "active" || one.State == "pending") {
				n++
			}
		}
	}
	return n, nil
}
