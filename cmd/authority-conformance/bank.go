package main

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"multicopy.example/cmd/internal/cms"
	"multicopy.example/cmd/internal/pemfile"
	"multicopy.example/cmd/internal/verifier"
)

// The line of platforms, which speak for banks. It is of no version of the kiosks' contract, and tried with
// the newest.

// agreed is a consent that stands, to the resident's address.
type agreed struct {
	Service verifier.ID `json:"service"`
	Consent verifier.ID `json:"consent"`
	Handle  verifier.ID `json:"handle"`
}

// question about a consent, without a request id.
func (a agreed) question() verifier.Question {
	return verifier.Question{Service: a.Service, Handle: a.Handle}
}

// bankSide is the bank that the suite asks as; --bank has its files.
type bankSide struct {
	Provider string      `json:"provider"`
	Resident string      `json:"resident"`
	Stranger string      `json:"stranger"`
	Words    string      `json:"words"`
	Lang     string      `json:"lang"`
	Open     verifier.ID `json:"open"`
	Another  verifier.ID `json:"another"`
	Consents []agreed    `json:"consents"`

	line, other *line // of its platform, and of another's
	reads       verifier.Bank
}

// bank is read once.
func (s *suite) bank() (*bankSide, error) {
	switch {
	case s.side != nil:
		return s.side, nil
	case s.options.bank == "":
		return nil, notProvoked("no --bank")
	case s.options.verifier == "":
		return nil, notProvoked("no --verifier")
	}
	at := func(name string) string { return filepath.Join(s.options.bank, name) }
	text, err := os.ReadFile(at("bank.json"))
	if err != nil {
		return nil, err
	}
	b := &bankSide{}
	if err := json.Unmarshal(text, b); err != nil {
		return nil, fmt.Errorf("%s: %w", at("bank.json"), err)
	}
	o := s.options
	o.url = o.verifier
	for name, to := range map[string]**line{"platform-conformance": &b.line, "platform-other": &b.other} {
		if *to, err = newLine(o, at(name+".crt.pem"), at(name+".key.pem")); err != nil {
			return nil, err
		}
	}
	own, err := pemfile.Key[*ecdsa.PrivateKey](at("bank.key.pem"), x509.ParsePKCS8PrivateKey)
	if err != nil {
		return nil, err
	}
	signs, err := pemfile.Key[*ecdsa.PublicKey](at("answers.pub.pem"), x509.ParsePKIXPublicKey)
	if err != nil {
		return nil, err
	}
	if len(b.Consents) == 0 {
		return nil, errors.New("--bank: no consent")
	}
	b.reads = verifier.Bank{Provider: b.Provider, Authority: signs, Keys: []*ecdsa.PrivateKey{own}}
	s.side = b
	return b, nil
}

// refusedBank is a refusal on this line as an error.
type refusedBank struct {
	verifier.Refusal
	status int
}

func (r *refusedBank) Error() string {
	return fmt.Sprintf("refused %d %s: %s", r.status, r.Code, r.Detail)
}

// sends a message, and answers what came back; a refusal is an error.
func (s *suite) sends(l *line, method, path string, m any) (body []byte, err error) {
	body, ok := m.([]byte)
	if !ok && m != nil {
		if body, err = json.Marshal(m); err != nil {
			return nil, err
		}
	}
	got, err := l.do(s.ctx, method, path, body)
	if err != nil || got.status == http.StatusOK {
		return got.body, err
	}
	r, err := verifier.Decode[verifier.Refusal](got.body)
	if err != nil {
		return nil, fmt.Errorf("%s: status %d, %w", path, got.status, err)
	}
	return nil, &refusedBank{r, got.status}
}

// said sends a message and reads the answer as strictly as the contract has it.
func said[A any](s *suite, l *line, method, path string, m any) (a A, err error) {
	body, err := s.sends(l, method, path, m)
	if err != nil {
		return a, err
	}
	return verifier.Decode[A](body)
}

// declines is nil where a message is refused with that code.
func (s *suite) declines(l *line, path string, m any, status int, code string) error {
	_, err := s.sends(l, http.MethodPost, path, m)
	return refusedAs(err, status, code)
}

// refusedAs is nil where an error is a refusal with that code.
func refusedAs(err error, status int, code string) error {
	var r *refusedBank
	if !errors.As(err, &r) || r.Code != code || r.status != status {
		return fmt.Errorf("%v where it has to be refused with %d %s", err, status, code)
	}
	return nil
}

