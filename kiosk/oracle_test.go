package kiosk

// What the tests know beside a State: an oracle that sees events and effects
// alone and keeps its own account of the ledger, the card and the visit's
// payload. An invariant that only read the State would accept whatever Step
// claims about itself.

// oracle is that account. It is comparable and small: the walk keeps one beside
// every State.
type oracle struct {
	pending   Do     // what was asked for and not answered
	open      Intent // by the lines that became durable
	lost      bool   // a record could not be kept, and no recovery came since
	payload   bool   // the loop holds a card, facts, a session
	mine      bool   // the loop's card is the session's; one that left answers nothing any more
	spent     bool   // a try was spent, or a write begun, since the card of this session was laid on
	unsure    bool   // the last outcome on disk is unknown: one more may follow it
	doubt     bool   // a write of this visit ended unknown and is not settled
	done      bool   // the target is renewed
	lamp      bool   // the clerk's lamp is on
	there     bool   // a card was seen on the reader, and no event since says that it left
	fresh     bool   // the authority answered a doubt with a challenge, and it is not used yet
	untouched int8   // sessions begun since the last touch
	grants    int8   // given in this session
	agreed    bool   // its owner answered with OK that a consent is to be withdrawn
	withdrawn bool   // a withdrawal was handed over in this session
	torn      bool   // the ledger's lines do not fit one another
}

// answers lists which replies an ask may get.
var answers = [doCount][]Kind{
	DoRecover: {Recovered, Unwell},
	DoHealth:  {Healthy},
	DoAsk:     {Healthy},
	DoWait:    {CardIn, CardBad},
	DoRead:    {CardRead, CardBad},
	DoOpen:    {Opened, Refused},
	DoCode:    {CodeRight, CodeWrong, Refused},
	DoVerify:  {Verified, NotRight, Unsure, CardBad},
	DoSign:    {Signed, CardBad},
	DoProve:   {Proved, Refused},
	DoGrant:   {Granted, NoGrant},
	DoWrite:   {Wrote},
	DoSettle:  {Settled, Unsettled},
	DoField:   {NoCard, ACard},
	DoPrinter: {PrinterReady, NoPrinter},
	DoSlip:    {Printed, NoPrinter},
	DoLook:    {Looked, Refused},
	DoSee:     {Seen, Refused},
	DoHold:    {Held},
	DoList:    {ListIn, Refused},

	DoWithdraw: {Withdrawn},
}

func answersTo(d Do, k Kind) bool {
	for _, a := range answers[d] {
		if a == k {
			return true
		}
	}
	return false
}

// records names the line that each irreversible effect needs right before it.
var records = [doCount]EntryKind{
	DoVerify: EntryTrying, DoProve: EntryProving, DoGrant: EntryAsking, DoWrite: EntryWriting, DoHold: EntryHolding, DoWithdraw: EntryWithdrawing,
}

// after is the account after a step, with the effects that were carried out:
// all of them, or those before a line that could not be kept.
func (w oracle) after(s State, e Event, n State, fx []Effect) oracle {
	w = w.happened(s, e)
	if n.Op != s.Op { // whatever is still unanswered is given up
		w = w.givenUp()
	}
	for _, f := range fx {
		w = w.carried(f)
	}
	if n.Place == Needs && s.Place != Needs || n.Place == PlaceCard && s.Place == Idle { // a new visit
		w.spent, w.unsure, w.doubt, w.done, w.mine = false, false, false, false, false
	}
	if n.Place >= Telling || n.Place <= Needs { // no grant is given before the next visit
		w.grants, w.fresh, w.agreed, w.withdrawn = 0, false, false, false
	}
	return w
}

// left reports whether the event says that the card is no longer there, or
// that it can no longer be known.
func left(e Event) bool {
	switch e.Kind {
	case CardGone, ReaderLost, Unsure:
		return true
	case CardBad, Refused, NoGrant:
		return e.Message == MsgRemoved || e.Message == MsgReader
	}
	return false
}

