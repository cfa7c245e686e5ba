package network

import (
	"crypto/tls"
	"io"
	"net"
)

// Stall begins a TLS handshake at an address, waits for the server's answer and
// goes no further. The connection stays open until it is closed.
func Stall(address string) (net.Conn, error) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	deaf := &deaf{Conn: c}
	tls.Client(deaf, &tls.Config{InsecureSkipVerify: true}).Handshake() //nolint:errcheck // it ends with the answer it does not hear
	if deaf.err != nil {
		c.Close()
		return nil, deaf.err
	}
	return c, nil
}

// deaf hears that there is an answer.
type deaf struct {
	net.Conn
	err error
}

func (d *deaf) Read([]byte) (int, error) {
	_, d.err = io.ReadFull(d.Conn, make([]byte, 1))
	return 0, io.EOF
}
