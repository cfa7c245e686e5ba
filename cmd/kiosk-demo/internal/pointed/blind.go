package pointed

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
	"multicopy.example/ui"
	"multicopy.example/ui/layout"
)

// A blind resident has headphones and two keys: Tab, which goes on, and Return, which chooses. What is
// to be pressed stands in the scenario, by the name that the screen says; where it is, and what came of a
// key, is heard and in no other way known.

// An ear is a voice whose sentences are kept instead of played.
type ear struct {
	mu    sync.Mutex
	focus [3]string // label, role and place, as they were said last
	count int       // of what was said
	all   []string
	news  chan struct{} // closed and made anew with each
}

func newEar() *ear { return &ear{news: make(chan struct{})} }

// Say is ui.Voice's.
func (e *ear) Say(l kiosk.Lang, said []string, name ui.Name) {
	for i, s := range said {
		if of, is := layout.NameSaid(s); is {
			said[i] = whole(of, name)
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if n := len(said); n >= 3 && isRole(l, said[n-2]) {
		e.focus = [3]string(said[n-3:])
	}
	e.count++
	e.all = append(e.all, strings.Join(said, " | "))
	close(e.news)
	e.news = make(chan struct{})
}

// whole is a name as it is heard.
func whole(of kiosk.NameOf, name ui.Name) (all string) {
	for i := 0; ; i++ {
		r, ok := name(of, i)
		if !ok {
			return all
		}
		all += string(r)
	}
}

// Volume is ui.Voice's.
func (e *ear) Volume(kiosk.Volume) {}

// Tone is ui.Voice's: with headphones in, every key is said.
func (e *ear) Tone() {}

// Hush is ui.Voice's.
func (e *ear) Hush() {}

// Private is ui.Voice's.
func (e *ear) Private() bool { return true }

func (e *ear) heard() (focus [3]string, count int, news <-chan struct{}) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.focus, e.count, e.news
}

func isRole(l kiosk.Lang, s string) bool {
	return s == text.Of(l, text.SayButton) || s == text.Of(l, text.SayKey)
}

// slowest is how long a machine under load takes to say what came of a key.
const slowest = 10 * time.Second

// hit sends a key and waits until something is said; false where nothing is.
func (r *resident) hit(key string) (bool, error) {
	_, before, news := r.ear.heard()
	if err := r.x.Key(r.ctx, key); err != nil {
		return false, err
	}
	select {
	case <-news:
	case <-time.After(slowest):
	case <-r.ctx.Done():
		return false, r.ctx.Err()
	}
	_, now, _ := r.ear.heard()
	return now != before, nil
}

var errNotHeard = errors.New("the screen never says it")

// hunt goes on until the label is said, and chooses it. After a round without it the page is
// turned.
func (r *resident) hunt(at kiosk.Place, label string) error {
	time.Sleep(pause)
	want, passed := label, 0
	for range 500 {
		if r.window.Standing().Place != at { // the machine has gone on by itself, and says so
			return nil
		}
		if focus, _, _ := r.ear.heard(); focus[0] == want {
			ok, err := r.hit("Return")
			if err != nil || ok && want == label {
				return err
			}
			if want, passed = label, 0; ok { // another page
				time.Sleep(pause)
				continue
			}
		}
		if _, err := r.hit("Tab"); err != nil {
			return err
		}
		if passed++; passed > 60 {
			want, passed = r.sayable(text.PageNext), 0
		}
	}
	return fmt.Errorf("%w: %q at %v; it said\n%s", errNotHeard, label, at, strings.Join(r.ear.all, "\n"))
}

// settle makes the voice louder and the glass dark before a visit: who plays it is blind from here on, and so is who
// stands behind.
func (r *resident) settle() error {
	if r.settled {
		return nil
	}
	r.settled = true
	for _, k := range []text.Key{text.Sound, text.Louder} {
		if err := r.hunt(kiosk.Idle, r.sayable(k)); err != nil {
			return err
		}
	}
	if err := r.hears(strings.ReplaceAll(r.sayable(text.VolumeNow), "{n}", "4")); err != nil {
		return err
	}
	if err := r.hunt(kiosk.Idle, r.sayable(text.Darken)); err != nil {
		return err
	}
	return r.hears(r.sayable(text.DarkNow))
}

// hears waits until a sentence is said.
func (r *resident) hears(want string) error {
	for end := time.Now().Add(slowest); r.ctx.Err() == nil && time.Now().Before(end); time.Sleep(again) {
		if r.ear.said(want) {
			return nil
		}
	}
	return fmt.Errorf("%w: %q", errNotHeard, want)
}

func (e *ear) said(want string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return strings.Contains(e.all[len(e.all)-1], want)
}

// pick listens to each row of the list, and then opens the one whose company is looked for.
func (r *resident) pick() error {
	for end := time.Now().Add(slowest); r.window.Standing().Place != kiosk.Listed && time.Now().Before(end); {
		time.Sleep(again) // what the machine did before stands for its time
	}
	rows, found := r.window.Standing().Rows, int8(-1)
	if rows < 2 {
		return fmt.Errorf("%d companies: nothing can be told apart", rows)
	}
	for row := range rows {
		if err := r.openRow(row); err != nil {
			return err
		}
		if r.ear.said(r.Wants) {
			found = row
		}
		if err := r.pressHeard(kiosk.OneConsent, func(it layout.Item) bool { return it.Press == kiosk.ButtonBack }); err != nil {
			return err
		}
		if err := r.hears(r.sayable(text.ListTouch)); err != nil {
			return err
		}
	}
	if found < 0 {
		return fmt.Errorf("%w: %q", errNotHeard, r.Wants)
	}
	if err := r.openRow(found); err != nil {
		return err
	}
	return r.hears(r.Wants)
}

// openRow opens one row, whose page begins with its names.
func (r *resident) openRow(row int8) error {
	if err := r.pressHeard(kiosk.Listed, func(it layout.Item) bool { return it.Press == kiosk.ButtonPick && it.Row == row }); err != nil {
		return err
	}
	return r.hears(r.sayable(text.ListMay))
}

func (r *resident) sayable(k text.Key) string {
	v := r.window.Standing()
	if v.Lang == kiosk.Japanese {
		v.Lang = kiosk.Easy
	}
	return text.Of(v.Lang, k)
}

// called is what the screen at that place says of a target, whichever page it is on.
func (r *resident) called(at kiosk.Place, is func(layout.Item) bool) (string, bool) {
	for end := time.Now().Add(patience); r.ctx.Err() == nil && time.Now().Before(end); time.Sleep(again) {
		v := r.window.Standing()
		if v.Place != at {
			continue
		}
		fill := filled(v)
		for no, pages := 0, 1; no < pages; no++ {
			s := layout.LayPage(v, r.panel, fill, no)
			pages = s.Pages
			for _, it := range s.Stops() {
				if is(it) {
					said, _ := layout.AloudFocus(v, r.panel, fill, no, layout.Focus{Shown: true, At: it.Stop()}, true)
					return said[0], true
				}
			}
		}
	}
	return "", false
}

// pressHeard presses a target by what is said of it, and nothing where there is none.
func (r *resident) pressHeard(at kiosk.Place, is func(layout.Item) bool) error {
	label, ok := r.called(at, is)
	if !ok {
		return nil
	}
	return r.hunt(at, label)
}

func filled(v kiosk.View) layout.Fill {
	if v.Pad == kiosk.NoPad {
		return layout.Fill{}
	}
	return layout.Fill{Typed: v.Secret.Len(), Form: kiosk.Judge(v.Pad, v.Secret)}
}
