package apdu_test

import (
	"fmt"

	"multicopy.example/devices/apdu"
)

// The tries left of a secret: VERIFY without data spends none.
func ExampleCommand() {
	ask := apdu.Command{INS: apdu.InsVerify, P2: 0x80}
	b, err := ask.AppendTo(nil)
	if err != nil {
		panic(err)
	}
	fmt.Printf("% X\n", b)
	answer, err := apdu.ParseResponse([]byte{0x63, 0xC3})
	if err != nil {
		panic(err)
	}
	left, ok := answer.SW.Tries()
	fmt.Println(answer.SW, left, ok)
	// Output:
	// 00 20 00 80
	// 63C3 3 true
}

func ExampleNext() {
	object, rest, err := apdu.Next([]byte{0x5F, 0x2D, 0x02, 'j', 'a', 0x80})
	fmt.Printf("%X %s, %d byte behind it, %v\n", uint32(object.Tag), object.Value, len(rest), err)
	// Output: 5F2D ja, 1 byte behind it, <nil>
}
