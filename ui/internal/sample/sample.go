// Package sample lists the views that the tests of ui draw and measure: every
// place, with every variant that changes what is on the screen. No firmware
// imports it.
package sample

import (
	"sync"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/secret"
)

// A View has a name for goldens and picture files.
type View struct {
	Name string
	kiosk.View
	Typed int        // characters typed, of a pad
	Form  kiosk.Form // rules still broken
}

// Transaction and moment of every result shown.
var (
	session = kiosk.SessionID{0x1a, 0x2b, 0x3c, 0x4d, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
	moment  = int64(1_795_000_000)
)

// Views is the list, in one language and one size of text.
func Views(l kiosk.Lang, s kiosk.Size) []View {
	var all []View
	add := func(name string, v kiosk.View, typed int, f kiosk.Form) {
		v.Lang, v.Size, v.Offered = l, s, kiosk.AllLangs
		can := kiosk.Look(kiosk.State{Place: v.Place, Shop: kiosk.Shop{Offered: v.Offered}})
		v.Speaks, v.Colours = can.Speaks, can.Colours
		v.Pad, v.Shows = kiosk.State{Place: v.Place, Flow: v.Flow}.Pad(), kiosk.Look(kiosk.State{Place: v.Place, Flow: v.Flow}).Shows
		v.Looks = kiosk.Look(kiosk.State{Place: v.Place, Health: v.Health}).Looks
		v.Task, v.Now, v.Of = counted(v)
		all = append(all, View{Name: name, View: v, Typed: typed, Form: f})
	}
	still := func(pl kiosk.Place) { add(pl.String(), kiosk.View{Place: pl, Tries: -1}, 0, 0) }
	for pl := range kiosk.Places {
		if pl.Screen() == kiosk.ScreenWrongCard || pl >= kiosk.Plan && pl <= kiosk.Thanks || pl == kiosk.OutOfService {
			continue // below, with what they tell
		}
		still(pl)
	}
	for _, w := range []kiosk.Message{kiosk.MsgNetwork, kiosk.MsgHours, kiosk.MsgBusy, kiosk.MsgContract, kiosk.MsgPeer, kiosk.MsgClock, kiosk.MsgFull,
		kiosk.MsgOffRepair, kiosk.MsgOffReader, kiosk.MsgOffLine, kiosk.MsgOffPaper, kiosk.MsgOffShop} {
		add("idle "+w.Code(), kiosk.View{Place: kiosk.Idle, Health: w, Tries: -1}, 0, 0)
	}
	for _, w := range []kiosk.Message{kiosk.MsgReader, kiosk.MsgLedger} {
		add("out-of-service "+w.Code(), kiosk.View{Place: kiosk.OutOfService, Health: w, Message: w, Tries: -1}, 0, 0)
	}
	for _, w := range []kiosk.Message{kiosk.MsgRemoved, kiosk.MsgRemovedTyped, kiosk.MsgTwoCards} {
		add("place-card "+w.Code(), kiosk.View{Place: kiosk.PlaceCard, Message: w, Tries: -1}, 0, 0)
	}
	for _, w := range []kiosk.Message{kiosk.MsgWrongCard, kiosk.MsgPhone} {
		add("wrong-card "+w.Code(), kiosk.View{Place: kiosk.WrongCard, Message: w, Card: true, Tries: -1}, 0, 0)
		add("wrong-card lifted "+w.Code(), kiosk.View{Place: kiosk.WrongCard, Message: w, Tries: -1}, 0, 0)
	}
	add("idle languages", kiosk.View{Place: kiosk.Idle, Choosing: kiosk.ChoiceLanguage, Tries: -1}, 0, 0)
	add("place-card languages", kiosk.View{Place: kiosk.PlaceCard, Choosing: kiosk.ChoiceLanguage, Tries: -1}, 0, 0)
	add("needs languages ending", kiosk.View{Place: kiosk.Needs, Choosing: kiosk.ChoiceLanguage, Warn: true, Tries: -1}, 0, 0)
	add("needs languages warned", kiosk.View{Place: kiosk.Needs, Choosing: kiosk.ChoiceLanguage, Warn: true, Stay: true, Tries: -1}, 0, 0)
	for _, theme := range []kiosk.Theme{kiosk.ThemeLight, kiosk.ThemeContrastDark} {
		add("idle colours "+theme.String(), kiosk.View{Place: kiosk.Idle, Choosing: kiosk.ChoiceTheme, Theme: theme, Tries: -1}, 0, 0)
	}
	add("needs colours ending", kiosk.View{Place: kiosk.Needs, Choosing: kiosk.ChoiceTheme, Theme: kiosk.ThemeLowGlare, Warn: true, Tries: -1}, 0, 0)
	add("needs colours warned", kiosk.View{Place: kiosk.Needs, Choosing: kiosk.ChoiceTheme, Theme: kiosk.ThemeLowGlare, Warn: true, Stay: true, Tries: -1}, 0, 0)
	sound(add)
	add("needs warned", kiosk.View{Place: kiosk.Needs, Warn: true, Stay: true, Tries: -1}, 0, 0)
	add("needs ending", kiosk.View{Place: kiosk.Needs, Warn: true, Tries: -1}, 0, 0)
	for _, f := range []kiosk.Flow{kiosk.FlowP, kiosk.FlowU} {
		visit(f, add)
		endings(f, add)
	}
	looks(add)
	consents(add)
	return all
}

// lists hold a phone that is good and one that is held.
var lists = sync.OnceValue(func() (both [2]secret.List) {
	held := kiosk.Phone{Token: kiosk.TokeniPhone, User: kiosk.CertHeld, Sign: kiosk.CertChanged, Since: moment}
	for i, p := range []kiosk.Phone{{Token: kiosk.TokenAndroid, Since: moment}, held} {
		l, err := secret.NewList()
		if err != nil || !kiosk.PutPhones(l, []kiosk.Phone{p}) {
			panic(err)
		}
		both[i] = l
	}
	return both
})

// looks is flow L.
func looks(add adder) {
	v := func(pl kiosk.Place, found kiosk.Found) kiosk.View {
		return kiosk.View{Place: pl, Flow: kiosk.FlowL, Tries: 3, Target: 5, Card: true, Found: found, OnReader: kiosk.OnReader{Token: kiosk.TokenCard}}
	}
	with := func(name string, x kiosk.View, typed int, form kiosk.Form, change func(*kiosk.View)) {
		if change != nil {
			change(&x)
		}
		add("L "+x.Place.String()+name, x, typed, form)
	}
	with("", v(kiosk.PlaceCard, kiosk.FoundNothing), 0, 0, func(v *kiosk.View) { v.Card, v.Tries = false, -1 })
	with("", v(kiosk.Opening, kiosk.FoundNothing), 0, 0, nil)
	with("", v(kiosk.Lying, kiosk.FoundCard), 0, 0, nil)
	with(" changed", v(kiosk.Lying, kiosk.FoundCard), 0, 0, func(v *kiosk.View) { v.OnReader.Sign, v.Tries, v.Target = kiosk.CertChanged, 0, -1 })
	with(" dead", v(kiosk.Lying, kiosk.FoundDead), 0, 0, func(v *kiosk.View) { v.OnReader.User, v.OnReader.Sign = kiosk.CertExpired, kiosk.CertChanged })
	with(" android", v(kiosk.Lying, kiosk.FoundPhone), 0, 0, func(v *kiosk.View) { v.OnReader.Token = kiosk.TokenAndroid })
	with(" iphone", v(kiosk.Lying, kiosk.FoundPhone), 0, 0, func(v *kiosk.View) { v.OnReader.Token, v.Warn, v.Stay = kiosk.TokeniPhone, true, true })
	with("", v(kiosk.LastTry, kiosk.FoundCard), 0, 0, func(v *kiosk.View) { v.Message, v.Tries = kiosk.MsgLastTry, 1 })
	with("", v(kiosk.Proof, kiosk.FoundCard), 2, kiosk.FormShort, nil)
	for pl := range kiosk.Places {
		if step := kiosk.Look(kiosk.State{Place: pl}).Step; step > 0 && step < 4 && pl != kiosk.Proving {
			with("", v(pl, kiosk.FoundCard), 0, 0, func(v *kiosk.View) { v.Step = step })
		}
	}
	lent := func(v *kiosk.View) { v.List = lists()[0] }
	with("", v(kiosk.Shown, kiosk.FoundGood), 0, 0, lent)
	with(" ending", v(kiosk.Shown, kiosk.FoundGood), 0, 0, func(v *kiosk.View) { lent(v); v.Warn = true })
	with(" held", v(kiosk.Shown, kiosk.FoundHeld), 0, 0, func(v *kiosk.View) { v.List, v.Message = lists()[1], kiosk.MsgHeldBefore })
	with("", v(kiosk.HoldAsk, kiosk.FoundGood), 0, 0, lent)
	with("", v(kiosk.Holding, kiosk.FoundGood), 0, 0, lent)
	for _, w := range []kiosk.Message{kiosk.MsgHeldNow, kiosk.MsgNoPhone, kiosk.MsgHoldUnknown, kiosk.MsgNetwork} {
		with(" "+w.String(), v(kiosk.Telling, kiosk.FoundNothing), 0, 0, func(v *kiosk.View) {
			v.Message, v.Session, v.When, v.Changed = w, session, moment, true
			if w == kiosk.MsgHeldNow {
				v.Result, v.Slip = kiosk.Done, kiosk.SlipOffered
			}
		})
	}
	with(" looked", v(kiosk.TakeCard, kiosk.FoundNothing), 0, 0, func(v *kiosk.View) { v.Message = kiosk.MsgLooked })
}

// counted is which of the tasks of a visit the view belongs to.
func counted(v kiosk.View) (kiosk.Task, uint8, uint8) {
	s := kiosk.State{Place: v.Place, Flow: v.Flow, Act: v.Act, Result: v.Result}
	if s.Tries = (kiosk.Tries{3, 5}); v.Place == kiosk.Plan {
		s.Act = kiosk.NoAct
		if v.Unlock {
			s.Tries = s.Tries.With(v.Flow.Target(), v.Target%v.Flow.Target().Full())
		}
	}
	seen := kiosk.Look(s)
	return seen.Task, seen.Now, seen.Of
}

type adder = func(string, kiosk.View, int, kiosk.Form)

// visit is the part of a visit after the reservation is known.
func visit(f kiosk.Flow, add adder) {
	full := f.Proof().Full()
	v := func(pl kiosk.Place) kiosk.View {
		return kiosk.View{Place: pl, Flow: f, Act: kiosk.Reset, Tries: full, Target: f.Target().Full(), Codes: 5, Card: true}
	}
	name := func(pl kiosk.Place, more string) string { return f.String() + " " + pl.String() + more }
	plain := func(pl kiosk.Place, more string, change func(*kiosk.View)) {
		x := v(pl)
		if change != nil {
			change(&x)
		}
		add(name(pl, more), x, 0, 0)
	}
	typed := func(pl kiosk.Place, more string, n int, form kiosk.Form, change func(*kiosk.View)) {
		x := v(pl)
		if change != nil {
			change(&x)
		}
		add(name(pl, more), x, n, form)
	}
	short := kiosk.FormShort
	if kiosk.FlowP == f {
		short |= kiosk.FormNoDigit | kiosk.FormNoLetter
	}
	plain(kiosk.Plan, "", nil)
	plain(kiosk.Plan, " unlock", func(v *kiosk.View) { v.Unlock, v.Target = true, 1 })
	plain(kiosk.Plan, " last try", func(v *kiosk.View) { v.Tries = 1 })
	plain(kiosk.Plan, " locked, last try", func(v *kiosk.View) { v.Unlock, v.Target, v.Tries = true, 0, 1 })
	plain(kiosk.Plan, " doubt", func(v *kiosk.View) { v.Earlier, v.Unlock = kiosk.EarlierDoubt, true })
	plain(kiosk.Plan, " doubt works", func(v *kiosk.View) { v.Earlier, v.Full = kiosk.EarlierDoubt, true })
	typed(kiosk.Code, "", 0, kiosk.FormShort, nil)
	typed(kiosk.Code, " full", 8, 0, nil)
	typed(kiosk.Code, " wrong", 0, kiosk.FormShort, func(v *kiosk.View) { v.Message, v.Codes = kiosk.MsgWrongCode, 1 })
	plain(kiosk.CodeAsked, "", nil)
	_, most := kiosk.State{Place: kiosk.NewSecret, Flow: f}.Pad().Length()
	typed(kiosk.NewSecret, "", 0, short, nil)
	typed(kiosk.NewSecret, " begun", 3, kiosk.FormShort, nil)
	typed(kiosk.NewSecret, " full", most, 0, nil)
	typed(kiosk.NewSecret, " mismatch", 0, short, func(v *kiosk.View) { v.Message = kiosk.MsgMismatch })
	typed(kiosk.NewSecret, " form", 2, short, func(v *kiosk.View) { v.Message = kiosk.MsgForm })
	typed(kiosk.NewSecret, " erased", 0, short, func(v *kiosk.View) { v.Message = kiosk.MsgErased })
	if f == kiosk.FlowU {
		typed(kiosk.NewSecret, " weak", 4, kiosk.FormWeak, nil)
	}
	typed(kiosk.NewSecret, " ending", 3, short, func(v *kiosk.View) { v.Warn = true })
	typed(kiosk.Again, "", 4, short, nil)
	typed(kiosk.Again, " mismatch", 0, short, func(v *kiosk.View) { v.Message = kiosk.MsgMismatch })
	plain(kiosk.Confirm, "", nil)
	plain(kiosk.Confirm, " unlock", func(v *kiosk.View) { v.Act = kiosk.Unlock })
	plain(kiosk.LastTry, "", func(v *kiosk.View) { v.Message, v.Tries = kiosk.MsgLastTry, 1 })
	_, most = kiosk.State{Place: kiosk.Proof, Flow: f}.Pad().Length()
	typed(kiosk.Proof, "", 0, kiosk.FormShort, nil)
	typed(kiosk.Proof, " full", most, 0, nil)
	typed(kiosk.Proof, " wrong", 0, kiosk.FormShort, func(v *kiosk.View) { v.Message, v.Tries, v.Changed = kiosk.MsgWrongProof, 2, true })
	typed(kiosk.Proof, " last", 0, kiosk.FormShort, func(v *kiosk.View) { v.Message, v.Tries, v.Changed = kiosk.MsgLastTry, 1, true })
	typed(kiosk.Proof, " ending", 2, kiosk.FormShort, func(v *kiosk.View) { v.Warn = true })
	typed(kiosk.Proof, " untold", 2, kiosk.FormShort, func(v *kiosk.View) { v.Tries = -1 })
	for pl := kiosk.Verifying; pl <= kiosk.Settling; pl++ {
		i := pl - kiosk.Verifying
		plain(pl, "", func(v *kiosk.View) { v.Step = uint8(i) + 1 })
	}
	plain(kiosk.DoubtCard, "", func(v *kiosk.View) { v.Result, v.Changed, v.Card = kiosk.Unknown, true, false })
	plain(kiosk.DoubtCard, " other", func(v *kiosk.View) { v.Message, v.Result, v.Changed = kiosk.MsgOtherCard, kiosk.Unknown, true })
	plain(kiosk.DoubtReading, "", func(v *kiosk.View) { v.Result, v.Changed = kiosk.Unknown, true })
	plain(kiosk.DoubtAgain, "", func(v *kiosk.View) { v.Result, v.Changed = kiosk.Unknown, true })
}

// endings are every word at the end, before an act and after one.
func endings(f kiosk.Flow, add adder) {
	v := func(pl kiosk.Place, w kiosk.Message) kiosk.View {
		return kiosk.View{Place: pl, Flow: f, Act: kiosk.Reset, Message: w, Tries: 1, Card: true, Earlier: kiosk.EarlierCertain, Session: session, When: moment}
	}
	for _, w := range kiosk.Messages() {
		x := v(kiosk.Telling, w)
		switch w {
		case kiosk.MsgHeldNow, kiosk.MsgLooked, kiosk.MsgNoPhone, kiosk.MsgHeldBefore, kiosk.MsgHoldUnknown,
			kiosk.MsgWithdrawn, kiosk.MsgNoConsent, kiosk.MsgReadOnly, kiosk.MsgWithdrawUnknown:
			continue // of visits that renew nothing
		case kiosk.MsgReset, kiosk.MsgUnlocked:
			x.Result, x.Changed = kiosk.Done, true
		case kiosk.MsgUnknown:
			x.Result, x.Changed = kiosk.Unknown, true
		case kiosk.MsgNotWritten:
			x.Result, x.Changed = kiosk.Failed, true
		}
		x.Counter = x.Sign() == kiosk.SignOffice || x.Sign() == kiosk.SignLocked
		add(f.String()+" telling "+w.String(), x, 0, 0)
		for slip := kiosk.SlipOffered; slip < kiosk.Slips && x.Result != kiosk.NoOutcome; slip++ {
			y := x
			y.Slip = slip
			add(f.String()+" telling "+w.String()+[...]string{"", " slip", " slip asked", " slip printed", " slip failed"}[slip], y, 0, 0)
		}
		if x.Result == kiosk.NoOutcome && w != kiosk.MsgStopped {
			x.Changed, x.Card = true, false
			add(f.String()+" telling "+w.String()+" after a try", x, 0, 0)
		}
		if w == kiosk.MsgNetwork || w == kiosk.MsgUsedReserve {
			x.Changed, x.Card, x.Full, x.Earlier = false, true, w == kiosk.MsgUsedReserve, kiosk.EarlierUntold
			add(f.String()+" telling "+w.String()+" at the opening", x, 0, 0)
			x.Full, x.Earlier = false, kiosk.EarlierDoubt
			add(f.String()+" telling "+w.String()+" in doubt", x, 0, 0)
		}
	}
	for _, w := range []kiosk.Message{kiosk.MsgReset, kiosk.MsgStopped, kiosk.MsgTimeout} {
		x := v(kiosk.TakeCard, w)
		if w == kiosk.MsgReset {
			x.Result = kiosk.Done
		}
		add(f.String()+" take-card "+w.String(), x, 0, 0)
		x.Card = false
		add(f.String()+" take-card lifted "+w.String(), x, 0, 0)
		x.Loud, x.Changed, x.Card = true, true, true
		add(f.String()+" take-card loud "+w.String(), x, 0, 0)
	}
	for _, w := range []kiosk.Message{kiosk.MsgExpired, kiosk.MsgChanged, kiosk.MsgProofBlocked} {
		add(f.String()+" counter-page "+w.String(), v(kiosk.CounterPage, w), 0, 0)
	}
	for _, w := range []kiosk.Message{kiosk.MsgReset, kiosk.MsgExpired} {
		x := v(kiosk.Thanks, w)
		if x.Card = false; w == kiosk.MsgReset {
			x.Result, x.Changed = kiosk.Done, true
		}
		add(f.String()+" thanks "+w.String(), x, 0, 0)
	}
}
