package face

import (
	"fmt"
	"math"
	"syscall"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/face/nets"
	"multicopy.example/cmd/authority-sandbox/internal/face/turns"
	"multicopy.example/cmd/internal/harness/head"
	"multicopy.example/kiosk/must"
)

// ahead calls f with one picture of each person who looks ahead in one.
func ahead(b *testing.B, all []one, f func(of one, p Picture)) {
	seen := map[int]bool{}
	for _, x := range all {
		if seen[x.person] || turns.WayOf(x.face.Turn()) != turns.Ahead {
			continue
		}
		seen[x.person] = true
		m, err := graymap(x.file)
		must.OK(b, err)
		f(x, FromImage(m))
	}
}

// cards are the pairs of the photo that a card would hold of each person with every other
// picture than the one it was made of.
func cards(b *testing.B, n *Networks, all []one) (genuine, impostor []pair) {
	ahead(b, all, func(of one, p Picture) {
		photo, err := n.Portrait(p)
		if err != nil {
			b.Logf("%s: no photo: %v", of.file, err)
			return
		}
		decoded, err := DecodePhoto(photo)
		must.OK(b, err)
		f, err := n.Look(decoded)
		if err != nil {
			b.Logf("the photo of %s: %v", of.file, err)
			return
		}
		for _, x := range all {
			is := pair{of.person, x.person, Distance(f, x.face)}
			switch {
			case x.person != of.person:
				impostor = append(impostor, is)
			case x.file != of.file:
				genuine = append(genuine, is)
			}
		}
	})
	return genuine, impostor
}

// flat turns a picture in which a person looks ahead as a hand turns a print before a camera,
// and says how often that does a turn that was asked for.
func flat(b *testing.B, n *Networks, all []one) (none bool) {
	none = true
	for _, degrees := range []float64{25, 40, 55} {
		found, turned := 0, 0
		ahead(b, all, func(_ one, p Picture) {
			for _, angle := range []float64{degrees, -degrees} {
				f, err := n.Points(p.print(angle * math.Pi / 180))
				if err != nil {
					continue
				}
				found++
				if way := turns.WayOf(f.Turn()); way == turns.Left || way == turns.Right {
					turned++
				}
			}
		})
		fmt.Printf("flat photos turned by hand by ±%.0f°: %d of %d would do a turn\n", degrees, turned, found)
		none = none && (turned == 0 || degrees > 50)
	}
	return none
}

// print is the picture as a camera sees a print of it that is turned about its upright axis,
// three widths away.
func (p Picture) print(angle float64) Picture {
	s, c := math.Sincos(angle)
	far := 3 * float64(p.t.W)
	out := Picture{t: nets.NewTensor(p.t.H, p.t.W, 3), black: true}
	for y := range p.t.H {
		for x := range p.t.W {
			u, v := float64(x)-float64(p.t.W)/2, float64(y)-float64(p.t.H)/2
			at := u * far / (far*c - u*s) // on the print
			deep := (far + at*s) / far
			if px, py := at+float64(p.t.W)/2, v*deep+float64(p.t.H)/2; px >= 0 && py >= 0 && px < float64(p.t.W) && py < float64(p.t.H) {
				p.between(px, py, out.t.V[(y*p.t.W+x)*3:][:3])
			}
		}
	}
	return out
}

// visit is the time of one core that a person before the camera costs, with OpenJPEG's.
func visit(b *testing.B, n *Networks) time.Duration {
	card := cardOf(b, n, head.Anne)
	var frames [3][]byte
	for i, turn := range []float64{head.Right, head.Ahead, head.Left} {
		frames[i] = jpegOf(b, head.Frame(turn, head.Anne))
	}
	used := func() time.Duration {
		var sum time.Duration
		for _, of := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
			var u syscall.Rusage
			must.OK(b, syscall.Getrusage(of, &u))
			sum += time.Duration(u.Utime.Nano() + u.Stime.Nano())
		}
		return sum
	}
	before := used()
	c, err := n.Begin(card, turns.Left, turns.Right)
	must.OK(b, err)
	for s := (Seen{Wanted: turns.Ahead}); !s.Ended; {
		s, err = c.See(frames[map[turns.Way]int{turns.Right: 0, turns.Ahead: 1, turns.Left: 2}[s.Wanted]], func() error { return nil })
		must.OK(b, err)
	}
	c.Zero()
	return used() - before
}
