package jpki_test

import (
	"context"
	"crypto/x509"
	"fmt"

	"multicopy.example/devices/jpki"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
)

// What a card tells without a secret and without spending a try. The link is a
// reader's (devices/pn532); here it is a simulated card's.
func ExampleCard_Read() {
	resident, err := sim.ReadResident(hanakoDir)
	if err != nil {
		panic(err)
	}
	card := jpki.New(plug(nil, sim.NewCard(resident)), []*x509.Certificate{resident.AuthCA}, quiet)
	facts, err := card.Read(context.Background())
	fmt.Println(facts.Token == kiosk.TokenCard, facts.HasSign, facts.Trusted, facts.AuthTries, facts.SignTries, err)
	// Output: true true true 3 5 <nil>
}
