package main

import (
	"context"
	"fmt"
	"image"
	"sync/atomic"
	"time"

	"github.com/boombuler/barcode"
	qrcode "github.com/boombuler/barcode/qr"

	"multicopy.example/cmd/internal/harness/cards"
	"multicopy.example/cmd/kiosk-demo/internal/demo"
	"multicopy.example/cmd/kiosk-demo/internal/window"
	"multicopy.example/devices/sim"
)

// desk is the demo as its window sees it.
type desk struct {
	*demo.Demo
	ctx     context.Context
	trouble *atomic.Pointer[mishap] // the last switch that could not be turned
}

type mishap struct {
	text string
	at   time.Time
}

func newDesk(ctx context.Context, c *demo.Demo) desk {
	return desk{c, ctx, new(atomic.Pointer[mishap])}
}

func (d desk) Cards() []window.Card {
	var list []window.Card
	lying, second := d.World.Cards.Lying(), d.World.Cards.Extra()
	for _, c := range d.World.Cards.All() {
		pin, sign := c.Tries()
		t := demo.TroubleOf(c.Key)
		list = append(list, window.Card{Key: c.Key, Name: c.Name, JA: t.JA, EN: t.EN, Code: t.Code, Lying: c == lying, Second: c == second,
			Free: lying == nil && second == nil, Room: lying != nil && second == nil, PIN: pin, Sign: sign})
	}
	return list
}

// A card that cannot be laid says why at the next refresh: it lies there, or
// the phone holds it for the moment.

func (d desk) Lay(key string)    { d.with(key, d.Demo.Lay) }
func (d desk) Swap(key string)   { d.with(key, d.Demo.Swap) }
func (d desk) Beside(key string) { d.with(key, d.Demo.Beside) }

func (d desk) with(key string, do func(*cards.Card) error) {
	if c := d.World.Cards.Find(key); c != nil {
		_ = do(c)
	}
}

// Letter is what the resident knew when the card was issued.
func (d desk) Letter(key string) string {
	c := d.World.Cards.Find(key)
	if c == nil {
		return "?"
	}
	r, err := sim.ReadResident(c.Dir)
	if err != nil {
		return "?"
	}
	return fmt.Sprintf("PIN %s   署名用 %s", r.PIN, r.Password)
}

// Turn may take a while: a program starts.
func (d desk) Turn(key, to string) {
	go func() {
		if err := d.Demo.Turn(d.ctx, key, to); err != nil {
			d.trouble.Store(&mishap{err.Error(), time.Now()})
		}
	}()
}

func (d desk) Phone() string { return d.Page }

// troubleFor is how long a trouble stands where the next step is told.
const troubleFor = 10 * time.Second

func (d desk) Note() string {
	if m := d.trouble.Load(); m != nil && time.Since(m.at) < troubleFor {
		return m.text
	}
	if place := d.Kiosk.Seen.Now(); d.Kiosk.Running() {
		if n := noteReal[place]; n != "" && d.Real() != "" {
			return n
		}
		return note[place]
	}
	return "キオスクは止まっています。 The firmware does not run."
}

// note is what a person does next, by the firmware's place.
var note = map[string]string{
	"":               "ソフトウェアが起動しています。 The firmware starts.",
	"idle":           "スマホのページで予約し、キオスクで始めます。 Reserve on the phone page, then begin at the kiosk.",
	"needs":          "キオスクの画面を読んで進みます。 Read the kiosk's screen and go on.",
	"plan":           "予約の内容を確かめます。 Check what was reserved.",
	"confirm":        "確かめて進みます。 Check, and go on.",
	"place-card":     "カードを「置く」。 Lay the card on the reader.",
	"code":           "スマホのワンタイムパスワードを入力します。 Type the one-time password that the phone shows.",
	"new-secret":     "新しいものを決めます。 Choose the new secret.",
	"again":          "同じものをもう一度。 The same once more.",
	"last-try":       "残り1回です。 One try is left.",
	"proof":          "ご本人の確認に使う暗証番号を入力します。 Type the PIN or password that proves who you are.",
	"writing":        "カードを動かさないでください。 Leave the card where it is.",
	"telling":        "キオスクの結果を読みます。 Read the result on the kiosk.",
	"take-card":      "カードを「取る」。 Lift the card.",
	"thanks":         "スマホで新しいものを確かめられます。 Check the new secret on the phone page.",
	"doubt-card":     "同じカードをもう一度置きます。 Put the same card back.",
	"doubt-again":    "同じ内容をもう一度書き込みます。 The same value is written once more.",
	"out-of-service": "キオスクは休止しています。 The kiosk is out of service.",
}

// noteReal is where a real reader makes it another.
var noteReal = map[string]string{
	"place-card": "カードを手で読み取り機に置く。 Lay the card on the real reader.",
	"take-card":  "カードを手で取る。 Take the card off the real reader.",
	"thanks":     "終わりです。 That is all; only the card knows the new secret.",
}

// qr is the address as a picture, a phone's way to read one; nil where it
// cannot be made, the address stands beside it anyway.
func qr(address string) image.Image {
	code, err := qrcode.Encode(address, qrcode.M, qrcode.Auto)
	if err != nil {
		return nil
	}
	side := code.Bounds().Dx()
	picture, err := barcode.Scale(code, 3*side, 3*side)
	if err != nil {
		return nil
	}
	return picture
}
