package wire_test

import (
	"errors"
	"fmt"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
)

// A message as both ends write it, and what the strict decoder refuses.
func ExampleDecode() {
	data, err := wire.Encode(&wire.HeartbeatReply{Envelope: wire.Envelope{Contract: wire.Contract}, Now: 1764086400})
	fmt.Println(string(data), err)

	var reply wire.HeartbeatReply
	fmt.Println(wire.Decode(data, &reply), reply.Now)

	unknown := append(data[:len(data)-1:len(data)-1], `,"more":1}`...)
	fmt.Println(errors.Is(wire.Decode(unknown, &reply), wire.ErrMessage))
	// Output:
	// {"contract":1,"request":"AAAAAAAAAAAAAAAAAAAAAA==","now":1764086400} <nil>
	// <nil> 1764086400
	// true
}

// What the card signs: each part after its length, so that no other parts have
// the same digest.
func ExampleProof() {
	digest := wire.Proof(wire.ProofContext{Flow: kiosk.FlowP, Act: kiosk.Reset})
	fmt.Printf("%d bytes\n", len(digest))
	// Output: 32 bytes
}
