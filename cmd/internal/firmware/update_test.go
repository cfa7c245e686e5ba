package firmware

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/internal/stick"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/staff"
)

func TestAnswerOfTheUpdaterIsToItsRequestAlone(t *testing.T) {
	for told, want := range map[string]error{"7 installed\n": nil, "7 no-bundle\n": errNoBundle, "7 foreign\n": errForeign, "7 older\n": errOlder,
		"7 damaged\n": errDamaged, "7 failed\n": errNoUpdate, "7 eaten\n": errUnsaid, "7 \n": errUnsaid, "7 installed twice\n": errUnsaid} {
		if got, ok := parseAnswer(told, "7"); !ok || !errors.Is(got, want) {
			t.Errorf("%q is %v, %v", told, got, ok)
		}
	}
	for _, told := range []string{"", "\n", "7", "7\n", "7 installed", "8 installed\n", "77 installed\n", " installed\n"} {
		if got, ok := parseAnswer(told, "7"); ok {
			t.Errorf("%q is taken for %v", told, got)
		}
	}
}

// Every way in which nothing is installed has a sentence of its own, but a failure of the updater itself.
func TestEveryRefusalOfAnUpdateHasItsSentence(t *testing.T) {
	seen := map[staff.Note]string{}
	for word, err := range updaterWords {
		n := why(err)
		if plain := word == "installed" || word == "failed"; plain != (n == staff.NoNote) {
			t.Errorf("%s is told as %s", word, n)
		}
		if was, twice := seen[n]; twice && n != staff.NoNote {
			t.Errorf("%s and %s are both told as %s", word, was, n)
		}
		seen[n] = word
	}
}

func TestUpdateNeedsAStick(t *testing.T) {
	dir := t.TempDir()
	u := updaterOf(config.Config{Kiosk: config.Kiosk{Data: dir}, Staff: config.Staff{Stick: filepath.Join(dir, "stick"), Updates: dir}})
	if err := u.run(t.Context()); !errors.Is(err, stick.ErrNone) {
		t.Errorf("without a stick it is %v", err)
	}
	if _, err := os.Stat(u.request); err == nil {
		t.Error("it was asked for all the same")
	}
}

func TestUpdaterIsAskedByANumberAndWaitedFor(t *testing.T) {
	u := updater{stick: "/proc", request: filepath.Join(t.TempDir(), "wanted"), answer: filepath.Join(t.TempDir(), "answer"), period: time.Millisecond} // a folder that is mounted
	if err := os.WriteFile(u.answer, []byte("0 installed\n"), 0o600); err != nil {                                                                      // of the request before
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- u.run(ctx) }()
	var number string
	for number == "" && ctx.Err() == nil {
		b, _ := os.ReadFile(u.request)
		number, _ = strings.CutSuffix(string(b), " stick\n")
	}
	if len(number) != numberOfDigits {
		t.Fatalf("the request is %q", number)
	}
	must.OK(t, os.WriteFile(u.answer, []byte(number+" older\n"), 0o600))
	if err := <-done; !errors.Is(err, errOlder) {
		t.Errorf("it ends with %v", err)
	}
}
