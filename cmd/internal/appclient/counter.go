package appclient

import (
	"context"
	"net/http"
	"os"
	"strings"
)

// A Counter is a desk of a municipal office: the clerk there has looked at the person and at
// the card, which has compared the flow's proof secret. It has a word of the authority's, so
// that no app can say what a clerk says.
type Counter struct{ line *Client }

// CounterWord is the file of the authority's folder with that word.
const CounterWord = "counter.word"

// NewCounter talks to that address, host:port.
func NewCounter(address, word string) *Counter {
	line := New(address)
	line.word = word
	return &Counter{line}
}

// ReadWord reads the word of a counter from its file.
func ReadWord(file string) (string, error) {
	b, err := os.ReadFile(file)
	return strings.TrimSpace(string(b)), err
}

// Challenge asks for 32 bytes to sign.
func (c *Counter) Challenge(ctx context.Context, cert []byte, flow string) ([]byte, error) {
	return c.line.Challenge(ctx, cert, flow)
}

// Reserve makes a reservation with the card's signature of Digest.
func (c *Counter) Reserve(ctx context.Context, cert []byte, flow string, challenge, signature []byte) (ReserveReply, error) {
	var r ReserveReply
	return r, c.line.do(ctx, http.MethodPost, "/app/counter/reservations", ReserveRequest{cert, flow, challenge, signature}, &r)
}
