package main

import (
	"bufio"
	"bytes"
	"crypto/sha1"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	tags "golang.org/x/crypto/cryptobyte/asn1"

	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/kiosk/must"
)

// A caller asks for the status of certificates over one connection. It costs a tenth of
// net/http's client, which would be measured with the server.
type caller struct {
	conn net.Conn
	read *bufio.Reader
	head []byte
	body []byte
}

func (b *bench) caller(address string) *caller {
	b.Helper()
	conn, err := net.Dial("tcp", address)
	must.OK(b, err)
	b.Cleanup(func() { conn.Close() })
	return &caller{conn: conn, read: bufio.NewReader(conn)}
}

// ask posts a request. What it answers is good until the next.
func (c *caller) ask(der []byte) ([]byte, error) {
	c.head = append(c.head[:0], "POST /ocsp HTTP/1.1\r\nHost: status\r\nContent-Type: application/ocsp-request\r\nContent-Length: "...)
	c.head = append(append(strconv.AppendInt(c.head, int64(len(der)), 10), "\r\n\r\n"...), der...)
	if _, err := c.conn.Write(c.head); err != nil {
		return nil, err
	}
	length := -1
	for line := 0; ; line++ {
		text, err := c.read.ReadSlice('\n')
		if err != nil {
			return nil, err
		}
		text = bytes.TrimRight(text, "\r\n")
		name, value, _ := bytes.Cut(text, []byte(": "))
		switch {
		case line == 0:
			if !bytes.HasPrefix(text, []byte("HTTP/1.1 200 ")) && !bytes.HasPrefix(text, []byte("HTTP/1.0 200 ")) {
				return nil, fmt.Errorf("%s", text)
			}
		case len(text) == 0:
			if length < 0 || length > 1<<20 {
				return nil, errors.New("no length")
			}
			c.body = append(c.body[:0], make([]byte, length)...)
			_, err := io.ReadFull(c.read, c.body)
			return c.body, err
		case textproto.CanonicalMIMEHeaderKey(string(name)) == "Content-Length":
			if length, err = strconv.Atoi(string(value)); err != nil {
				return nil, err
			}
		}
	}
}

// questions are about signing certificates; the hashes of their issuer are made once.
type questions struct{ name, key []byte }

func (b *bench) questions() questions {
	b.Helper()
	ca := b.sandbox.Cards[pki.Sign]
	name, key := sha1.Sum(ca.Cert.RawSubject), sha1.Sum(x509.MarshalPKCS1PublicKey(&ca.Key.PublicKey))
	return questions{name[:], key[:]}
}

// about is a request about person i's.
func (q questions) about(i int, nonce []byte) []byte {
	serial := number(i)
	in := func(tag tags.Tag, add func(*cryptobyte.Builder)) func(*cryptobyte.Builder) {
		return func(b *cryptobyte.Builder) { b.AddASN1(tag, add) }
	}
	b := cryptobyte.NewBuilder(make([]byte, 0, 160))
	certificate := in(tags.SEQUENCE, in(tags.SEQUENCE, func(b *cryptobyte.Builder) {
		in(tags.SEQUENCE, func(b *cryptobyte.Builder) { b.AddBytes([]byte{6, 5, 0x2B, 14, 3, 2, 26, 5, 0}) })(b) // SHA-1
		b.AddASN1OctetString(q.name)
		b.AddASN1OctetString(q.key)
		in(tags.INTEGER, func(b *cryptobyte.Builder) { b.AddBytes(serial[4:]) })(b)
	}))
	extensions := in(tags.Tag(2).ContextSpecific().Constructed(), in(tags.SEQUENCE, in(tags.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes([]byte{6, 9, 0x2B, 6, 1, 5, 5, 7, 48, 1, 2}) // nonce
		in(tags.OCTET_STRING, func(b *cryptobyte.Builder) { b.AddASN1OctetString(nonce) })(b)
	})))
	in(tags.SEQUENCE, in(tags.SEQUENCE, func(b *cryptobyte.Builder) {
		in(tags.SEQUENCE, certificate)(b)
		if nonce != nil {
			extensions(b)
		}
	}))(b)
	return b.BytesOrPanic()
}

// Tags of CertStatus.
const tagGood, tagRevoked, tagUnknown = 0x80, 0xA1, 0x82

// said is the status in an answer about one certificate of question's: what follows its
// serial number, which no other value has.
func said(answer []byte) byte {
	at := bytes.Index(answer, append([]byte{2, 16, 0x40}, make([]byte, 11)...))
	if at < 0 || at+18 >= len(answer) {
		return 0
	}
	return answer[at+18]
}

func listOf(t testing.TB, der []byte) *x509.RevocationList {
	t.Helper()
	l, err := x509.ParseRevocationList(der)
	must.OK(t, err)
	return l
}
