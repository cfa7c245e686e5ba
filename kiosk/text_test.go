package kiosk

import (
	"fmt"
	"strings"
)

// Events and effects as the golden file and the scenarios of the walk print
// them: only the fields that say something.

func eventText(e Event) string {
	var b strings.Builder
	b.WriteString(e.Kind.String())
	add := func(format string, a ...any) { fmt.Fprintf(&b, " "+format, a...) }
	if e.Kind == Pressed {
		add("%s", e.Button)
		if e.Button == ButtonOK {
			add("%s same=%t", formText(e.Form), e.Same)
		}
		if e.Button == ButtonSpeak {
			add("lang=%d", e.Lang)
		}
		if e.Button == ButtonPick {
			add("row=%d", e.Row)
		}
	}
	switch e.Kind {
	case TimerFired:
		add("%d", e.Timer)
	case NotRight, CodeWrong:
		add("left=%d", e.Left)
	case CardRead:
		add("token=%d trusted=%t sign=%t same=%t auth=%d sign=%d", e.Token, e.Trusted, e.HasSign, e.Same, e.Auth, e.Sign)
	case Opened:
		add("flow=%s factor=%d codes=%d auth=%d sign=%d", e.Flow, e.Factor, e.Codes, e.Auth, e.Sign)
		if e.Doubt {
			b.WriteString(" doubt")
		}
	case Looked:
		add("found=%d auth=%d sign=%d", e.Found, e.Auth, e.Sign)
	case Seen:
		add("found=%d", e.Found)
	case ListIn:
		add("found=%d rows=%d", e.Found, e.Rows)
	case Settled:
		add("fresh=%t", e.Fresh)
	case Wrote, Held, Withdrawn:
		add("%s", e.Outcome)
	}
	if e.Message != NoMessage {
		add("%s", e.Message)
	}
	return b.String()
}

func formText(f Form) string {
	switch {
	case f.Bad():
		return "bad"
	case f != 0:
		return "weak"
	}
	return "good"
}

func effectsText(fx []Effect) string {
	parts := make([]string, len(fx))
	for i, f := range fx {
		parts[i] = effectText(f)
	}
	return "[" + strings.Join(parts, "; ") + "]"
}

func effectText(f Effect) string {
	switch f.Do {
	case DoRecord:
		e := f.Entry
		text := fmt.Sprintf("record %s %s/%s %d>%d", e.Kind, e.Flow, e.Act, e.Before, e.After)
		if e.Outcome != NoOutcome {
			text += " " + e.Outcome.String()
		}
		if e.Message != NoMessage {
			text += " " + e.Message.String()
		}
		return text
	case DoWipe:
		return "wipe " + liveText(f.Secrets)
	case DoTone:
		return fmt.Sprintf("tone %d", f.Tone)
	case DoLamp:
		return fmt.Sprintf("lamp %t", f.On)
	case DoVerify:
		return fmt.Sprintf("verify %s", f.Flow)
	case DoSign, DoWrite:
		return fmt.Sprintf("%s %s/%s", f.Do, f.Flow, f.Act)
	case DoProve:
		return fmt.Sprintf("prove %s", f.Act)
	case DoKeep:
		return fmt.Sprintf("keep %d", f.Row)
	case DoSettle:
		return fmt.Sprintf("settle %s", f.Outcome)
	}
	return f.Do.String()
}

func liveText(h LiveSecrets) string {
	var parts []string
	for i, name := range []string{"code", "new", "again", "proof", "list"} {
		if h&(1<<i) != 0 {
			parts = append(parts, name)
		}
	}
	return strings.Join(parts, "+")
}
