package story

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"multicopy.example/cmd/internal/harness/cards"
	"multicopy.example/cmd/internal/harness/headless"
	"multicopy.example/kiosk"
)

// patience is the limit of every wait: only what hangs reaches it, on a machine
// that is busy with sixteen other things too.
const patience = 2 * time.Minute

// A Player plays one scenario in one shop.
type Player struct {
	shop  *Shop
	out   io.Writer
	owned *cards.Card

	code string // the one-time password that the phone shows
	rsv  string // the reservation
	pin  string // what the resident believes the secrets to be
	pass string

	own     chosen // what they will set
	backlog int    // records that waited before anybody came
	counts  bool   // so many PINs that some stand by chance in a file: whoever looks counts them

	mu    sync.Mutex
	oks   int // presses of OK that may spend a try
	began time.Time
}

// Play sets up a shop in dir, plays the lines, and at the end proves what must
// hold after every story (proof.go). It prints the story to out.
func Play(ctx context.Context, dir string, lines []Line, programs Programs, out io.Writer) (err error) {
	shop, err := Open(ctx, dir, people(lines), programs)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, shop.Close()) }()
	p := &Player{shop: shop, out: out, began: time.Now(), own: theirs}
	if err := p.card(ctx, []string{"hanako"}); err != nil {
		return err
	}
	for _, l := range lines {
		p.say("» %s", l.Text)
		if err := verbs[l.Verb].do(p, ctx, l.Args); err != nil {
			p.print(shop.Screen())
			return fmt.Errorf("line %d: %s: %w", l.Number, l.Text, err)
		}
	}
	return p.prove(ctx)
}

func (p *Player) say(format string, args ...any) {
	fmt.Fprintf(p.out, "%6.1f s  %s\n", time.Since(p.began).Seconds(), fmt.Sprintf(format, args...))
}

// print shows the screen as the resident sees it.
func (p *Player) print(s headless.Screen) {
	for line := range strings.Lines(s.Text) {
		fmt.Fprintf(p.out, "          │ %s\n", strings.TrimRight(line, "\n"))
	}
}

func (p *Player) at(ctx context.Context, a []string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	what := strings.Join(a, " saying ")
	s, err := p.shop.Await(ctx, what, func(s headless.Screen) bool {
		return s.Place.String() == a[0] && (len(a) == 1 || s.Told.String() == a[1])
	})
	if err != nil {
		return err
	}
	p.say("  %s %s", s.Place, s.Told)
	p.print(s)
	return nil
}

func (p *Player) health(ctx context.Context, a []string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	// The attract screen asks the authority every 20 seconds: they have passed.
	if err := p.shop.kiosk.Silence(kiosk.Idle); err != nil {
		return err
	}
	_, err := p.shop.Await(ctx, "health "+a[0], func(s headless.Screen) bool {
		return s.Place == kiosk.Idle && s.Health.String() == a[0]
	})
	return err
}

func (p *Player) codes(ctx context.Context, a []string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_, err := p.shop.Await(ctx, a[0]+" one-time passwords left", func(s headless.Screen) bool {
		return s.Place == kiosk.Code && strconv.Itoa(int(s.Codes)) == a[0]
	})
	return err
}

func (p *Player) shows(ctx context.Context, a []string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	text := strings.Join(a, " ")
	_, err := p.shop.Await(ctx, strconv.Quote(text), func(s headless.Screen) bool { return strings.Contains(s.Text, text) })
	return err
}

// silence tells the kiosk's clock that nobody touches anything until this
// place's last mark has passed.
func (p *Player) silence(context.Context, []string) error {
	return p.shop.kiosk.Silence(p.shop.Screen().Place)
}

func (p *Player) press(_ context.Context, a []string) error {
	b := button(a[0])
	if b == kiosk.NoButton {
		return fmt.Errorf("there is no button %q", a[0])
	}
	n := 1
	if len(a) == 2 {
		if _, err := fmt.Sscan(a[1], &n); err != nil || n < 1 || n > 50 {
			return fmt.Errorf("%q is not 1 to 50 times", a[1])
		}
	}
	s := p.shop.Screen()
	for range n {
		p.spending(s.Place, b)
		if err := p.shop.kiosk.Press(s.Place, b); err != nil {
			return err
		}
	}
	return nil
}

// spending counts the presses that allow a try: no more tries may ever be
// spent than these.
func (p *Player) spending(at kiosk.Place, b kiosk.Button) {
	if b == kiosk.ButtonOK && (at == kiosk.Proof || at == kiosk.DoubtAgain) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.oks++
	}
}

func button(name string) kiosk.Button {
	for b := kiosk.ButtonOK; b <= kiosk.ButtonSize; b++ {
		if b.String() == name {
			return b
		}
	}
	return kiosk.NoButton
}

func (p *Player) typ(_ context.Context, a []string) error {
	text, err := p.word(a[0])
	if err != nil {
		return err
	}
	return p.shop.kiosk.Type(p.shop.Screen().Place, text)
}

// chosen are the secrets that a resident comes to set.
type chosen struct{ password, pin, other string }

// theirs are those of the residents of all scenarios.
var theirs = chosen{password: "SAKURA7782", pin: "8259", other: "MOMIJI6143"}

func (c chosen) all() []string { return []string{c.password, c.pin, c.other} }

// word is what stands behind a name in the scenario.
func (p *Player) word(name string) (string, error) {
	switch name {
	case "code":
		if p.code == "" {
			return "", errors.New("the phone has no one-time password; reserve first")
		}
		return p.code, nil
	case "wrong-code":
		return turned(p.code + "00000000"[len(p.code):]), nil
	case "pin":
		return p.pin, nil
	case "wrong-pin":
		return turned(p.pin), nil
	case "password":
		return p.pass, nil
	case "wrong-password":
		return turned(p.pass), nil
	case "new":
		return p.own.password, nil
	case "new-pin":
		return p.own.pin, nil
	case "other":
		return p.own.other, nil
	}
	if text, ok := strings.CutPrefix(name, "="); ok {
		return text, nil
	}
	return "", fmt.Errorf("nobody knows what %q is", name)
}

// turned is a text of the same form that differs in every character.
func turned(s string) string {
	b := []byte(s)
	for i, c := range b {
		switch {
		case c == '9':
			b[i] = '0'
		case c == 'Z':
			b[i] = 'A'
		default:
			b[i] = c + 1
		}
	}
	return string(b)
}
