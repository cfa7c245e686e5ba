package kiosk

import (
	"fmt"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/secret"
)

// Every name is printed somewhere staff reads it: two alike, or one that is
// missing, would be the wrong story.
func TestNamesAreUnique(t *testing.T) {
	names := func(what string, n int, at func(int) string, beyond string) {
		seen := map[string]bool{}
		for i := range n {
			s := at(i)
			if s == "" || s == beyond || seen[s] {
				t.Errorf("%s %d is called %q", what, i, s)
			}
			seen[s] = true
		}
		if got := at(n); got != beyond {
			t.Errorf("%s beyond the last is called %q", what, got)
		}
	}
	names("place", int(Places), func(i int) string { return Place(i).String() }, "place?")
	names("event", int(kindCount), func(i int) string { return Kind(i).String() }, "event?")
	names("button", int(buttonCount), func(i int) string { return Button(i).String() }, "button?")
	if all := Buttons(); len(all) != int(buttonCount)-1 || all[0] != ButtonOK {
		t.Errorf("the buttons are %v", all)
	}
	names("language", int(Langs), func(i int) string { return Lang(i).String() }, "lang?")
	names("message", int(messageCount), func(i int) string { return Message(i).String() }, "message?")
	names("effect", int(doCount)-1, func(i int) string { return Do(i + 1).String() }, "do?")
	names("line", int(entryKinds)-1, func(i int) string { return EntryKind(i + 1).String() }, "kind?")
	names("staff task", int(staffTaskCount), func(i int) string { return StaffTask(i).String() }, "staff task?")
	if all := StaffTasks(); len(all) != int(staffTaskCount)-1 || all[0] != StaffLogin {
		t.Errorf("staff has the tasks %v", all)
	}
	for k := range entryKinds {
		if k.Staff() != strings.HasPrefix(k.String(), "staff-") || k.Staff() && k.Intent() != NoIntent {
			t.Errorf("%s: a line of maintenance, or not", k)
		}
	}
	if Do(0).String() != "do?" || EntryKind(0).String() != "kind?" {
		t.Error("nothing has a name")
	}
	for _, v := range []struct{ got, want string }{
		{fmt.Sprint(NoFlow, FlowP, FlowU, FlowL, FlowC, FlowW), "- P U L C W"}, {fmt.Sprint(NoAct, Reset, Unlock), "- reset unlock"},
		{fmt.Sprint(NoOutcome, Done, Failed, Unknown), "- done failed unknown"},
		{fmt.Sprint(NoRole, Clerk, Technician), "- clerk technician"},
		{fmt.Sprint(Flow(9), Act(9), Outcome(9), Role(9)), "W unlock unknown technician"}, // never a panic in a log line
	} {
		if v.got != v.want {
			t.Errorf("%s, want %s", v.got, v.want)
		}
	}
}

// Messages of faults have a code of their own; the others have none.
func TestEveryFaultHasACode(t *testing.T) {
	seen := map[string]Message{}
	for _, w := range Messages() {
		good := w == MsgReset || w == MsgUnlocked || w == MsgStopped || w == MsgErased || w == MsgHeldNow || w == MsgLooked || w == MsgWithdrawn
		code := w.Code()
		if good != (code == "") || !good && !strings.HasPrefix(code, "E-") {
			t.Errorf("word %d has code %q", w, code)
		}
		if other, ok := seen[code]; ok && !good {
			t.Errorf("%s means %d and %d", code, other, w)
		}
		seen[code] = w
	}
	if len(Messages()) != int(messageCount)-1 || messageCount.Code() != "" {
		t.Error("the list of words is not the list of words")
	}
}