func (w oracle) happened(s State, e Event) oracle {
	if e.hand() && e.Place == s.Place {
		w.untouched = 0
	}
	if e.Kind == CardGone && s.Place == WrongCard { // taken because the screen asked for it
		w.untouched = 0
	}
	if e.Kind == Pressed && e.Button == ButtonOK && s.Place == WithdrawAsk && e.Place == WithdrawAsk {
		w.agreed = true
	}
	if left(e) && (!e.reply() || e.Op == s.Op) {
		w.there = false
	}
	if !e.reply() || e.Op != s.Op || !answersTo(w.pending, e.Kind) {
		return w
	}
	asked := w.pending
	w.pending = 0
	switch e.Kind {
	case Recovered:
		w.lost, w.open = false, NoIntent
	case CardIn:
		w.there, w.payload, w.mine = true, true, s.Place == PlaceCard // in doubt any card may come
		if s.Place == PlaceCard && e.Message == NoMessage {           // and here another session begins
			w.spent, w.grants, w.agreed, w.withdrawn = false, 0, false, false
			w.untouched++
		}
	case CardRead:
		if s.Place == DoubtReading {
			w = w.counted(s, e)
		}
	case Settled:
		w.fresh = e.Fresh
	case Granted:
		w.grants++
	case Held:
		w.done = w.done || e.Outcome == Done
	case Withdrawn:
		w.done = w.done || e.Outcome == Done
	case ListIn:
		w.done = w.done || w.withdrawn && e.Found == FoundGone
	case NotRight, Unsure:
		w.spent = true
	case CardBad:
		w.spent = w.spent || asked == DoVerify
	case Wrote:
		switch e.Outcome {
		case Done:
			w.done, w.doubt = true, false
		case Failed: // says nothing about a write before it
		default:
			w.doubt = true
		}
	}
	return w
}

// counted settles a doubt as PROTOCOL (kiosk/doc.go) says, and only by the
// session's card.
func (w oracle) counted(s State, e Event) oracle {
	w.mine = e.Same
	before, now := s.Tries.Of(s.Flow.Target()), e.tries().Of(s.Flow.Target())
	full := s.Flow.Target().Full()
	if !e.Same || before < 0 || before >= full {
		return w
	}
	switch now {
	case full:
		w.done, w.doubt = true, false
	case before:
		w.doubt = false
	}
	return w
}

func (w oracle) givenUp() oracle {
	switch w.pending {
	case DoVerify:
		w.spent = true
	case DoWrite:
		w.doubt = true
	}
	w.pending = 0
	return w
}

func (w oracle) carried(f Effect) oracle {
	switch f.Do {
	case DoRecord:
		begins, closes := f.Entry.Kind.Intent(), f.Entry.Kind.Closes(w.open)
		switch {
		case w.open != NoIntent && begins != NoIntent && !closes:
			w.torn = true // begun over an act without an outcome
		case begins != NoIntent:
			w.open = begins
		case closes:
			w.open = NoIntent
		case f.Entry.Kind == EntryTried || f.Entry.Kind == EntryHeld || f.Entry.Kind == EntryWithdrawn || f.Entry.Kind == EntryOutcome && !w.unsure:
			w.torn = true // the outcome of nothing
		}
		if f.Entry.Kind == EntryOutcome {
			w.unsure = f.Entry.Outcome == Unknown
		}
	case DoForget:
		w.payload, w.mine = false, false
	case DoLamp:
		w.lamp = f.On
	case DoWrite, DoHold:
		w.spent = true
	case DoWithdraw:
		w.spent, w.withdrawn = true, true
	case DoVerify:
		w.fresh = false
	}
	if f.Do.Asks() {
		w.pending = f.Do
	}
	return w
}

// transition is one step, as the invariants see it.
type transition struct {
	s  State
	w  oracle
	e  Event
	n  State
	fx []Effect
	x  oracle // after
}

func (t *transition) does(d Do) bool {
	for i := range t.fx {
		if t.fx[i].Do == d {
			return true
		}
	}
	return false
}

func (t *transition) wiped() (h LiveSecrets) {
	for i := range t.fx {
		if t.fx[i].Do == DoWipe {
			h |= t.fx[i].Secrets
		}
	}
	return h
}
