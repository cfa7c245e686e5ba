// Package admission is how an authority meets a crowd: it takes what it has the
// capacity for, tells the rest when there will be room, and turns connections
// away before they have cost a handshake.
//
// A [Limiter] counts requests. Who comes too early is given a second of his own
// in the future, so that the crowd comes back spread over the free seconds and
// not as the crowd it was. A [Gate] counts handshakes in progress, which cost
// an authority more than the requests behind them.
//
//	p := admission.New(2000)                 // requests a second
//	if ok, after := p.Take(time.Now()); !ok {
//		reply(429, after)           // Retry-After: whole seconds, at least 1
//		return
//	}
//
//	g := admission.NewGate(256)              // handshakes at once
//	leave, ok := g.Enter()              // right behind Accept
//	if !ok {
//		conn.Close()                // nothing was read, nothing was spent
//		continue
//	}
//	go func() {
//		defer leave()
//		err := tlsConn.HandshakeContext(ctx)
//		…
//	}()
//
// Take is for what can wait: records, signs of life, certificates. A resident
// at a kiosk is not asked to come back; leave visits their share by giving New
// less than the whole capacity.
//
// Nothing here has a clock, and nothing here knows who asks: a kiosk's answer
// to Retry-After is offline/backoff.
package admission