// What was printed on a note must find its session for ever.
func TestReceiptIsEightDigitsOfItsSession(t *testing.T) {
	for id, want := range map[SessionID]string{
		{}:                                      "",
		{7: 42}:                                 "0000 0042",
		{0, 0, 0, 0, 0x5, 0xf5, 0xe1, 0}:        "0000 0000", // 100,000,000
		{0x1a, 0x2b, 0x3c, 0x4d, 5, 6, 7, 8, 9}: "7911 3992",
		{8: 1}:                                  "0000 0000",
	} {
		if got := id.Receipt(); got != want {
			t.Errorf("%x: %q, want %q", id, got, want)
		}
	}
}

func TestCountersOfTheTwoSecretsAreNotMixedUp(t *testing.T) {
	for _, c := range []struct {
		flow          Flow
		target, proof Ref
		full          int8
	}{{FlowP, RefSign, RefAuth, 5}, {FlowU, RefAuth, RefSign, 3}, {FlowL, RefSign, RefAuth, 5}, {FlowC, RefSign, RefAuth, 5}, {FlowW, RefAuth, RefSign, 3}} {
		if c.flow.Target() != c.target || c.flow.Proof() != c.proof || c.flow.Target().Full() != c.full {
			t.Errorf("flow %s: target %d, proof %d, full %d", c.flow, c.flow.Target(), c.flow.Proof(), c.flow.Target().Full())
		}
	}
}

// What a run left behind is closed as the contract says: a spent try and a
// begun write are unknown, asking alone changed nothing.
func TestRecordsOfARunThatWasCutShortAreClosed(t *testing.T) {
	for _, c := range []struct {
		in   EntryKind
		want Entry
	}{
		{EntryTrying, Entry{Kind: EntryTried, After: -1, Outcome: Unknown}},
		{EntryAsking, Entry{Kind: EntryOutcome, After: 2, Outcome: Failed}},
		{EntryWriting, Entry{Kind: EntryOutcome, After: -1, Outcome: Unknown}},
		{EntryHolding, Entry{Kind: EntryHeld, After: -1, Outcome: Unknown}},
		{EntryWithdrawing, Entry{Kind: EntryWithdrawn, After: -1, Outcome: Unknown}},
	} {
		open := Entry{Kind: c.in, Session: SessionID{1}, Grant: GrantID{2}, Flow: FlowP, Act: Reset, Before: 2, After: -1, Message: MsgReset}
		c.want.Session, c.want.Grant, c.want.Flow, c.want.Act, c.want.Before = open.Session, open.Grant, open.Flow, open.Act, 2
		if got := open.Close(); got != c.want {
			t.Errorf("%s is closed by %+v, want %+v", c.in, got, c.want)
		}
		if !open.Close().Kind.Closes(c.in.Intent()) {
			t.Errorf("what closes %s does not close it", c.in)
		}
	}
	for k := EntryBoot; k < entryKinds; k++ {
		if k.Closes(NoIntent) {
			t.Errorf("%s closes what was never begun", k)
		}
	}
}

// Step never leaves Writing but by its outcome. Should it ever be made to,
// leave still writes the truth.
func TestLeavingAWriteIsUnknown(t *testing.T) {
	s := State{Place: Writing, Flow: FlowP, Act: Reset, Tries: Tries{3, 5}, Intent: IntentWriting, Live: LiveNew | LiveProof}
	n, fx := s.leave(MsgNetwork)
	const want = "[wipe new+proof; record outcome P/reset 5>-1 unknown; record ended P/reset -1>-1 unknown E-UNK; forget; tone 3; printer]"
	if n.Message != MsgUnknown || n.Result != Unknown || effectsText(fx) != want {
		t.Errorf("%s %s", describe(n), effectsText(fx))
	}
	s = State{Place: Holding, Flow: FlowL, Tries: Tries{3, 5}, Intent: IntentHolding, Live: LiveList, Found: FoundGood}
	if _, fx := s.leave(MsgHoldUnknown); effectsText(fx) != "[wipe list; record held L/- -1>-1 unknown; record ended L/- -1>-1 E-PHO2; forget; tone 3]" {
		t.Error(effectsText(fx))
	}
	s = State{Place: Withdrawing, Flow: FlowW, Tries: Tries{3, 5}, Intent: IntentWithdrawing, Found: FoundConsents}
	if _, fx := s.leave(MsgWithdrawUnknown); effectsText(fx) != "[record withdrawn W/- -1>-1 unknown; record ended W/- -1>-1 E-CON2; forget; tone 3]" {
		t.Error(effectsText(fx))
	}
}

