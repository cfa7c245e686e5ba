package jpki

import (
	"context"
	"fmt"

	"multicopy.example/devices/apdu"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// readEF reads the first n bytes of a file, all of them or an error.
func (c *Card) readEF(ctx context.Context, e ef, n int) ([]byte, error) {
	return c.readOn(ctx, e, make([]byte, 0, n), n)
}

// readCert reads one DER object from the start of a file. What follows it is
// filler and is not asked for.
func (c *Card) readCert(ctx context.Context, e ef) ([]byte, error) {
	first, err := c.readAt(ctx, e, 0, maxChunk)
	if err != nil {
		return nil, err
	}
	n, err := certSize(first)
	if err != nil {
		return nil, err
	}
	der := append(make([]byte, 0, n), first[:min(n, len(first))]...)
	return c.readOn(ctx, e, der, n)
}

// readOn continues a file after what is already read, until n bytes.
func (c *Card) readOn(ctx context.Context, e ef, got []byte, n int) ([]byte, error) {
	for reads := 0; len(got) < n; reads++ {
		if reads == maxReads {
			return nil, fmt.Errorf("%w: file %02X comes in crumbs", port.Fault(kiosk.MsgCardFault), byte(e))
		}
		part, err := c.readAt(ctx, e, len(got), min(n-len(got), maxChunk))
		if err != nil {
			return nil, err
		}
		got = append(got, part...)
	}
	return got, nil
}

// readAt is one READ BINARY: 1 to n bytes, a part of the link's buffer.
// Offsets stay below maxCert, far inside the 15 bits of P1 and P2.
func (c *Card) readAt(ctx context.Context, e ef, off, n int) ([]byte, error) {
	cmd := apdu.Command{INS: apdu.InsRead, P1: byte(off >> 8), P2: byte(off), Le: n}
	if c.short {
		sfi := cmd
		if off == 0 { // the file becomes current and later offsets find it
			sfi.P1 = e.byRef()
		}
		r, err := c.ask(ctx, sfi)
		if err != nil {
			return nil, err
		}
		if whole(r) && len(r.Data) > 0 && len(r.Data) <= n {
			return r.Data, nil
		}
		c.noShort() // reading is free: ask once more the other way
	}
	if err := c.selectEF(ctx, e); err != nil {
		return nil, err
	}
	r, err := c.ask(ctx, cmd)
	if err != nil {
		return nil, err
	}
	if !whole(r) || len(r.Data) == 0 || len(r.Data) > n {
		return nil, fault("read", r)
	}
	return r.Data, nil
}

// whole: 6282 is a warning that the file ended early; its bytes are good.
func whole(r apdu.Response) bool { return r.SW.OK() || r.SW == apdu.SWEOF }

// certSize is the length of the certificate whose DER begins with head: a
// SEQUENCE of at most maxCert bytes. Nothing is allocated before this said so.
func certSize(head []byte) (int, error) {
	n, err := apdu.Size(head)
	if err != nil || head[0] != 0x30 || n > maxCert {
		return 0, fmt.Errorf("%w: the file does not begin with a certificate", port.Fault(kiosk.MsgCardFault))
	}
	return n, nil
}
