package bench

import (
	"context"
	"errors"

	"multicopy.example/devices/pn532"
)

// A recorder is a port that keeps a tape of what goes through it, and of that
// only what a screen lets pass.
type recorder struct {
	pn532.Port
	tape   *Tape
	screen screen

	heard [2 * pn532.MaxWire]byte // received and not decoded
	have  int
}

func (r *recorder) Write(ctx context.Context, b []byte) error {
	r.forget()
	r.add(written(b))
	return r.Port.Write(ctx, b)
}

func (r *recorder) Read(ctx context.Context, b []byte) (int, error) {
	n, err := r.Port.Read(ctx, b)
	r.hear(b[:n])
	return n, err
}

func (r *recorder) Flush() error {
	r.forget()
	return r.Port.Flush()
}

func (r *recorder) Close() error {
	r.forget()
	return r.Port.Close()
}

// forget is where the host gives up what it has received: a frame that did not
// come whole is on the tape before what the host says of it.
func (r *recorder) forget() {
	r.noise(r.heard[:r.have])
	clear(r.heard[:])
	r.have = 0
}

// hear cuts what was received into frames and what is none.
func (r *recorder) hear(b []byte) {
	for len(b) > 0 {
		if r.have == len(r.heard) { // no frame is so long
			r.forget()
		}
		n := copy(r.heard[r.have:], b)
		r.have += n
		b = b[n:]
		for {
			f, used, err := pn532.Decode(r.heard[:r.have])
			if errors.Is(err, pn532.ErrMore) {
				break
			}
			if err != nil || f.Kind == pn532.Data && f.TFI != pn532.FromChip {
				r.noise(r.heard[:used])
			} else {
				o := received(f)
				// What stood before it. A preamble is zeros, and so is the
				// end of the frame before.
				r.noise(r.heard[:max(used-len(o.bytes())+2, 0)])
				r.add(o)
			}
			r.have = copy(r.heard[:], r.heard[used:r.have])
			clear(r.heard[r.have:])
		}
	}
}

func received(f pn532.Frame) op {
	switch f.Kind {
	case pn532.Ack:
		return op{kind: ack}
	case pn532.Nack:
		return op{kind: nack}
	case pn532.Error:
		return op{kind: refusal}
	}
	return op{pd: told(f.PD)}
}

func (r *recorder) noise(b []byte) {
	for _, c := range b {
		if c != 0 {
			r.add(op{kind: raw, pd: told(b[:min(len(b), pn532.MaxWire)])})
			return
		}
	}
}

func (r *recorder) add(o op) {
	if o.host {
		r.screen.asked(o)
	} else {
		o = r.screen.answered(o)
	}
	if len(r.tape.ops) < maxOps { // a reader that babbles fills no disk
		r.tape.ops = append(r.tape.ops, o)
	}
}