func TestPlacesBeyondTheLastAreHarmless(t *testing.T) {
	s := State{Place: Places + 3, Timer: 200}
	for k := NoEvent; k < kindCount+2; k++ {
		n, _ := Step(s, Event{Kind: k, Place: s.Place, Timer: s.Timer})
		_ = Look(n)
	}
	if _, ok := s.NextTimer(); ok {
		t.Error("a place that is none has a timer")
	}
}

var typedIn = func() func(t *testing.T, text string) secret.Secret {
	var s secret.Secret
	return func(t *testing.T, text string) secret.Secret {
		if s == 0 {
			var err error
			s, err = secret.New()
			must.OK(t, err)
		}
		s.Wipe()
		for i := range len(text) {
			s.Append(text[i])
		}
		t.Cleanup(s.Wipe)
		return s
	}
}()

func TestJudgeKnowsEveryRule(t *testing.T) {
	for _, c := range []struct {
		pad  Pad
		text string
		want Form
	}{
		{PadCode, "12345678", 0}, {PadCode, "1234567", FormShort}, {PadCode, "123456789", FormLong}, {PadCode, "1234567A", FormChar},
		{PadCode, "", FormShort}, {PadCode, "00000000", 0},
		{PadPIN, "7392", 0}, {PadPIN, "", FormShort}, {PadPIN, "739", FormShort}, {PadPIN, "73921", FormLong}, {PadPIN, "73A2", FormChar},
		{PadPIN, "73 2", FormChar}, {PadPIN, "0000", FormWeak}, {PadPIN, "9999", FormWeak}, {PadPIN, "1234", FormWeak},
		{PadPIN, "9876", FormWeak}, {PadPIN, "1235", 0}, {PadPIN, "1357", 0}, {PadPIN, "1212", 0}, {PadPIN, "11", FormShort | FormWeak},
		{PadLetters, "ABC123", 0}, {PadLetters, "ABC12", FormShort}, {PadLetters, "ABCDEF", FormNoDigit}, {PadLetters, "123456", FormNoLetter},
		{PadLetters, "ABCDEFGH12345678", 0}, {PadLetters, "abc123", FormNoLetter | FormChar}, {PadLetters, "", FormShort | FormNoLetter | FormNoDigit},
		{PadLetters, "AAAAA1", 0}, {NoPad, "", 0}, {NoPad, "1", FormLong},
	} {
		if got := Judge(c.pad, typedIn(t, c.text)); got != c.want {
			t.Errorf("pad %d, %q: %06b, want %06b", c.pad, c.text, got, c.want)
		}
	}
	if Judge(PadPIN, 0)&FormShort == 0 {
		t.Error("no secret at all passes for a PIN")
	}
	for f := Form(0); f < 1<<6; f++ {
		if f.Bad() != (f != 0 && f != FormWeak) {
			t.Errorf("%06b: refused is %v", f, f.Bad())
		}
	}
}

func TestPadIsOfTheSecretThatIsTyped(t *testing.T) {
	want := map[LiveSecrets][2]Pad{ // in flow P and in flow U
		LiveNone: {}, LiveCode: {PadCode, PadCode}, LiveNew: {PadLetters, PadPIN}, LiveAgain: {PadLetters, PadPIN},
		LiveProof: {PadPIN, PadLetters},
	}
	for p := range Places {
		pads, ok := want[p.row().typed]
		for i, f := range []Flow{FlowP, FlowU} {
			if got := Look(State{Place: p, Flow: f}).Pad; !ok || got != pads[i] {
				t.Errorf("%s in flow %s lends pad %d, want %d", p, f, got, pads[i])
			}
		}
	}
}
