package authority

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"multicopy.example/kiosk/authority/wire"
)

// ErrNoBundle: the authority gives out no bundle of that hash to this kiosk any more.
var ErrNoBundle = errors.New("authority: no such bundle")

// Update tells how far the kiosk is with an offer, and answers what it is offered now. An authority that offers no updates
// refuses it as it refuses every message that it does not know.
func (c *Client) Update(ctx context.Context, m wire.UpdateRequest) (wire.UpdateReply, error) {
	m.Envelope = envelope()
	var r wire.UpdateReply
	if _, err := c.post(ctx, c.current(), wire.PathUpdate, m, &r, false); err != nil {
		return r, err
	}
	if r.Install && (r.Offer == nil || m.Offer == nil || r.Offer.Offer != *m.Offer) {
		return r, broke("an installation of what is not offered")
	}
	return r, nil
}

// Part is the bytes from from to before to of a bundle of that hash and size, at most wire.MaxPart of them. They are not
// checked against anything: who puts the parts together checks the whole.
func (c *Client) Part(ctx context.Context, hash wire.Hash, size, from, to uint64) ([]byte, error) {
	if from >= to || to > size || to-from > wire.MaxPart {
		return nil, fmt.Errorf("authority: bytes %d to %d of %d are no part of a bundle", from, to, size)
	}
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	path, begun := wire.PathBundle(hash), time.Now()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base.JoinPath(path).String(), nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", "")
	request.Header.Set("Range", fmt.Sprintf("bytes=%d-%d", from, to-1))
	response, err := c.current().http.Do(request)
	if err != nil {
		c.log.Warn("request", "method", http.MethodGet, "path", path, "err", err, "took", time.Since(begun))
		return nil, classify(err)
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusPartialContent:
	case http.StatusNotFound, http.StatusGone, http.StatusRequestedRangeNotSatisfiable:
		return nil, ErrNoBundle
	default: // also 200, which would be all of it
		return nil, foreign(response)
	}
	if got, want := response.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-%d/%d", from, to-1, size); got != want {
		return nil, fmt.Errorf("%w: its part is %.60q, and not %q", ErrNoBundle, got, want)
	}
	part := make([]byte, to-from)
	if _, err := io.ReadFull(response.Body, part); err != nil {
		return nil, networkError{err}
	}
	if n, err := response.Body.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: its part is longer than it says", ErrNoBundle)
	}
	return part, nil
}
