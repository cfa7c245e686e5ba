package sim

import (
	"io"
	"time"
)

// receive turns the line's bytes into frames until it is pulled out.
func (r *Reader) receive(l *line, frames chan<- hostFrame, pulled <-chan struct{}) {
	defer close(frames)
	var host hostLine
	var b [512]byte
	defer func() { clear(b[:]); host.reset() }()
	for {
		n, err := l.master.Read(b[:])
		if err != nil {
			return
		}
		for _, c := range b[:n] {
			if !r.hears(c) {
				continue
			}
			if f, ok := host.push(c); ok {
				select {
				case frames <- f:
				case <-pulled:
					return
				}
			}
		}
		clear(b[:n])
	}
}

// serve is the chip's firmware: one command at a time.
func (r *Reader) serve(l *line, frames <-chan hostFrame, pulled <-chan struct{}) {
	var last []byte // the last reply, whole, for a NACK
	s := &session{r: r, out: l.master, frames: frames, pulled: pulled}
	for f := range frames {
		for again := true; again; {
			switch {
			case f.ack:
				r.say("> ACK")
				r.aborted()
			case f.nack:
				r.say("> NACK")
				s.repeat(last)
			default:
				r.say("> %s", describe(f.pd))
				last = s.command(f.pd)
			}
			f, again = s.next, s.waiting
			s.waiting = false
		}
	}
}

// A session is what one command needs of the line.
type session struct {
	r      *Reader
	out    io.Writer
	frames <-chan hostFrame
	pulled <-chan struct{}

	next    hostFrame // came while a command was in progress, and ended it
	waiting bool
}

// repeat sends the last reply once more; nothing is carried out (UM0701-02
// §6.2.1.4). What goes wrong now goes wrong with it too.
func (s *session) repeat(last []byte) {
	f := s.r.due(nil)
	if f.Mute || f.AckOnly || f.Garbage {
		return
	}
	frame := append([]byte(nil), last...)
	switch {
	case len(frame) > 8 && frame[3] == 0xFF && frame[4] == 0xFF:
		frame = f.damage(frame, 8)
	case len(frame) > 7:
		frame = f.damage(frame, 5)
	}
	s.r.say("< again")
	s.write(frame, f)
}

// command runs one command and returns the reply's frame as it was before
// anything went wrong with it.
func (s *session) command(pd []byte) []byte {
	defer clear(pd) // an APDU may carry a secret
	f := s.r.due(pd)
	switch {
	case f.Unplug:
		go s.r.Unplug()
		<-s.pulled
		return nil
	case f.Mute || !s.r.obeys(pd[0]) || !f.Early && !wait(f.AckDelay, s.pulled):
		return nil
	case f.Nack:
		s.r.say("< NACK")
		s.write(nackToHost, f)
		return nil
	case f.Storm:
		s.r.say("< NACK, without end")
		for n := 0; n < stormNacks && !s.interrupted(stormEvery); n++ {
			s.write(nackToHost, f)
		}
		return nil
	}
	if !f.OneWrite && !f.Early && !f.Garbage {
		s.acknowledge(f)
	}
	if f.ReplyDelay > 0 && s.interrupted(f.ReplyDelay) {
		return nil
	}
	reply, ok := s.run(pd, f)
	if !ok || f.AckOnly {
		return nil
	}
	whole, frame := errorToHost, errorToHost
	if reply != nil {
		whole = replyFrame(reply)
		tfi := 5
		if len(reply) > 254 {
			tfi = 8
		}
		frame = f.damage(append([]byte(nil), whole...), tfi)
	}
	s.r.say("< %s", describeReply(reply))
	switch {
	case f.Garbage:
		s.write(noise, f)
		return whole
	case f.Early:
		s.write(frame, f)
		if wait(f.AckDelay, s.pulled) {
			s.acknowledge(f)
		}
	case f.Drip > 0:
		for i := range frame {
			s.write(frame[i:i+1], f)
			if s.interrupted(f.Drip) {
				return whole
			}
		}
	case f.OneWrite:
		s.r.say("< ACK")
		s.write(append(append([]byte(nil), ackToHost...), frame...), f)
	default:
		s.write(frame, f)
	}
	return whole
}

func (s *session) acknowledge(f Faults) {
	s.r.say("< ACK")
	s.write(ackToHost, f)
}

// interrupted waits out the delay; true where the host said something before
// it was over, which ends the command.
func (s *session) interrupted(d time.Duration) bool {
	over := make(chan bool, 1)
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		wait(d, stop)
		over <- true
	}()
	return s.abortedBefore(over)
}

func (s *session) abortedBefore(over <-chan bool) bool {
	select {
	case <-over:
		return false
	case <-s.pulled:
		return true
	case s.next, s.waiting = <-s.frames:
		return true
	}
}

// write puts bytes on the line. Its errors are those of a line that is being
// pulled out, which receive sees too.
func (s *session) write(b []byte, f Faults) {
	if f.Noise {
		b = append(append([]byte{0x55, 0x00, 0xA7, 0x00, 0x00}, b...), 0x00, 0x13)
	}
	if !f.Split {
		_, _ = s.out.Write(b)
		return
	}
	for i := range b {
		_, _ = s.out.Write(b[i : i+1])
	}
}
