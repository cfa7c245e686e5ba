package wire_test

import (
	"errors"
	"fmt"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
)

func ExampleEncode() {
	data, err := wire.Encode(&wire.SettleRequest{Envelope: wire.Envelope{Contract: wire.Contract, Request: wire.ID{1}}, Session: wire.ID{2},
		Outcome: wire.Outcome(kiosk.Done)})
	fmt.Printf("%s %v\n", data, err)
	// Output: {"contract":2,"request":"AQAAAAAAAAAAAAAAAAAAAA==","session":"AgAAAAAAAAAAAAAAAAAAAA==","outcome":"done"} <nil>
}

// encoding/json forgives an unknown field; the contract does not.
func ExampleDecode() {
	var m wire.SettleRequest
	err := wire.Decode([]byte(`{"contract":2,"request":"AQAAAAAAAAAAAAAAAAAAAA==","session":"AgAAAAAAAAAAAAAAAAAAAA==","outcome":"done","more":1}`), &m)
	fmt.Println(err, errors.Is(err, wire.ErrMessage))
	err = wire.Decode([]byte(`{"contract":3,"news":true}`), &m)
	var version wire.ErrVersion
	fmt.Println(errors.As(err, &version), version)
	// Output:
	// not a message of this contract: a field this contract does not have: fault E-VER true
	// true the message is of contract 3, this end speaks contract 2
}
