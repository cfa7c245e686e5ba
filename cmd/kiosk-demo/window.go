package main

import (
	"image"

	"github.com/boombuler/barcode"
	qrcode "github.com/boombuler/barcode/qr"

	"multicopy.example/cmd/kiosk-demo/internal/counter"
	"multicopy.example/cmd/kiosk-demo/internal/window"
	"multicopy.example/devices/sim"
)

// desk is the counter as its window sees it.
type desk struct{ *counter.Counter }

func (d desk) Cards() []window.Card {
	var list []window.Card
	lying := d.Desk.Lying()
	for _, c := range d.Desk.Cards() {
		pin, sign := c.Tries()
		list = append(list, window.Card{Key: c.Key, Name: c.Name, Lying: c == lying, Free: lying == nil, PIN: pin, Sign: sign})
	}
	return list
}

func (d desk) Lay(key string) {
	if c := d.Desk.Find(key); c != nil {
		// Where it cannot be laid the next refresh shows why: it lies there,
		// or the phone holds it for the moment.
		_ = d.Desk.Lay(c)
	}
}

func (d desk) Lift() { d.Desk.Lift() }

// PIN is what the resident knows of the card.
func (d desk) PIN(key string) string {
	c := d.Desk.Find(key)
	if c == nil {
		return "?"
	}
	r, err := sim.ReadResident(c.Dir)
	if err != nil {
		return "?"
	}
	return string(r.PIN)
}

func (d desk) Children() []window.Child {
	var list []window.Child
	for _, c := range d.Counter.Children() {
		list = append(list, window.Child(c))
	}
	return list
}

func (d desk) Phone() string { return d.Page }

func (d desk) Note() string { return note[d.Seen.Now()] }

// note is what a person does next, by the firmware's place.
var note = map[string]string{
	"":               "ソフトウェアが起動しています。 The firmware starts.",
	"idle":           "スマホのページで予約し、キオスクで始めます。 Reserve on the phone page, then begin at the kiosk.",
	"needs":          "キオスクの画面を読んで進みます。 Read the kiosk's screen and go on.",
	"plan":           "予約の内容を確かめます。 Check what was reserved.",
	"confirm":        "確かめて進みます。 Check, and go on.",
	"place-card":     "カードを「置く」。 Lay the card on the reader.",
	"code":           "スマホの8けたの番号を入力します。 Type the eight digits that the phone shows.",
	"new-secret":     "新しいパスワードを決めます。 Choose a new password.",
	"again":          "同じパスワードをもう一度。 The same password again.",
	"proof":          "4けたの暗証番号を入力します。 Type the 4-digit PIN.",
	"writing":        "カードを動かさないでください。 Leave the card where it is.",
	"telling":        "キオスクの結果を読みます。 Read the result on the kiosk.",
	"take-card":      "カードを「取る」。 Lift the card.",
	"thanks":         "スマホで新しいパスワードを確かめられます。 Check the new password on the phone page.",
	"doubt-card":     "同じカードをもう一度置きます。 Put the same card back.",
	"out-of-service": "キオスクは休止しています。 The kiosk is out of service.",
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
