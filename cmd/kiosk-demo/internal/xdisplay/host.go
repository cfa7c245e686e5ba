package xdisplay

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Size is the size in pixels of the display of this process.
func Size(ctx context.Context) (width, height int, err error) {
	path, err := Need("xdotool", "xdotool")
	if err != nil {
		return 0, 0, err
	}
	out, err := run(ctx, path, os.Environ(), "getdisplaygeometry")
	if err != nil {
		return 0, 0, fmt.Errorf("the display %s does not answer: %w", os.Getenv("DISPLAY"), err)
	}
	if _, err := fmt.Sscan(out, &width, &height); err != nil {
		return 0, 0, fmt.Errorf("xdotool named the size %q", strings.TrimSpace(out))
	}
	return width, height, nil
}

// Place moves the windows of a process of ours that have that title to a
// corner of the display of this process. The window may still be on its way:
// xdotool waits for it until ctx ends.
func Place(ctx context.Context, title string, x, y int) error {
	path, err := Need("xdotool", "xdotool")
	if err != nil {
		return err
	}
	_, err = run(ctx, path, os.Environ(), "search", "--sync", "--onlyvisible", "--name", "^"+title+"$",
		"windowmove", strconv.Itoa(x), strconv.Itoa(y))
	return err
}
