package server

import (
	"encoding/json"
	"net/http"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/internal/appclient"
)

// frameBody bounds a message with a frame of face.FrameMax bytes, in base64.
const frameBody = 160 << 10

// faces serve the face step.
func faces(mux *http.ServeMux, s *domain.Service) {
	mux.HandleFunc("POST /app/face", func(w http.ResponseWriter, r *http.Request) {
		var m appclient.FaceRequest
		if read(w, r, &m) {
			defer clear(m.Card)
			v, err := s.AppFace(r.Context(), m)
			tell(w, v, err)
		}
	})
	mux.HandleFunc("POST /app/face/frame", func(w http.ResponseWriter, r *http.Request) {
		var m appclient.FrameRequest
		d := json.NewDecoder(http.MaxBytesReader(w, r.Body, frameBody))
		d.DisallowUnknownFields()
		if err := d.Decode(&m); err != nil {
			tell(w, nil, domain.ErrApp{Text: "not a message of the app", Code: "contract"})
			return
		}
		v, err := s.AppFrame(r.Context(), m)
		tell(w, v, err)
	})
}
