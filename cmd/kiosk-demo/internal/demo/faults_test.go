package demo

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
)

func standing(t *testing.T, c *Demo, key string) Switch {
	t.Helper()
	for _, s := range c.Switches() {
		if s.Key == key {
			return s
		}
	}
	t.Fatalf("there is no switch %s", key)
	return Switch{}
}

func turn(t *testing.T, c *Demo, key, to string) {
	t.Helper()
	must.OK(t, c.Turn(t.Context(), key, to))
	if s := standing(t, c, key); s.Now != to || s.Turning {
		t.Fatalf("%s stands at %s", key, s.Now)
	}
}

// exchange sends a command to the card that lies on the reader.
func exchange(c *Demo, command ...byte) bool {
	card := c.World.Cards.Lying()
	if card == nil {
		return false
	}
	card.PowerOn()
	_, ok := card.Exchange(command)
	return ok
}

var (
	askTries = []byte{0x00, 0x20, 0x00, 0x98}
	compare  = []byte{0x00, 0x20, 0x00, 0x98, 0x04, '9', '9', '9', '9'}
)

func TestATearHappensOnceAndToTheCardThatLiesThere(t *testing.T) {
	c := open(t)
	first, second := c.World.Cards.All()[0], c.World.Cards.All()[1]
	turn(t, c, Tear, AtVerify) // nothing lies there yet
	must.OK(t, c.Lay(first))
	if !exchange(c, askTries...) {
		t.Fatal("the question for the counter tore the card away")
	}
	c.Lift() // it did not happen, and waits for the next card
	if first.Armed() {
		t.Error("the lifted card is still waited for")
	}
	must.OK(t, c.Lay(second))
	if exchange(c, compare...) || c.World.Cards.Lying() != nil {
		t.Error("the card answered, or still lies there")
	}
	if s := standing(t, c, Tear); s.Now != None {
		t.Errorf("the switch stands at %s after the tear", s.Now)
	}
	must.OK(t, c.Lay(second))
	if !exchange(c, compare...) {
		t.Error("the card was torn away twice")
	}
}

func TestATornCardThatIsPutBackAtOnceIsNotTornAgain(t *testing.T) {
	c := open(t)
	card := c.World.Cards.All()[0]
	turn(t, c, Tear, AtVerify)
	for _, answers := range []bool{false, true} { // the switches are not looked at in between
		must.OK(t, c.Lay(card))
		if got := exchange(c, compare...); got != answers {
			t.Errorf("answered: %v", got)
		}
	}
}

func TestATearIsTakenBack(t *testing.T) {
	c := open(t)
	must.OK(t, c.Lay(c.World.Cards.All()[0]))
	turn(t, c, Tear, AtVerify)
	turn(t, c, Tear, None)
	if !exchange(c, compare...) {
		t.Error("the card was torn away")
	}
}

func TestASecondCardAndASwap(t *testing.T) {
	c := open(t)
	first, second := c.World.Cards.All()[0], c.World.Cards.All()[1]
	if err := c.Beside(second); err == nil {
		t.Error("a second card lies beside nothing")
	}
	must.OK(t, c.Lay(first))
	if err := c.Beside(first); err == nil {
		t.Error("a card lies beside itself")
	}
	if err := c.Beside(second); err != nil || c.World.Cards.Extra() != second {
		t.Errorf("beside said %v", err)
	}
	if _, err := c.Hand.Tries(t.Context(), second.Key); err == nil {
		t.Error("the phone held a card that lies on the reader")
	}
	if err := c.Swap(second); err != nil || c.World.Cards.Lying() != second || c.World.Cards.Extra() != nil {
		t.Errorf("swap said %v", err)
	}
}

func TestThePulledReaderComesBackUnderItsName(t *testing.T) {
	link := filepath.Join(t.TempDir(), "reader")
	c := openWith(t, Options{Link: link})
	must.OK(t, c.Serve(nil))
	idle(t, c)
	cfg, err := config.Load(c.Kiosk.ConfigFile())
	if err != nil || cfg.Reader.Port != link {
		t.Fatalf("the reader is at %s %v", cfg.Reader.Port, err)
	}
	turn(t, c, Cable, Out)
	if _, err := os.Stat(link); err == nil {
		t.Error("a pulled reader is there")
	}
	turn(t, c, Cable, In)
	must.Note(t, must.Err(os.Stat(link)))
}

func TestRestoreTurnsEverythingBack(t *testing.T) {
	c := open(t)
	must.OK(t, c.Serve(nil))
	idle(t, c)
	for _, s := range switches {
		last := s.Choices[len(s.Choices)-1].Key
		if s.Key != Authority { // the hours can only be set while it runs
			turn(t, c, s.Key, last)
		}
	}
	turn(t, c, Authority, Killed)
	must.OK(t, c.Restore(t.Context()))
	for _, s := range c.Switches() {
		if s.Now != s.Choices[0].Key {
			t.Errorf("%s stands at %s", s.Key, s.Now)
		}
	}
	idle(t, c)
}

func TestASwitchThatDoesNotExistIsNotTurned(t *testing.T) {
	c := open(t)
	for _, s := range [][2]string{{"weather", "rain"}, {Network, Killed}, {Tear, ""}} {
		if err := c.Turn(t.Context(), s[0], s[1]); !errors.Is(err, ErrSwitch) {
			t.Errorf("%v: %v", s, err)
		}
	}
}

// A switch that could not be turned stands where it stood.
func TestASwitchThatFailsStaysWhereItWas(t *testing.T) {
	c := open(t)
	turn(t, c, Authority, Killed)
	if err := c.Turn(t.Context(), Hours, Closed); err == nil {
		t.Fatal("a dead authority took its hours")
	}
	if s := standing(t, c, Hours); s.Now != Always {
		t.Errorf("the hours stand at %s", s.Now)
	}
}

func TestEveryResidentIsOfferedByATrouble(t *testing.T) {
	out, err := exec.Command(filepath.Join(bin, "authority-sandbox"), "residents").Output()
	must.OK(t, err)
	seen := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		name, about, _ := strings.Cut(line, " ")
		seen[name] = true
		trouble := TroubleOf(name)
		if trouble.JA == "" || trouble.EN == "" {
			t.Errorf("%s is offered by no trouble", name)
		}
		if trouble.Code != "" && strings.Contains(about, "(E-") && !strings.Contains(about, "("+trouble.Code+")") {
			t.Errorf("%s has the code %s, and the sandbox says %s", name, trouble.Code, about)
		}
	}
	for _, trouble := range troubles {
		if !seen[trouble.Key] {
			t.Errorf("the sandbox has no %s", trouble.Key)
		}
	}
}

func TestADrawnPINIsAbsentFromTheRun(t *testing.T) {
	c := open(t)
	pin, err := c.SparePIN()
	must.OK(t, err)
	if len(pin) != 4 {
		t.Errorf("a PIN of %d digits", len(pin))
	}
}
