package authority

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/authority/wire/contract"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// scripted answers each request with what script makes of it.
type scripted struct {
	*far
	mu     sync.Mutex
	bodies [][]byte
	log    bytes.Buffer
}

// script is one authority that answers by a function of the request's own
// bytes; n counts from 0.
func script(t *testing.T, answer func(n int, w http.ResponseWriter, r *http.Request, body []byte)) (*scripted, *Client) {
	s := &scripted{}
	s.far = farEnd(t, func(*far) {}, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		s.mu.Lock()
		n := len(s.bodies)
		s.bodies = append(s.bodies, body)
		s.mu.Unlock()
		answer(n, w, r, body)
	})
	cfg := config(t, s.URL, s.ca, s.own)
	cfg.Log = slog.New(slog.NewTextHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	return s, newClient(t, cfg)
}

// say sends a message as the reply to body.
func say(t *testing.T, w http.ResponseWriter, body []byte, message func(wire.Envelope) any) {
	var e wire.Envelope
	if err := json.Unmarshal(body, &e); err != nil {
		t.Errorf("%s: %v", body, err)
	}
	data, err := wire.Encode(message(e))
	must.Note(t, err)
	w.Header().Set("Content-Type", "application/json")
	w.Write(data)
}

// oddly says that the reply which follows is outside the contract on purpose.
func oddly(w http.ResponseWriter) { w.Header().Set(contract.OddReply, "yes") }

var session = port.Session{ID: kiosk.SessionID{1}, Challenge: [32]byte{2}, Flow: kiosk.FlowP, Ticket: [32]byte{3}}

