package server

import (
	"log/slog"
	"net"
	"sync"

	"multicopy.example/cmd/internal/admission"
)

// doorReport says at intervals how many connections did not come to a request. A line for
// each would let an attacker fill the log.
type doorReport struct {
	log    *slog.Logger
	turned func() admission.Turned

	mu     sync.Mutex
	told   admission.Turned
	broken uint64 // handshakes that failed, or connections that could not be accepted
	from   net.Addr
	last   error
}

func (r *doorReport) failed(from net.Addr, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.broken++
	r.from, r.last = from, err
}

// mostOfError bounds what a peer can write into the log: an error of a
// certificate quotes its names.
const mostOfError = 200

// line logs what has been since the line before, if anything.
func (r *doorReport) line() {
	now := r.turned()
	r.mu.Lock()
	defer r.mu.Unlock()
	was := r.told
	if now == was && r.broken == 0 {
		return
	}
	about := []any{"broken", r.broken, "silent", now.Silent - was.Silent, "stalled", now.Stalled - was.Stalled,
		"prefix", now.Prefix - was.Prefix, "full", now.Full - was.Full}
	if r.last != nil {
		text := r.last.Error()
		about = append(about, "last", text[:min(len(text), mostOfError)], "from", r.from)
	}
	r.log.Warn("connections did not come through TLS", about...)
	r.told, r.broken, r.from, r.last = now, 0, nil, nil
}
