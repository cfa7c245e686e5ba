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
	var taps, speaks int
	c := &cobra.Command{Use: "bench-ui", Short: "Measure the firmware's window beside the smallest window of its toolkit", Args: cobra.NoArgs,
		Long: "The unmodified firmware and the smallest window, each on an Xvfb of its own, take turns: start to the first right pixel, tap to a\n" +
			"changed pixel, processor time while nothing happens, memory behind 1,500 changes of the screen, over 1,500 more, and over 1,500 changes of language, through all of them in all colours. A tap changes the size of the whole\n" +
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
			if speaks < 0 || speaks > 20_000 {
				return cli.Usage("--languages is 0 to 20000")
			}
			b := &bars.Bars{}
			for _, panel := range []string{"10.1", "15.6-upright"} {
				if err := benchPanel(c, o, panel, taps, speaks, b); err != nil {
					return err
				}
			}
			b.Print(c.OutOrStdout())
			return nil
		}}
	c.Flags().StringVar(&o.out, "out", "demo-out", "`folder` for all that the run writes")
	c.Flags().IntVar(&speaks, "languages", 1500, "`number` of changes of language that memory is looked at over, through all of them in all colours")
	c.Flags().IntVar(&taps, "taps", 200, "`number` of taps on each window and panel")
	return c
}

// benchPanel measures one panel.
func benchPanel(c *cobra.Command, o order, panel string, taps, speaks int, b *bars.Bars) (err error) {
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
		Grows: panel == "10.1", Speaks: speaks, Idle: 30 * time.Second}
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
		own.Taps = append(own.Taps, tapOn(s.glass(), kiosk.State{Size: t.size}, layout.Item{Press: t.press})...)
	}
	own.Round = tour(s.glass())
	return own
}

// tour goes through all languages in all colours, on the pages on which they are chosen, and
// ends where it began.
func tour(panel layout.Panel) (all []benchui.Tap) {
	at := kiosk.State{}
	for range kiosk.Themes {
		for range kiosk.Langs {
			all = append(all, tapOn(panel, at, layout.Item{Press: kiosk.ButtonLang})...)
			at.Choosing = kiosk.ChoiceLanguage
			next := (at.Lang + 1) % kiosk.Langs
			all = append(all, tapOn(panel, at, layout.Item{Press: kiosk.ButtonSpeak, Lang: next})...)
			at.Choosing, at.Lang = kiosk.NoChoice, next
		}
		all = append(all, tapOn(panel, at, layout.Item{Press: kiosk.ButtonColours})...)
		at.Choosing = kiosk.ChoiceTheme
		next := (at.Theme + 1) % kiosk.Themes
		all = append(all, tapOn(panel, at, layout.Item{Press: kiosk.ButtonTheme, Theme: next})...)
		at.Choosing, at.Theme = kiosk.NoChoice, next
	}
	return all
}

// tapOn is where the attract screen in that state has a button.
func tapOn(panel layout.Panel, at kiosk.State, want layout.Item) (all []benchui.Tap) {
	at.Place, at.Shop.Offered = kiosk.Idle, kiosk.AllLangs
	for _, it := range layout.Lay(kiosk.Look(at), panel, layout.Fill{}).Items {
		if it.Kind == layout.Button && it.Press == want.Press && it.Lang == want.Lang && it.Theme == want.Theme {
			r := image.Rect(int(it.X)-2, int(it.Y)-2, int(it.X+it.W)+3, int(it.Y+it.H)+3)
			all = append(all, benchui.Tap{At: image.Pt((r.Min.X+r.Max.X)/2, (r.Min.Y+r.Max.Y)/2), But: r, Speaks: it.Press == kiosk.ButtonSpeak})
		}
	}
	return all
}