// TestReplayedEventsKeepEveryInvariant: what another request was answered is no answer to this one,
// and a grant serves only the session, flow and act it was asked for.
func TestReplayedEventsKeepEveryInvariant(t *testing.T) {
	var recorded []byte
	_, c := script(t, func(n int, w http.ResponseWriter, r *http.Request, body []byte) {
		if n == 0 {
			say(t, w, body, func(e wire.Envelope) any { return &wire.SettleReply{Envelope: e, Challenge: &wire.Hash{9}} })
			recorded, _ = wire.Encode(&wire.SettleReply{Envelope: wire.Envelope{Contract: wire.Contract, Request: wire.ID{1, 2, 3}}, Challenge: &wire.Hash{9}})
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Write(recorded)
	})
	if ch, err := c.Settle(t.Context(), session.ID, kiosk.GrantID{}, kiosk.Failed); err != nil || ch != [32]byte{9} {
		t.Fatal("the control:", err)
	}
	_, err := c.Settle(t.Context(), session.ID, kiosk.GrantID{}, kiosk.Failed)
	wantFault(t, err, kiosk.MsgPeer)

	id := kiosk.GrantID{7}
	for name, reply := range map[string]wire.GrantReply{
		"another secret":  {Grant: wire.ID(id), Command: wire.GrantCommand(kiosk.FlowU, kiosk.Reset, id, [64]byte{})},
		"another act":     {Grant: wire.ID(id), Command: wire.GrantCommand(kiosk.FlowP, kiosk.Unlock, id, [64]byte{})},
		"another number":  {Grant: wire.ID{8}, Command: wire.GrantCommand(kiosk.FlowP, kiosk.Reset, id, [64]byte{})},
		"no number":       {Command: wire.GrantCommand(kiosk.FlowP, kiosk.Reset, kiosk.GrantID{}, [64]byte{})},
		"another command": {Grant: wire.ID(id), Command: wire.Command(bytes.Replace(ref(wire.GrantCommand(kiosk.FlowP, kiosk.Reset, id, [64]byte{}))[:], []byte{0, 0x82}, []byte{0, 0x20}, 1))},
		"another key":     {Grant: wire.ID(id), Command: wire.Command(bytes.Replace(ref(wire.GrantCommand(kiosk.FlowP, kiosk.Reset, id, [64]byte{}))[:], []byte{0x96}, []byte{0x98}, 1))},
		"":                {Grant: wire.ID(id), Command: wire.GrantCommand(kiosk.FlowP, kiosk.Reset, id, [64]byte{})},
	} {
		_, c := script(t, func(n int, w http.ResponseWriter, r *http.Request, body []byte) {
			say(t, w, body, func(e wire.Envelope) any {
				if r.URL.Path == wire.PathProve {
					return &wire.ProveReply{Envelope: e}
				}
				reply := reply
				reply.Envelope = e
				return &reply
			})
		})
		if _, err := c.Grant(t.Context(), session, make([]byte, 16)); err == nil {
			t.Error("a grant without a proof")
		}
		must.OK(t, c.Prove(t.Context(), session, kiosk.Reset, make([]byte, 256)))
		g, err := c.Grant(t.Context(), session, make([]byte, 16))
		if name == "" {
			if err != nil || g.ID != id || g.Flow != kiosk.FlowP || g.Act != kiosk.Reset || g.Command != reply.Command {
				t.Errorf("the control: %+v, %v", g, err)
			}
			continue
		}
		t.Run(name, func(t *testing.T) { wantFault(t, err, kiosk.MsgContract) })
	}
}

// TestBrokenConnectionIsRetriedOnce with the same bytes, and no more than once.
func TestBrokenConnectionIsRetriedOnce(t *testing.T) {
	for breaks := range 4 {
		s, c := script(t, func(n int, w http.ResponseWriter, r *http.Request, body []byte) {
			if n < breaks {
				panic(http.ErrAbortHandler)
			}
			say(t, w, body, func(e wire.Envelope) any { return &wire.CodeReply{Envelope: e, Ticket: &wire.Hash{5}, CodesLeft: 5} })
		})
		_, err := c.Code(t.Context(), session, typed(t, "12345678"))
		if breaks < 2 {
			if err != nil {
				t.Errorf("%d breaks: %v", breaks, err)
			}
		} else {
			wantFault(t, err, kiosk.MsgNetwork)
		}
		if want := min(breaks+1, 2); len(s.bodies) != want {
			t.Errorf("%d breaks: %d requests, want %d", breaks, len(s.bodies), want)
		}
		for _, b := range s.bodies[1:] {
			if !bytes.Equal(b, s.bodies[0]) {
				t.Error("the repetition has other bytes")
			}
		}
	}
	// An answer cut short is a broken connection too.
	s, c := script(t, func(n int, w http.ResponseWriter, r *http.Request, body []byte) {
		if n == 0 {
			oddly(w)
			w.Header().Set("Content-Length", "500")
			w.Write([]byte(`{"contract":2`))
			return
		}
		say(t, w, body, func(e wire.Envelope) any { return &wire.ProveReply{Envelope: e} })
	})
	if err := c.Prove(t.Context(), session, kiosk.Reset, make([]byte, 256)); err != nil || len(s.bodies) != 2 {
		t.Errorf("%d requests, %v", len(s.bodies), err)
	}
}

// TestAnswersThatAreNoAnswers are told apart.
func TestAnswersThatAreNoAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(w http.ResponseWriter, body []byte)
		word   kiosk.Message
	}{
		"redirect": {func(w http.ResponseWriter, _ []byte) {
			oddly(w)
			w.Header().Set("Location", "/v2/open")
			w.WriteHeader(307)
		}, kiosk.MsgNetwork},
		"gateway":   {func(w http.ResponseWriter, _ []byte) { oddly(w); http.Error(w, "<html>", http.StatusBadGateway) }, kiosk.MsgNetwork},
		"not found": {func(w http.ResponseWriter, _ []byte) { oddly(w); http.Error(w, "<html>", http.StatusNotFound) }, kiosk.MsgNetwork},
		"html":      {func(w http.ResponseWriter, _ []byte) { oddly(w); w.Write([]byte("<html>")) }, kiosk.MsgNetwork},
		"nothing":   {func(w http.ResponseWriter, _ []byte) { oddly(w) }, kiosk.MsgNetwork},
		"endless":   {func(w http.ResponseWriter, _ []byte) { oddly(w); w.Write(bytes.Repeat([]byte(" "), 1<<20)) }, kiosk.MsgNetwork},
		"version":   {func(w http.ResponseWriter, _ []byte) { oddly(w); w.WriteHeader(400); w.Write([]byte(`{"contract":7}`)) }, kiosk.MsgContract},
		"no ticket": {func(w http.ResponseWriter, b []byte) {
			say(t, w, b, func(e wire.Envelope) any { return &wire.CodeReply{Envelope: e, Ticket: &wire.Hash{}, CodesLeft: 5} })
		}, kiosk.MsgContract},
		"void": {func(w http.ResponseWriter, b []byte) {
			say(t, w, b, func(e wire.Envelope) any { return &wire.CodeReply{Envelope: e, CodesLeft: 0} })
		}, kiosk.MsgCodeVoid},
		"busy": {func(w http.ResponseWriter, b []byte) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(429)
			say(t, w, b, func(e wire.Envelope) any {
				return &wire.Refusal{Contract: wire.Contract, Code: wire.CodeBusy, Detail: "\x1b[2J", RetryAfter: 7}
			})
		}, kiosk.MsgBusy},
	} {
		s, client := script(t, func(n int, w http.ResponseWriter, r *http.Request, body []byte) { c.answer(w, body) })
		_, err := client.Code(t.Context(), session, typed(t, "12345678"))
		t.Run(name, func(t *testing.T) { wantFault(t, err, c.word) })
		var refused *wire.Refused
		if name == "busy" && (!errors.As(err, &refused) || refused.After != 7*time.Second || strings.Contains(err.Error(), "\x1b")) {
			t.Errorf("%v", err)
		}
		if len(s.bodies) != 1 {
			t.Errorf("%s: asked %d times", name, len(s.bodies))
		}
	}
}

