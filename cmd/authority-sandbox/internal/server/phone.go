package server

import (
	"context"
	"net/http"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/internal/appclient"
)

// phones serves what an app asks about the certificates of a phone (app.yaml).
func phones(mux *http.ServeMux, s *domain.Service) {
	answers(mux, "/app/phone/nonce", s.AppPhoneNonce)
	answers(mux, "/app/phone/offer", s.AppPhoneOffer)
	answers(mux, "/app/phone/apply", s.AppPhoneApply)
	answers(mux, "/app/phone/activate", s.AppPhoneActivate)
	answers(mux, "/app/phone/status", func(ctx context.Context, m appclient.PhoneStatus) (appclient.PhoneReply, error) {
		return s.AppPhone(ctx, m.Application)
	})
	for path, what := range map[string]string{"/app/mine": appclient.ForMine, "/app/phone/hold": appclient.ForHold,
		"/app/phone/release": appclient.ForRelease, "/app/phone/give-up": appclient.ForGiveUp} {
		answers(mux, path, func(ctx context.Context, p appclient.Proof) (appclient.MineReply, error) {
			return s.AppMine(ctx, what, p)
		})
	}
}

func answers[M, R any](mux *http.ServeMux, path string, f func(context.Context, M) (R, error)) {
	mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
		var m M
		if read(w, r, &m) {
			v, err := f(r.Context(), m)
			tell(w, v, err)
		}
	})
}
