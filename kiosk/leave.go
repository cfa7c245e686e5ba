package kiosk

// The ways out of a visit, and what may happen anywhere in it.

// leave is the one way out of a visit: it erases what is held, records the
// outcome of a begun act, forgets the card, and tells the resident.
func (s State) leave(w Message) (State, []Effect) { return s.leaveAfter(nil, w) }

func (s State) leaveAfter(fx []Effect, w Message) (State, []Effect) {
	s, fx = s.wipe(LiveAll, fx)
	if s, fx = s.close(fx); s.Result == Unknown {
		w = MsgUnknown // whatever ended the visit, this is what matters
	}
	s, fx = s.ended(fx, w)
	return s.tell(fx, w)
}

// ended is the last line of a session; a visit without one has none.
func (s State) ended(fx []Effect, w Message) (State, []Effect) {
	if s.Flow == NoFlow || s.Flow.Looks() && s.Found < FoundCard {
		return s, fx
	}
	return s.record(fx, Entry{Kind: EntryEnded, Before: -1, After: -1, Outcome: s.Result, Message: w})
}

// close records the outcome of an act that was begun and will not go on.
func (s State) close(fx []Effect) (State, []Effect) {
	switch s.Intent {
	case IntentTrying:
		s.Spent = true
		return s.record(fx, Entry{Kind: EntryTried, Before: s.proofTries(), After: -1, Outcome: Unknown})
	case IntentAsking:
		return s.record(fx, Entry{Kind: EntryOutcome, Before: s.targetTries(), After: s.targetTries(), Outcome: Failed})
	case IntentWriting:
		s.Result = Unknown
		return s.record(fx, Entry{Kind: EntryOutcome, Before: s.targetTries(), After: -1, Outcome: Unknown})
	case IntentHolding:
		return s.record(fx, Entry{Kind: EntryHeld, Before: -1, After: -1, Outcome: Unknown})
	case IntentWithdrawing:
		return s.record(fx, Entry{Kind: EntryWithdrawn, Before: -1, After: -1, Outcome: Unknown})
	}
	return s, fx
}

// tell shows the message. Who stopped, fell silent, or has seen enough, knows it already
// and is only asked to take the card.
func (s State) tell(fx []Effect, w Message) (State, []Effect) {
	fx = append(fx, Effect{Do: DoForget})
	if w == MsgStopped || w == MsgTimeout || w == MsgLooked {
		return s.takeCard(fx, w)
	}
	tone := ToneError
	if s.Result == Done {
		tone = ToneDone
	}
	return s.move(Telling).withMessage(w).askPrinter(append(fx, Effect{Do: DoTone, Tone: tone}))
}

// askPrinter finds out whether a slip can be offered: of a visit that changed a card,
// or may have. Whatever the answer, and if none comes, the result stands.
func (s State) askPrinter(fx []Effect) (State, []Effect) {
	if s.Result == NoOutcome || s.Slip != NoSlip {
		return s, fx
	}
	return s.ask(fx, Effect{Do: DoPrinter})
}

func (s State) takeCard(fx []Effect, w Message) (State, []Effect) {
	s.Slip = NoSlip
	if s.Card {
		return s.move(TakeCard).withMessage(w), fx
	}
	s, more := s.home()
	return s, append(fx, more...)
}

// home is the end of every visit. What the next resident finds has nothing of
// the last one: not the language, not the size of the text, not the colours, not the volume, and no dark glass.
func (s State) home() (State, []Effect) {
	s = State{Op: s.Op, Tries: untold, Health: s.Health, Shop: s.Shop, Theme: s.Shop.Theme, Volume: s.Shop.Volume}
	if s.needsRecovery() {
		return s.move(OutOfService).withMessage(s.Health), nil
	}
	return s.goIdle()
}

// needsRecovery reports whether ledger or reader must be reopened before a visit can begin.
// All other reasons pass while the attract screen shows them.
func (s State) needsRecovery() bool { return s.Health == MsgLedger || s.Health == MsgReader }

