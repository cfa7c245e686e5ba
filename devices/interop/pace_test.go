package interop

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"multicopy.example/devices/jpki"
	"multicopy.example/devices/pn532"
	"multicopy.example/devices/serial"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk/must"
)

// A slowed line: the pty's bytes take the time of a UART's, and what is said
// to the card takes the time of the air. The chip stores and forwards: a frame
// has come when its last byte has, and the air begins when the ACK is out.

// until waits for a deadline. The machine wakes a sleeper late, by a tenth of a
// millisecond at best and four times per APDU, so the last bit is not slept.
func until(d time.Time) {
	time.Sleep(time.Until(d) - time.Millisecond)
	for time.Now().Before(d) {
		runtime.Gosched()
	}
}

type slowPort struct {
	pn532.Port
	baud int
}

func (p slowPort) Write(ctx context.Context, b []byte) error {
	until(time.Now().Add(time.Duration(len(b)) * perByte(p.baud)))
	return p.Port.Write(ctx, b)
}

func (p slowPort) Read(ctx context.Context, b []byte) (int, error) {
	n, err := p.Port.Read(ctx, b)
	until(time.Now().Add(time.Duration(n) * perByte(p.baud)))
	return n, err
}

// slowCard is a card at the other side of the air. It is called by the reader
// alone; its figures are read when the reader is closed.
type slowCard struct {
	*sim.Card
	ack      time.Duration
	thinking time.Duration // the simulated card's own
	bill     bill
}

func (c *slowCard) Exchange(command []byte) ([]byte, bool) {
	begin := time.Now()
	answer, ok := c.Card.Exchange(command)
	own := time.Since(begin)
	c.thinking += own
	c.bill.add(len(command), len(answer))
	until(begin.Add(own + c.ack + air(len(command), len(answer))))
	return answer, ok
}

// A lap is one run through the real reader driver and the real pty.
type lap struct {
	took, thinking time.Duration
	bill           bill
}

// bound is the least that the lap's own bytes take.
func (l lap) bound(baud int) time.Duration {
	return l.bill.air + l.bill.chip[slices.Index(bauds[:], baud)]
}

// ratio is the time it took to that bound and the card's thinking.
func (l lap) ratio(baud int) float64 {
	return l.took.Seconds() / (l.bound(baud) + l.thinking).Seconds()
}

func race(t testing.TB, s style, baud int, job func(testing.TB, *jpki.Card)) lap {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	chip, err := sim.NewReader()
	must.OK(t, err)
	defer chip.Close()
	card := &slowCard{Card: s.card(t), ack: ackFrame * perByte(baud)}
	chip.Lay(card)
	reader := pn532.New(func() (pn532.Port, error) {
		p, err := serial.Open(chip.Path(), baud)
		if err != nil {
			return nil, err
		}
		return slowPort{p, baud}, nil
	}, quiet)
	must.OK(t, reader.Ready(ctx))
	link, err := reader.Wait(ctx)
	must.OK(t, err)
	d := driver(t, link)
	begin := time.Now()
	job(t, d)
	took := time.Since(begin)
	must.OK(t, reader.Close())
	chip.Close()
	return lap{took, card.thinking, card.bill}
}

// reset is a whole reset of the signing password, the authority beside it.
func reset(t testing.TB, d *jpki.Card) {
	t.Helper()
	ctx := context.Background()
	facts := doJob(t, d)
	challenge, err := d.Challenge(ctx)
	must.OK(t, err)
	id, err := jpki.ID(facts.AuthCert)
	must.OK(t, err)
	must.OK(t, d.Run(ctx, grant(t, id, challenge), typed(t, 1, "NEW0PASS")))
}

// The fastest of some laps counts: what the others have more is the machine's
// other work. A lap close to the bound ends them.
const (
	laps   = 12
	enough = 1.04
)

func fastest(t testing.TB, s style, baud int, job func(testing.TB, *jpki.Card)) lap {
	t.Helper()
	best := race(t, s, baud, job)
	for n := 1; n < laps && best.ratio(baud) > enough; n++ {
		if l := race(t, s, baud, job); l.took < best.took {
			best = l
		}
	}
	return best
}

// most is how much longer than its own bytes and the card's thinking a reset
// may take.
const most = 1.15

// BenchmarkCard prints what the job and a whole reset cost, in APDUs, bytes and
// time, on both kinds of card and at two speeds of the line; beside it the
// bound, and OpenSC on the same card.
func BenchmarkCard(b *testing.B) {
	for b.Loop() {
		var out strings.Builder
		fmt.Fprintf(&out, "\n%s\n%-60s %9s %9s %9s %6s\n", table(b), "measured on a slowed pty, through the reader's driver", "ms", "bound", "card's", "ratio")
		for _, work := range []struct {
			name string
			do   func(testing.TB, *jpki.Card)
			held bool
		}{
			{"job, label and list", func(t testing.TB, d *jpki.Card) { doJob(t, d) }, false},
			{"whole reset", reset, true},
		} {
			for _, s := range styles {
				for _, baud := range bauds {
					l := fastest(b, s, baud, work.do)
					ratio := l.ratio(baud)
					fmt.Fprintf(&out, "%-60s %9.1f %9.1f %9.1f %6.3f\n", fmt.Sprintf("%s, %s, %d baud", work.name, s.name, baud),
						ms(l.took), ms(l.bound(baud)), ms(l.thinking), ratio)
					if work.held && ratio > most {
						b.Errorf("%s, %s, %d baud: %.3f times its bound, at most %.2f", work.name, s.name, baud, ratio, most)
					}
				}
			}
		}
		fmt.Println(out.String())
	}
}
