package network

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
)

// Kernels draw the ports of outgoing connections from higher ones (Linux: 32768
// and above). A port from there that is given up for a moment may be taken when
// it is wanted back.
const lowest, highest = 10_000, 32_000

// ErrNoAddress: every address that was drawn is in use.
var ErrNoAddress = errors.New("no free port")

// Address is one of the loopback that is free, and that no outgoing connection
// takes while its owner is down.
func Address() (string, error) {
	for range 100 {
		at := fmt.Sprintf("127.0.0.1:%d", lowest+rand.IntN(highest-lowest))
		if l, err := net.Listen("tcp", at); err == nil {
			return at, l.Close()
		}
	}
	return "", ErrNoAddress
}
