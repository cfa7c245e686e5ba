package main

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"

	"golang.org/x/sys/unix"

	"multicopy.example/kiosk/must"
)

func newCached(sectors int) *cached {
	return &cached{now: make([]byte, sectors*sector), plate: make([]byte, sectors*sector)}
}

// One cut in four leaves nothing of the cache, some leave its beginning, the
// rest leave holes in it; no sector is ever torn, and what was flushed is
// always there.
func TestACacheForgetsWhatWasNotFlushed(t *testing.T) {
	var none, beginning, holes int
	for seed := range uint64(400) {
		c := newCached(20)
		fill := func(b byte, from, n int) {
			must.OK(t, c.write(bytes.Repeat([]byte{b}, n*sector), int64(from*sector)))
		}
		fill(1, 0, 10)
		must.OK(t, c.flush())
		fill(2, 0, 4) // over what was flushed
		fill(2, 10, 6)
		c.off(rand.New(rand.NewPCG(seed, 0)))
		if err := c.flush(); !errors.Is(err, unix.EIO) {
			t.Fatal("a disk without power has flushed")
		}
		if c.write([]byte{9}, 0) == nil || c.read(make([]byte, 1), 0) == nil {
			t.Fatal("a disk without power answers")
		}
		c.on()
		got := ""
		for n := range 20 {
			b := make([]byte, sector)
			must.OK(t, c.read(b, int64(n*sector)))
			if !bytes.Equal(b, bytes.Repeat(b[:1], sector)) {
				t.Fatalf("seed %d: sector %d is torn", seed, n)
			}
			got += string('0' + b[0])
		}
		if got[4:10] != "111111" || got[16:] != "0000" || bytes.ContainsRune([]byte(got[:4]), '0') {
			t.Fatalf("seed %d: %s", seed, got)
		}
		switch reached := got[:4] + got[10:16]; {
		case reached == "1111000000":
			none++
		case reached == "2222222222"[:bytes.Count([]byte(reached), []byte("2"))]+"1111000000"[bytes.Count([]byte(reached), []byte("2")):]:
			beginning++
		default:
			holes++
		}
	}
	if none < 60 || beginning < 40 || holes < 100 {
		t.Errorf("nothing %d, the beginning %d, with holes %d of 400", none, beginning, holes)
	}
}

func TestReadingSeesWhatWasWrittenBeforeItIsFlushed(t *testing.T) {
	c := newCached(1)
	b := make([]byte, 3)
	if err := errors.Join(c.write([]byte("abc"), 7), c.read(b, 7)); err != nil || string(b) != "abc" {
		t.Errorf("%q, %v", b, err)
	}
}

// The kernel may believe for ever that a failed write was done; the plate knows
// nothing of it. A failed flush has forgotten nothing yet.
func TestADiskFailsAsOftenAsItShould(t *testing.T) {
	for _, lasts := range []int{1, 2, forGood} {
		c := newCached(6)
		c.fails = fault{write: 2, lasts: lasts}
		for n := range 6 {
			err := c.write(bytes.Repeat([]byte{7}, sector), int64(n)*sector)
			if fails := n >= 1 && n < 1+lasts; fails != errors.Is(err, unix.EIO) {
				t.Errorf("%d failures from write 2 on, write %d: %v", lasts, n+1, err)
			}
		}
		if err := c.flush(); err != nil || !c.struck() {
			t.Fatal(err, c.struck())
		}
		for n := range 6 {
			if there := c.plate[n*sector] == 7; there == (n >= 1 && n < 1+lasts) {
				t.Errorf("%d failures from write 2 on: sector %d is there: %t", lasts, n, there)
			}
		}
	}
	c := newCached(1)
	c.fails = fault{flush: 1, lasts: 1}
	if err := errors.Join(c.write([]byte{7}, 0), c.flush()); !errors.Is(err, unix.EIO) || c.plate[0] != 0 {
		t.Errorf("the flush that failed: %v, plate %d", err, c.plate[0])
	}
	if err := c.flush(); err != nil || c.plate[0] != 7 {
		t.Errorf("the next: %v, plate %d", err, c.plate[0])
	}
	if c.on(); c.struck() {
		t.Error("a fault outlived the cut")
	}
}

// Whatever a request says, it is answered with an Errno or within the file.
func FuzzAnswer(f *testing.F) {
	f.Add(uint32(fuseRead), uint64(2), make([]byte, fuseArgs))
	f.Fuzz(func(t *testing.T, op uint32, node uint64, in []byte) {
		c := newCached(4)
		before := bytes.Clone(c.now)
		body, err := answer(op, node, in, c)
		var no unix.Errno
		if err != nil && !errors.As(err, &no) {
			t.Errorf("%v", err)
		}
		if len(body) > 4*sector {
			t.Errorf("%d bytes of a file of %d", len(body), 4*sector)
		}
		if len(c.now) != len(before) || op != fuseWrite && !bytes.Equal(before, c.now) {
			t.Error("the file was changed by something that is no write")
		}
	})
}
