package jpki_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"multicopy.example/devices/apdu"
	"multicopy.example/devices/jpki"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// The transcripts of testdata/golden are kept for ever: what one visit puts on
// the wire, byte for byte, and in which order. A line that begins with > is
// what the driver must send next, the < after it what it is answered. Secrets,
// keys, challenge and grant in them are invented. A change of the driver that
// needs another transcript adds a file; it does not edit one.
//
// v2 is what the driver says today. Those without a version are what it said
// before: it asked the PIN's counter first, and so had to select the PIN again
// to verify it. What they are still good for is TestGoldenSaysNothingNew.
const today = "v2"

// A tape is a Link that knows beforehand what it will hear.
type tape struct {
	t     *testing.T
	lines []string
}

func play(t *testing.T, name string) *tape {
	t.Helper()
	b := must.Read(t, filepath.Join("testdata", "golden", name))
	tp := &tape{t: t}
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			tp.lines = append(tp.lines, line)
		}
	}
	return tp
}

func (tp *tape) Transmit(_ context.Context, c apdu.Command) (apdu.Response, error) {
	raw, err := c.AppendTo(nil)
	if err != nil {
		return apdu.Response{}, err
	}
	if len(tp.lines) < 2 {
		tp.t.Errorf("sent %X after the end of the tape", raw)
		return apdu.Response{}, errTorn
	}
	want, answer := tp.lines[0], tp.lines[1]
	tp.lines = tp.lines[2:]
	if got := "> " + strings.ToUpper(hex.EncodeToString(raw)); got != want {
		tp.t.Errorf("sent\n%s, want\n%s", got, want)
		return apdu.Response{}, errTorn
	}
	b, err := hex.DecodeString(strings.TrimPrefix(answer, "< "))
	must.OK(tp.t, err)
	return apdu.ParseResponse(b)
}

func (*tape) Present(context.Context) error { return errors.New("not on this tape") }
func (*tape) Release(context.Context) error { return errors.New("not on this tape") }

// goldenGrant has no valid signature.
func goldenGrant(f kiosk.Flow, a kiosk.Act) port.Grant {
	g := port.Grant{Flow: f, Act: a}
	for i := range g.ID {
		g.ID[i] = byte(i)
	}
	copy(g.Command[:], []byte{0x00, 0x82, 0x00, 0x96, 0x52})
	g.Command[5] = map[kiosk.Flow]byte{kiosk.FlowP: 0x9B, kiosk.FlowU: 0x98}[f]
	g.Command[6] = map[kiosk.Act]byte{kiosk.Reset: 0x02, kiosk.Unlock: 0x03}[a]
	copy(g.Command[7:], g.ID[:])
	copy(g.Command[23:], bytes.Repeat([]byte{0x52}, 32))
	copy(g.Command[55:], bytes.Repeat([]byte{0x53}, 32))
	return g
}

func goldenName(v visit, style string) string {
	return fmt.Sprintf("%s-%s-%s.apdu", v.flow, v.act, strings.ReplaceAll(style, " ", "-"))
}

func TestGoldenVisits(t *testing.T) {
	ca, err := x509.ParseCertificate(must.Block(t, must.Read(t, "testdata/golden/ca.pem")))
	must.OK(t, err)
	for style := range styles {
		for _, v := range visits {
			t.Run(goldenName(v, style), func(t *testing.T) {
				ctx := context.Background()
				tp := play(t, filepath.Join(today, goldenName(v, style)))
				d := jpki.New(tp, []*x509.Certificate{ca}, quiet)
				f, err := d.Read(ctx)
				must.OK(t, err)
				if f.AuthTries != 2 || f.SignTries != 4 || !f.HasSign || f.Token != kiosk.TokenCard {
					t.Errorf("facts: %d %d %v %d", f.AuthTries, f.SignTries, f.HasSign, f.Token)
				}
				must.OK(t, d.Verify(ctx, v.flow.Proof(), typed(t, 0, v.proof)))
				signature, err := d.Sign(ctx, v.flow.Proof(), sha256.Sum256([]byte("golden")))
				if err != nil || len(signature) != 256 {
					t.Fatalf("%d bytes of signature, %v", len(signature), err)
				}
				c, err := d.Challenge(ctx)
				if err != nil || hex.EncodeToString(c) != "c0c1c2c3c4c5c6c7c8c9cacbcccdcecf" {
					t.Fatalf("challenge %x, %v", c, err)
				}
				must.OK(t, d.Run(ctx, goldenGrant(v.flow, v.act), typed(t, 1, v.fresh)))
				if len(tp.lines) != 0 {
					t.Errorf("%d lines of the tape were not played", len(tp.lines))
				}
			})
		}
	}
}

// The second version asks the same in another order: the commands that spend,
// sign or write are the same, in the same order, with the same answers. Where
// files have to be selected flow P needs one SELECT less and flow U one more.
func TestGoldenSaysNothingNew(t *testing.T) {
	more := map[kiosk.Flow]int{kiosk.FlowP: -1, kiosk.FlowU: +1}
	for style := range styles {
		for _, v := range visits {
			name := goldenName(v, style)
			before, after := play(t, name).lines, play(t, filepath.Join(today, name)).lines
			want := len(before)
			if style == "select first" {
				want += 2 * more[v.flow]
			}
			if len(after) != want {
				t.Errorf("%s: %d lines, want %d", name, len(after), want)
			}
			old, young := acts(before), acts(after)
			if len(old) < 5 || !slices.Equal(old, young) {
				t.Errorf("%s: acts\n%s, before\n%s", name, strings.Join(young, "\n"), strings.Join(old, "\n"))
			}
			if old, young := reads(before), reads(after); !slices.Equal(old, young) {
				t.Errorf("%s: reads\n%s, before\n%s", name, strings.Join(young, "\n"), strings.Join(old, "\n"))
			}
		}
	}
}

// acts are the commands that do more than read, each with its answer.
func acts(lines []string) []string {
	return chosen(lines, func(ins string, body bool) bool { return ins != "A4" && ins != "B0" && (ins != "20" || body) })
}

// reads are what is read and asked, each with its answer, in no order.
func reads(lines []string) []string {
	all := chosen(lines, func(ins string, body bool) bool { return ins == "B0" || ins == "20" && !body })
	slices.Sort(all)
	return all
}

func chosen(lines []string, want func(ins string, body bool) bool) (all []string) {
	for i := 0; i+1 < len(lines); i += 2 {
		if want(lines[i][4:6], len(lines[i]) > len("> 00200080")) {
			all = append(all, lines[i]+" "+lines[i+1])
		}
	}
	return all
}
