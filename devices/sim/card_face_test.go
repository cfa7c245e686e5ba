package sim_test

import (
	"bytes"
	"testing"

	"multicopy.example/devices/sim"
	"multicopy.example/kiosk/must"
)

const (
	selectFace = "00 A4 04 0C 0A D3 92 10 00 31 00 01 01 04 02"
	askNumber  = "00 20 00 92"
)

// withFace is hanako's card with a file of that many bytes.
func withFace(t *testing.T, file []byte) *sim.Card {
	t.Helper()
	dir := copyOf(t)
	put(t, dir, "face.bin", file)
	put(t, dir, "number-b.txt", []byte("89010820300417\n"))
	c, err := sim.LoadResident(dir)
	must.OK(t, err)
	c.PowerOn()
	return c
}

func TestTheFaceOfACardIsReadForItsNumberAlone(t *testing.T) {
	file := bytes.Repeat([]byte{1, 2, 3, 4, 5, 6, 7}, 200)
	c := withFace(t, file)
	hear(t, c, "00 B0 82 00 00", "6986") // nothing is selected
	hear(t, c, selectAP, "9000")
	hear(t, c, askNumber, "6A88") // of the other application
	hear(t, c, "00 20 00 98 04 31 32 33 34", "9000")
	hear(t, c, selectFace, "9000")
	hear(t, c, "00 B0 82 00 00", "6982") // the PIN does not open it
	hear(t, c, askPIN, "6A88")
	hear(t, c, askNumber, "63CA")
	hear(t, c, "00 20 00 92 0E 38393031303832303330303431 38", "63C9")
	hear(t, c, "00 B0 82 00 00", "6982")
	hear(t, c, "00 20 00 92 0E 38393031303832303330303431 37", "9000")
	hear(t, c, askNumber, "63CA")
	hear(t, c, "00 24 01 92 0E 38393031303832303330303431 38", "6982") // it is printed, and stays
	hear(t, c, "00 B0 92 00 00", "6981")
	hear(t, c, "00 A4 02 0C 02 00 02", "9000")
	var got []byte
	for at := 0; at < len(file); at += 200 {
		got = append(got, hear(t, c, "00 B0 "+hexOf(at)+" C8", "9000")...)
	}
	if !bytes.Equal(got, file) {
		t.Errorf("%d bytes are read, %d are there", len(got), len(file))
	}
	hear(t, c, "80 2A 00 97 01 00 00", "6982") // its keys are of the other application
	c.PowerOff()
	c.PowerOn()
	hear(t, c, selectFace, "9000")
	hear(t, c, "00 B0 82 00 00", "6982")
	c.SetFace([]byte{9})
	hear(t, c, "00 20 00 92 0E 38393031303832303330303431 37", "9000")
	if got := hear(t, c, "00 B0 82 00 00", "9000"); !bytes.Equal(got, []byte{9}) {
		t.Errorf("another photo is %x", got)
	}
}

func TestTheNumberOfAFaceIsBlockedAfterTenWrongOnes(t *testing.T) {
	c := withFace(t, []byte{1})
	hear(t, c, selectFace, "9000")
	for _, left := range "9876543210" {
		hear(t, c, "00 20 00 92 0E 3030303030303030303030303030", "63C"+string(left))
	}
	hear(t, c, "00 20 00 92 0E 38393031303832303330303431 37", "6984")
	hear(t, c, selectAP, "9000")
	hear(t, c, askPIN, "63C3")
}

func TestACardWithoutAFaceHasNothingToRead(t *testing.T) {
	c := powered(t)
	hear(t, c, selectFace, "9000")
	hear(t, c, askNumber, "6986")
	c.SetFace([]byte{1})
	hear(t, c, "00 B0 82 00 00", "6986")
	dir := copyOf(t)
	put(t, dir, "face.bin", []byte{1})
	if _, err := sim.LoadResident(dir); err == nil {
		t.Error("a face without its number was taken")
	}
	put(t, dir, "number-b.txt", []byte("1234"))
	if _, err := sim.LoadResident(dir); err == nil {
		t.Error("a number of four digits was taken")
	}
}

func hexOf(at int) string {
	const x = "0123456789ABCDEF"
	return string([]byte{x[at>>12&15], x[at>>8&15], ' ', x[at>>4&15], x[at&15]})
}
