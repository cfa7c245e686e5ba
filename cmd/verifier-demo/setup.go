package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/pemfile"
	"multicopy.example/cmd/verifier-demo/internal/bank"
)

// setUp is what happens before a bank asks the first time: it and its platform make their keys, and an operator of the
// authority lets them in.
type setUp struct {
	sandbox   string // the program
	authority string // its folder
	dir       string
	residents []string
}

func setUpCommand() *cobra.Command {
	var s setUp
	c := &cobra.Command{Use: "set-up", Short: "Make the keys of a bank and a platform, and have the authority's operator let them in", Args: cobra.NoArgs,
		Example: "  verifier-demo set-up --dir demo --authority sandbox --residents hanako",
		RunE:    func(c *cobra.Command, _ []string) error { return s.all(c.Context()) }}
	named(c, &s.dir, "dir", "the `folder` to make")
	named(c, &s.authority, "authority", "the authority's `folder`")
	c.Flags().StringVar(&s.sandbox, "sandbox", "authority-sandbox", "the `program` of the authority")
	c.Flags().StringSliceVar(&s.residents, "residents", []string{"hanako"}, "`names` of the bank's customers")
	return c
}

// told runs a command of the authority's operator.
func (s *setUp) told(ctx context.Context, args ...string) ([]byte, error) {
	c := exec.CommandContext(ctx, s.sandbox, append(args, "--dir", s.authority)...)
	var said bytes.Buffer
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		err = fmt.Errorf("authority-sandbox %s: %w: %s", args[0], err, bytes.TrimSpace(said.Bytes()))
	}
	return out, err
}

func (s *setUp) platform(name string) string { return filepath.Join(s.dir, "platform", name) }
func (s *setUp) bank(name string) string     { return filepath.Join(s.dir, "bank", name) }

// key makes one, on P-256.
func key(file string) (*ecdsa.PrivateKey, error) {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalECPrivateKey(k)
	if err != nil {
		return nil, err
	}
	return k, pemfile.Write(file, "EC PRIVATE KEY", der)
}

func (s *setUp) all(ctx context.Context) error {
	for _, name := range []string{"platform", "bank"} {
		if err := os.MkdirAll(filepath.Join(s.dir, name), 0o700); err != nil {
			return err
		}
	}
	if err := s.letPlatformIn(ctx); err != nil {
		return err
	}
	return s.letBankIn(ctx)
}

func (s *setUp) letPlatformIn(ctx context.Context) error {
	k, err := key(s.platform(ownKey))
	if err != nil {
		return err
	}
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: platformID}}, k)
	if err != nil {
		return err
	}
	if err := pemfile.Write(s.platform("own.csr.pem"), "CERTIFICATE REQUEST", csr); err != nil {
		return err
	}
	cert, err := s.told(ctx, "platform", "add", "--platform", platformID, "--request", s.platform("own.csr.pem"))
	if err != nil {
		return err
	}
	roots, rerr := os.ReadFile(filepath.Join(s.authority, tlsRoots))
	issuer, ierr := os.ReadFile(filepath.Join(s.authority, "card-ca.sign.crt.pem"))
	return errors.Join(rerr, ierr, os.WriteFile(s.platform(ownCert), cert, 0o600), os.WriteFile(s.platform(tlsRoots), roots, 0o600), os.WriteFile(s.platform(signIssuer), issuer, 0o600))
}

func (s *setUp) letBankIn(ctx context.Context) error {
	k, err := key(s.bank(ownKey))
	if err != nil {
		return err
	}
	spki, err := x509.MarshalPKIXPublicKey(&k.PublicKey)
	if err != nil {
		return err
	}
	public, err := os.ReadFile(filepath.Join(s.authority, answersPub))
	if err = errors.Join(err, pemfile.Write(s.bank("own.pub.pem"), "PUBLIC KEY", spki), os.WriteFile(s.bank(answersPub), public, 0o600)); err != nil {
		return err
	}
	if _, err := s.told(ctx, "bank", "add", "--bank", bankID, "--platform", platformID, "--name", bankName, "--seal", s.bank("own.pub.pem")); err != nil {
		return err
	}
	open := []string{"service", "open", "--bank", bankID, "--title", "住所の変更", "--purpose", "口座に関するお知らせをお届けする", "--json"}
	for lang, words := range bank.Texts() {
		file := s.bank("consent." + lang + ".txt")
		if err := os.WriteFile(file, []byte(words), 0o600); err != nil {
			return err
		}
		open = append(open, "--text", lang+"="+file)
	}
	text, err := s.told(ctx, open...)
	if err != nil {
		return err
	}
	var of service
	if err := json.Unmarshal(text, &of); err != nil {
		return err
	}
	for i, name := range s.residents {
		one, err := s.customer(ctx, name)
		if err != nil {
			return err
		}
		one.Account = fmt.Sprintf("10%05d", i+1)
		of.Customers = append(of.Customers, one)
	}
	if text, err = json.MarshalIndent(of, "", "  "); err != nil {
		return err
	}
	return os.WriteFile(s.bank(serviceFile), text, 0o600)
}

// customer is a resident with the items that the bank was told when the account was opened.
func (s *setUp) customer(ctx context.Context, name string) (*bank.Customer, error) {
	text, err := s.told(ctx, "counter", "show", name, "--json")
	if err != nil {
		return nil, err
	}
	var is struct {
		Name    string `json:"name"`
		Address string `json:"address"`
	}
	if err := json.Unmarshal(text, &is); err != nil {
		return nil, err
	}
	return &bank.Customer{Card: name, Name: is.Name, Address: is.Address}, nil
}
