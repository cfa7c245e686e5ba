// Package pointed is the firmware with its real window on an X server of its own,
// where a pointer presses and types: a child process for the harness, in the place
// of the one with a screen of text. Call [Main] where the program was started as
// that child.
package pointed

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/firmware"
	"multicopy.example/cmd/internal/glass"
	"multicopy.example/cmd/internal/harness/headless"
	"multicopy.example/cmd/internal/toolkit"
	"multicopy.example/cmd/kiosk-demo/internal/xdisplay"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/ui"
	"multicopy.example/ui/layout"
)

// Command is the argument that makes a program this child.
const Command = "pointed-kiosk"

// A Manner is how a resident touches.
type Manner struct {
	Lang   kiosk.Lang  // chosen before the first press where it is not Japanese
	Theme  kiosk.Theme // … and these colours, where they are not the shop's
	Clumsy bool        // 5 mm beside the middle, a palm on the glass, two taps for one on a button
	Seed   uint64      // of what is clumsy
	Slow   bool        // reads a page for 45 s, and takes 6 s for a key
	Blind  bool        // hears what the screen says, and has two keys
	Wants  string      // … and of a list of companies opens each row until this one is heard
	Signs  bool        // reads no word: goes by what is drawn
}

// Args are the arguments of the child, before --config.
func (m Manner) Args() []string {
	return []string{Command, fmt.Sprintf("--lang=%d", m.Lang), fmt.Sprintf("--clumsy=%t", m.Clumsy), fmt.Sprintf("--seed=%d", m.Seed), fmt.Sprintf("--slow=%t", m.Slow),
		fmt.Sprintf("--blind=%t", m.Blind), fmt.Sprintf("--signs=%t", m.Signs), "--wants=" + m.Wants, fmt.Sprintf("--theme=%d", m.Theme)}
}

// Main is the child's main function, where the process was started as it; else it
// returns.
func Main() {
	if len(os.Args) < 2 || os.Args[1] != Command {
		return
	}
	var file string
	var m Manner
	root := &cobra.Command{Use: Command, Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error { return serve(c.Context(), file, m) }}
	f := root.Flags()
	f.StringVar(&file, "config", "", "the configuration `file`")
	f.Uint8Var((*uint8)(&m.Lang), "lang", 0, "`number` of the language to choose first")
	f.Uint8Var((*uint8)(&m.Theme), "theme", 0, "`number` of the colours to choose first")
	f.BoolVar(&m.Clumsy, "clumsy", false, "touch beside the middle")
	f.BoolVar(&m.Slow, "slow", false, "read a page for 45 s, and take 6 s for a key")
	f.BoolVar(&m.Blind, "blind", false, "hear what the screen says, and use two keys")
	f.StringVar(&m.Wants, "wants", "", "the `company` to listen for")
	f.BoolVar(&m.Signs, "signs", false, "read no word, and go by what is drawn")
	f.Uint64Var(&m.Seed, "seed", 1, "`seed` of what is clumsy")
	root.SetArgs(os.Args[2:])
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	status := cli.Report(os.Stderr, root, root.ExecuteContext(ctx))
	stop()
	os.Exit(status)
}

func serve(ctx context.Context, file string, m Manner) error {
	cfg, err := config.Load(file)
	if err != nil {
		return err
	}
	if m.Blind {
		cfg.Speech.Folder = filepath.Dir(file) // the clips are not played: the resident reads what would be
	}
	panel := glass.Panel(cfg)
	dir, err := os.MkdirTemp(filepath.Dir(file), "x-")
	if err != nil {
		return err
	}
	x, err := xdisplay.Virtual(dir, filepath.Join(dir, "log"), panel.W, panel.H)
	if err != nil {
		return err
	}
	defer x.Close() //nolint:errcheck // the process ends
	if err := errors.Join(os.Setenv("DISPLAY", x.Name), os.Setenv("XAUTHORITY", x.Auth())); err != nil {
		return err
	}
	app, err := toolkit.App("kiosk")
	if err != nil {
		return err
	}
	r := &resident{ctx: ctx, x: x, panel: panel, Manner: m, dice: rand.New(rand.NewPCG(m.Seed, 0))}
	r.window = ui.New(app, panel, func(e kiosk.Event) { r.post(e) })
	if m.Blind {
		r.ear = newEar()
		r.window.Speaks(r.ear)
	}
	served := make(chan error, 1)
	go func() {
		to, flush := firmware.Apart(os.Stderr)
		log, _ := firmware.Logger(to, cfg.Log)
		err := headless.Serve(ctx, cfg, log, os.NewFile(3, "typed"), os.NewFile(4, "screens"), r)
		flush()
		served <- err
		os.Exit(cli.Done) // before the X server, which ends with its parent: a window whose server goes first ends the process itself
	}()
	r.window.Run()
	return <-served
}

