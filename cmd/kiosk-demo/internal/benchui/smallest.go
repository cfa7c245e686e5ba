package benchui

import (
	"context"
	"fmt"
	"image/color"
	"os"
	"os/signal"
	"syscall"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/toolkit"
)

// command is the argument that makes a program the smallest window.
const command = "smallest-window"

// The two colours that a tap changes between.
var day, night = color.RGBA{0xF0, 0xE0, 0xD0, 0xFF}, color.RGBA{0x10, 0x20, 0x30, 0xFF}

// Main is the smallest window of the toolkit, where the process was started as it;
// else it returns. It is one rectangle as large as the screen, which changes its
// colour at a tap.
func Main() {
	if len(os.Args) < 2 || os.Args[1] != command {
		return
	}
	var w, h int
	root := &cobra.Command{Use: command, Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error { return smallest(c.Context(), w, h) }}
	root.Flags().IntVar(&w, "width", 0, "of the screen, in pixels")
	root.Flags().IntVar(&h, "height", 0, "of the screen, in pixels")
	root.SetArgs(os.Args[2:])
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	status := cli.Report(os.Stderr, root, root.ExecuteContext(ctx))
	stop()
	os.Exit(status)
}

func smallest(ctx context.Context, w, h int) error {
	app, err := toolkit.App("smallest")
	if err != nil {
		return fmt.Errorf("the smallest window: %w", err)
	}
	win := app.NewWindow("smallest")
	win.SetPadded(false)
	win.SetContent(newTappable())
	win.Resize(fyne.NewSize(float32(w), float32(h)))
	win.SetFullScreen(true)
	go func() {
		<-ctx.Done()
		os.Exit(0) // the toolkit's own end waits for what it has still to draw
	}()
	win.ShowAndRun()
	return nil
}

// A tappable is the rectangle.
type tappable struct {
	widget.BaseWidget
	fill *canvas.Rectangle
}

func newTappable() *tappable {
	t := &tappable{fill: canvas.NewRectangle(day)}
	t.ExtendBaseWidget(t)
	return t
}

// CreateRenderer is the toolkit's.
func (t *tappable) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(t.fill) }

// Tapped changes the colour.
func (t *tappable) Tapped(*fyne.PointEvent) {
	if t.fill.FillColor == color.Color(day) {
		t.fill.FillColor = night
	} else {
		t.fill.FillColor = day
	}
	t.fill.Refresh()
}
