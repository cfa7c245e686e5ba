package layout

import (
	"image"
	"time"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff"
	"multicopy.example/kiosk/staff/check"
)

// A Staff is what a screen of maintenance shows beside the view: what the machine
// says of itself, and nothing of any resident.
type Staff struct {
	View     staff.View
	Lang     kiosk.Lang // Japanese; any other is English
	Theme    kiosk.Theme
	Findings []check.Finding                // of Look and the first pages
	Tasks    []kiosk.StaffTask              // what this machine can have done; what leads to nothing else is not offered
	Refused  map[kiosk.StaffTask]staff.Note // what it cannot, and why: a sentence in the place of a button
	Lines    []string                       // what a page of the technician's has to tell, line by line
	Waits    map[kiosk.Role]time.Duration   // how long a role, or the operator's code (NoRole), has to wait before the next attempt
	Today    [3]int                         // of ClerkHome: visits of the day that changed a card, changed none, are in doubt
	Code     image.Image                    // of ShowQR, one pixel a module
	Machine  string                         // the machine's number; empty where it has none
	Help     string                         // the help desk's telephone number; empty where it has none
}

// LayStaff lays out one page of a screen of maintenance; one after the last is the
// last. The text is small, for people who stand before it on purpose.
func LayStaff(s Staff, panel Panel, f Fill, no int) Screen {
	v := kiosk.View{Place: kiosk.Staff, Lang: s.Lang, Theme: s.Theme, Size: kiosk.SizeSmall, Shows: kiosk.ShowsClear} // no key that shows what was typed
	if s.View.Place.Typing() != staff.NoCodes {
		v.Pad = kiosk.PadCode
	}
	p := open(v, panel, f, no)
	d := staffPage{p, s}
	d.draw()
	p.drawFoot()
	p.sc.Page, p.sc.Pages = p.no, max(p.pages, 1)
	return p.sc
}

// A staffPage is a screen of maintenance being laid out.
type staffPage struct {
	*page
	Staff
}

func (d staffPage) draw() {
	p, at := d.page, d.View.Place
	area := p.whole()
	if at.Typing() != staff.NoCodes {
		d.pad(area)
		return
	}
	area = p.footed(area, d.rows(area.W)...)
	if at == staff.TouchGrid {
		d.touchGrid(area)
		return
	}
	if len(d.choices()) == 0 && at.Offers(staff.ButtonBack) { // a list to read, which may have thirty pages
		p.foot1.out = d.ways(area.W)
	}
	if at == staff.ShowQR && d.Code != nil {
		side := min(area.W*0.4, area.H)
		at := area.cutRight(side)
		at = Rect{at.X, at.Y, at.W, min(at.H, side)}
		p.picture(at, modules(at, d.Code))
		area.cutRight(p.px(6))
	}
	p.flow(area, 0, d.fill)
}

// fill is the text of a page.
func (d staffPage) fill(c *column) {
	p, page := d.page, text.StaffPageOf(d.Lang, d.View.Place)
	c.text(0, page.Title, p.heading())
	d.note(c)
	for _, r := range []kiosk.Role{kiosk.Clerk, kiosk.Technician, kiosk.NoRole} {
		d.wait(c, r)
	}
	c.text(p.px(3), page.What, p.plain())
	if v := d.View; v.Place == staff.Result && v.Task == kiosk.StaffUpdate && v.Note == staff.NoteDone { // seconds later the glass is dark
		c.text(p.px(3), text.StaffSay(d.Lang, text.StaffRestarts), p.strong())
	}
	if d.View.Place == staff.SignReasons {
		d.sign(c)
	}
	switch d.View.Place {
	case staff.Look, staff.SelfTests:
		d.machine(c)
	case staff.ClerkHome, staff.TechnicianHome:
		d.light(c)
		if d.View.Place == staff.ClerkHome {
			d.today(c)
		}
	}
	for _, x := range staff.Acts(d.View.Place, d.View.Role) {
		if n, no := d.Refused[x]; no {
			c.row(p.px(3), iconStop, text.StaffTaskName(d.Lang, x)+d.colon()+text.StaffNote(d.Lang, n), p.plain())
		}
	}
	for i, s := range d.Lines {
		before := p.px(1)
		if i == 0 {
			before = p.px(3)
		}
		c.text(before, s, p.plain())
	}
	if d.View.Place.Busy() {
		p.busy(c)
	}
}

