// Package crl writes certificate revocation lists (RFC 5280, 5) of any length in memory that
// does not grow with them.
//
//	List.Write   writes one part: its entries are gone through twice and not kept
//
// crypto/x509 makes the same bytes of a list that fits into memory several times.
package crl

import (
	"bufio"
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/big"
	"time"
)

// A List is one part of what a CA has revoked, without the entries. Its
// IssuingDistributionPoint is critical: a list of another part says nothing of a
// certificate, and a reader that does not know the extension has to refuse it.
type List struct {
	Issuer     []byte   // name of the CA, DER
	KeyID      []byte   // its subject key identifier
	Point      []byte   // name of the distribution point, DER, as in the certificates of the part
	Number     *big.Int // grows with each list of the part; 20 octets at most
	This, Next time.Time
	Signer     crypto.Signer // RSA: the length of the signature stands before it
}

// SerialLen is the most octets of a serial number (RFC 5280, 4.1.2.2).
const SerialLen = 20

// An Entry is a certificate that is not good.
type Entry struct {
	Serial [SerialLen]byte // with zeros before it
	At     int64           // since when, Unix seconds
	Reason Reason
}

// Entries in the order of their serial numbers.
type Entries = iter.Seq2[Entry, error]

// Reason is CRLReason (RFC 5280, 5.3.1), those that the CA's practice statement has.
type Reason uint8

// The reasons. An entry of the first has no extension, as the RFC recommends.
const (
	Unspecified          Reason = iota // destroyed before delivery
	KeyCompromise                      // the holder's
	CACompromise                       //
	AffiliationChanged                 // an item that the certificate holds
	Superseded                         // renewed
	CessationOfOperation               // death, return, request
	CertificateHold                    // doubt about the key; the only one that may leave a list
)

// errChanged is of entries that were others the second time.
var errChanged = errors.New("crl: the entries changed while the list was written")

// Write writes the list. It goes through the entries for their length, which stands before them, and
// again to write them; where they are not the same both times what was written is no list.
func (l *List) Write(to io.Writer, entries Entries) error {
	public, ok := l.Signer.Public().(*rsa.PublicKey)
	if !ok {
		return fmt.Errorf("crl: a signer of %T, not RSA", l.Signer.Public())
	}
	if l.Number.Sign() < 0 || l.Number.BitLen() > 20*8-1 {
		return fmt.Errorf("crl: number %d is not one of 20 octets", l.Number)
	}
	size := 0
	if err := l.each(entries, func(e []byte) error { size += len(e); return nil }); err != nil {
		return err
	}
	head, tail := l.head(), l.extensions()
	if size > 0 {
		head = append(head, header(tagSequence, size)...)
	}
	signed := len(head) + size + len(tail)
	whole := len(header(tagSequence, signed)) + signed + len(sha256WithRSA) + len(header(tagBits, 1+public.Size())) + 1 + public.Size()
	all := header(tagSequence, whole)
	if b, ok := to.(*bytes.Buffer); ok {
		b.Grow(len(all) + whole) // once, and not twice as much as is needed
	}
	digest, buffer := sha256.New(), bufio.NewWriterSize(to, 32<<10)
	buffer.Write(all)
	both := io.MultiWriter(buffer, digest)
	both.Write(header(tagSequence, signed))
	both.Write(head)
	err := l.each(entries, func(e []byte) error {
		if size -= len(e); size < 0 {
			return errChanged
		}
		_, err := both.Write(e)
		return err
	})
	if err == nil && size > 0 {
		err = errChanged
	}
	if err != nil {
		return err
	}
	both.Write(tail)
	signature, err := l.Signer.Sign(rand.Reader, digest.Sum(nil), crypto.SHA256)
	if err != nil {
		return err
	}
	buffer.Write(sha256WithRSA)
	buffer.Write(append(header(tagBits, 1+len(signature)), 0))
	buffer.Write(signature)
	return buffer.Flush() // the first error of all writes
}

// each gives the bytes of each entry, which are good until the next.
func (l *List) each(entries Entries, do func([]byte) error) error {
	var last [SerialLen]byte
	var room [64]byte
	for e, err := range entries {
		switch {
		case err != nil:
			return err
		case bytes.Compare(e.Serial[:], last[:]) <= 0:
			return fmt.Errorf("crl: %x stands behind %x", e.Serial, last)
		case e.Reason > CertificateHold:
			return fmt.Errorf("crl: %x for reason %d", e.Serial, e.Reason)
		case e.At < 0 || e.At > lastSecond:
			return fmt.Errorf("crl: %x since %d s", e.Serial, e.At)
		}
		last = e.Serial
		if err := do(appendEntry(room[:0], e)); err != nil {
			return err
		}
	}
	return nil
}