// goIdle shows the attract screen in the language it is in.
func (s State) goIdle() (State, []Effect) {
	return s.move(Idle).ask(nil, Effect{Do: DoHealth})
}

func (s State) telling(e Event) (State, []Effect) {
	if e.reply() {
		return s.printed(e), nil
	}
	if e.Kind == Pressed && e.Button == ButtonSlip && s.Slip == SlipOffered {
		s.Slip = SlipAsked // and no other: a resident may want one
		return s.askAgain(Effect{Do: DoSlip})
	}
	if e.Kind == Pressed && e.Button == ButtonCounter && Look(s).Counter {
		return s.move(CounterPage).withMessage(s.Message), nil
	}
	if e.Kind == Pressed && e.Button == ButtonOK {
		if s.Card {
			return s.takeCard(nil, s.Message)
		}
		s.Slip = NoSlip
		return s.move(Thanks).withMessage(s.Message), nil
	}
	return s, nil
}

// printed is what the printer says, beside what the resident does.
func (s State) printed(e Event) State {
	switch {
	case e.Kind == PrinterReady && s.Slip == NoSlip:
		s.Slip = SlipOffered
	case e.Kind == Printed && s.Slip == SlipAsked:
		s.Slip = SlipPrinted
	case e.Kind == NoPrinter && s.Slip == SlipAsked:
		s.Slip = SlipFailed
	}
	s.Op++ // answered
	return s
}

// counterPage goes back to the result, which says how it goes on.
func (s State) counterPage(e Event) (State, []Effect) {
	if e.Kind == Pressed && e.Button == ButtonBack {
		return s.move(Telling).withMessage(s.Message).askPrinter(nil)
	}
	return s, nil
}

// toldInSilence: the message was read long enough.
func (s State) toldInSilence() (State, []Effect) { return s.takeCard(nil, s.Message) }

func (s State) thanks(e Event) (State, []Effect) {
	if e.Kind == Pressed && e.Button == ButtonOK {
		return s.home()
	}
	return s, nil
}

// interrupted ends what was going on because of the card or the link to it. A lifted
// card only starts the visit again, holding nothing.
func (s State) interrupted(w Message) (State, []Effect) {
	switch {
	case w == MsgReader:
		return s.noReader()
	case w == MsgRemoved && s.Result != Unknown && !s.Over:
		if s.Slips+1 >= MaxSlips {
			return s.slipsAgain()
		}
		return s.removed()
	}
	return s.leave(w) // a card that only slipped still lies there: TakeCard looks, and ends for an empty reader
}

// removed ends the session, and the ledger says how: a card, laid on the reader
// again, opens another. It need not be the same, so nothing of this session goes
// on but what the screen still says of it; how many grants a reservation has had
// is the authority's to know.
//
// What was typed is gone with it, and the screen says so.
func (s State) removed() (State, []Effect) {
	why := MsgRemoved
	if s.Live != LiveNone || s.Place > CodeAsked {
		why = MsgRemovedTyped
	}
	s, fx := s.wipe(LiveAll, nil)
	s, fx = s.close(fx)
	s, fx = s.ended(fx, MsgRemoved)
	next := State{
		Op: s.Op, Tries: untold, Renewed: s.Renewed, Slips: s.Slips + 1, Spent: s.Spent,
		Health: s.Health, Lang: s.Lang, Size: s.Size, Theme: s.Theme, Volume: s.Volume, Dark: s.Dark, Shop: s.Shop,
	}
	switch s.Flow { // what the person came for; the authority says it of the other flows
	case FlowL:
		next.Flow = FlowL
	case FlowC, FlowW:
		next.Flow = FlowC
	}
	return next.move(PlaceCard).withMessage(why).ask(append(fx, Effect{Do: DoForget}), Effect{Do: DoWait})
}

// slipsAgain ends the visit of a card that left twice untouched. It lies at the
// edge of the field, or the reader cannot say whether it is there: sessions
// would follow one another without end, each with a record. The field is looked
// at again before the kiosk is free.
func (s State) slipsAgain() (State, []Effect) {
	s.Card = true
	return s.leave(MsgCardFault)
}

