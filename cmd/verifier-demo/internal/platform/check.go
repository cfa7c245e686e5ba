package platform

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
	"net/http"

	"golang.org/x/crypto/ocsp"

	"multicopy.example/cmd/internal/verifier"
)

// Checked is what a day's check has found.
type Checked struct {
	Looked  int           `json:"looked"`  // at how many certificates
	Changed []verifier.ID `json:"changed"` // handles whose certificates were not good, until the bank says that it knows
}

// check looks at every certificate, as a platform does each day for its bank.
func (p *Platform) check(w http.ResponseWriter, r *http.Request) {
	found, err := p.Check(r.Context())
	if err != nil {
		p.Log.Error("the check of certificates", "err", err)
		http.Error(w, "the check of certificates did not end", http.StatusBadGateway)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(found); err != nil {
		p.Log.Error("the check of certificates", "err", err)
	}
}

// checked hears from the bank which changes it has on its disk.
func (p *Platform) checked(w http.ResponseWriter, r *http.Request) {
	var known Checked
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, verifier.MaxMessage)).Decode(&known); err != nil {
		http.Error(w, "not a list of handles", http.StatusBadRequest)
		return
	}
	p.keeps(p.changes(func(k *Kept) {
		for _, id := range known.Changed {
			handle, _ := id.MarshalText()
			if cert, there := k.Certificates[string(handle)]; there {
				cert.Untold = false
				k.Certificates[string(handle)] = cert
			}
		}
	}))
	w.Header().Set("Content-Type", "application/json")
	io.WriteString(w, "{}") //nolint:errcheck // the bank tells again
}

// Check asks about each certificate, and where one is dead, which one came next: the authority tells that while
// the consent stands, and the next check looks at that. That there was a change is on disk in the same step as the next
// certificate, and is told until the bank says that it knows. A consent that ended meanwhile stays ended.
func (p *Platform) Check(ctx context.Context) (c Checked, err error) {
	p.mu.Lock()
	all, before := map[string]Certificate{}, maps.Clone(p.kept.Certificates)
	for handle, cert := range p.kept.Certificates {
		all[handle] = cert
	}
	p.mu.Unlock()
	c.Changed = []verifier.ID{}
	for handle, cert := range all {
		good, err := p.good(ctx, cert.Serial)
		if err != nil {
			return c, err
		}
		c.Looked++
		cert.Checked, cert.Dead = p.Now().Unix(), !good
		if !good {
			cert.Untold = true
			if cert, err = p.next(ctx, cert); err != nil {
				return c, err
			}
		}
		all[handle] = cert
	}
	err = p.changes(func(k *Kept) {
		for handle, cert := range all {
			now, stands := k.Certificates[handle]
			if !stands || now.Serial != before[handle].Serial { // it ended, or was given anew, meanwhile
				continue
			}
			k.Certificates[handle] = cert
			var id verifier.ID
			if cert.Untold && id.UnmarshalText([]byte(handle)) == nil {
				c.Changed = append(c.Changed, id)
			}
		}
	})
	return c, err
}

// next is the certificate that took another's place; the same one where none is told.
func (p *Platform) next(ctx context.Context, cert Certificate) (Certificate, error) {
	linked, err := post[verifier.Linked](ctx, p, verifier.PathLinks, verifier.Link{Contract: verifier.Contract, Provider: p.Provider, Purpose: verifier.ForLiveness,
		CA: verifier.CASign, Serial: cert.Serial})
	if err != nil || linked.Next == nil {
		return cert, err
	}
	return Certificate{Serial: *linked.Next, Consent: cert.Consent, Checked: cert.Checked, Untold: cert.Untold}, nil
}

// asks is one question to the status line.
func (p *Platform) asks(ctx context.Context, request []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.Status+"/ocsp", bytes.NewReader(request))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/ocsp-request")
	reply, err := p.status.Do(r)
	if err != nil {
		return nil, err
	}
	defer reply.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(reply.Body, 64<<10))
	if err == nil && reply.StatusCode != http.StatusOK {
		err = fmt.Errorf("OCSP: %s", reply.Status)
	}
	return answer, err
}

// good asks OCSP about one certificate.
func (p *Platform) good(ctx context.Context, serial verifier.Serial) (bool, error) {
	number := new(big.Int).SetBytes(serial[:])
	request, err := ocsp.CreateRequest(&x509.Certificate{SerialNumber: number}, p.Issuer, &ocsp.RequestOptions{Hash: crypto.SHA256})
	if err != nil {
		return false, err
	}
	answer, err := p.asks(ctx, request)
	if err != nil {
		return false, err
	}
	said, err := ocsp.ParseResponse(answer, p.Issuer)
	switch now := p.Now(); {
	case err != nil:
		return false, err
	case said.SerialNumber.Cmp(number) != 0:
		return false, errors.New("OCSP answered about another certificate")
	case now.Before(said.ThisUpdate) || !said.NextUpdate.IsZero() && now.After(said.NextUpdate):
		return false, errors.New("OCSP gave an answer of another time")
	}
	return said.Status == ocsp.Good, nil
}
