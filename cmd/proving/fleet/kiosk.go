package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline/outbox"
)

const maxBatch = 50

// shop is one kiosk: its queue, and its line to the authority.
type shop struct {
	*life
	line
	number int
	queue  []port.Record // the same for every kiosk; which one sends them is what counts
	acked  uint64
}

// What follows is offline.Queue.

func (s *shop) Unsent(_ context.Context, n int) ([]port.Record, error) {
	rest := s.queue[s.acked:]
	return rest[:min(n, len(rest))], nil
}

func (s *shop) Doubts(context.Context) ([]port.Record, error) { return nil, nil } // no visit was cut short

func (s *shop) Ack(_ context.Context, r port.Receipt) error {
	s.acked = max(s.acked, r.Seq)
	return nil
}

func (s *shop) SetAside(context.Context, [16]byte, uint64, string) error {
	return errors.New("this authority sets nothing aside")
}

func (s *shop) Wait(context.Context) error { return s.park() }

// Batch is offline.Uplink.
func (s *shop) Batch(_ context.Context, batch []port.Record) (port.Receipt, error) {
	if err := s.request(s.life, records, func() { s.a.keep(s.number, batch) }); err != nil {
		return port.Receipt{}, err
	}
	last := batch[len(batch)-1]
	return port.Receipt{Epoch: last.Epoch, Seq: last.Seq, Head: last.Hash}, nil
}

// A policy is how a kiosk with a full queue behaves.
type policy struct {
	name string
	send func(s *shop, r *rand.Rand) error
}

// ours is the kiosk's own sender, with what the firmware gives it where its
// configuration says nothing else.
var ours = policy{"this kiosk", func(s *shop, r *rand.Rand) error {
	sender, err := outbox.New(s, s, outbox.Options{Now: s.clock.Now, Rand: r, Sleep: s.Sleep, Spread: config.Authority{}.Spread()})
	if err != nil {
		return err
	}
	return sender.Run(context.Background())
}}

// The peers are what a kiosk might do instead. They send the same batches and
// wait as they see fit.
var peers = []policy{
	{"every 5 s", retry(func(int, *rand.Rand) time.Duration { return 5 * time.Second })},
	{"exponential", retry(func(n int, _ *rand.Rand) time.Duration { return doubled(n) })},
	{"full jitter", retry(func(n int, r *rand.Rand) time.Duration { return time.Duration(r.Int64N(int64(doubled(n)))) })},
}

// doubled is 1 s, 2 s, 4 s … 5 minutes.
func doubled(n int) time.Duration { return min(time.Second<<min(n, 20), 5*time.Minute) }

func retry(pause func(n int, r *rand.Rand) time.Duration) func(*shop, *rand.Rand) error {
	return func(s *shop, r *rand.Rand) error {
		for n := 0; ; {
			batch, _ := s.Unsent(context.Background(), maxBatch)
			if len(batch) == 0 {
				return nil
			}
			receipt, err := s.Batch(context.Background(), batch)
			if err == nil {
				n = 0
				_ = s.Ack(context.Background(), receipt)
				continue
			}
			if err := s.pass(pause(n, r)); err != nil {
				return err
			}
			n++
		}
	}
}
