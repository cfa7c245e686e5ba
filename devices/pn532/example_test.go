package pn532_test

import (
	"context"
	"fmt"
	"log/slog"

	"multicopy.example/devices/apdu"
	"multicopy.example/devices/pn532"
	"multicopy.example/devices/serial"
	"multicopy.example/devices/sim"
)

// A card is read once at a reader on a UART. The reader here is simulated, on a
// pty; a real one differs in its device's name alone.
func ExampleReader() {
	chip, err := sim.NewReader()
	if err != nil {
		panic(err)
	}
	defer chip.Close()
	card, err := sim.LoadResident("../sim/testdata/residents/hanako")
	if err != nil {
		panic(err)
	}
	chip.Lay(card)

	ctx := context.Background()
	reader := pn532.New(func() (pn532.Port, error) { return serial.Open(chip.Path(), pn532.BaseRate) }, slog.New(slog.DiscardHandler))
	defer reader.Close()
	if err := reader.Ready(ctx); err != nil {
		panic(err)
	}
	link, err := reader.Wait(ctx)
	if err != nil {
		panic(err)
	}
	answer, err := link.Transmit(ctx, apdu.Command{INS: 0xA4, P1: 4, P2: 0x0C, Data: []byte("\xD3\x92\xF0\x00\x26\x01\x00\x00\x00\x01")})
	fmt.Println(answer.SW, err)
	fmt.Println(link.Release(ctx))
	// Output:
	// 9000 <nil>
	// <nil>
}
