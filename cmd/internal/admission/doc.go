// Package admission is how an authority meets a crowd: it takes what it has the
// capacity for, tells the rest when there will be room, and turns connections
// away before they have cost a handshake.
//
// A [Limiter] counts requests, by kiosk. One for which there is no room is given
// a second of its own in the future, so that the crowd comes back spread over
// the free seconds and not as the crowd it was. Until then it is told the rest
// of its wait and takes nothing by asking, so that each round of the crowd has
// one place for each kiosk; who comes at its second goes before who comes
// unannounced. A kiosk that asks for more than its share is taken while
// the others leave half of the burst unused, and no further.
//
// [Pending] has the places of the connections whose handshake is not done, which
// cost an authority more than the requests behind them. One that has said
// nothing costs little and keeps no other out: where there are too many, the
// oldest is cut. A handshake begins with the ClientHello, and there is room for so many
// at once; a newcomer beyond that is refused, because work that is
// begun would be lost otherwise, unless one has stalled. Some places are
// kept for known kiosks, and no address prefix has all of any kind.
//
//	p := admission.New(2000)                 // requests a second
//	if ok, after := p.Take(kiosk, time.Now()); !ok {
//		reply(429, after)           // Retry-After: whole seconds, at least 1
//		return
//	}
//
//	all := admission.NewPending(admission.Bounds{Silent: 1024, Hello: 256, Kept: 64, Prefix: 128})
//	c, ok := all.Arrive(from, time.Now(), cut)   // right behind Accept
//	…
//	ok = c.Hello(kiosk, time.Now())              // "" where no ticket opened
//	…
//	c.Leave()
//
// Take is for what can wait: records, signs of life, certificates. A resident
// at a kiosk is not asked to come back; leave visits their share by giving New
// less than the whole capacity.
//
// Nothing here has a clock, and a kiosk is a name here: its answer to
// Retry-After is offline/backoff.
package admission
