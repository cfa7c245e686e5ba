package interop

import (
	"math"
	"testing"
	"time"
)

// What physics asks for one APDU, as a lower bound: ISO 14443-2 and -3 on the
// air at 106 kbit/s, and the PN532's frames (UM0701-02 §6.2.1) on its UART. The
// chip stores and forwards, so one follows the other.

const (
	carrier   = 13.56e6 // Hz
	etu       = 128 / carrier
	subcycle  = 16 / carrier // one period of the subcarrier
	frameEdge = 22           // etu: start and end of frame, 12 and 10, the least
	perChar   = 10           // etu: start bit, byte, stop bit, no guard time

	answerGap  = (64 + 80) * subcycle // TR0 and TR1, the least
	commandGap = 10*etu + 32*subcycle // before the reader may speak again
	blockFrame = 3                    // PCB and CRC
	blockMost  = 256 - blockFrame     // of an APDU in one block, both ways FSD 256
)

func seconds(s float64) time.Duration { return time.Duration(math.Round(s * 1e9)) }

// air is one exchange of c and r bytes, the card's thinking apart.
func air(c, r int) time.Duration {
	s := chars(c+blockFrame*blocks(c)) + answerGap + commandGap + chars(r+blockFrame*blocks(r))
	more := blocks(c) - 1 + blocks(r) - 1 // each acknowledged by an R block
	s += float64(more) * (chars(blockFrame) + answerGap + commandGap)
	s += float64(blocks(c)+blocks(r)-2) * frameEdge * etu
	return seconds(s)
}

func blocks(n int) int { return (n + blockMost - 1) / blockMost }

func chars(n int) float64 { return float64(frameEdge+perChar*n) * etu }

// uart is the same exchange on the line: the command's frame, the chip's ACK,
// the answer's frame. TFI, code and Tg or status are three bytes each way.
func uart(c, r, baud int) time.Duration {
	return time.Duration(framed(c+3)+ackFrame+framed(r+3)) * perByte(baud)
}

const ackFrame = 6

// framed is a frame around n bytes, TFI included.
func framed(n int) int {
	if n > 255 {
		return n + 10 // extended
	}
	return n + 7
}

// perByte is 8N1.
func perByte(baud int) time.Duration { return 10 * time.Second / time.Duration(baud) }

// The same numbers worked out by hand.
func TestBoundsAreTheSumsOfTheirParts(t *testing.T) {
	for _, c := range []struct {
		c, r      int
		air, uart float64 // ms; uart at 115200 baud
	}{
		{4, 2, 1.85, 2.78}, {15, 2, 2.89, 3.73}, {5, 258, 27.4, 25.3}, {57, 258, 32.3, 29.8},
	} {
		a, u := air(c.c, c.r).Seconds()*1e3, uart(c.c, c.r, 115200).Seconds()*1e3
		if math.Abs(a-c.air) > 0.01*c.air || math.Abs(u-c.uart) > 0.01*c.uart {
			t.Errorf("%d and %d bytes: air %.2f ms and UART %.2f ms, want %.2f and %.2f", c.c, c.r, a, u, c.air, c.uart)
		}
	}
}