// inquires asks questions, each under a new request id where it has none.
func (s *suite) inquires(b *bankSide, list ...verifier.Question) ([]verifier.Question, []verifier.Answer, error) {
	for i := range list {
		if list[i].Request == (verifier.ID{}) {
			rand.Read(list[i].Request[:])
		}
	}
	all, err := said[verifier.Answers](s, b.line, http.MethodPost, verifier.PathLatest, verifier.Latest{Contract: verifier.Contract, Provider: b.Provider, Questions: list})
	if err == nil && len(all.Answers) != len(list) {
		err = fmt.Errorf("%d answers to %d questions", len(all.Answers), len(list))
	}
	for i := range list {
		if err == nil && all.Answers[i].Request != list[i].Request {
			err = errors.New("the answers are in another order")
		}
	}
	return list, all.Answers, err
}

// decided is nil where a question about a consent is answered so.
func (s *suite) decided(b *bankSide, q verifier.Question, want string) error {
	_, all, err := s.inquires(b, q)
	if err == nil && (all[0].Decision != want || want != "given" && (all[0].Sealed != "" || all[0].Fee != 0)) {
		err = fmt.Errorf("answered %s, fee %d, %d octets sealed, where it is %s", all[0].Decision, all[0].Fee, len(all[0].Sealed), want)
	}
	return err
}

// cancelled are the consents that the feed tells as withdrawn; the feed is dense.
func (s *suite) cancelled(b *bankSide) (gone map[verifier.ID]bool, err error) {
	gone = map[verifier.ID]bool{}
	for next := int64(0); ; {
		page, err := said[verifier.Changes](s, b.line, http.MethodGet, fmt.Sprintf("%s?provider=%s&after=%d", verifier.PathChanges, b.Provider, next), nil)
		if err != nil {
			return nil, err
		}
		for _, c := range page.Changes {
			if next++; c.N != next {
				return nil, fmt.Errorf("change %d where %d belongs", c.N, next)
			}
			if c.What == "cancelled" && c.Consent != nil {
				gone[*c.Consent] = true
			}
		}
		if page.Next != next {
			return nil, fmt.Errorf("next is %d behind change %d", page.Next, next)
		}
		if len(page.Changes) == 0 {
			return gone, nil
		}
	}
}

// moved is a consent that still stands, and the address that its resident has just got.
type moved struct {
	bank    *bankSide
	of      agreed
	address string
}

// moved gives the resident another address. With every move the bank may ask three times more.
func (s *suite) moved() (m moved, err error) {
	if m.bank, err = s.bank(); err != nil {
		return m, err
	}
	if s.options.move == "" {
		return m, notProvoked("no --move")
	}
	random := make([]byte, 4)
	rand.Read(random)
	m.address = "Conformance-shi " + hex.EncodeToString(random)
	command := exec.CommandContext(s.ctx, s.options.move, filepath.Join(s.options.residents, m.bank.Resident), m.address)
	if text, err := command.CombinedOutput(); err != nil {
		return m, fmt.Errorf("%s: %w: %s", s.options.move, err, bytes.TrimSpace(text))
	}
	gone, err := s.cancelled(m.bank)
	if err != nil {
		return m, err
	}
	for _, m.of = range m.bank.Consents {
		if !gone[m.of.Consent] {
			return m, nil
		}
	}
	return m, notProvoked("every consent of --bank was withdrawn")
}

// signs is what a resident's card makes of a statement; the zero moment is now.
func (s *suite) signs(b *bankSide, resident string, said verifier.Statement) (verifier.Signed, error) {
	said.V, said.Items, said.Lang, said.Text = verifier.StatementVersion, []string{"address"}, b.Lang, verifier.TextHash(b.Words)
	if said.At == 0 {
		said.At = time.Now().Unix()
	}
	rand.Read(said.Nonce[:])
	text, err := said.Encode()
	if err != nil {
		return verifier.Signed{}, err
	}
	signature, err := s.signature(resident, text, time.Unix(said.At, 0))
	return verifier.Signed{Contract: verifier.Contract, Provider: b.Provider, Statement: text, CMS: signature}, err
}

// signature of a text by a resident's signing key.
func (s *suite) signature(resident string, text []byte, at time.Time) ([]byte, error) {
	folder := filepath.Join(s.options.residents, resident)
	cert, err := pemfile.Read(filepath.Join(folder, "sign.crt.pem"))
	if err != nil {
		return nil, err
	}
	key, err := rsaKey(filepath.Join(folder, "sign.key.pem"))
	if err != nil {
		return nil, err
	}
	return cms.Sign(text, cert, at, func(digest [32]byte) ([]byte, error) {
		return rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	})
}
