package consent

// State of a consent.
type State uint8

// The states. The last three are for good.
const (
	Pending   State = iota // it stands from the next day on
	Active                 // it stands
	Expired                // its ten years are over
	Cancelled              // the person withdrew it
	Ended                  // the service has closed
	States    int   = iota
)

// String is the state's name.
func (s State) String() string {
	return [...]string{"pending", "active", "expired", "cancelled", "ended"}[s]
}

// Over reports whether nothing happens to it any more.
func (s State) Over() bool { return s >= Expired }

// Consent is what is kept of one, moments in Unix seconds.
type Consent struct {
	Items       Items
	From, Until int64 // when it stands, both included
	CancelledAt int64 // 0: it was not
	EndsAt      int64 // the first second in which its service is closed; 0: no such day is known
}

// Give is a consent to these items that came in at a moment.
func Give(items Items, at int64) Consent {
	c := Consent{Items: items}
	c.From, c.Until = Period(at)
	return c
}

// State is what the consent is at a moment. What came first counts: Step lets a person
// withdraw only what is not over, and a service end only in the future. Withdrawn it is
// whatever the moment, since another process may have noted it by a clock that is ahead.
func (c Consent) State(now int64) State {
	switch {
	case c.CancelledAt != 0:
		return Cancelled
	case c.EndsAt != 0 && now >= c.EndsAt && c.EndsAt <= c.Until:
		return Ended
	case now > c.Until:
		return Expired
	case now < c.From:
		return Pending
	}
	return Active
}

// Op is what happens to a consent.
type Op uint8

// What happens.
const (
	Cancel Op  = iota // the person withdraws it
	Close             // its service ends on a day
	Ops    int = iota
)

// Event is something that happens at a moment.
type Event struct {
	Op  Op
	At  int64
	Day int64 // Close: a moment of the service's last day
}

// Refusal is why nothing happened; it is an error.
type Refusal uint8

// The refusals.
const (
	Allowed    Refusal = iota
	Already            // it was withdrawn before: as good as done, and told as that
	Over               // it expired, or ended with its service
	DayIsOver          // a service cannot have ended before today
	EndsSooner         // and that was announced
	Refusals   int     = iota
)

// Error says it.
func (r Refusal) Error() string {
	return [...]string{"allowed", "the consent was withdrawn before", "the consent is over", "the day is over", "the service ends sooner"}[r]
}

// Step is what becomes of a consent. It is total, and a refusal changes nothing.
func (c Consent) Step(e Event) (Consent, Refusal) {
	switch state := c.State(e.At); {
	case state == Cancelled:
		return c, Already
	case state.Over():
		return c, Over
	}
	if e.Op == Cancel {
		c.CancelledAt = e.At
		return c, Allowed
	}
	ends, refused := CloseService(c.EndsAt, e.At, e.Day)
	c.EndsAt = ends
	return c, refused
}

// CloseService is the first second in which a service is closed that is to end with the
// day of a moment. ends is what was said before, 0 where nothing was: an end can be
// brought forward and not put off, since people were told of it.
func CloseService(ends, now, day int64) (int64, Refusal) {
	switch next := DayAfter(day); {
	case next <= now:
		return ends, DayIsOver
	case ends != 0 && ends < next:
		return ends, EndsSooner
	default:
		return next, Allowed
	}
}
