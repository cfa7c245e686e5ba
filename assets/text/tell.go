package text

import "multicopy.example/kiosk"

// A Telling is what a resident is told at the end of a visit or in place of
// one: SERVICE's four parts and the code for staff. A part may be empty.
type Telling struct {
	What  string // what happened
	Same  string // what is unchanged
	Do    string // what to do
	Where string // where
	Code  string // for staff, "" for good news
}

// words has one of these a word and language, Code left out.
type wordTable = map[kiosk.Message]Telling

var wordTables = [kiosk.Langs]wordTable{kiosk.Japanese: jaWords, kiosk.English: enWords, kiosk.Easy: easyWords, kiosk.Simplified: hansWords, kiosk.Traditional: hantWords,
	kiosk.Korean: koWords, kiosk.Vietnamese: viWords, kiosk.Portuguese: ptWords}

// Tell is the whole telling of a word for a view. What is unchanged follows
// from what was begun, never from the word alone: the same lifted card means
// "nothing has changed" before a try was spent and must not after.
func Tell(v kiosk.View, w kiosk.Message) Telling {
	if v.Lang >= kiosk.Langs {
		return Telling{}
	}
	t := wordTables[v.Lang][w]
	switch {
	case w.Code() == "" && w != kiosk.MsgStopped:
		// Good news says itself what stays.
	case v.Result == kiosk.Unknown || w == kiosk.MsgUnknown:
		t.Same = Of(v.Lang, SameUnknown)
	case v.Result == kiosk.Done:
		t.Same = Of(v.Lang, SameDone)
	case v.Result == kiosk.Failed || w == kiosk.MsgNotWritten:
		t.Same = Of(v.Lang, SameFailed)
	case v.Changed:
		t.Same = Of(v.Lang, SameTried)
	case w == kiosk.MsgUsedReserve && v.Full: // by an unlock whose result was not told, perhaps
		t.Same = Of(v.Lang, SameWorks)
	case w == kiosk.MsgUsedReserve || v.Earlier == kiosk.EarlierDoubt: // used up by a change, or by three grants of which the last is in doubt
		t.Same = Of(v.Lang, SameEarlier)
	case v.Earlier == kiosk.EarlierUntold: // no authority was asked, and the visit before may be in doubt
		t.Same = Of(v.Lang, SameVisit)
	default:
		t.Same = Of(v.Lang, Nothing)
	}
	for _, part := range []*string{&t.What, &t.Same, &t.Do, &t.Where} {
		*part = fill(v, *part, left(v, w))
	}
	t.Code = w.Code()
	return t
}

// Notice is the one line over a screen that asks again.
func Notice(v kiosk.View) string {
	if v.Message == kiosk.NoMessage || v.Lang >= kiosk.Langs {
		return ""
	}
	if v.Message == kiosk.MsgLastTry && v.Tries == 1 && v.Pad != kiosk.NoPad {
		return "" // the line of tries says it
	}
	if v.Message == kiosk.MsgWrongProof {
		return Say(v, ProofWrong, v.Tries)
	}
	return fill(v, wordTables[v.Lang][v.Message].What, left(v, v.Message))
}

func left(v kiosk.View, w kiosk.Message) int8 {
	if w == kiosk.MsgWrongCode {
		return v.Codes
	}
	return v.Tries
}
