package status

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math/big"
	"sync"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/crl"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
)

// ListLife is how long after it was written a list may be used.
const ListLife = 24 * time.Hour

const (
	mostBytes = 64 << 20 // of all lists that are kept, and of one
	writers   = 2        // lists that are written at once
)

// list is that of a part as it is served.
type list struct {
	revision int64
	tick     time.Time
	der      []byte
	tag      string // its hash, for If-None-Match
}

// lists keeps those of one tick.
type lists struct {
	writing chan struct{}
	mu      sync.Mutex
	size    int
	by      map[partOf]*list
}

type partOf struct {
	kind pki.Kind
	part pki.Part
}

func newLists() lists {
	return lists{writing: make(chan struct{}, writers), by: map[partOf]*list{}}
}

var (
	errNotKept = errors.New("status: the list has to be written")
	errTooLong = errors.New("status: the list is beyond what a part may have")
)

// list answers the one of a part: that of this tick, where the store still has the same revision,
// and one that is written now else.
func (s *Service) list(ctx context.Context, i *issuer, part pki.Part) (l *list, err error) {
	now := s.now().Truncate(time.Second)
	of := partOf{i.ca.Kind, part}
	find := func(revision int64, _ crl.Entries) error {
		if l = s.lists.find(of, now.Truncate(Tick), revision); l == nil {
			return errNotKept
		}
		return nil
	}
	if err = s.source.Part(ctx, i.ca.Kind, part, now, find); !errors.Is(err, errNotKept) {
		return l, err
	}
	select {
	case s.lists.writing <- struct{}{}:
		defer func() { <-s.lists.writing }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	err = s.source.Part(ctx, i.ca.Kind, part, now, func(revision int64, entries crl.Entries) error {
		if find(revision, entries) == nil {
			return nil // written while we waited
		}
		if l, err = write(i.ca, part, revision, now, entries); err == nil {
			s.lists.keep(of, l)
		}
		return err
	})
	return l, err
}

func write(ca *pki.CA, part pki.Part, revision int64, now time.Time, entries crl.Entries) (*list, error) {
	// The number grows with the clock and, within a second, with what the store says.
	number := new(big.Int).Lsh(big.NewInt(now.Unix()), 64)
	head := crl.List{Issuer: ca.Cert.RawSubject, KeyID: ca.Cert.SubjectKeyId, Point: ca.PointOf(part), Number: number.Add(number, big.NewInt(revision)),
		This: now, Next: now.Add(ListLife), Signer: ca.Key}
	var b bytes.Buffer
	if err := head.Write(&b, bounded(entries)); err != nil {
		return nil, err
	}
	hash := sha256.Sum256(b.Bytes())
	return &list{revision: revision, tick: now.Truncate(Tick), der: b.Bytes(), tag: `"` + hex.EncodeToString(hash[:16]) + `"`}, nil
}

// bounded ends with an error where a list would become longer than what is kept of all.
func bounded(entries crl.Entries) crl.Entries {
	return func(yield func(crl.Entry, error) bool) {
		n := 0
		for e, err := range entries {
			if n++; n > mostBytes/64 && err == nil {
				err = errTooLong
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

func (k *lists) find(of partOf, tick time.Time, revision int64) *list {
	k.mu.Lock()
	defer k.mu.Unlock()
	if l := k.by[of]; l != nil && l.tick.Equal(tick) && l.revision == revision {
		return l
	}
	return nil
}

func (k *lists) keep(of partOf, l *list) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.drop(of)
	for other, o := range k.by {
		if !o.tick.Equal(l.tick) || k.size+len(l.der) > mostBytes {
			k.drop(other)
		}
	}
	k.by[of], k.size = l, k.size+len(l.der)
}

func (k *lists) drop(of partOf) {
	if l := k.by[of]; l != nil {
		k.size -= len(l.der)
		delete(k.by, of)
	}
}
