package main

import (
	"encoding/json"
	"errors"
	"testing"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/cli"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// TestNoAppReservesAsACounterDoes: a counter's word is not an app's, and without a face there
// is no other way to a reservation.
func TestNoAppReservesAsACounterDoes(t *testing.T) {
	b := start(t, sqlite)
	c := b.card("hanako")
	for _, word := range []string{"", "another", b.sandbox.Counter + "x"} {
		challenge, err := b.app.Challenge(t.Context(), c.cert, "P")
		must.OK(t, err)
		signature := c.sign(kiosk.RefAuth, appclient.Digest(challenge, c.cert, "P"))
		var refused *appclient.Error
		if _, err := appclient.NewCounter(b.at.App, word).Reserve(t.Context(), c.cert, "P", challenge, signature); !errors.As(err, &refused) || refused.Code != "counter" {
			t.Errorf("with the word %q: %v", word, err)
		}
		if _, err := b.desk.Reserve(t.Context(), c.cert, "P", challenge, signature); err != nil {
			t.Errorf("and the counter, with the same signature: %v", err)
		}
	}
}

// TestACounterReservesForWhomNoCameraCompares: by the operator's command, while the authority
// serves.
func TestACounterReservesForWhomNoCameraCompares(t *testing.T) { onEach(t, counterReserves) }

func counterReserves(t *testing.T, on engine) {
	b := start(t, on)
	for name, flow := range map[string]kiosk.Flow{"hanako": kiosk.FlowP, "jiro": kiosk.FlowU} {
		var r appclient.ReserveReply
		text := b.told(cli.Done, "counter", "reserve", name, "--flow", flow.String(), "--json")
		if err := json.Unmarshal([]byte(text), &r); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		b.claim(b.card(name), r)
		if got := b.state(r); got.Flow != flow.String() || got.State != "claimed" {
			t.Errorf("%s: %+v", name, got)
		}
	}
	b.told(cli.Failed, "counter", "reserve", "yuki", "--flow", "U") // has no signing key
	b.told(cli.WrongUse, "counter", "reserve", "hanako", "--flow", "X")
}