// A resident has a pointer for a finger.
type resident struct {
	Manner
	ctx     context.Context
	x       *xdisplay.Display
	panel   layout.Panel
	window  *ui.Display
	post    func(kiosk.Event)
	dice    *rand.Rand
	reads   reading
	ear     *ear // of who is blind
	settled bool // and has made it louder and dark
}

// A reading is which page of which view the resident has turned to.
type reading struct {
	view kiosk.View // what a view is read from its first page for, no more
	no   int
}

// of is the page that the window shows of a view.
func (r *reading) of(v kiosk.View) int {
	if v.Message == kiosk.NoMessage {
		v.Message = r.view.Message
	}
	if now := (kiosk.View{Place: v.Place, Message: v.Message, Health: v.Health, Lang: v.Lang, Size: v.Size, Choosing: v.Choosing}); now != r.view {
		r.view, r.no = now, 0
	}
	return r.no
}

// Bind connects the window to the loop.
func (r *resident) Bind(post func(kiosk.Event)) { r.post = post }

// Show draws.
func (r *resident) Show(v kiosk.View) { r.window.Show(v) }

const (
	patience = 10 * time.Second // of a person who looks for a button
	again    = 10 * time.Millisecond
	pause    = 500 * time.Millisecond // between two pages: a touch that comes sooner is the second of two
	slowPage = 45 * time.Second       // of a slow person, on each page that is answered
	slowKey  = 6 * time.Second        // … before each key
)

// item looks for something that the layout draws for the screen at that place: OK
// comes with the last key, which may be on its way to the window still. It is not
// there where the window does not offer it, or has gone on to another screen. A page on
// which it is not is turned.
func (r *resident) item(at kiosk.Place, is func(layout.Item) bool) (layout.Item, bool) {
	for end := time.Now().Add(patience); r.ctx.Err() == nil && time.Now().Before(end); time.Sleep(again) {
		v := r.window.Standing()
		if v.Place != at {
			continue
		}
		page := layout.LayPage(v, r.panel, filled(v), r.reads.of(v)).Items
		if i := slices.IndexFunc(page, is); i >= 0 {
			return page[i], true
		}
		if i := slices.IndexFunc(page, func(it layout.Item) bool { return it.Turn > 0 }); i >= 0 {
			time.Sleep(pause)
			if r.tap(page[i].Rect) != nil {
				break
			}
			r.reads.no++
		}
	}
	return layout.Item{}, false
}

