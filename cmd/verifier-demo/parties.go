package main

import (
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/pemfile"
	"multicopy.example/cmd/internal/verifier"
	"multicopy.example/cmd/verifier-demo/internal/bank"
	"multicopy.example/cmd/verifier-demo/internal/card"
	"multicopy.example/cmd/verifier-demo/internal/platform"
)

// Files of a platform's folder and of a bank's.
const (
	ownKey      = "own.key.pem"     // of the platform's TLS, or that answers are sealed to
	ownCert     = "own.crt.pem"     // of the platform's TLS
	tlsRoots    = "ca.crt.pem"      // of the authority's TLS
	signIssuer  = "card-ca.crt.pem" // of signing certificates
	answersPub  = "answers.pub.pem" // that answers and receipts are signed with
	serviceFile = "service.json"    // a bank's service and its customers
	keptFile    = "kept.json"       // what it has come to know
	bankID      = "bank-a"          // of the demo's bank
	platformID  = "platform-a"      // and platform
	bankName    = "れい銀行 Rei Bank"   // as people know it
)

func logger(c *cobra.Command) *slog.Logger {
	return slog.New(slog.NewTextHandler(c.ErrOrStderr(), nil))
}

func platformCommand() *cobra.Command {
	var s served
	var dir, authority, status string
	c := &cobra.Command{Use: "platform", Short: "Carry a bank's questions to the authority", Args: cobra.NoArgs,
		Example: "  verifier-demo platform --dir demo/platform --authority https://127.0.0.1:8447 --status http://127.0.0.1:8446",
		RunE: func(c *cobra.Command, _ []string) error {
			own, err := tls.LoadX509KeyPair(filepath.Join(dir, ownCert), filepath.Join(dir, ownKey))
			if err != nil {
				return err
			}
			roots := x509.NewCertPool()
			text, err := os.ReadFile(filepath.Join(dir, tlsRoots))
			if err != nil {
				return err
			}
			roots.AppendCertsFromPEM(text)
			der, err := pemfile.Read(filepath.Join(dir, signIssuer))
			if err != nil {
				return err
			}
			issuer, err := x509.ParseCertificate(der)
			if err != nil {
				return err
			}
			log := logger(c)
			p, err := platform.New(platform.Config{Authority: authority, Roots: roots, Own: own, Status: status, Issuer: issuer, Provider: bankID,
				File: filepath.Join(dir, keptFile), Now: s.now, Log: log})
			if err != nil {
				return err
			}
			return s.serve(c.Context(), c.OutOrStdout(), p.Handler(), log)
		}}
	s.flags(c)
	named(c, &dir, "dir", "the platform's `folder`")
	named(c, &authority, "authority", "the authority's verifier line, `https://HOST:PORT`")
	named(c, &status, "status", "its status line, `http://HOST:PORT`")
	return c
}

// service is what a bank was told when its service was opened, and the customers it had then.
type service struct {
	Service   verifier.ID      `json:"service"`
	Customers []*bank.Customer `json:"customers"`
}

func bankCommand() *cobra.Command {
	var s served
	var dir, through, holder string
	c := &cobra.Command{Use: "bank", Short: "Show customers what they may agree to, and learn where they moved", Args: cobra.NoArgs,
		Example: "  verifier-demo bank --dir demo/bank --platform http://127.0.0.1:8451 --card http://127.0.0.1:8453",
		RunE: func(c *cobra.Command, _ []string) error {
			var of service
			text, err := os.ReadFile(filepath.Join(dir, serviceFile))
			if err == nil {
				err = json.Unmarshal(text, &of)
			}
			if err != nil {
				return err
			}
			der, err := pemfile.Read(filepath.Join(dir, ownKey))
			if err != nil {
				return err
			}
			key, err := x509.ParseECPrivateKey(der)
			if err != nil {
				return err
			}
			signs, err := pemfile.Key[*ecdsa.PublicKey](filepath.Join(dir, answersPub), x509.ParsePKIXPublicKey)
			if err != nil {
				return err
			}
			log := logger(c)
			b, err := bank.New(bank.Config{Name: bankName, Keys: verifier.Bank{Provider: bankID, Authority: signs, Keys: []*ecdsa.PrivateKey{key}}, Platform: through,
				Service: of.Service, Items: []string{"address"}, Texts: bank.Texts(), Card: holder, File: filepath.Join(dir, keptFile), Now: s.now, Log: log}, of.Customers...)
			if err != nil {
				return err
			}
			return s.serve(c.Context(), c.OutOrStdout(), b.Handler(), log)
		}}
	s.flags(c)
	named(c, &dir, "dir", "the bank's `folder`")
	named(c, &through, "platform", "its platform, `http://HOST:PORT`")
	named(c, &holder, "card", "the program that holds the person's card, `http://HOST:PORT`")
	return c
}

func cardCommand() *cobra.Command {
	var s served
	var residents string
	c := &cobra.Command{Use: "card", Short: "Hold the test residents' cards, and sign with them", Args: cobra.NoArgs,
		Example: "  verifier-demo card --residents sandbox/residents",
		RunE: func(c *cobra.Command, _ []string) error {
			log := logger(c)
			all, err := card.New(residents, log)
			if err != nil {
				return err
			}
			defer all.Close()
			return s.serve(c.Context(), c.OutOrStdout(), all.Handler(), log)
		}}
	s.flags(c)
	named(c, &residents, "residents", "the `folder` of the test residents")
	return c
}
