// Package ledgerfile reads, fills and damages the ledger of a kiosk that is
// switched off, and tells whether a body of a record lies in clear in its
// folder ([Reader.Sealed]).
package ledgerfile

import (
	"bytes"
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"multicopy.example/cmd/internal/pemfile"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline"
	"multicopy.example/offline/record"
)

// A Reader holds the authority's records key.
type Reader struct {
	opener   *record.Opener
	stranger *record.Opener // with a key that no record is sealed to
}

// Open reads the key from its file: PKCS#8, X25519.
func Open(name string) (*Reader, error) {
	key, err := pemfile.Key[*ecdh.PrivateKey](name, x509.ParsePKCS8PrivateKey)
	if err != nil {
		return nil, err
	}
	other, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	a := &Reader{}
	if a.opener, err = record.NewOpener(key); err != nil {
		return nil, err
	}
	a.stranger, err = record.NewOpener(other)
	return a, err
}

// Line opens one record.
func (a *Reader) Line(r port.Record) (record.Entry, error) { return a.opener.Decode(r.Bytes) }

// Records are those that the live ledger still keeps, in order.
func (a *Reader) Records(ctx context.Context, data string) ([]port.Record, error) {
	books, err := offline.Look(ctx, data)
	if err != nil {
		return nil, err
	}
	return books[0].Records, nil
}

// Everything is every record of the folder: those of ledgers that were set
// aside, those carried over from them, and those that the authority refused.
func (a *Reader) Everything(ctx context.Context, data string) (all []port.Record, err error) {
	books, err := offline.Look(ctx, data)
	for _, b := range books {
		all = append(all, b.Records...)
		for _, c := range b.Carried {
			all = append(all, c.Record)
		}
		for _, r := range b.Refused {
			all = append(all, r.Record)
		}
	}
	return all, err
}

// Patiently tries again while a folder is in use: a child that another
// goroutine forks at this very moment holds every lock of ours until it has
// become its program.
func Patiently[T any](open func() (T, error)) (v T, err error) {
	for range 50 {
		if v, err = open(); !errors.Is(err, offline.ErrInUse) {
			return v, err
		}
		time.Sleep(20 * time.Millisecond)
	}
	return v, err
}

// Sealed proves that no body of a record lies in clear in the data folder:
// each record is sealed, opens with the authority's key and with no other, and
// what it holds stands in no file. It returns how many records that were.
func (a *Reader) Sealed(ctx context.Context, data string) (int, error) {
	records, err := a.Everything(ctx, data)
	if err != nil {
		return 0, err
	}
	bodies := map[string]uint64{}
	for _, r := range records {
		line, err := a.sealed(r)
		if err != nil {
			return 0, fmt.Errorf("record %d: %w", r.Seq, err)
		}
		bodies[string(Body(line))] = r.Seq
	}
	return len(records), filepath.WalkDir(data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return inClear(filepath.Base(path), b, bodies)
	})
}

func (a *Reader) sealed(r port.Record) (record.Entry, error) {
	h, err := record.DecodeHeader(r.Bytes)
	if err != nil {
		return record.Entry{}, err
	}
	if h.Sealing != record.SealHPKE {
		return record.Entry{}, errors.New("its body is in clear")
	}
	if _, err := a.stranger.Decode(r.Bytes); !errors.Is(err, record.ErrSealed) {
		return record.Entry{}, fmt.Errorf("it is not closed to another key: %w", err)
	}
	return a.opener.Decode(r.Bytes)
}

// inClear slides over a file once, however many bodies there are: a body ends
// with its time, and begins with flow, act, counter and outcome.
func inClear(name string, b []byte, bodies map[string]uint64) error {
	for at := 0; at+bodyLen <= len(b); at++ {
		if b[at] > byte(kiosk.FlowW) || b[at+1] > byte(kiosk.Unlock) {
			continue
		}
		if seq, ok := bodies[string(b[at:at+bodyLen])]; ok {
			return fmt.Errorf("the body of record %d lies in clear in %s at byte %d", seq, name, at)
		}
	}
	return nil
}

const bodyLen = 20

// Body is the body of a line as it was before it was sealed (package offline,
// "The record").
func Body(l record.Entry) []byte {
	e := l.Entry
	word := [8]byte{}
	if e.Message != kiosk.NoMessage {
		copy(word[:], e.Message.String())
	}
	b := append([]byte{byte(e.Flow), byte(e.Act), byte(e.After), byte(e.Outcome)}, word[:]...)
	return binary.BigEndian.AppendUint64(b, uint64(l.Time.UnixMilli()))
}

// PlantClear appends a record's body in clear to a file of the folder, as a
// careless program would leave it: the proof must find it.
func (a *Reader) PlantClear(ctx context.Context, data string) error {
	records, err := a.Records(ctx, data)
	if err != nil || len(records) == 0 {
		return errors.Join(errors.New("there is no record"), err)
	}
	line, err := a.Line(records[len(records)/2])
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(data, "left-behind"), bytes.Join([][]byte{{0xff}, Body(line), {0xff}}, nil), 0o600)
}