// note says what has just happened: what is done has the tick and the colour of a
// resident's done.
func (d staffPage) note(c *column) {
	p, s := d.page, text.StaffNote(d.Lang, d.View.Note)
	switch d.View.Note {
	case staff.NoNote:
	case staff.NoteDone, staff.NoteTime:
		c.banner(p.px(3), GreenSoft, Green, iconTick, s, p.body)
	default:
		c.banner(p.px(3), AmberSoft, Amber, iconBang, s, p.body)
	}
}

// wait says how long a role still has to wait.
func (d staffPage) wait(c *column, r kiosk.Role) {
	left := d.Waits[r]
	if left <= 0 {
		return
	}
	whose := text.StaffOperator(d.Lang)
	if r != kiosk.NoRole {
		whose = text.StaffRole(d.Lang, r)
	}
	c.text(d.px(3), whose+d.colon()+text.StaffWait(d.Lang, left), d.strong())
}

// today counts the visits of the day, and says whom to call.
func (d staffPage) today(c *column) {
	c.text(d.px(3), text.StaffToday(d.Lang, d.Today), d.plain())
	d.call(c)
}

// lights are the sign and the word for the worst that is found.
var lights = map[check.Level]struct {
	icon icon
	say  text.StaffWord
}{
	check.Normal: {iconTick, text.StaffWell}, check.Warning: {iconBang, text.StaffWatch}, check.Critical: {iconStop, text.StaffDown},
}

// light is the one light. A machine that was not measured has none.
func (d staffPage) light(c *column) {
	worst := check.Absent
	for _, f := range d.Findings {
		worst = max(worst, f.Level)
	}
	if l, ok := lights[worst]; ok {
		c.row(d.px(3), l.icon, text.StaffSay(d.Lang, l.say), d.heading())
	}
}

// machine is the light, then what has to be done, the worst first, then what is well
// in one line.
func (d staffPage) machine(c *column) {
	p := d.page
	d.light(c)
	for level := check.Critical; level >= check.Warning; level-- {
		for _, f := range d.Findings {
			if f.Level == level {
				d.fault(c, f)
			}
		}
	}
	for _, level := range []check.Level{check.Normal, check.Untested} {
		if s := d.named(level); s != "" {
			c.text(p.px(3), s, p.quiet())
		}
	}
	d.call(c)
}

// call is what the help desk is called by, and its number.
func (d staffPage) call(c *column) {
	p := d.page
	s := ""
	if d.Machine != "" {
		s = text.StaffSay(d.Lang, text.StaffMachine) + "  " + d.Machine
	}
	if d.Help != "" {
		s += "   " + text.StaffSay(d.Lang, text.StaffHelp) + "  " + d.Help
	}
	c.text(p.px(3), s, p.strong())
}

// fault is one sheet: what, what to do, when and who, and the code to say on the
// telephone.
func (d staffPage) fault(c *column, f check.Finding) {
	p, advice := d.page, text.AdviceFor(d.Lang, f.Fault)
	paper, ink, ic := AmberSoft, Amber, iconBang
	if f.Level == check.Critical {
		paper, ink, ic = RedSoft, Red, iconStop
	}
	c.sheet(p.px(2.5), paper, ink, p.px(2.5), func(c *column) {
		c.row(0, ic, text.ItemName(d.Lang, f.Item)+d.colon()+advice.What, p.strong())
		c.text(p.px(1), advice.Do, p.plain())
		c.text(p.px(1), text.TimeName(d.Lang, f.Fault.When())+"  "+text.RoleName(d.Lang, f.Fault.Who())+"  "+f.Fault.Code(), p.plain())
	})
}

// named are the items of a level, in one line; empty where there are none.
func (d staffPage) named(level check.Level) string {
	s := ""
	for _, f := range d.Findings {
		if f.Level != level {
			continue
		}
		if s != "" {
			s += d.comma()
		}
		s += text.ItemName(d.Lang, f.Item)
	}
	if s == "" {
		return ""
	}
	return text.LevelName(d.Lang, level) + d.colon() + s
}

func (d staffPage) colon() string { return text.SettingOf(d.Lang).Colon }

func (d staffPage) comma() string { return text.SettingOf(d.Lang).Comma }

// sign is what the out-of-service sign says now.
func (d staffPage) sign(c *column) {
	p, s := d.page, text.StaffSay(d.Lang, text.StaffNoSign)
	if d.View.Sign != staff.NoReason {
		s = text.StaffSay(d.Lang, text.StaffSignSays) + d.colon() + text.StaffReasonOf(d.Lang, d.View.Sign).Says
	}
	c.text(p.px(3), s, p.strong())
}
