package main

import (
	"context"
	"errors"
	"image"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/bars"
	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/kiosk-demo/internal/benchui"
	"multicopy.example/cmd/kiosk-demo/internal/uidriver"
	"multicopy.example/kiosk"
	"multicopy.example/ui/layout"
)

func benchUICommand() *cobra.Command {
	var o order
	var taps int
	c := &cobra.Command{Use: "bench-ui", Short: "Measure the firmware's window beside the smallest window of its toolkit", Args: cobra.NoArgs,
		Long: "The unmodified firmware and the smallest window, each on an Xvfb of its own, take turns: start to the first right pixel, tap to a\n" +
			"changed pixel, processor time while nothing happens, memory behind 1,500 changes of the screen, over 1,500 more. A tap changes the size of the whole\n" +
			"screen's text. Only the ratios mean something on a shared machine; each bar says whether it is met.",
		Example: "  kiosk-demo bench-ui",
		RunE: func(c *cobra.Command, _ []string) error {
			if taps < 20 {
				return cli.Usage("--taps is 20 or more: a percentile of less is none")
			}
			o.resident = "hanako"
			o.phone = "127.0.0.1:0"
			if err := o.check(); err != nil {
				return err
			}
			b := &bars.Bars{}
			for _, panel := range []string{"10.1", "15.6-upright"} {
				if err := benchPanel(c, o, panel, taps, b); err != nil {
					return err
				}
			}
			b.Print(c.OutOrStdout())
			return nil
		}}
	c.Flags().StringVar(&o.out, "out", "demo-out", "`folder` for all that the run writes")
	c.Flags().IntVar(&taps, "taps", 200, "`number` of taps on each window and panel")
	return c
}

// benchPanel measures one panel.
func benchPanel(c *cobra.Command, o order, panel string, taps int, b *bars.Bars) (err error) {
	o.panel = panel
	o.out = filepath.Join(o.out, panel)
	if err := os.MkdirAll(filepath.Dir(o.out), 0o755); err != nil {
		return err
	}
	o.alone()
	s, err := newSession(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	g := s.glass()
	if s.kiosk, err = s.virtual("kiosk", g.W, g.H); err != nil {
		return err
	}
	other, err := s.virtual("smallest", g.W, g.H)
	if err != nil {
		return err
	}
	ctx := c.Context()
	if err := s.open(ctx); err != nil {
		return err
	}
	p := benchui.Pair{Panel: panel, Own: s.firmwareWindow(), Least: benchui.Smallest(other, s.log("smallest")), Starts: 5, Taps: taps,
		Grows: panel == "10.1", Idle: 30 * time.Second}
	return p.Run(ctx, c.OutOrStdout(), s.say, b)
}

// firmwareWindow is the firmware at its attract screen, where the size of the text is
// changed up and down.
func (s *session) firmwareWindow() *benchui.Subject {
	paper := layout.Page.Colour(kiosk.ThemeLight)
	own := &benchui.Subject{Name: "firmware", Display: s.kiosk, PID: func() int { return s.demo.Kiosk.PID() }}
	own.Paper.R, own.Paper.G, own.Paper.B, own.Paper.A = paper.R, paper.G, paper.B, 0xFF
	own.Start = func() error { return s.demo.Serve(s.kiosk.Env()) }
	own.Stop = func() error { return s.demo.Kiosk.Stop() }
	own.Ready = func(ctx context.Context) error {
		r := &uidriver.Resident{Screen: s.kiosk, Log: s.demo.Kiosk.Seen, Panel: s.glass(), Say: func(string) {}}
		return r.WaitIdle(ctx)
	}
	for _, t := range []struct {
		size  kiosk.Size
		press kiosk.Button
	}{{kiosk.SizeNormal, kiosk.ButtonLarger}, {kiosk.SizeLarge, kiosk.ButtonSmaller}} {
		v := kiosk.Look(kiosk.State{Place: kiosk.Idle, Size: t.size, Shop: kiosk.Shop{Offered: kiosk.AllLangs}})
		for _, it := range layout.Lay(v, s.glass(), layout.Fill{}).Items {
			if it.Kind == layout.Button && it.Press == t.press {
				r := image.Rect(int(it.X)-2, int(it.Y)-2, int(it.X+it.W)+3, int(it.Y+it.H)+3)
				own.Taps = append(own.Taps, benchui.Tap{At: image.Pt((r.Min.X+r.Max.X)/2, (r.Min.Y+r.Max.Y)/2), But: r})
			}
		}
	}
	return own
}