// A proxy's 429, 403, 404 or 413 stopped sending until staff had looked, and its
// Retry-After was not read.
func TestAnswerThatIsNotTheAuthoritysIsAskedAgainLater(t *testing.T) {
	date := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	for header, want := range map[string]time.Duration{
		"": 0, "120": 2 * time.Minute, "0": 0, "-5": 0, "soon": 0, "99999999999999999999": 0,
		date.Add(time.Hour).Format(http.TimeFormat): time.Hour, date.Add(-time.Hour).Format(http.TimeFormat): 0,
	} {
		for _, status := range []int{200, 302, 403, 404, 413, 429, 500, 502, 503} {
			_, c := script(t, func(n int, w http.ResponseWriter, r *http.Request, body []byte) {
				oddly(w)
				w.Header()["Date"] = []string{date.Format(http.TimeFormat)}
				if header != "" {
					w.Header().Set("Retry-After", header)
				}
				http.Error(w, "<html>", status)
			})
			_, err := c.Batch(t.Context(), []port.Record{{Seq: 1, Bytes: []byte("four")}})
			var later port.ErrRetryLater
			if !errors.As(err, &later) || errors.Is(err, port.ErrStopSending) || later.After != want {
				t.Errorf("status %d, Retry-After %q: %v, after %v", status, header, err, later.After)
			}
			if _, err := c.Heartbeat(t.Context(), wire.Beat{}); wire.RetryAfter(err) != want {
				t.Errorf("status %d, Retry-After %q: a heartbeat waits %v (%v)", status, header, wire.RetryAfter(err), err)
			}
		}
	}
}

// TestEveryRefusalIsItsWord.
func TestEveryRefusalIsItsWord(t *testing.T) {
	for _, code := range wire.Codes() {
		_, c := script(t, func(n int, w http.ResponseWriter, r *http.Request, body []byte) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(code.Status())
			say(t, w, body, func(wire.Envelope) any { return &wire.Refusal{Contract: wire.Contract, Code: code} })
		})
		_, err := c.Open(t.Context(), port.Facts{AuthCert: []byte{1}})
		wantFault(t, err, code.Message())
	}
}