// Press taps a button of the screen at that place, and nothing where there is none.
func (r *resident) Press(at kiosk.Place, b kiosk.Button) error {
	if r.Lang != kiosk.Japanese && at == kiosk.Idle && r.window.Standing().Lang != r.Lang && b != kiosk.ButtonLang {
		if err := r.Press(at, kiosk.ButtonLang); err != nil {
			return err
		}
		if err := r.Speak(at, r.Lang); err != nil {
			return err
		}
		for end := time.Now().Add(patience); r.window.Standing().Lang != r.Lang && time.Now().Before(end); {
			time.Sleep(again)
		}
	}
	if now := r.window.Standing(); r.Theme != now.Theme && at == kiosk.Idle && now.Choosing == kiosk.NoChoice && b != kiosk.ButtonColours && b != kiosk.ButtonLang {
		if err := r.paint(at); err != nil {
			return err
		}
	}
	if r.Blind && at == kiosk.Idle {
		if err := r.settle(); err != nil {
			return err
		}
	}
	if r.Blind && r.Wants != "" && at == kiosk.Listed && b == kiosk.ButtonPick {
		return r.pick()
	}
	if r.Wants != "" && at == kiosk.WithdrawAsk && b == kiosk.ButtonOK { // and not another one
		if err := r.hears(r.Wants); err != nil {
			return err
		}
	}
	if r.Signs {
		if err := r.understands(at); err != nil {
			return err
		}
	}
	return r.pressItem(at, func(it layout.Item) bool {
		if r.Signs && b == kiosk.ButtonOK {
			return it.Mark == layout.MarkOn && it.Turn == 0
		}
		return it.Press == b && it.Turn == 0
	})
}

// Speak taps a language on the page of languages.
func (r *resident) Speak(at kiosk.Place, l kiosk.Lang) error {
	return r.pressItem(at, func(it layout.Item) bool { return it.Press == kiosk.ButtonSpeak && it.Lang == l })
}

// paint goes over the page of colours, and waits for them.
func (r *resident) paint(at kiosk.Place) error {
	if err := r.Press(at, kiosk.ButtonColours); err != nil {
		return err
	}
	if err := r.pressItem(at, func(it layout.Item) bool { return it.Press == kiosk.ButtonTheme && it.Theme == r.Theme }); err != nil {
		return err
	}
	for end := time.Now().Add(patience); r.window.Standing().Theme != r.Theme; time.Sleep(again) {
		if time.Now().After(end) {
			return fmt.Errorf("the colours are %v, and not %v", r.window.Standing().Theme, r.Theme)
		}
	}
	return nil
}

// pressItem taps the button, and nothing where there is none.
func (r *resident) pressItem(at kiosk.Place, is func(layout.Item) bool) error {
	if r.Slow {
		time.Sleep(slowPage)
	}
	if r.Blind {
		return r.pressHeard(at, func(it layout.Item) bool { return it.Kind == layout.Button && is(it) })
	}
	it, ok := r.item(at, func(it layout.Item) bool { return it.Kind == layout.Button && is(it) })
	if !ok {
		return nil
	}
	time.Sleep(pause)
	if err := r.tap(it.Rect); err != nil || !r.Clumsy {
		return err
	}
	return r.x.Tap(r.ctx, int(it.X+it.W/2), int(it.Y+it.H/2)) // whatever stands there now
}

// Type taps the keys, until the screen is another.
func (r *resident) Type(at kiosk.Place, text string) error {
	time.Sleep(pause)
	if r.Signs {
		if err := r.fits(at, text); err != nil {
			return err
		}
	}
	for i := range len(text) {
		if r.Slow {
			time.Sleep(slowKey)
		}
		is := func(it layout.Item) bool {
			return it.Kind == layout.Key && it.Cap == layout.CapChar && it.Char == text[i]
		}
		if r.Blind {
			if err := r.pressHeard(at, is); err != nil {
				return err
			}
			continue
		}
		key, ok := r.item(at, is)
		if !ok {
			return nil
		}
		if err := r.tap(key.Rect); err != nil {
			return err
		}
	}
	return nil
}

// tap touches a target: in its middle, or, clumsily, up to 5 mm beside it in any
// direction, after a palm on the lower edge of the glass.
func (r *resident) tap(at layout.Rect) error {
	x, y := at.X+at.W/2, at.Y+at.H/2
	if r.Clumsy {
		if err := r.x.Tap(r.ctx, r.dice.IntN(r.panel.W), r.panel.H-1); err != nil {
			return err
		}
		off := func() float32 { return (r.dice.Float32()*2 - 1) * 5 * float32(r.panel.W) / r.panel.WMM }
		x, y = x+off(), y+off()
	}
	return r.x.Tap(r.ctx, int(x), int(y))
}
