package face

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"testing"

	"multicopy.example/cmd/authority-sandbox/internal/face/turns"
	"multicopy.example/cmd/internal/harness/head"
	"multicopy.example/kiosk/must"
)

func jpegOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	must.OK(t, jpeg.Encode(&b, m, &jpeg.Options{Quality: 85}))
	return b.Bytes()
}

var turnOf = map[turns.Way]float64{turns.Ahead: head.Ahead, turns.Left: head.Left, turns.Right: head.Right}

// cardOf is the photo of a card with that head on it.
func cardOf(t testing.TB, n *Networks, h head.Head) []byte {
	t.Helper()
	p := FromImage(head.Frame(head.Ahead, h))
	defer p.Zero()
	photo, err := n.Portrait(p)
	must.OK(t, err)
	return photo
}

// begun is a comparison with Anne's card.
func begun(t testing.TB, n *Networks) *comparison {
	t.Helper()
	c, err := n.Begin(cardOf(t, n, head.Anne), turns.Left, turns.Right)
	must.OK(t, err)
	return c.(*comparison)
}

// poses lets a head do what is wanted, until there is a verdict.
func poses(t testing.TB, c Comparison, h head.Head, count func() error) (s Seen, frames int) {
	t.Helper()
	for s.Wanted = turns.Ahead; !s.Ended && frames < 40; frames++ {
		var err error
		if s, err = c.See(jpegOf(t, head.Frame(turnOf[s.Wanted], h)), count); err != nil {
			t.Fatalf("frame %d: %v", frames, err)
		}
	}
	return s, frames
}

// TestAHeadThatTurnsAsItIsAskedIsTheCardsOrNot: drawn ones, through all three networks. The
// try is counted once, before the first comparison, and everything is forgotten at its end.
func TestAHeadThatTurnsAsItIsAskedIsTheCardsOrNot(t *testing.T) {
	n := load(t)
	for _, who := range []struct {
		head  head.Head
		match bool
	}{{head.Anne, true}, {head.Boris, false}} {
		c, counted := begun(t, n), 0
		s, frames := poses(t, c, who.head, func() error {
			if counted++; c.first.Vector != nil {
				t.Error("it was compared before it was counted")
			}
			return nil
		})
		if !s.Live || s.Match != who.match || s.Step != Steps || frames != 10 || counted != 1 {
			t.Errorf("%+v in %d frames, counted %d times; the cards: %v", s, frames, counted, who.match)
		}
		t.Logf("the cards: %v, at %.2f", who.match, s.Score)
		photo, first := c.photo.Vector, c.first.Vector
		c.Zero()
		for i := range photo {
			if photo[i] != 0 || first[i] != 0 {
				t.Fatal("a vector is left")
			}
		}
	}
}

// TestWhatAFrameLacksIsSaid: and a frame that lacks something is compared with nothing.
func TestWhatAFrameLacksIsSaid(t *testing.T) {
	n := load(t)
	c := begun(t, n)
	dark := head.Frame(head.Ahead)
	draw.Draw(dark, dark.Bounds(), image.NewUniform(color.RGBA{12, 12, 12, 255}), image.Point{}, draw.Src)
	far := head.Frame(head.Ahead)
	near := head.Frame(head.Ahead, head.Anne)
	for y := range 72 { // every seventh pixel of it
		for x := range 96 {
			far.Set(x+270, y+200, near.At(x*20/3, y*20/3))
		}
	}
	good := jpegOf(t, near)
	for want, frame := range map[error][]byte{
		ErrNoFace: jpegOf(t, head.Frame(head.Ahead)), ErrTwo: jpegOf(t, head.Frame(head.Ahead, head.Anne, head.Anne)), ErrDark: jpegOf(t, dark),
		ErrUnclear: good[:len(good)/2],
	} {
		if s, err := c.See(frame, func() error { t.Error("counted"); return nil }); !errors.Is(err, want) || s.Step != 0 || s.Ended {
			t.Errorf("%+v, %v, want %v", s, err, want)
		}
	}
	for name, frame := range map[string][]byte{"too many bytes": make([]byte, FrameMax+1), "too many pixels": jpegOf(t, painted(900, 100, 100)), "nothing": nil} {
		if _, err := c.See(frame, nil); !errors.Is(err, ErrUnclear) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := c.See(jpegOf(t, far), nil); !errors.Is(err, ErrSmall) && !errors.Is(err, ErrNoFace) {
		t.Errorf("a head of 30 pixels: %v", err)
	}
	stop := errors.New("no try is left")
	c.See(good, nil) //nolint:errcheck // the first of two
	if _, err := c.See(good, func() error { return stop }); !errors.Is(err, stop) || c.first.Vector != nil {
		t.Errorf("where it cannot be counted: %v", err)
	}
}

// TestAFaceTooSmallSaysSo: by its points alone.
func TestAFaceTooSmallSaysSo(t *testing.T) {
	var f Face
	for i := 36; i < 42; i++ {
		f.Points[i], f.Points[i+6] = [2]float64{10, 10}, [2]float64{10 + smallest - 1, 10}
	}
	if !f.small() {
		t.Error("it is large enough")
	}
}
