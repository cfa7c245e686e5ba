package glass

import (
	"fmt"
	"log/slog"

	"multicopy.example/assets/text"
	"multicopy.example/devices/board"
	"multicopy.example/devices/speaker"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/ui"
	"multicopy.example/ui/layout"
)

// A voice says sentences with the clips of a speaker.
type voice struct {
	speaker    *speaker.Speaker
	headphones *board.Headphones // nil: none can be seen
}

// Voice is the kiosk's, of a configuration that was checked; nil where it has none. A clip that is missing
// is an error, and so are clips of other sentences than this program's.
func Voice(c config.Config, log *slog.Logger) (ui.Voice, error) {
	if c.Speech.Folder == "" {
		return nil, nil
	}
	s, err := speaker.Open(c.Speech.Folder, c.Speech.On(), text.Sum(), log)
	if err != nil {
		return nil, fmt.Errorf("speech.folder: %w", err)
	}
	for _, l := range c.Screen.Offered().List() {
		if !s.Has(text.Clip(l, "0")) {
			return nil, fmt.Errorf("speech.folder: there are no clips in %s for %q, which screen.languages offers; make speech makes them", c.Speech.Folder, l)
		}
	}
	v := voice{speaker: s}
	pin, err := board.Line(c.Board.Headphones)
	if err == nil && pin != nil {
		v.headphones, err = board.NewHeadphones(pin)
	}
	if err != nil {
		return nil, fmt.Errorf("board.headphones: %w", err)
	}
	return v, nil
}

func (v voice) Say(l kiosk.Lang, sentences []string, name ui.Name) {
	var parts []speaker.Part
	for _, s := range sentences {
		if of, is := layout.NameSaid(s); is {
			if p, ok := v.speaker.Name(text.Spoken(l).String(), func(i int) (rune, bool) { return name(of, i) }); ok {
				parts = append(parts, p)
				continue
			}
			s = text.Of(text.Spoken(l), text.SayUnread)
		}
		for _, n := range text.Clips(l, []string{s}, v.speaker.Has) {
			parts = append(parts, speaker.Part{Clip: n})
		}
	}
	v.speaker.Play(parts)
}
func (v voice) Volume(loud kiosk.Volume) { v.speaker.Volume(loud) }
func (v voice) Tone()                    { v.speaker.Beep() }
func (v voice) Hush()                    { v.speaker.Hush() }
func (v voice) Private() bool            { return v.headphones != nil && v.headphones.In() }
