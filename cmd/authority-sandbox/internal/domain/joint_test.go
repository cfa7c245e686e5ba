package domain

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"multicopy.example/assets/text"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk"
)

// The joint walk: every state of a kiosk beside every account that the authority
// can have of the card's reservation, over as many visits as a reservation lasts,
// with power cuts, lost requests and replies, lifted cards and records that are
// told late. The kiosk is kiosk.Step and the authority is its own handlers.

// A world is both, and the card.
type world struct {
	s       kiosk.State
	asked   kiosk.Do // without an answer yet
	outcome kiosk.Outcome
	a       account
	holds   int8                           // the loop's grant, -1 for none
	late    [kiosk.MaxGrants]kiosk.Outcome // what the ledger's queue has still to tell
	missed  bool                           // a grant was given whose command never reached the kiosk, in this visit
	low     bool                           // the signing password is blocked
	did     bool                           // the card has done the command that it was sent last
	written bool                           // the card was written, and its resident was not told
}

const op = 1000

// quotient brings a world to the one that stands for its class: what decides
// nothing any more is forgotten.
func (w world) quotient() world {
	s := &w.s
	s.Op, s.Codes, s.Renewed = op, 5, 0
	if s.Place.ShowsNumber() { // told; the screen chooses its sentence by what is left
		*s = kiosk.State{Place: s.Place, Op: op, Flow: kiosk.FlowP, Act: kiosk.Reset, Earlier: s.Earlier, Result: s.Result, Card: s.Card,
			Spent: s.Spent, Message: s.Message, Health: s.Health}
	}
	last := true // not superseded
	for i := len(w.a.given) - 1; i >= 0; i-- {
		g := &w.a.given[i]
		if !g.is {
			continue
		}
		if g.outcome == kiosk.Failed {
			g.act = kiosk.NoAct
		}
		if g.outcome == kiosk.Failed || g.outcome == kiosk.Done || !last {
			g.sign = 0
		}
		if w.late[i] == g.outcome || g.outcome == kiosk.Done || g.outcome == kiosk.Failed { // it would change nothing
			w.late[i] = kiosk.NoOutcome
		}
		last = false
	}
	return w
}

type edge struct {
	from int32
	fair bool // no power cut, nothing lost, no card lifted, and a resident who goes on
}

type joint struct {
	*office
	worlds []world
	first  []int32 // where each was first reached from
	by     []string
	seen   map[world]int32
	into   [][]edge
	at     int32
}

func (j *joint) reach(w world, by string, fair bool) {
	w = w.quotient()
	id, ok := j.seen[w]
	if !ok {
		id = int32(len(j.worlds))
		j.seen[w] = id
		j.worlds, j.first, j.by, j.into = append(j.worlds, w), append(j.first, j.at), append(j.by, by), append(j.into, nil)
	}
	if j.at >= 0 {
		j.into[id] = append(j.into[id], edge{j.at, fair})
	}
}

// step lets the kiosk take an event and carries its effects out up to the one that
// is answered later.
func (w world) step(e kiosk.Event) world {
	e.Op, e.Place, e.Timer = w.s.Op, w.s.Place, w.s.Timer
	before := w.s
	var fx []kiosk.Effect
	w.s, fx = kiosk.Step(w.s, e)
	if w.s.Op != before.Op {
		w.asked, w.did = 0, false
	}
	for _, f := range fx {
		switch {
		case f.Do == kiosk.DoRecord && f.Entry.Kind == kiosk.EntryAsking: // as the loop does
			w.holds = -1
		case f.Do == kiosk.DoRecord && f.Entry.Kind == kiosk.EntryOutcome && w.holds >= 0:
			w.late[w.holds] = f.Entry.Outcome
		case f.Do == kiosk.DoForget:
			w = w.forgotten()
		case f.Do.Asks():
			w.asked, w.outcome = f.Do, f.Outcome
		}
	}
	if w.s.Result == kiosk.Done && w.s.Place.ShowsNumber() {
		w.written = false // told
	}
	return w
}

// forgotten: the kiosk's session is one of those before from now on.
func (w world) forgotten() world {
	w.holds = -1
	w.a.cur = session{}
	if w.a.holder == ours {
		w.a.holder = another
	}
	for i := range w.a.given {
		w.a.given[i].cur = false
	}
	return w
}

