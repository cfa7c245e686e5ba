package enrol

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"multicopy.example/cmd/internal/enrolment"
	"multicopy.example/kiosk/authority/wire"
)

// line is the way to the authority's listener for kiosks without a certificate.
type line struct {
	url    string
	client http.Client
}

func newLine(address, pin string) (*line, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.Path != "" || u.RawQuery != "" {
		return nil, fmt.Errorf("%q is not https://HOST:PORT", address)
	}
	if !enrolment.IsPin(pin) {
		return nil, fmt.Errorf("%q is not sha256: and 64 hexadecimal digits, as kiosk add at the authority prints it", pin)
	}
	return &line{"https://" + u.Host, http.Client{
		Timeout:       15 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{DisableKeepAlives: true, MaxResponseHeaderBytes: 16 << 10, TLSClientConfig: &tls.Config{
			MinVersion: tls.VersionTLS13,
			// The chain, the name and the dates are not looked at; the key is.
			InsecureSkipVerify: true,
			VerifyConnection: func(s tls.ConnectionState) error {
				if is := enrolment.Pin(s.PeerCertificates[0]); is != pin {
					return errPin{is}
				}
				return nil
			},
		}},
	}}, nil
}

type errPin struct{ is string }

func (e errPin) Error() string {
	return "the other end has another key, " + e.is + ": it is not this authority, or --authority-key is wrong"
}

// refusal is the authority's.
type refusal struct {
	enrolment.Refusal
	after time.Duration // until it may be asked again
}

func (r refusal) Error() string {
	return fmt.Sprintf("the authority refuses (%s): %q", r.Code, r.Detail)
}

func (r refusal) later() bool {
	return r.Code == enrolment.CodeBusy || r.Code == enrolment.CodeUnavailable
}

// longest is the longest pause that an authority can ask for.
const longest = time.Minute

func post[M enrolment.Message](ctx context.Context, l *line, path string, message any) (m M, err error) {
	body, err := wire.Encode(message)
	if err != nil {
		return m, err
	}
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, l.url+path, bytes.NewReader(body))
	if err != nil {
		return m, err
	}
	q.Header.Set("Content-Type", "application/json")
	r, err := l.client.Do(q)
	if err != nil {
		var pin errPin
		if errors.As(err, &pin) {
			return m, pin
		}
		return m, err
	}
	defer r.Body.Close() // only read
	answer, err := io.ReadAll(io.LimitReader(r.Body, wire.MaxMessage+1))
	if err != nil {
		return m, err
	}
	return decode[M](r.StatusCode, r.Header.Get("Retry-After"), answer)
}

// decode is what came of a request.
func decode[M enrolment.Message](status int, retry string, answer []byte) (m M, err error) {
	if status == http.StatusOK {
		return enrolment.Decode[M](answer)
	}
	r, err := enrolment.Decode[enrolment.Refusal](answer)
	if err != nil {
		return m, fmt.Errorf("status %d, and %w", status, err)
	}
	seconds, err := strconv.ParseUint(retry, 10, 16)
	if err != nil {
		seconds = 0 // there is none, or none that is a number
	}
	return m, refusal{r, min(time.Duration(seconds)*time.Second, longest)}
}