// cardGone: the watch saw the card leave. During the burst the command under
// way notices by itself and knows more.
func (s State) cardGone() (State, []Effect) {
	if !s.Card {
		return s, nil
	}
	return s.row().lifted(s)
}

// wrongCardTaken: the reader is free for the right card. No session was opened, so
// nothing ends; and it was taken because the screen asked for it, so that the next
// card has all its slips.
func (s State) wrongCardTaken() (State, []Effect) {
	s.Card, s.Slips = false, 0
	return s.move(PlaceCard).ask(nil, Effect{Do: DoWait})
}

// sessionLifted: without its card the session ends.
func (s State) sessionLifted() (State, []Effect) {
	s.Card = false
	return s.interrupted(MsgRemoved)
}

// doubtLifted: only the same card can settle the doubt.
func (s State) doubtLifted() (State, []Effect) {
	s.Card = false
	return s.backToDoubt(MsgUnknown)
}

// cardTaken is what TakeCard waits for.
func (s State) cardTaken() (State, []Effect) {
	s.Card = false
	return s.move(Thanks).withMessage(s.Message), []Effect{{Do: DoLamp}}
}

// liftNoted: the place goes on without the card.
func (s State) liftNoted() (State, []Effect) {
	s.Card = false
	return s, nil
}

// noReader ends the visit because a command's own answer says that the reader
// is lost: nothing that knows more will come.
func (s State) noReader() (State, []Effect) {
	s.Health, s.Card = MsgReader, false
	return s.leave(MsgReader)
}

// readerLost: the watch noticed, and no command's own answer.
func (s State) readerLost() (State, []Effect) {
	s.Health, s.Card = MsgReader, false
	return s.row().readerLost(s)
}

// reopen goes out of service until ledger and reader are open again.
func (s State) reopen() (State, []Effect) {
	s, fx := s.home()
	return s, append(fx, Effect{Do: DoLamp})
}

// ledgerLost: a record could not be made durable, so nothing after it was
// done. The loop delivers this before any other event: in Verifying, Proving,
// Granting and Writing the act itself has not happened. What is open on the
// disk is closed by DoRecover.
func (s State) ledgerLost() (State, []Effect) {
	fx := []Effect{{Do: DoWipe, Secrets: LiveAll}}
	s.Live, s.Intent, s.Health = LiveNone, NoIntent, MsgLedger
	s, more := s.row().ledgerLost(s)
	return s, append(fx, more...)
}

// forgetAndReopen: the record may have been the visit's last, and the DoForget
// behind it was not done. The next resident must not meet this one's session.
func (s State) forgetAndReopen() (State, []Effect) {
	s, fx := s.home()
	return s, append([]Effect{{Do: DoForget}}, fx...)
}

// forgetSession: it was the record of the end, and the message stays true.
func (s State) forgetSession() (State, []Effect) {
	return s, []Effect{{Do: DoForget}}
}

// tellUnrecorded ends a visit that can record nothing more.
func (s State) tellUnrecorded() (State, []Effect) {
	switch s.Result {
	case Done:
		return s.tell(nil, s.doneMessage())
	case Unknown:
		return s.tell(nil, MsgUnknown)
	}
	return s.tell(nil, MsgLedger)
}

// staffIn: between visits alone, and not before the reader was looked at: a card that
// a resident has left there is nothing for staff to be alone with.
func (s State) staffIn() (State, []Effect) {
	if !s.row().staff {
		return s, nil
	}
	return s.move(StaffField).ask(nil, Effect{Do: DoField})
}

func (s State) staffField(e Event) (State, []Effect) {
	switch e.Kind {
	case NoCard:
		return s.move(Staff), nil
	case ACard:
		return s.home()
	}
	return s, nil
}

// staffOut is the end of maintenance.
func (s State) staffOut() (State, []Effect) {
	if s.Place != Staff {
		return s, nil
	}
	return s.home()
}
