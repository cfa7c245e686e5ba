package xdisplay

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// Tap moves the pointer there and presses and releases its first button, with
// the short pauses of a finger. The server makes the events (XTEST), so the
// program under them cannot tell them from a real pointer's.
func (d *Display) Tap(ctx context.Context, x, y int) error {
	if x < 0 || y < 0 || x >= d.Width || y >= d.Height {
		return fmt.Errorf("a tap at %d,%d is outside of the screen", x, y)
	}
	_, err := d.xdotool(ctx, "mousemove", strconv.Itoa(x), strconv.Itoa(y), "sleep", "0.03",
		"mousedown", "1", "sleep", "0.04", "mouseup", "1")
	return err
}

// Key presses and releases a key of a keyboard, by X's name for it.
func (d *Display) Key(ctx context.Context, name string) error {
	_, err := d.xdotool(ctx, "key", "--clearmodifiers", name)
	return err
}

func (d *Display) xdotool(ctx context.Context, args ...string) (string, error) {
	path, err := Need("xdotool", "xdotool")
	if err != nil {
		return "", err
	}
	return run(ctx, path, append(os.Environ(), d.Env()...), args...)
}

func run(ctx context.Context, path string, env []string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = env
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("xdotool %s: %w: %s", args[0], err, strings.TrimSpace(string(out)))
	}
	return string(out), nil
}
