package layout

import (
	"strconv"
	"unicode"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// taskNames are a person's tasks as the person calls them.
var taskNames = [kiosk.Tasks]text.Key{
	kiosk.TaskCard: text.TaskCard, kiosk.TaskCheck: text.TaskCheck, kiosk.TaskCode: text.TaskCode,
	kiosk.TaskNew: text.TaskNew, kiosk.TaskProof: text.TaskProof, kiosk.TaskPhone: text.TaskPhone, kiosk.TaskConsents: text.TaskConsents, kiosk.TaskTake: text.TaskTake,
}

// taskShorts are those of pages that larger text can leave too little room for.
var taskShorts = map[kiosk.Task]text.Key{
	kiosk.TaskCard: text.TaskCardShort, kiosk.TaskCheck: text.TaskCheckShort, kiosk.TaskProof: text.TaskProofShort, kiosk.TaskPhone: text.TaskPhoneShort,
	kiosk.TaskConsents: text.TaskListShort,
}

// taskName is what the view's task is called, and in short where that is something else.
func taskName(v kiosk.View) []text.Key {
	if v.Task == kiosk.TaskCheck && v.Flow.Looks() { // there is no reservation
		return []text.Key{text.TaskLook}
	}
	if k, ok := taskShorts[v.Task]; ok {
		return []text.Key{taskNames[v.Task], k}
	}
	return []text.Key{taskNames[v.Task]}
}

// tasks say how far a person has come: a line of words, the longest that has room,
// over a bar with a part for each task.
func (p *page) tasks(row Rect) {
	if p.v.Now == 0 {
		return
	}
	bar := row.cutBottom(p.px(1.8))
	row.cutBottom(p.px(0.8))
	st := p.count()
	if p.paper == Amber {
		st.ink = Sheet
	}
	for _, label := range p.counted() {
		if Width(label, st.px, true) <= row.W && st.line() <= row.H {
			p.within(label, row, st)
			break
		}
	}
	if bar.W = min(bar.W, p.px(100)); bar.W >= p.px(15) {
		p.picture(bar, p.parts(bar))
	}
}

// toldIn is the width in which the task is called by its name, up to the usual size; a larger
// text leaves the controls more room.
func (p *page) toldIn() float32 {
	w := p.px(65)
	if p.v.Now > 0 && p.v.Task != kiosk.NoTask && p.v.Size < kiosk.SizeLarge {
		w = max(w, ceil(Width(p.counted()[1], p.count().px, true))+p.gap)
	}
	return w
}

// edge is the bar alone, over a title that needs the line.
func (p *page) edge(row Rect) {
	if p.v.Now > 0 {
		bar := Rect{row.X, floor(0.8 * p.mm), min(row.W, p.px(100)), floor(1.2 * p.mm)}
		p.picture(bar, p.parts(bar))
	}
}

// count is how the line is set.
func (p *page) count() style {
	return style{lang: p.labelled(), px: p.small, bold: true, ink: Ink, tight: true}
}

// deeper is how much more room the line and its bar need than the buttons beside
// them.
func (p *page) deeper() float32 {
	if p.v.Now == 0 {
		return 0
	}
	return max(p.count().line()+p.px(1.8)+p.px(0.8)-p.target, 0)
}

// counted are the ways to say which task is under way, the longest first.
func (p *page) counted() (labels []string) {
	short, long := strconv.Itoa(int(p.v.Now)), text.TaskOnly
	if p.v.Of > 0 {
		short, long = short+"/"+strconv.Itoa(int(p.v.Of)), text.TaskOf
	}
	count := text.Say(p.v, long, int8(p.v.Now))
	if p.v.Task != kiosk.NoTask {
		names := taskName(p.v)
		name := p.say(names[0])
		labels = append(labels, count+text.SettingOf(p.v.Lang).Colon+name, short+"  "+name, sentence(name))
		for _, k := range names[1:] {
			labels = append(labels, short+"  "+p.say(k), sentence(p.say(k)))
		}
	}
	return append(labels, count, short)
}

// sentence is a text that begins with a capital, where its script has one.
func sentence(s string) string {
	rs := []rune(s)
	rs[0] = unicode.ToUpper(rs[0])
	return string(rs)
}

// mostTasks is how many a visit has at most: one that shows phones or consents has no code
// and no new secret.
const mostTasks = int(kiosk.TaskTake) - 2

// parts are those of the bar: done, under way, to come. While it is not known how
// many there are, a line goes on behind them.
func (p *page) parts(bar Rect) (out []Item) {
	of, now := int(p.v.Of), int(p.v.Now)
	done, doing, next := dress{fill: Primary}, dress{fill: PrimarySoft, edge: Primary}, dress{fill: Sheet, edge: Edge}
	if p.paper == Amber {
		done, doing, next = dress{fill: Sheet}, dress{fill: Amber, edge: Sheet}, dress{fill: Amber, edge: Sheet}
	}
	gap := p.px(1.2)
	w := (bar.W + gap) / float32(max(of, mostTasks))
	at := func(i int) Rect { return Rect{bar.X + float32(i)*w, bar.Y, w - gap, bar.H} }
	for i := range max(of, now) {
		d := done
		if i == now-1 {
			d = doing
		} else if i >= now {
			d = next
		}
		out = append(out, Item{Kind: Bar, Rect: at(i), Paper: d.fill, Edge: d.edge, Thick: max(p.px(0.5), 2), Radius: bar.H / 2})
	}
	if of == 0 {
		rest := at(now)
		rest.W = bar.X + bar.W - rest.X
		out = append(out, Item{Kind: Bar, Rect: rest.inset(0, bar.H*0.35), Paper: next.edge, Radius: bar.H * 0.15})
	}
	return out
}
