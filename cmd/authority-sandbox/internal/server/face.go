package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
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
		if err := readWhole(r, &m); err != nil {
			tell(w, nil, domain.ErrApp{Text: "not a message of the app", Code: "contract"})
			return
		}
		defer clear(m.Card)
		v, err := s.AppFace(r.Context(), m)
		tell(w, v, err)
	})
	mux.HandleFunc("POST /app/face/frame", func(w http.ResponseWriter, r *http.Request) {
		var m appclient.FrameRequest
		if err := readWhole(r, &m); err != nil {
			tell(w, nil, domain.ErrApp{Text: "not a message of the app", Code: "contract"})
			return
		}
		v, err := s.AppFrame(r.Context(), m)
		tell(w, v, err)
	})
}

// readWhole reads a message with a picture at once and zeroes it: a decoder that grows as it
// reads leaves pieces of it behind.
func readWhole(r *http.Request, to any) error {
	if r.ContentLength <= 0 || r.ContentLength > frameBody {
		return errors.New("server: a message of no size, or too large")
	}
	body := make([]byte, r.ContentLength)
	defer clear(body)
	if _, err := io.ReadFull(r.Body, body); err != nil {
		return err
	}
	if bytes.ContainsRune(body, '\\') {
		return errors.New("server: base64 has no escapes") // which would be copied once more
	}
	return json.Unmarshal(body, to)
}