// press types where something is typed and presses.
func (w world) press(b kiosk.Button) world {
	if w.s.Typing() != kiosk.LiveNone {
		w = w.step(kiosk.Event{Kind: kiosk.KeyPressed})
	}
	return w.step(kiosk.Event{Kind: kiosk.Pressed, Button: b, Same: true})
}

func (j *joint) explore() {
	s, _ := kiosk.Start(kiosk.Shop{Offered: kiosk.AllLangs})
	for _, low := range []bool{false, true} {
		w := world{s: s, asked: kiosk.DoRecover, a: account{fresh: true}, holds: -1, low: low}
		j.at = -1
		j.reach(w, "start", true)
	}
	for j.at = 0; int(j.at) < len(j.worlds); j.at++ {
		w := j.worlds[j.at]
		j.judge(w)
		if j.Failed() {
			return
		}
		j.resident(w)
		j.port(w)
		j.misfortune(w)
	}
}

func (j *joint) resident(w world) {
	for _, b := range []kiosk.Button{kiosk.ButtonOK, kiosk.ButtonReset, kiosk.ButtonUnlock} {
		j.reach(w.press(b), b.String(), true)
	}
	j.reach(w.press(kiosk.ButtonStop), "stop", false)
	place, n := w.s.Place, w
	for range 12 { // silence, to its end
		if _, ok := n.s.NextTimer(); !ok || n.s.Place != place {
			break
		}
		n = n.step(kiosk.Event{Kind: kiosk.TimerFired})
	}
	if n.s.Place != place {
		j.reach(n, "silence", false)
	}
}

func (w world) sign() int8 {
	if w.low {
		return 0
	}
	return kiosk.RefSign.Full()
}

// port answers what the kiosk asked for, in each way that it may be answered.
func (j *joint) port(w world) {
	good := func(n world, e kiosk.Event) { j.reach(n.step(e), e.Kind.String(), true) }
	bad := func(n world, why string, e kiosk.Event) { j.reach(n.step(e), why+": "+e.Kind.String(), false) }
	removed := kiosk.MsgRemoved
	switch w.asked {
	case kiosk.DoRecover:
		good(w, kiosk.Event{Kind: kiosk.Recovered})
	case kiosk.DoHealth, kiosk.DoAsk:
		good(w, kiosk.Event{Kind: kiosk.Healthy})
	case kiosk.DoWait:
		good(w, kiosk.Event{Kind: kiosk.CardIn})
	case kiosk.DoRead:
		good(w, kiosk.Event{Kind: kiosk.CardRead, Token: kiosk.TokenCard, HasSign: true, Trusted: true, Same: true, Auth: 3, Sign: w.sign()})
		bad(w, "lifted", kiosk.Event{Kind: kiosk.CardBad, Message: removed})
	case kiosk.DoVerify:
		good(w, kiosk.Event{Kind: kiosk.Verified})
		bad(w, "lifted", kiosk.Event{Kind: kiosk.Unsure})
	case kiosk.DoSign:
		good(w, kiosk.Event{Kind: kiosk.Signed})
		bad(w, "lifted", kiosk.Event{Kind: kiosk.CardBad, Message: removed})
	case kiosk.DoOpen, kiosk.DoCode, kiosk.DoProve, kiosk.DoSettle:
		j.request(w)
	case kiosk.DoGrant:
		bad(w, "lifted", kiosk.Event{Kind: kiosk.NoGrant, Message: removed})
		j.request(w)
	case kiosk.DoWrite:
		wrote := w
		wrote.low, wrote.written, wrote.did = false, true, false
		good(wrote, kiosk.Event{Kind: kiosk.Wrote, Outcome: kiosk.Done})
		bad(wrote, "torn behind it", kiosk.Event{Kind: kiosk.Wrote, Outcome: kiosk.Unknown, Message: kiosk.MsgUnknown})
		if w.did {
			break
		}
		bad(w, "torn before it", kiosk.Event{Kind: kiosk.Wrote, Outcome: kiosk.Unknown, Message: kiosk.MsgUnknown})
		bad(w, "refused", kiosk.Event{Kind: kiosk.Wrote, Outcome: kiosk.Failed, Message: kiosk.MsgNotWritten})
		wrote.did = true
		j.reach(wrote, "written, and no answer yet", false)
	}
}