// TestNothingTypedLeavesUnsealed: neither the bytes sent nor the log hold the
// one-time password, and the log holds no body at all.
func TestNothingTypedLeavesUnsealed(t *testing.T) {
	closed := false
	s, c := script(t, func(n int, w http.ResponseWriter, r *http.Request, body []byte) {
		closed = r.Close
		say(t, w, body, func(e wire.Envelope) any { return &wire.CodeReply{Envelope: e, Ticket: &wire.Hash{5}, CodesLeft: 5} })
	})
	must.OK(t, must.Err(c.Code(t.Context(), session, typed(t, "73519462"))))
	if bytes.Contains(s.bodies[0], []byte("73519462")) {
		t.Error("sent in clear")
	}
	if !closed {
		t.Error("the connection that carried it is kept")
	}
	for _, leak := range []string{"73519462", "sealed", "contract", "ticket"} {
		if strings.Contains(s.log.String(), leak) {
			t.Errorf("the log says %q: %s", leak, s.log.String())
		}
	}
	if !strings.Contains(s.log.String(), wire.PathCode) {
		t.Error("the log says nothing, so this test proves nothing")
	}
}

// TestCallEndsWithItsContext, whatever the other end does.
func TestCallEndsWithItsContext(t *testing.T) {
	hold := make(chan struct{})
	_, c := script(t, func(n int, w http.ResponseWriter, r *http.Request, body []byte) { oddly(w); <-hold })
	defer close(hold)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.Settle(ctx, session.ID, kiosk.GrantID{}, kiosk.Done)
	wantFault(t, err, kiosk.MsgNetwork)
	ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = c.Settle(ctx, session.ID, kiosk.GrantID{}, kiosk.Done)
	wantFault(t, err, kiosk.MsgNetwork)
}

// TestAcknowledgementsThatWereNotEarned.
func TestAcknowledgementsThatWereNotEarned(t *testing.T) {
	var all []port.Record
	for i := range 3 {
		b := []byte{byte(i)}
		all = append(all, port.Record{Epoch: [16]byte{1}, Seq: uint64(i + 5), Bytes: b, Hash: sha256.Sum256(b)})
	}
	for name, change := range map[string]func(*wire.RecordsReply){
		"too much": func(r *wire.RecordsReply) { r.Acked = 8 }, "less than before": func(r *wire.RecordsReply) { r.Acked = 3 },
		"a silent rest": func(r *wire.RecordsReply) { r.Acked = 6 }, "nothing, silently": func(r *wire.RecordsReply) { r.Acked = 4 },
		"aside of nothing": func(r *wire.RecordsReply) { r.Aside = true },
		"no receipt":       func(r *wire.RecordsReply) { r.Receipt = nil }, "another head": func(r *wire.RecordsReply) { r.Receipt.Head[0]++ },
		"another epoch": func(r *wire.RecordsReply) { r.Receipt.Epoch[0]++ }, "another number": func(r *wire.RecordsReply) { r.Receipt.Seq++ },
		"another's signature": func(r *wire.RecordsReply) {},
	} {
		_, c := script(t, func(n int, w http.ResponseWriter, r *http.Request, body []byte) {
			say(t, w, body, func(e wire.Envelope) any {
				reply := &wire.RecordsReply{Envelope: e, Acked: 7, Receipt: &wire.Receipt{Epoch: wire.ID(all[2].Epoch), Seq: 7, Head: all[2].Hash, Signature: wire.ECDSASignature("\x30\x06\x02\x01\x01\x02\x01\x01")}}
				change(reply)
				return reply
			})
		})
		got, err := c.Batch(t.Context(), all)
		if got.Seq != 0 || got.Signature != nil || !errors.Is(err, port.ErrStopSending) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// TestAnotherHTTPVersionIsNotSpoken: the connection of a one-time password has
// to end with it, which HTTP/2 would not do.
func TestAnotherHTTPVersionIsNotSpoken(t *testing.T) {
	f := farEnd(t, func(f *far) { f.EnableHTTP2 = true; f.TLS.NextProtos = []string{"h2", "http/1.1"} }, func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 1 {
			t.Errorf("spoke %s", r.Proto)
		}
		fine(w, r)
	})
	must.Note(t, must.Err(newClient(t, config(t, f.URL, f.ca, f.own)).Health(t.Context())))
}

func ref[T any](v T) *T { return &v }
