package harness

import (
	"os"
	"testing"

	"multicopy.example/kiosk"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

// TestWholeVisit is a test of the whole chain.
func TestWholeVisit(t *testing.T) {
	t.Parallel()
	w := Start(t)
	hanako, err := w.Resident("hanako")
	must(t, err)
	must(t, hanako.Reserve(t.Context(), kiosk.FlowP))
	s, err := hanako.Visit(t.Context(), kiosk.Telling)
	if must(t, err); s.Told != kiosk.MsgReset {
		t.Errorf("the kiosk tells %s", s.Told)
	}
	_, err = w.Settled(t.Context())
	must(t, err)
	must(t, hanako.State(t.Context(), "done"))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestKilledProgramsComeBackAtTheirAddresses(t *testing.T) {
	t.Parallel()
	w := Start(t)
	hanako, err := w.Resident("hanako")
	must(t, err)
	at := w.Authority.Listen()
	must(t, w.Authority.Restart(t.Context()))
	must(t, hanako.Reserve(t.Context(), kiosk.FlowU))
	_, err = hanako.Visit(t.Context(), kiosk.NewSecret)
	must(t, err)
	must(t, w.Kiosk.Kill())
	w.Cards.Lift()
	must(t, w.Kiosk.Start())
	_, err = hanako.Visit(t.Context(), kiosk.TakeCard)
	must(t, err)
	w.Cards.Lift()
	must(t, hanako.Accepts(t.Context(), hanako.New.PIN))
	sum, err := w.Settled(t.Context())
	must(t, err)
	if w.Authority.Listen() != at || sum.Tries != 1 || sum.Records == 0 {
		t.Errorf("%s, was %s; %+v", w.Authority.Listen(), at, sum)
	}
}