// request asks the authority, and loses the request or the reply too.
func (j *joint) request(w world) {
	r := question{grant: -1, act: w.s.Act, outcome: w.outcome, sign: w.sign()}
	lost := kiosk.Event{Kind: kiosk.Refused, Message: kiosk.MsgNetwork, Auth: 3, Sign: w.sign()}
	switch w.asked {
	case kiosk.DoOpen:
		r.ask = "open"
	case kiosk.DoCode:
		r.ask = "code"
	case kiosk.DoProve:
		r.ask = "prove"
	case kiosk.DoGrant:
		r.ask, lost.Kind = "grant", kiosk.NoGrant
	case kiosk.DoSettle:
		r.ask, r.grant, lost.Kind = "settle", w.holds, kiosk.Unsettled
	}
	j.reach(w.step(lost), r.ask+" is lost", false)
	n, got, e := w, told{}, lost
	n.a, got = j.ask(w.a, r)
	cut := n
	cut.missed = w.missed || w.asked == kiosk.DoGrant && got.message == kiosk.NoMessage
	j.reach(cut.step(lost), "the reply to "+r.ask+" is lost", false)
	if e.Message = got.message; got.message == kiosk.NoMessage {
		e = kiosk.Event{Kind: map[kiosk.Do]kiosk.Kind{kiosk.DoCode: kiosk.CodeRight, kiosk.DoProve: kiosk.Proved}[w.asked]}
		switch w.asked {
		case kiosk.DoOpen:
			n.missed = false
			e = kiosk.Event{Kind: kiosk.Opened, Flow: kiosk.FlowP, Codes: 5, Doubt: got.doubt, Auth: 3, Sign: w.sign()}
		case kiosk.DoGrant:
			e.Kind, n.holds = kiosk.Granted, got.grant
		case kiosk.DoSettle:
			e = kiosk.Event{Kind: kiosk.Settled, Fresh: got.fresh}
		}
	}
	j.reach(n.step(e), r.ask, true)
}

// misfortune is what comes unasked.
func (j *joint) misfortune(w world) {
	if w.s.Card {
		n := w.step(kiosk.Event{Kind: kiosk.CardGone})
		j.reach(n, "lifted", w.s.Place.ShowsNumber())
	}
	if w.asked != kiosk.DoRecover {
		j.cut(w)
	}
	awaits := w.s.Place.WaitsForPerson()
	if w.a.lease && awaits {
		n := w
		n.a.lease = false
		j.reach(n, "the claim's time is over", false)
	}
	for i, o := range w.late {
		if o != kiosk.NoOutcome && (awaits || w.asked == kiosk.DoProve || w.asked == kiosk.DoGrant || w.asked == kiosk.DoSettle) {
			n := w
			n.late[i] = kiosk.NoOutcome
			n.a, _ = j.ask(w.a, question{ask: "late", grant: int8(i), outcome: o})
			j.reach(n, fmt.Sprintf("record of grant %d is told: %s", i, o), false)
		}
	}
	if w.s.Place == kiosk.Idle && w.a.fresh && !w.a.void {
		n := w
		n.a.void = true
		j.reach(n, "five wrong codes elsewhere", false)
		n = w
		n.a.fresh = false
		j.reach(n, "a day later", false)
	}
}

// cut takes the power. The next start closes what was begun, and tells the
// authority where it can.
func (j *joint) cut(w world) {
	off := func(n world, why string) {
		n = n.forgotten()
		n.s, _ = kiosk.Start(kiosk.Shop{Offered: kiosk.AllLangs})
		n.asked, n.did = kiosk.DoRecover, false
		j.reach(n, why, false)
	}
	r := question{ask: "settle", grant: -1, outcome: kiosk.Failed}
	switch w.s.Intent {
	case kiosk.IntentWriting:
		r.grant, r.outcome = w.holds, kiosk.Unknown
		w.late[w.holds] = kiosk.Unknown
	case kiosk.IntentAsking:
	default:
		off(w, "power cut")
		return
	}
	off(w, "power cut, and the authority is away")
	w.a, _ = j.ask(w.a, r)
	off(w, "power cut, and the next start settles")
}

