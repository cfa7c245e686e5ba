package memscan

import (
	"bytes"
	"context"
	"fmt"

	"multicopy.example/cmd/internal/secretscan"
)

// A Copy is one place where a secret stands.
type Copy struct {
	Address uint64
	Region  Region
	secretscan.Match
}

// String names the place and the shape, never the value.
func (c Copy) String() string {
	return fmt.Sprintf("the %s as %s at %x in %s", c.Secret, c.Shape, c.Address, c.Region)
}

// A Report is what a scan did.
type Report struct {
	Regions int
	Bytes   uint64
	Copies  []Copy
}

// Of lists the copies of one secret.
func (r Report) Of(secret string) []Copy {
	var some []Copy
	for _, c := range r.Copies {
		if c.Secret == secret {
			some = append(some, c)
		}
	}
	return some
}

// Scan stops the process, searches everything that it can read, and lets it go
// on. A stopped process cannot move a copy from a page that is still to be
// read into one that was read. Where two mappings show the same bytes they are
// two copies.
func Scan(ctx context.Context, pid int, patterns []secretscan.Pattern) (Report, error) {
	var r Report
	err := walk(ctx, pid, &r, func(w window) {
		for _, m := range secretscan.Find(w.bytes, patterns) {
			if m.At >= w.from && m.At < w.to {
				r.Copies = append(r.Copies, Copy{w.at + uint64(m.At), w.region, m})
			}
		}
	})
	return r, err
}

// Contains says which of the values stand anywhere in the process, whatever
// stands beside them.
func Contains(ctx context.Context, pid int, values [][]byte) ([]bool, error) {
	found := make([]bool, len(values))
	var r Report
	err := walk(ctx, pid, &r, func(w window) {
		for i, v := range values {
			found[i] = found[i] || bytes.Contains(w.bytes, v)
		}
	})
	return found, err
}
