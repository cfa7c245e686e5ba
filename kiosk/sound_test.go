package kiosk

import "testing"

// Wherever a resident stands, and while the machine works; the page of sound wherever a person is
// waited for and no other one has to see the glass.
func TestVolumeAndDarknessAreSetWhereverAResidentStands(t *testing.T) {
	for i, y := range stations(t) {
		p, live := Place(i), y.s.Live
		resident := p != Starting && p < OutOfService
		others := p == CounterPage || p == TakeCard || p == Thanks
		if y.press(ButtonLouder, p).does("[]"); (y.s.Volume == shop.Volume+1) != resident {
			t.Errorf("%s: volume %d", p, y.s.Volume)
		}
		for range VolumeMost {
			y.press(ButtonLouder, p)
		}
		if resident && y.s.Volume != VolumeMost {
			t.Errorf("%s: volume %d", p, y.s.Volume)
		}
		for range VolumeMost + 1 {
			y.press(ButtonQuieter, p)
		}
		if resident && y.s.Volume != VolumeLeast || Look(y.s).Volume != y.s.Volume || y.s.Live != live {
			t.Errorf("%s: volume %d", p, y.s.Volume)
		}
		if y.press(ButtonDark, p).does("[]"); Look(y.s).Dark != (resident && !others) || y.s.Live != live {
			t.Errorf("%s: dark %v", p, Look(y.s).Dark)
		}
		offered := Look(y.s).Sound
		if want := resident && !others && p.WaitsForPerson(); offered != want {
			t.Errorf("%s: the page of sound is offered: %v", p, offered)
		}
		if y.press(ButtonSound, p).does("[]"); (y.s.Choosing == ChoiceSound) != offered || offered && (Look(y.s).Dark || Look(y.s).Sound) {
			t.Errorf("%s: the page of sound: %s, dark %v", p, y.s.Choosing, Look(y.s).Dark)
		}
		if !offered {
			continue
		}
		if y.press(ButtonLouder, p).press(ButtonOK, p); y.s.Choosing != ChoiceSound || y.s.Volume != VolumeLeast+1 {
			t.Errorf("%s: the page is gone, or volume is %d", p, y.s.Volume)
		}
		if y.press(ButtonDark, p); y.s.Choosing != NoChoice || Look(y.s).Dark || y.s.Live != live {
			t.Errorf("%s: the glass is not lit again, or what was typed is gone", p)
		}
	}
}

// A touch on dark glass leads to the page of sound over any other.
func TestPageOfSoundTakesThePlaceOfAnotherPage(t *testing.T) {
	y := atIdle(t).press(ButtonDark, Idle).press(ButtonColours, Idle)
	if !Look(y.s).Dark || !Look(y.s).Sound {
		t.Fatal("the page of colours is lit")
	}
	if y.press(ButtonSound, Idle); y.s.Choosing != ChoiceSound || Look(y.s).Dark {
		t.Errorf("%s stands", y.s.Choosing)
	}
}

func TestAShopWithoutSpeechHasNoVolume(t *testing.T) {
	y := atIdle(t)
	y.s.Shop.Speech = false
	was := y.s
	if y.press(ButtonLouder, Idle).press(ButtonDark, Idle).press(ButtonSound, Idle); y.s != was {
		t.Errorf("%s stands, volume %d, dark %v", y.s.Choosing, y.s.Volume, y.s.Dark)
	}
}

func TestVolumeAndDarknessEndWithTheVisit(t *testing.T) {
	y := atPlan(t, FlowP, 3, 5).press(ButtonLouder, Plan).press(ButtonDark, Plan)
	y.on(Event{Kind: CardGone}, PlaceCard) // a card that slipped
	if y.s.Volume != shop.Volume+1 || !y.s.Dark {
		t.Fatalf("volume %d, dark %v: the same person finds another", y.s.Volume, y.s.Dark)
	}
	y.press(ButtonStop, Idle)
	if y.s.Volume != shop.Volume || y.s.Dark {
		t.Errorf("the next person finds volume %d, dark %v", y.s.Volume, y.s.Dark)
	}
	y = atIdle(t).press(ButtonQuieter, Idle).press(ButtonDark, Idle).pass(Idle).pass(Idle).pass(Idle)
	if y.s.Volume != shop.Volume || y.s.Dark {
		t.Errorf("a minute later the next person finds volume %d, dark %v", y.s.Volume, y.s.Dark)
	}
}
