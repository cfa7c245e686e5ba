package server

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
)

// Meter counts for who watches the authority.
type Meter interface {
	Request(message, answer string, took time.Duration) // answer is ok or a refusal's code
	Settled(outcome string)                             // that a grant had
}

// counting is an answer on its way.
type counting struct {
	http.ResponseWriter
	meter  Meter
	answer string
}

// counted tells the meter of each request that was answered. A kiosk that went away
// in its message was not.
func counted(next http.Handler, meter Meter, now func() time.Time) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := now()
		c := &counting{ResponseWriter: w, meter: meter}
		next.ServeHTTP(c, r)
		meter.Request(messageOf(r.URL.Path), c.answer, now().Sub(begun))
	})
}

// messages are the labels: what a kiosk asks for that is no message of the contract
// must not become one.
var messages = map[string]bool{wire.PathHealth: true, wire.PathOpen: true, wire.PathCode: true, wire.PathProve: true, wire.PathGrant: true,
	wire.PathSettle: true, wire.PathLook: true, wire.PathSee: true, wire.PathHold: true, wire.PathConsents: true, wire.PathWithdraw: true, wire.PathRecords: true, wire.PathHeartbeat: true, wire.PathRenew: true, wire.PathUpdate: true}

func messageOf(path string) string {
	if _, newest, ok := wire.ParsePath(path); ok && messages[newest] {
		return newest[strings.LastIndex(newest, "/")+1:]
	}
	return "none"
}

func noteAnswer(w http.ResponseWriter, reply domain.Reply) {
	c, ok := w.(*counting)
	if !ok {
		return
	}
	if c.answer = "ok"; reply.Status != http.StatusOK {
		var refusal struct{ Code string }
		if c.answer = "other"; json.Unmarshal(reply.Body, &refusal) == nil && refusal.Code != "" {
			c.answer = refusal.Code
		}
	}
}

func noteOutcome(w http.ResponseWriter, path string, body []byte, reply domain.Reply) {
	version, newest, _ := wire.ParsePath(path)
	c, ok := w.(*counting)
	if !ok || newest != wire.PathSettle || reply.Status != http.StatusOK {
		return
	}
	var m wire.SettleRequest
	if wire.DecodeVersion(version, body, &m) == nil {
		c.meter.Settled(kiosk.Outcome(m.Outcome).String())
	}
}
