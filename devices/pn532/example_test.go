package pn532_test

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"multicopy.example/devices/apdu"
	"multicopy.example/devices/pn532"
	"multicopy.example/devices/serial"
	"multicopy.example/devices/sim"
)

// One card from the reader's start until it loses its power. The port is that
// of a simulated reader; a real one is a device file such as /dev/ttyUSB0.
func ExampleReader() {
	virtual, err := sim.NewReader()
	if err != nil {
		panic(err)
	}
	defer virtual.Close()
	reader := pn532.New(func() (pn532.Port, error) { return serial.Open(virtual.Path(), pn532.BaseRate) }, slog.New(slog.DiscardHandler))
	defer reader.Close()

	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := reader.Ready(ctx); err != nil { // from nothing; the field is off
		panic(err)
	}
	virtual.Lay(newPlain())
	link, err := reader.Wait(ctx) // the field is on until one card is there
	if err != nil {
		panic(err)
	}
	answer, err := link.Transmit(ctx, apdu.Command{INS: apdu.InsRead, Le: 4})
	fmt.Println(answer.SW, err)
	fmt.Println(link.Release(ctx))
	// Output:
	// 9000 <nil>
	// <nil>
}
