package apdu_test

import (
	"fmt"

	"multicopy.example/devices/apdu"
)

// The counter of the 4-digit PIN: VERIFY without data, which spends nothing.
func ExampleCommand() {
	c := apdu.Command{INS: apdu.InsVerify, P2: 0x98}
	b, err := c.AppendTo(nil)
	fmt.Printf("% X, %v\n", b, err)
	r, err := apdu.ParseResponse([]byte{0x63, 0xC3})
	fmt.Println(r.SW, err)
	// Output:
	// 00 20 00 98, <nil>
	// 63C3 <nil>
}

// The objects of a file, each before those that are in it.
func ExampleWalk() {
	file := []byte{0x30, 0x05, 0x02, 0x01, 0x07, 0x05, 0x00}
	err := apdu.Walk(file, func(depth int, t apdu.TLV) error {
		fmt.Printf("%d %X %d bytes\n", depth, uint32(t.Tag), len(t.Value))
		return nil
	})
	fmt.Println(err)
	// Output:
	// 0 30 5 bytes
	// 1 2 1 bytes
	// 1 5 0 bytes
	// <nil>
}
