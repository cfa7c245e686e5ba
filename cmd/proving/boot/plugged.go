package main

import (
	"context"
	"fmt"
	"time"

	"multicopy.example/cmd/internal/harness/headless"
	"multicopy.example/kiosk"
)

// adapter plugs the reader's USB adapter into the running machine, or pulls it out: one with FTDI's chip, which udev knows
// as /dev/kiosk-reader.
func (m machine) adapter(ctx context.Context, in bool) error {
	const id = "adapter"
	if !in {
		_, err := monitor(ctx, m, "device_del", map[string]string{"id": id})
		return err
	}
	_, err := monitor(ctx, m, "device_add", map[string]string{"driver": "usb-serial", "bus": "usb.0", "chardev": "reader", "id": id})
	return err
}

// plugged: a kiosk's permissions are those of its start, and its adapter's driver comes later.
func plugged(ctx context.Context, b *bench) (saw []string, err error) {
	b.close()
	w, err := b.start(ctx, "plugged", machine{vm: b.vm, kind: "text", way: "direct", face: true, late: true})
	if err != nil {
		return nil, err
	}
	defer b.close() // no other check's machine
	without := func(s headless.Screen) bool { return s.Place == kiosk.OutOfService && s.Health == kiosk.MsgReader }
	turn := func(in bool, what string, shows func(headless.Screen) bool) error {
		begun := time.Now()
		if err := b.of.adapter(ctx, in); err != nil {
			return err
		}
		if _, err := b.displays(ctx, what, shows); err != nil {
			return err
		}
		saw = append(saw, fmt.Sprintf("%s, %.1f s after the adapter moved", what, time.Since(begun).Seconds()))
		return nil
	}
	if _, err := b.displays(ctx, "a kiosk without a reader", without); err != nil {
		return nil, err
	}
	saw = append(saw, "without an adapter it is out of service: "+kiosk.MsgReader.String())
	if err := turn(true, "it invites", inviting); err != nil {
		return saw, err
	}
	more, err := renews(ctx, w)
	if saw = append(saw, more...); err != nil {
		return saw, err
	}
	if err := turn(false, "it is out of service", without); err != nil {
		return saw, err
	}
	err = turn(true, "it invites again", inviting)
	return saw, err
}
