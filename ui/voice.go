package ui

import (
	"slices"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
	"multicopy.example/ui/layout"
)

// A Voice says sentences aloud. Its methods return at once.
type Voice interface {
	// Say says the sentences, and cuts short what is being said. name lends the names that layout.NameSaid knows, until
	// Say returns.
	Say(l kiosk.Lang, sentences []string, name Name)
	Volume(v kiosk.Volume) // of all that is said from now on
	Tone()                 // one key, whichever
	Hush()                 // says nothing more
	Private() bool         // headphones are in, so that the person alone hears it
}

// A Name is character i of a name of the row that stands; false behind the last.
type Name = func(of kiosk.NameOf, i int) (rune, bool)

// Speaks gives the display a voice. It speaks to who uses keys or switches, and to who has put
// headphones in. Call it before Run.
func (f *Display) Speaks(v Voice) { f.voice = v }

// spoken is what was said of the screen that stands.
type spoken struct {
	on    focused
	page  []string
	at    layout.Focus
	typed int
	whole bool // the focus came round: everything is said again

	volume kiosk.Volume
	dark   bool
}

func (f *Display) heard() bool {
	return f.voice != nil && !f.inMaintenance() && (f.focus.Shown || f.voice.Private())
}

// speak says what is new on the screen, and then what has the focus.
func (f *Display) speak() {
	if f.voice == nil {
		return
	}
	if !f.heard() {
		if f.said.page != nil {
			f.voice.Hush()
		}
		f.said = spoken{}
		return
	}
	was, private := f.said, f.voice.Private()
	now := spoken{on: f.focusOn, at: f.focus.Said(), typed: f.entry().Typed, volume: f.view.Volume, dark: f.view.Darkened}
	f.voice.Volume(now.volume)
	now.page = layout.Aloud(f.view, f.panel, f.entry(), f.page, private)
	fresh, tone := layout.Fresh(was.page, now.page), false
	anew := was.on != now.on || was.whole || was.page == nil
	if anew {
		fresh = now.page
	}
	f.said = now
	fresh = append(f.setting(was, now), fresh...)
	switch {
	case anew || was.at != now.at:
		var at []string
		at, tone = layout.AloudFocus(f.view, f.panel, f.entry(), f.page, f.focus, private)
		fresh = append(slices.Clone(fresh), at...)
	case was.typed != now.typed:
		var count []string
		count, tone = layout.AloudTyped(f.view, f.entry(), private)
		fresh = append(count, fresh...)
	}
	if tone {
		f.voice.Tone()
	}
	if len(fresh) > 0 {
		f.say(fresh)
	}
}

// setting says what was set by a key, where no page does.
func (f *Display) setting(was, now spoken) (all []string) {
	v := f.view
	v.Lang = text.Spoken(v.Lang)
	if was.page == nil || v.Choosing == kiosk.ChoiceSound {
		return nil
	}
	if was.volume != now.volume {
		all = append(all, layout.Volume(v))
	}
	if was.dark != now.dark {
		k := text.LitNow
		if now.dark {
			k = text.DarkNow
		}
		all = append(all, text.Of(v.Lang, k))
	}
	return all
}

// say says sentences of the view that stands.
func (f *Display) say(sentences []string) {
	v := f.view
	f.voice.Say(v.Lang, sentences, func(of kiosk.NameOf, i int) (rune, bool) { return kiosk.NameRune(v.List, v.Row, of, i) })
}
