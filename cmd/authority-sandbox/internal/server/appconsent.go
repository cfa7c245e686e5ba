package server

import (
	"context"
	"encoding/hex"
	"net/http"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/verifier"
)

// consents serves what an app asks about what its person has agreed to (app.yaml).
func consents(mux *http.ServeMux, s *domain.Service, signer *verifier.Authority) {
	answers(mux, "/app/consents", func(ctx context.Context, p appclient.Proof) (r appclient.ConsentsReply, err error) {
		all, err := s.AppConsents(ctx, p)
		r.Consents = []appclient.Consent{}
		for _, m := range all {
			if err != nil {
				break
			}
			var one appclient.Consent
			one, err = consentOf(m, signer)
			r.Consents = append(r.Consents, one)
		}
		return r, err
	})
	answers(mux, "/app/consents/withdraw", func(ctx context.Context, w appclient.WithdrawConsent) (r appclient.Consent, err error) {
		m, err := s.AppWithdraw(ctx, w)
		if err != nil {
			return r, err
		}
		return consentOf(m, signer)
	})
}

func consentOf(m domain.Mine, signer *verifier.Authority) (c appclient.Consent, err error) {
	c = appclient.Consent{Consent: hex.EncodeToString(m.ID[:]), Service: hex.EncodeToString(m.Service.ID[:]), Company: m.Provider.Name, Title: m.Service.Title,
		Purpose: m.Service.Purpose, Items: m.Items.Names(), Lang: m.Lang, Text: "sha256:" + hex.EncodeToString(m.Text[:]), State: m.Now.String(),
		Received: m.Received, From: m.From, Until: m.Until, Cancelled: m.CancelledAt}
	for _, d := range m.Given {
		c.Given = append(c.Given, appclient.Given{At: d.At, Items: d.Items.Names()})
	}
	if signer != nil {
		c.Receipt, err = signer.Receipt(receiptOf(m.Agreement))
	}
	return c, err
}
