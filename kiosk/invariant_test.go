package kiosk

import "time"

// The invariants. Each has a name, because every hand-made defect in the
// folder mutants says which of them kills it.

// The order of the places is the order of a visit. The invariants know that
// order alone, and not the table of places, so that a wrong row is found.

// home: no secret may be live, and no card, session or certificate may be left
// over. In PlaceCard none is there yet.
func home(p Place) bool { return p < Reading || p > DoubtAgain }

type invariant struct {
	name  string
	holds func(t *transition) bool
}

var invariants = []invariant{
	{"an irreversible effect stands right behind its record", func(t *transition) bool {
		for i, f := range t.fx {
			if !f.Do.Irreversible() {
				continue
			}
			if i == 0 || t.fx[i-1].Do != DoRecord || t.fx[i-1].Entry.Kind != records[f.Do] {
				return false
			}
		}
		return true
	}},
	{"an intent is dropped only with its outcome on disk", func(t *transition) bool {
		return !t.x.torn && (t.x.lost || t.n.Intent == t.x.open)
	}},
	{"a secret leaves Live only with its wipe", func(t *transition) bool {
		return t.s.Live&^t.n.Live&^t.wiped() == 0
	}},
	{"home holds nothing", func(t *transition) bool {
		return !home(t.n.Place) || t.n.Live == LiveNone && t.n.Intent == NoIntent
	}},
	{"home has forgotten the card and the session", func(t *transition) bool {
		return !home(t.n.Place) || !t.x.payload
	}},
	{"a stale reply changes nothing", func(t *transition) bool {
		return !t.e.reply() || t.e.Op == t.s.Op || t.n == t.s && len(t.fx) == 0
	}},
	{"a touch on another screen changes nothing", func(t *transition) bool {
		return !t.e.touch() || t.e.Place == t.s.Place || t.n == t.s && len(t.fx) == 0
	}},
	{"a turned page begins the clock anew, moves the cap, and changes nothing else", func(t *transition) bool {
		if t.e.Kind != PageTurned || t.e.Place != t.s.Place {
			return true
		}
		want := t.s
		want.Slips, want.Untouched = 0, 0
		if row := t.s.row(); row.silence != nil && !row.busy {
			want.Timer = 0
		}
		most := 0
		if row := t.s.row(); row.silence != nil && !row.busy && !row.noStay && t.s.InVisit() {
			most = 1
		}
		return t.n == want && len(t.fx) == most && t.does(DoExtend) == (most == 1)
	}},
	{"an overtaken timer changes nothing", func(t *transition) bool {
		return t.e.Kind != TimerFired || t.e.Timer == t.s.Timer || t.n == t.s && len(t.fx) == 0
	}},
	{"an awaited answer is taken", func(t *transition) bool {
		if !t.e.reply() || t.e.Op != t.s.Op || !answersTo(t.w.pending, t.e.Kind) {
			return true
		}
		if t.e.Kind == Healthy && !t.s.row().busy { // asked beside what the person does
			return t.n.Health == t.e.Message || t.s.Place == Needs && t.e.Message == NoMessage
		}
		return t.n.Op > t.s.Op
	}},
	{"the last try is never spent unannounced", func(t *transition) bool {
		return !t.does(DoVerify) || t.s.Tries.Of(t.s.Flow.Proof()) > 1 || t.s.Warned
	}},
	{"no try is spent unasked", func(t *transition) bool {
		return !t.does(DoVerify) || t.e.Kind == Pressed && t.e.Button == ButtonOK
	}},
	{"a try needs a good entry", func(t *transition) bool {
		if !t.does(DoVerify) {
			return true
		}
		return t.s.Live&LiveProof != 0 && (t.s.Place != Proof || !t.e.Form.Bad())
	}},
	{"a reset writes the confirmed secret", func(t *transition) bool {
		return !t.does(DoWrite) || t.s.Act != Reset || t.s.Live&LiveNew != 0 && t.s.Live&LiveAgain == 0
	}},
	{"nothing of the visit touches another card", func(t *transition) bool {
		for _, d := range [...]Do{DoVerify, DoSign, DoGrant, DoWrite} {
			if t.does(d) && !t.x.mine {
				return false
			}
		}
		return true
	}},
	{"the burst is in order", func(t *transition) bool {
		for i := range t.fx {
			switch t.fx[i].Do {
			case DoSign:
				return t.e.Kind == Verified && t.w.pending == DoVerify
			case DoSee:
				return t.e.Kind == Signed && t.w.pending == DoSign
			case DoList:
				return t.e.Kind == Seen && t.w.pending == DoSee || t.w.withdrawn
			case DoProve:
				return t.e.Kind == Signed && t.w.pending == DoSign
			case DoGrant:
				return t.e.Kind == Proved && t.w.pending == DoProve
			case DoWrite:
				return t.e.Kind == Granted && t.w.pending == DoGrant && t.s.Intent == IntentAsking
			}
		}
		return true
	}},
	{"at most one ask, the last effect, with the state's Op", func(t *transition) bool {
		for i, f := range t.fx {
			if f.Do.Asks() && (i != len(t.fx)-1 || f.Op != t.n.Op) {
				return false
			}
		}
		return true
	}},
	{"Op grows with every move and every ask", func(t *transition) bool {
		asks := len(t.fx) > 0 && t.fx[len(t.fx)-1].Do.Asks()
		return t.n.Op >= t.s.Op && (t.n.Op > t.s.Op || t.n.Place == t.s.Place && !asks)
	}},
	{"the outcome is on disk before the authority hears it", func(t *transition) bool {
		for i, f := range t.fx {
			if f.Do != DoSettle {
				continue
			}
			if i == 0 || t.fx[i-1].Do != DoRecord || t.fx[i-1].Entry.Kind != EntryOutcome || t.fx[i-1].Entry.Outcome != f.Outcome {
				return false
			}
		}
		return true
	}},
	{"done is told only of a write that is done", func(t *transition) bool {
		good := t.n.Message == MsgReset || t.n.Message == MsgUnlocked || t.n.Message == MsgHeldNow || t.n.Message == MsgWithdrawn
		return t.x.done || !good && (t.n.Result != Done || t.n.Place == Idle)
	}},
	{"a write that is done is told", func(t *transition) bool {
		return t.n.Place != Telling || !t.x.done || t.n.Message == MsgReset || t.n.Message == MsgUnlocked || t.n.Message == MsgHeldNow || t.n.Message == MsgWithdrawn
	}},
	{"a doubt is never forgotten or talked away", func(t *transition) bool {
		if !t.x.doubt {
			return true
		}
		switch p := t.n.Place; {
		case p >= Telling && p <= TakeCard:
			return t.n.Message == MsgUnknown && Look(t.n).Result == Unknown
		case p >= Needs && p <= Confirm:
			return false
		}
		return t.n.Message != MsgNotWritten
	}},
	{"that nothing has changed is told only when it is so", func(t *transition) bool {
		return !t.x.spent || Look(t.n).Changed || t.n.Place <= PageNeither || t.n.Place >= Thanks
	}},
	{"what was typed is not lost without a sentence", func(t *transition) bool {
		lost := t.s.Live &^ t.n.Live &^ LiveList
		if lost == LiveNone || t.n.Place == Telling || t.n.Message != NoMessage && (t.n.Place != PlaceCard || t.n.Message == MsgRemovedTyped) {
			return true
		}
		used := t.e.Kind == CodeRight || t.e.Kind == Wrote || t.e.Kind == CardRead || t.e.Kind == Verified // it did what it was typed for
		return used || t.e.Kind == Pressed                                                                 // or its owner went on, or back
	}},
	{"a card that is lifted says what has to be typed again", func(t *transition) bool {
		if t.n.Place != PlaceCard || t.s.Place <= PlaceCard {
			return true
		}
		return t.s.Place > CodeAsked == (t.n.Message == MsgRemovedTyped) || t.s.Live&LiveCode != 0 && t.n.Message == MsgRemovedTyped
	}},
	{"a reader or ledger that is out admits no visit", func(t *transition) bool {
		return t.s.Place != Idle || t.n.Place != Needs || t.s.Health == NoMessage && !t.w.lost
	}},
	{"a full ledger reads no card", func(t *transition) bool {
		return t.s.Place != PlaceCard || !t.does(DoRead) || t.e.Message == NoMessage
	}},
	{"a visit that has begun is not turned away", func(t *transition) bool {
		return t.s.Place != DoubtCard || t.e.Kind != CardIn || t.e.Op != t.s.Op || t.n.Place == DoubtReading
	}},
	{"a session ends with its line", func(t *transition) bool {
		if t.s.Flow == NoFlow || t.s.Flow.Looks() && t.s.Found < FoundCard || t.n.Flow != NoFlow && t.n.Place != Telling && t.n.Place != TakeCard || t.s.Place >= Telling || t.e.Kind == LedgerLost {
			return true
		}
		for _, f := range t.fx {
			if f.Do == DoRecord && f.Entry.Kind == EntryEnded {
				return true
			}
		}
		return false
	}},
	{"after a lost record no visit until recovery", func(t *transition) bool {
		return !t.x.lost || home(t.n.Place) && t.n.Place != Needs && t.n.Place != PlaceCard && !t.does(DoRecord)
	}},
	{"a visit that is over ends", func(t *transition) bool {
		waits := t.x.pending == 0 || t.x.pending == DoWait // for a person once more
		return !t.n.Over || !waits || home(t.n.Place) && t.n.Place >= Telling
	}},
	{"the lamp is out when the kiosk is free", func(t *transition) bool {
		return !t.x.lamp || t.n.Place == TakeCard
	}},
	{"counters stay inside their bounds", func(t *transition) bool {
		return t.n.Grants >= 0 && t.n.Grants <= MaxGrants && t.n.Misses >= 0 && t.n.Misses < MaxMisses &&
			t.n.Renewed >= 0 && t.n.Renewed <= MaxExtensions && t.n.Place < Places && int(t.n.Timer) <= len(t.n.row().timers)
	}},
	{"the next resident finds nothing of the last", func(t *transition) bool {
		if t.n.Place != Idle && t.n.Place != OutOfService || t.s.Place == t.n.Place || t.s.Place <= Needs {
			return true
		}
		clean := State{Place: t.n.Place, Op: t.n.Op, Tries: untold, Health: t.n.Health, Message: t.n.Message, Shop: t.s.Shop, Theme: t.s.Shop.Theme, Volume: t.s.Shop.Volume}
		return t.n == clean
	}},
	{"a session is given three grants at most", func(t *transition) bool { return t.x.grants <= MaxGrants }},
	{"no third session begins untouched", func(t *transition) bool {
		return t.x.untouched <= MaxSlips
	}},
	{"a session begins with nothing of the one before", func(t *transition) bool {
		return t.n.Place != Reading || t.n.Grants == 0 && !t.n.Spent && t.n.Earlier == EarlierUntold
	}},
	{"a code is asked for only while one is left", func(t *transition) bool {
		return t.s.Place != Opening || t.n.Place != Plan || t.e.Codes > 0 || t.e.Factor == FactorReservation
	}},
	{"a touch extends no place with a secret of the card", func(t *transition) bool {
		if t.s.Place != LastTry && t.s.Typing()&^LiveCode == LiveNone {
			return true
		}
		return (t.e.Kind == KeyPressed || !t.does(DoExtend)) && !Look(t.s).Stay
	}},
	{"a secret is held only where it is needed", func(t *transition) bool {
		switch p := t.n.Place; {
		case p >= Code && p <= CodeAsked:
			return t.n.Live&^LiveCode == 0
		case p == Again:
			return t.n.Live&^(LiveNew|LiveAgain) == 0
		case p >= NewSecret && p <= LastTry:
			return t.n.Live&^LiveNew == 0
		case p >= Seeing && p <= LookingAgain:
			return t.n.Live&^LiveList == 0
		case p >= Proof && p <= DoubtAgain:
			return t.n.Live&^(LiveNew|LiveProof) == 0
		}
		return t.n.Live == LiveNone
	}},
	{"the card does the act that was agreed on", func(t *transition) bool {
		for _, f := range t.fx {
			switch f.Do {
			case DoVerify:
				if f.Flow != t.n.Flow {
					return false
				}
			case DoSign, DoWrite:
				if f.Flow != t.n.Flow || f.Act != t.n.Act {
					return false
				}
			case DoProve:
				if f.Act != t.n.Act {
					return false
				}
			}
		}
		return t.s.Act == t.n.Act || t.s.Place == Plan || t.n.Place <= PlaceCard || t.n.Place >= Telling
	}},
	{"a write is repeated only on a fresh challenge", func(t *transition) bool {
		return !t.does(DoVerify) || t.s.Place != DoubtAgain || t.w.fresh
	}},
	{"settled is written only of an answer", func(t *transition) bool {
		for _, f := range t.fx {
			if f.Do == DoRecord && f.Entry.Kind == EntrySettled {
				return t.e.Kind == Settled
			}
		}
		return true
	}},
	{"no visit ends while a card stays", func(t *transition) bool {
		return !t.x.there || t.n.Place >= Reading && t.n.Place <= TakeCard // WrongCard among them
	}},
	{"a visit knows its flow", func(t *transition) bool {
		return t.n.Place < Plan || t.n.Place > DoubtAgain || t.n.Flow == FlowP || t.n.Flow == FlowU || t.n.Flow.Looks()
	}},
	{"of earlier visits the screen knows what the authority said", func(t *transition) bool {
		switch {
		case t.n.Place < Plan || t.n.Place == OutOfService:
			return Look(t.n).Earlier == EarlierUntold
		case t.s.Place != Opening:
			return Look(t.n).Earlier == t.s.Earlier
		case t.e.Kind != Opened || t.e.Flow == NoFlow:
			return Look(t.n).Earlier == EarlierUntold
		case t.e.Doubt:
			return Look(t.n).Earlier == EarlierDoubt
		}
		return Look(t.n).Earlier == EarlierCertain
	}},
	{"the page of languages changes the language and nothing else", func(t *transition) bool {
		if t.e.Kind != Pressed || t.e.Place != t.s.Place || t.e.Button == ButtonStay || t.e.Button == ButtonStop || t.e.Button.sounds() || t.s.Choosing != ChoiceLanguage && t.n.Choosing != ChoiceLanguage {
			return true
		}
		want := t.s
		want.Lang, want.Choosing, want.Timer, want.Slips, want.Untouched = t.n.Lang, t.n.Choosing, t.n.Timer, 0, 0
		return t.n == want && len(t.fx) == 0 && (t.n.Lang == t.s.Lang || t.e.Button == ButtonSpeak && t.n.Lang == t.e.Lang)
	}},
	{"only a language of this machine is spoken", func(t *transition) bool { return t.n.Shop.Offered.Has(t.n.Lang) }},
	{"the page of languages stands where it can be opened", func(t *transition) bool { return t.n.Choosing != ChoiceLanguage || Look(t.n).Speaks }},
	{"staff comes in between visits, and where nothing lies on the reader", func(t *transition) bool {
		if t.n.Place == t.s.Place {
			return true
		}
		switch t.n.Place {
		case StaffField:
			return t.e.Kind == StaffIn && (t.s.Place == Idle || t.s.Place == OutOfService) // the ledger is recovered before that
		case Staff:
			return t.e.Kind == NoCard && t.w.pending == DoField && t.e.Op == t.s.Op
		}
		return true
	}},
	{"a slip is offered of a write, by a printer that has said that it is ready", func(t *transition) bool {
		if t.n.Slip == NoSlip {
			return true
		}
		return t.n.Result != NoOutcome && (t.n.Place == Telling || t.n.Place == CounterPage) && (t.s.Slip != NoSlip || t.n.Slip == SlipOffered && t.e.Kind == PrinterReady)
	}},
	{"a slip is printed by a touch on its button alone, once a result", func(t *transition) bool {
		asked := t.e.Kind == Pressed && t.e.Button == ButtonSlip && t.e.Place == Telling && t.s.Place == Telling && t.s.Slip == SlipOffered
		return t.does(DoSlip) == asked && (t.s.Slip == NoSlip || t.n.Slip >= t.s.Slip || t.n.Slip == NoSlip && t.n.Place > CounterPage || home(t.n.Place))
	}},
	{"what lies here is asked of a kiosk that works, also outside the hours", func(t *transition) bool {
		if t.s.Place != Idle || t.e.Kind != Pressed || t.e.Button != ButtonLook && t.e.Button != ButtonConsents || t.e.Place != Idle || t.s.Choosing != NoChoice {
			return t.s.Place != Idle || t.n.Place != PlaceCard
		}
		return (t.n.Place == PlaceCard) == (t.s.Health == NoMessage || t.s.Health == MsgHours) && (t.n.Place == Idle || !t.w.lost)
	}},
	{"a visit that looks renews nothing, and one that renews holds nothing", func(t *transition) bool {
		if t.s.Flow.Looks() != t.n.Flow.Looks() && t.s.Place != Idle && t.n.Place > PageNeither && t.n.Place < Telling {
			return false
		}
		for _, f := range t.fx {
			switch f.Do {
			case DoOpen, DoCode, DoProve, DoGrant, DoWrite, DoSettle:
				if t.n.Flow.Looks() {
					return false
				}
			case DoLook, DoSee, DoList:
				if !t.n.Flow.Looks() {
					return false
				}
			case DoHold:
				if t.n.Flow != FlowL {
					return false
				}
			case DoWithdraw:
				if t.n.Flow != FlowW {
					return false
				}
			}
		}
		return true
	}},
	{"a phone gets no secret", func(t *transition) bool {
		phone := t.s.Found == FoundPhone || t.e.Kind == CardRead && (t.e.Token == TokenAndroid || t.e.Token == TokeniPhone)
		return !phone || !t.does(DoVerify) && !t.does(DoSign) && t.n.Place != Proof && t.n.Live == LiveNone || t.s.Place >= Telling || t.s.Flow != FlowL && t.s.Place >= DoubtCard
	}},
	{"a phone is held by a touch on OK, after its page was seen, and only one that can be", func(t *transition) bool {
		if !t.does(DoHold) {
			return true
		}
		return t.s.Place == HoldAsk && t.e.Kind == Pressed && t.e.Button == ButtonOK && t.e.Place == HoldAsk && t.s.Found == FoundGood
	}},
	{"a list is shown after the proof, and gone with its pages", func(t *transition) bool {
		listed := t.n.Live&LiveList != 0
		phones, consents := t.n.Place >= Shown && t.n.Place <= Holding, t.n.Place >= Listed && t.n.Place <= WithdrawAsk
		came := t.e.Kind == Seen && t.w.pending == DoSee || t.e.Kind == ListIn && t.w.pending == DoList
		return listed == (phones || consents) && (!listed || t.s.Live&LiveList != 0 || came)
	}},
	{"what came of a hold is told as it is", func(t *transition) bool {
		if t.s.Place != Holding || t.n.Place == Holding || t.e.Kind == LedgerLost {
			return true
		}
		switch {
		case t.e.Kind == Held && t.e.Outcome == Done:
			return t.n.Message == MsgHeldNow
		case t.e.Kind == Held && t.e.Outcome == Failed:
			return t.n.Message == t.e.Message
		}
		return t.n.Message == MsgHoldUnknown
	}},
	{"a consent is withdrawn after its question, with the password, once a session, and never beside a hold", func(t *transition) bool {
		if !t.does(DoWithdraw) {
			return !t.does(DoHold) || !t.w.agreed
		}
		return t.s.Place == Signing && t.e.Kind == Signed && t.w.pending == DoSign && t.s.Flow.Proof() == RefSign && t.w.agreed && !t.w.withdrawn
	}},
	{"the password is asked for a consent of the list, after its question, when its names are gone", func(t *transition) bool {
		if t.s.Flow == FlowW || t.n.Flow != FlowW {
			return t.n.Flow != FlowW || t.n.Row == t.s.Row
		}
		pressed := t.s.Place == WithdrawAsk && t.e.Kind == Pressed && t.e.Button == ButtonOK && t.e.Place == WithdrawAsk
		if !pressed || t.s.Found != FoundConsents || t.s.Row < 0 || t.s.Row >= t.s.Rows || t.n.Live != LiveNone {
			return false
		}
		return t.n.Place == Telling || t.does(DoKeep) && t.fx[0] == Effect{Do: DoKeep, Row: t.s.Row}
	}},
	{"of a list the names of one row are shown, by a touch on it", func(t *transition) bool {
		if t.n.Place != OneConsent || t.s.Place == OneConsent {
			return t.n.Row == t.s.Row || t.n.Place == PlaceCard || t.n.Place >= Telling || t.n.Place <= Needs
		}
		touched := t.e.Kind == Pressed && t.e.Button == ButtonPick && t.s.Place == Listed && t.n.Row == t.e.Row
		return touched && t.n.Row >= 0 && t.n.Row < t.n.Rows || t.s.Place == WithdrawAsk && t.n.Row == t.s.Row
	}},
	{"a list stands for a minute without a touch, and no longer", func(t *transition) bool {
		if t.n.Place < Listed || t.n.Place > WithdrawAsk {
			return true
		}
		all := t.n.Place.row().timers
		return !Look(t.n).Stay && all[len(all)-1].after == time.Minute
	}},
	{"what came of a withdrawal is told as it is, and a lost answer is looked for first", func(t *transition) bool {
		if t.s.Place != Withdrawing && t.s.Place != LookingAgain || t.n.Place == t.s.Place || t.e.Kind == LedgerLost {
			return true
		}
		switch {
		case t.e.Kind == Withdrawn && t.e.Outcome == Failed:
			return t.n.Message == t.e.Message
		case t.e.Kind == Withdrawn && t.e.Outcome == Done, t.s.Place == LookingAgain && t.e.Kind == ListIn && t.e.Found == FoundGone:
			return t.n.Message == MsgWithdrawn
		case t.s.Place == Withdrawing:
			return t.n.Place == LookingAgain && t.does(DoList)
		}
		return t.n.Message == MsgWithdrawUnknown
	}},
	{"the page of colours changes the colours and nothing else, and stands where it can be opened", func(t *transition) bool {
		if t.n.Choosing == ChoiceTheme && !t.n.row().speaks {
			return false
		}
		if t.e.Kind != Pressed || t.e.Place != t.s.Place || t.e.Button == ButtonStay || t.e.Button == ButtonStop || t.e.Button.sounds() || t.s.Choosing != ChoiceTheme && t.n.Choosing != ChoiceTheme {
			return true
		}
		want := t.s
		want.Theme, want.Choosing, want.Timer, want.Slips, want.Untouched = t.n.Theme, t.n.Choosing, t.n.Timer, 0, 0
		return t.n == want && len(t.fx) == 0 && t.s.Live == t.n.Live
	}},
	{"the colours change by a touch on their page alone, and with the person", func(t *transition) bool {
		touched := t.s.Choosing == ChoiceTheme && t.e.Kind == Pressed && t.e.Button == ButtonTheme && t.e.Place == t.s.Place && t.n.Theme == t.e.Theme
		next := t.n.Theme == t.n.Shop.Theme && (t.n.Place == Idle || t.n.Place == OutOfService)
		return t.n.Theme < Themes && t.n.Shop == t.s.Shop && (t.n.Theme == t.s.Theme || touched || next)
	}},
	{"volume and darkness change by a button of theirs, one step at a time, and go back with the person", func(t *transition) bool {
		pressed := t.e.Kind == Pressed && t.e.Place == t.s.Place && t.s.Place != Staff && t.s.Place != OutOfService
		step := t.n.Volume - t.s.Volume
		louder := pressed && (step == 1 && t.e.Button == ButtonLouder || step == -1 && t.e.Button == ButtonQuieter) && t.n.Volume >= VolumeLeast && t.n.Volume <= VolumeMost
		next := t.n.Volume == t.n.Shop.Volume && !t.n.Dark && (t.n.Place == Idle || t.n.Place == OutOfService)
		return next || (step == 0 || louder) && (t.n.Dark == t.s.Dark || pressed && t.e.Button == ButtonDark)
	}},
	{"a button of sound changes nothing else, but for a clock that a person has and the page it stands on", func(t *transition) bool {
		if t.e.Kind != Pressed || t.e.Place != t.s.Place || !t.e.Button.sounds() && (t.e.Button != ButtonSound || t.n.Choosing == t.s.Choosing) {
			return t.n.Choosing != ChoiceSound || t.n.Place == t.s.Place && t.s.Choosing == ChoiceSound
		}
		want := t.s
		want.Volume, want.Dark, want.Slips, want.Untouched = t.n.Volume, t.n.Dark, 0, 0
		if t.e.Button == ButtonSound {
			want.Choosing = ChoiceSound
		} else if t.e.Button == ButtonDark && t.s.Choosing == ChoiceSound {
			want.Choosing = NoChoice
		}
		if row := t.s.row(); row.silence != nil && !row.busy && t.n.Timer == 0 {
			want.Timer = 0
		}
		return t.n == want && len(t.fx) == 0
	}},
	{"the glass is lit where others must see it, and on the page that says how it is lit", func(t *transition) bool {
		lit := t.n.Choosing == ChoiceSound || t.n.Place >= CounterPage || t.n.Place == Starting
		return !Look(t.n).Dark || !lit && t.n.Dark
	}},
}

// broken is the name of the first invariant that the step breaks, "" when it
// breaks none.
func broken(t *transition) string {
	for _, i := range invariants {
		if !i.holds(t) {
			return i.name
		}
	}
	return ""
}
