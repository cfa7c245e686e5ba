package appclient

import (
	"context"
	"net/http"
)

// FaceRequest begins the comparison of a person with the photo of their card. The challenge is
// signed as for a reservation: with the key of the flow's proof secret.
type FaceRequest struct {
	Cert      []byte `json:"cert"`
	Flow      string `json:"flow"`
	Challenge []byte `json:"challenge"`
	Signature []byte `json:"signature"`
	Card      []byte `json:"card"` // EF 0002 of what is printed on it, whole
}

// FrameRequest is one picture of the camera.
type FrameRequest struct {
	Session string `json:"session"`
	N       int    `json:"n"`     // from 1
	Frame   []byte `json:"frame"` // JPEG
}

// Where the person is to look.
const (
	FaceAhead = "ahead"
	FaceLeft  = "left" // the person's own
	FaceRight = "right"
)

// FaceReply is how far it is.
type FaceReply struct {
	Session string        `json:"session"` // hexadecimal
	Wanted  string        `json:"wanted"`  // what is to be done now; empty at the end
	Step    int           `json:"step"`    // done, of …
	Steps   int           `json:"steps"`
	Hint    string        `json:"hint"`  // code of what the last frame lacks; empty: nothing
	Until   int64         `json:"until"` // Unix seconds
	Made    *ReserveReply `json:"made,omitempty"`
}

// Face begins it.
func (c *Client) Face(ctx context.Context, m FaceRequest) (r FaceReply, err error) {
	return r, c.do(ctx, http.MethodPost, "/app/face", m, &r)
}

// Frame sends a picture. The answer to the last one has the reservation.
func (c *Client) Frame(ctx context.Context, m FrameRequest) (r FaceReply, err error) {
	return r, c.do(ctx, http.MethodPost, "/app/face/frame", m, &r)
}
