package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/jpeg"
	"path/filepath"

	"multicopy.example/cmd/internal/harness/head"
	"multicopy.example/kiosk"
)

// poses are pictures of ORL's first person, by where they look.
var poses = map[string]string{"ahead": "s1/1", "left": "s1/5", "right": "s1/6"}

// Before does the face step as ORL's first person before the camera: a picture becomes the
// photo of the test card, the card compares the proof secret and hands the photo out, and each
// frame looks where the authority wants it to. It answers the one-time password.
func (h *Hand) Before(ctx context.Context, faces, key string, flow kiosk.Flow, proof []byte) ([]byte, error) {
	frames := map[string][]byte{}
	for way, file := range poses {
		m, err := head.Person(filepath.Join(faces, file+".pgm"))
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		if err := jpeg.Encode(&b, m, nil); err != nil {
			return nil, err
		}
		frames[way] = b.Bytes()
	}
	if err := h.Take(ctx, key, frames["ahead"]); err != nil {
		return nil, err
	}
	said, token, err := h.Sign(ctx, key, flow, proof)
	if err != nil {
		return nil, err
	}
	if !said.Right {
		return nil, errors.New("the card does not know the proof secret")
	}
	p := h.Printed(key)
	l, err := h.Face(ctx, key, token, []byte(p.Birth+p.Year+p.Code))
	for err == nil && l.Reserved == nil {
		if l.Hint != "" {
			return nil, fmt.Errorf("the authority says %s of a frame", l.Hint)
		}
		l, err = h.Frame(ctx, key, frames[l.Wanted])
	}
	if err != nil {
		return nil, err
	}
	return l.Reserved.Code, nil
}
