package record_test

import (
	"errors"
	"fmt"

	"multicopy.example/kiosk"
	"multicopy.example/offline/internal/sample"
	"multicopy.example/offline/record"
)

// A kiosk seals a record to the authority's key; without the key its header
// can be read, and with it all of it.
func ExampleOpener() {
	authority := sample.Key() // X25519
	epoch := [16]byte{1}
	sealer, err := record.NewSealer(authority.PublicKey().Bytes(), epoch)
	if err != nil {
		panic(err)
	}
	b, err := sealer.Seal(record.Entry{Epoch: epoch, Seq: 1, Time: sample.Noon,
		Entry: kiosk.Entry{Kind: kiosk.EntryOutcome, Outcome: kiosk.Done, Before: 0, After: 5}})
	if err != nil {
		panic(err)
	}

	header, err := record.DecodeHeader(b)
	fmt.Println(header.Kind, header.Seq, err)
	_, err = record.Decode(b)
	fmt.Println(errors.Is(err, record.ErrSealed))

	opener, err := record.NewOpener(authority)
	if err != nil {
		panic(err)
	}
	entry, err := opener.Decode(b)
	fmt.Println(entry.Entry.Kind, entry.Entry.Outcome, err)
	// Output:
	// outcome 1 <nil>
	// true
	// outcome done <nil>
}
