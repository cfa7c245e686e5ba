package kiosk

// What the screen counts, as the person would count.
func init() {
	invariants = append(invariants, []invariant{
		{"what the person does goes back only where it is done again", func(t *transition) bool {
			was, now := Look(t.s), Look(t.n)
			again := t.n.Place == PlaceCard || t.e.Kind == Pressed && t.e.Button == ButtonBack
			return now.Now >= was.Now || again || t.n.Place < Needs || t.n.Place >= Telling
		}},
		{"no task is passed that was not done", func(t *transition) bool {
			was, now := Look(t.s), Look(t.n)
			return now.Now <= was.Now+1
		}},
		{"a number of tasks that was shown is not another one later", func(t *transition) bool {
			was, now := Look(t.s), Look(t.n)
			return was.Of == 0 || now.Of == 0 || was.Of == now.Of
		}},
		{"a number of tasks that was shown stays until the visit ends or the card is laid again", func(t *transition) bool {
			return Look(t.s).Of == 0 || Look(t.n).Of > 0 || t.n.Place <= PlaceCard || t.n.Place >= Telling
		}},
		{"every place of a visit has its task, and what is typed is the task's", func(t *transition) bool {
			v := Look(t.n)
			if t.n.Place >= Needs && t.n.Place < Telling && (v.Now == 0 || v.Of > 0 && v.Now >= v.Of) {
				return false
			}
			want, typed := map[LiveSecrets]Task{LiveCode: TaskCode, LiveNew: TaskNew, LiveAgain: TaskNew, LiveProof: TaskProof}[t.n.Typing()]
			if t.n.Flow == FlowW && want == TaskProof { // the password belongs to the list
				want = TaskConsents
			}
			return !typed || v.Task == want
		}},
		{"the person is told of no task that is done or not asked for", func(t *transition) bool {
			v := Look(t.n)
			return v.Task == NoTask || t.n.asked(v.Task) && (v.Task != TaskCard || !t.n.Card || t.n.Place == WrongCard) && (v.Task < TaskCode || v.Of > 0)
		}},
		{"a card that is seen is confirmed in sound as the screen says so, and nothing else is", func(t *transition) bool {
			sounds := false
			for _, f := range t.fx {
				sounds = sounds || f.Do == DoTone && f.Tone == ToneRead
			}
			return sounds == (t.e.Kind == CardIn && t.n.Place != t.s.Place && t.n.Card && t.n.Place.Screen() != ScreenTelling)
		}},
		{"a wrong entry is heard as it is shown", func(t *transition) bool {
			told := t.n.Message == MsgWrongCode || t.n.Message == MsgWrongProof || t.n.Message == MsgMismatch
			sounds := false
			for _, f := range t.fx {
				sounds = sounds || f.Do == DoTone && f.Tone == ToneError
			}
			return !told || sounds || t.n.Message == t.s.Message && t.n.Place == t.s.Place && t.n.Op == t.s.Op
		}},
	}...)
}
