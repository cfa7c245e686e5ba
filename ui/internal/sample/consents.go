package sample

import (
	"strings"
	"sync"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/secret"
)

// agreed hold three consents, whose names are the longest, of every script, and such that the
// font lacks some of them; and as many as a list can.
var agreed = sync.OnceValue(func() (both [2]secret.List) {
	few := []kiosk.Consent{
		{Items: 2, From: moment, Until: moment + 315_532_800, Company: []byte("令和銀行"), Title: []byte("住所の変更")},
		{Items: 15, From: moment, Until: moment + 315_532_800, Last: moment, Company: []byte("The Longest Name of an Insurance Firm Co."[:40]), Title: []byte(strings.Repeat("引越しの", 10))},
		{Items: 3, From: moment, Until: moment + 315_532_800, Company: []byte("𠮷野家電🏦保険\u200b\u202e"), Title: []byte(strings.Repeat("W", 40))},
	}
	many := make([]kiosk.Consent, kiosk.MaxConsents)
	for i := range many {
		many[i] = few[i%3]
	}
	for i, all := range [][]kiosk.Consent{few, many} {
		l, err := secret.NewList()
		if err != nil || !kiosk.PutConsents(l, all) {
			panic("the list of consents has no room")
		}
		both[i] = l
	}
	return both
})

// consents are flows C and W.
func consents(add adder) {
	with := func(f kiosk.Flow, pl kiosk.Place, name string, typed int, form kiosk.Form, change func(*kiosk.View)) {
		v := kiosk.View{Place: pl, Flow: f, Tries: f.Proof().Full(), Target: f.Target().Full(), Card: true, Found: kiosk.FoundConsents, OnReader: kiosk.OnReader{Token: kiosk.TokenCard}}
		if change != nil {
			change(&v)
		}
		add(f.String()+" "+pl.String()+name, v, typed, form)
	}
	with(kiosk.FlowC, kiosk.PlaceCard, "", 0, 0, func(v *kiosk.View) { v.Card, v.Tries, v.Found = false, -1, kiosk.FoundNothing })
	with(kiosk.FlowC, kiosk.Lying, "", 0, 0, func(v *kiosk.View) { v.Found = kiosk.FoundCard })
	with(kiosk.FlowC, kiosk.LastTry, "", 0, 0, func(v *kiosk.View) { v.Message, v.Tries = kiosk.MsgLastTry, 1 })
	with(kiosk.FlowC, kiosk.Proof, "", 2, kiosk.FormShort, nil)
	for pl := range kiosk.Places {
		if step := kiosk.Look(kiosk.State{Place: pl}).Step; step > 0 && step < 5 && pl != kiosk.Proving {
			with(kiosk.FlowC, pl, "", 0, 0, func(v *kiosk.View) { v.Step = min(step, 3) })
			with(kiosk.FlowW, pl, "", 0, 0, func(v *kiosk.View) { v.Step = step })
		}
	}
	lent := func(rows, row int8) func(*kiosk.View) {
		return func(v *kiosk.View) {
			if v.List, v.Rows, v.Row = agreed()[0], rows, row; rows > 3 {
				v.List = agreed()[1]
			}
		}
	}
	readOnly := func(row int8, w kiosk.Message) func(*kiosk.View) {
		return func(v *kiosk.View) {
			lent(3, row)(v)
			v.Found, v.Message = kiosk.FoundReadOnly, w
		}
	}
	with(kiosk.FlowC, kiosk.Listed, "", 0, 0, lent(3, 0))
	with(kiosk.FlowC, kiosk.Listed, " many", 0, 0, lent(kiosk.MaxConsents, 0))
	with(kiosk.FlowC, kiosk.Listed, " ending", 0, 0, func(v *kiosk.View) { lent(1, 0)(v); v.Warn = true })
	with(kiosk.FlowC, kiosk.Listed, " read only", 0, 0, readOnly(0, kiosk.NoMessage))
	for row := range int8(3) {
		with(kiosk.FlowC, kiosk.OneConsent, []string{"", " long", " lacking"}[row], 0, 0, lent(3, row))
		with(kiosk.FlowC, kiosk.WithdrawAsk, []string{"", " long", " lacking"}[row], 0, 0, lent(3, row))
	}
	with(kiosk.FlowC, kiosk.OneConsent, " read only", 0, 0, readOnly(0, kiosk.MsgReadOnly))
	with(kiosk.FlowW, kiosk.LastTry, "", 0, 0, func(v *kiosk.View) { v.Message, v.Tries = kiosk.MsgLastTry, 1 })
	with(kiosk.FlowW, kiosk.Proof, "", 0, kiosk.FormShort, nil)
	with(kiosk.FlowW, kiosk.Proof, " wrong", 0, kiosk.FormShort, func(v *kiosk.View) { v.Message, v.Tries, v.Changed = kiosk.MsgWrongProof, 4, true })
	for _, w := range []kiosk.Message{kiosk.MsgWithdrawn, kiosk.MsgNoConsent, kiosk.MsgWithdrawUnknown, kiosk.MsgNoSign} {
		with(kiosk.FlowW, kiosk.Telling, " "+w.String(), 0, 0, func(v *kiosk.View) {
			if v.Message, v.Session, v.When, v.Changed = w, session, moment, true; w == kiosk.MsgWithdrawn {
				v.Result, v.Slip = kiosk.Done, kiosk.SlipOffered
			}
		})
	}
}
