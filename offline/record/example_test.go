package record_test

import (
	"crypto/ecdh"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/offline/record"
)

// A record is sealed to the authority: its header tells the order of things, its
// body opens with the authority's key alone.
func ExampleSealer() {
	authority, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	epoch := [16]byte{1}
	sealer, err := record.NewSealer(authority.PublicKey().Bytes(), epoch)
	if err != nil {
		panic(err)
	}
	sealed, err := sealer.Seal(record.Entry{Epoch: epoch, Seq: 1, Time: time.Unix(1790000000, 0).UTC(),
		Entry: kiosk.Entry{Kind: kiosk.EntryTrying, Session: kiosk.SessionID{2}, Flow: kiosk.FlowP, Act: kiosk.Reset, Before: 3, After: -1}})
	if err != nil {
		panic(err)
	}
	header, err := record.DecodeHeader(sealed)
	fmt.Println(header.Seq, header.Kind, header.Before, err)
	_, err = record.Decode(sealed)
	fmt.Println("without the key:", errors.Is(err, record.ErrSealed))
	opener, err := record.NewOpener(authority)
	if err != nil {
		panic(err)
	}
	whole, err := opener.Decode(sealed)
	fmt.Println(whole.Entry.Flow, whole.Entry.Act, whole.Time, err)
	// Output:
	// 1 trying 3 <nil>
	// without the key: true
	// P reset 2026-09-21 14:13:20 +0000 UTC <nil>
}
