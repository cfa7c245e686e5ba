package jpki_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"multicopy.example/devices/apdu"
	"multicopy.example/devices/jpki"
	"multicopy.example/devices/sim"
)

// link is a simulated card without a reader between; pn532.Link is a real one.
type link struct{ *sim.Card }

func (l link) Transmit(_ context.Context, c apdu.Command) (apdu.Response, error) {
	b, err := c.AppendTo(nil)
	if err != nil {
		return apdu.Response{}, err
	}
	answer, ok := l.Exchange(b)
	if !ok {
		return apdu.Response{}, errors.New("the card is gone")
	}
	return apdu.ParseResponse(answer)
}

func (l link) Present(context.Context) error { return nil }
func (l link) Release(context.Context) error { l.PowerOff(); return nil }

// What a card tells without a secret and without spending a try.
func ExampleCard_Read() {
	resident, err := sim.LoadResident("../sim/testdata/residents/hanako")
	if err != nil {
		panic(err)
	}
	resident.PowerOn()
	card := jpki.New(link{resident}, nil, slog.New(slog.DiscardHandler))
	facts, err := card.Read(context.Background())
	if err != nil {
		panic(err)
	}
	fmt.Println("tries of the PIN and of the password:", facts.AuthTries, facts.SignTries)
	fmt.Println("a signing certificate is there:", facts.HasSign)
	fmt.Println("of a card CA of ours, so it may be written:", facts.Trusted)
	// Output:
	// tries of the PIN and of the password: 3 5
	// a signing certificate is there: true
	// of a card CA of ours, so it may be written: false
}
