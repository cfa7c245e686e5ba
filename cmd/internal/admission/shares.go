package admission

import "time"

const (
	// share is the part of a second's capacity that is one kiosk's own. What it
	// asks for beyond that is taken only while half of the burst is unused, so
	// that it costs the kiosks that ask for less nothing. An authority's fleet
	// is larger than that, but does not come in one second: where it does, the
	// promises are the fair queue, one place a kiosk.
	share = 100
	// mostKiosks bounds the memory, some 100 bytes a kiosk. Names beyond it,
	// which no fleet has, share one place.
	mostKiosks = 1 << 17
)

// kiosk is what is known of one that asked.
type kiosk struct {
	due      int64   // the second that it was may come in, Unix
	promised bool    // and there is room for it then
	own      float64 // what is left of its own share
	last     time.Time
}

// shares are the kiosks that asked lately.
type shares struct {
	rate  float64 // of one kiosk a second, and what it may save up
	known map[string]*kiosk
	sweep int // how many there may be before those at rest are forgotten
	swept time.Time
	most  int
}

func newShares(rate float64) shares {
	return shares{rate: max(rate/share, 1), known: map[string]*kiosk{}, sweep: 1024, most: mostKiosks}
}

// of finds a kiosk, with the share that it has by now.
func (s *shares) of(name string, now time.Time) *kiosk {
	if k := s.known[name]; k != nil {
		k.own = s.left(k, now)
		k.last = now
		return k
	}
	if len(s.known) >= s.sweep && now.Sub(s.swept) >= time.Second {
		for name, k := range s.known {
			if k.due <= now.Unix() && s.left(k, now) >= s.rate {
				delete(s.known, name)
			}
		}
		s.sweep, s.swept = min(max(2*len(s.known), 1024), s.most), now // looking through all is rare
	}
	if len(s.known) >= s.most && name != "" {
		return s.of("", now)
	}
	k := &kiosk{due: now.Unix(), own: s.rate, last: now}
	s.known[name] = k
	return k
}

func (s *shares) left(k *kiosk, now time.Time) float64 {
	return min(s.rate, k.own+now.Sub(k.last).Seconds()*s.rate)
}

func (s *shares) forget() {
	clear(s.known)
	s.swept = time.Time{}
}
