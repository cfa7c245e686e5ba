package cards

// A Fault is what goes wrong with a card on the kiosk's reader at one command.
type Fault struct {
	INS  byte   // ISO 7816-4 instruction of the command
	Data bool   // only one that carries data: the VERIFY that compares, not the one that asks for the counter
	Nth  int    // the n-th of them from now, 1 being the next
	When Tear   // on which side of the command
	Swap *Card  // laid in its place at once; nil: nothing is
	Stay bool   // the card loses its power only and lies there still
	Kill func() // called at that moment; the card itself stays whole
}

// Tear is a side of a command.
type Tear uint8

const (
	Before Tear = iota + 1 // the command does not reach the card
	After                  // it is carried out; no answer comes
	Half                   // it is carried out; half the answer comes
)

// Arm lets m happen to c. A second Arm replaces the first.
func (c *Card) Arm(m Fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fault = &m
}

// Armed reports whether a fault still waits for c.
func (c *Card) Armed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.fault != nil
}

// Disarm takes back what was armed.
func (c *Card) Disarm() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fault = nil
}

// due takes the fault that this command meets, if any.
func (c *Card) due(command []byte) *Fault {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.fault
	if m == nil || len(command) < 2 || command[1] != m.INS || m.Data && len(command) <= 5 {
		return nil
	}
	if m.Nth--; m.Nth > 0 {
		return nil
	}
	c.fault = nil
	return m
}

// A Card on the reader is the reader's target.

// PowerOn is the field reaching the card.
func (c *Card) PowerOn() { c.sim.PowerOn() }

// PowerOff is the field leaving it.
func (c *Card) PowerOff() { c.sim.PowerOff() }

// ATQB is the card's answer to the field.
func (c *Card) ATQB() [11]byte { return c.sim.ATQB() }

// Exchange answers one command, or not, where a fault is due.
func (c *Card) Exchange(command []byte) (response []byte, ok bool) {
	m := c.due(command)
	if m == nil {
		return c.sim.Exchange(command)
	}
	if m.When != Before {
		response, _ = c.sim.Exchange(command)
	}
	if m.Kill != nil {
		m.Kill()
		return response, m.When != Before
	}
	c.leave(m)
	if m.When == Half {
		return response[:len(response)/2], true
	}
	return nil, false
}

func (c *Card) leave(m *Fault) {
	c.sim.PowerOff()
	if m.Stay {
		return
	}
	c.all.Lift()
	if m.Swap != nil {
		_ = c.all.Lay(m.Swap) // the reader was just emptied
	}
}