// doubtful reports whether it is not known what a grant of the reservation did, or
// was learnt too late for its resident.
func (a account) doubtful() bool {
	doubt := false
	for _, g := range a.given {
		switch {
		case !g.is:
		case g.outcome == kiosk.NoOutcome || g.outcome == kiosk.Unknown || g.outcome == kiosk.Done && g.superseded:
			doubt = true
		case g.outcome == kiosk.Done && g.act == kiosk.Reset:
			doubt = false
		}
	}
	return doubt
}

// judge is what is never to be.
func (j *joint) judge(w world) {
	v := kiosk.Look(w.s)
	says := text.Tell(v, v.Message)
	nothing := v.Message != kiosk.NoMessage && says.Same == text.Of(v.Lang, text.Nothing)
	switch {
	case nothing && w.written:
		j.fault("nothing has changed, it says, and the card was written")
	case nothing && w.a.doubtful() && !w.missed: // what never reached the kiosk has certainly changed nothing
		j.fault("nothing has changed, it says, and the authority has a doubt")
	case w.a.cur.open && w.s.Flow != kiosk.NoFlow && v.Earlier != kiosk.EarlierDoubt && w.a.doubtful() && !slices.ContainsFunc(w.a.given[:], func(g given) bool { return g.cur }):
		j.fault("the doubt of an earlier visit is not told")
	case w.a.grants > kiosk.MaxGrants:
		j.fault("a grant too many")
	}
}

func (j *joint) fault(what string) { j.Errorf("%s\n%s", what, j.tell(j.at)) }

// tell is the way to a world.
func (j *joint) tell(id int32) string {
	var lines []string
	for ; id >= 0; id = j.first[id] {
		w := j.worlds[id]
		lines = append(lines, fmt.Sprintf("  %-32s %s %s, told %s, result %s; %s %d grants %+v held %d lease %v fresh %v void %v; written %v late %v",
			j.by[id], w.s.Place, w.s.Act, w.s.Message, w.s.Result, w.a.state, w.a.grants, w.a.given, w.a.holder, w.a.lease, w.a.fresh, w.a.void, w.written, w.late))
	}
	slices.Reverse(lines)
	return strings.Join(lines, "\n")
}

// ended reports whether a doubt is over here: settled, or its reservation is and the
// screen says so without a word of what the card holds.
func (w world) ended() bool {
	if !w.a.doubtful() {
		return true
	}
	r := store.Reservation{State: w.a.state, Grants: int(w.a.grants), Expires: 1}
	if !w.a.fresh {
		r.Expires = 0
	}
	if w.a.void {
		r.Wrong = 5
	}
	var words = map[kiosk.Message]bool{kiosk.MsgUsedReserve: true, kiosk.MsgOldReserve: true, kiosk.MsgCodeVoid: true}
	return stillGood(r, 0) != nil && w.s.Place.ShowsNumber() && words[w.s.Message]
}

// TestEveryDoubtHasAnEndAtSomeKiosk, and until then it is never said that nothing
// has changed on the card.
func TestEveryDoubtHasAnEndAtSomeKiosk(t *testing.T) {
	j := &joint{office: newOffice(t), seen: map[world]int32{}}
	j.explore()
	if t.Failed() {
		return
	}
	ends := make([]bool, len(j.worlds))
	var queue []int32
	doubts := 0
	for i, w := range j.worlds {
		if w.a.doubtful() {
			doubts++
		}
		if w.ended() {
			ends[i] = true
			queue = append(queue, int32(i))
		}
	}
	for len(queue) > 0 {
		id := queue[0]
		queue = queue[1:]
		for _, e := range j.into[id] {
			if e.fair && !ends[e.from] {
				ends[e.from] = true
				queue = append(queue, e.from)
			}
		}
	}
	for i, ok := range ends {
		if !ok {
			t.Fatalf("a doubt without an end:\n%s", j.tell(int32(i)))
		}
	}
	t.Logf("%d worlds, %d in doubt, %d questions to the authority", len(j.worlds), doubts, len(j.memory))
	if doubts < 1000 {
		t.Error("too few of them are in doubt")
	}
}
