package firmware

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"multicopy.example/cmd/internal/stick"
	"multicopy.example/kiosk/config"
)

// An updater asks the machine's own to install what lies on the technician's stick, or what was fetched. The kiosk has no
// right to: it leaves a request with a number in a folder of its own, and the updater, which alone may write slots, answers with that
// number and one word in a folder of its own. What the kiosk could ask for by this is what a signature allows.
type updater struct {
	stick   string
	request string // file that is made
	answer  string // file that is read
	period  time.Duration
}

func updaterOf(cfg config.Config) updater {
	return updater{stick: cfg.Staff.Stick, request: filepath.Join(filepath.Dir(statusFile(cfg)), "update-wanted"),
		answer: filepath.Join(cfg.Staff.Updates, "answer"), period: 200 * time.Millisecond}
}

// Why nothing was installed, as the updater says it.
var (
	errNoBundle    = errors.New("the stick has no bundle")
	errForeign     = errors.New("the bundle is of another signer")
	errOlder       = errors.New("the bundle is older than what runs")
	errDamaged     = errors.New("the bundle is not whole")
	errNoUpdate    = errors.New("the updater failed")
	errUnsaid      = errors.New("the updater said a word that this version does not know")
	updaterWords   = map[string]error{"installed": nil, "no-bundle": errNoBundle, "foreign": errForeign, "older": errOlder, "damaged": errDamaged, "failed": errNoUpdate}
	maxAnswer      = 128
	numberOfDigits = 16
)

// run asks and waits until ctx ends. The machine is started again by the updater once it has installed.
func (u updater) run(ctx context.Context) error {
	s, err := stick.Open(u.stick)
	if err != nil {
		return err
	}
	if err := s.Close(); err != nil {
		return err
	}
	return u.ask(ctx, "stick")
}

// ask has the updater install what lies there: on the technician's stick, or in the data folder.
func (u updater) ask(ctx context.Context, where string) error {
	number := rand.Text()[:numberOfDigits]
	if err := os.WriteFile(u.request, []byte(number+" "+where+"\n"), 0o600); err != nil {
		return err
	}
	each := time.NewTicker(u.period)
	defer each.Stop()
	for {
		if told, err := u.told(); err == nil {
			if result, ok := parseAnswer(told, number); ok {
				return result
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-each.C:
		}
	}
}

func (u updater) told() (string, error) {
	f, err := os.OpenFile(u.answer, os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, int64(maxAnswer)))
	return string(b), err
}

// parseAnswer is what an answer says to the request of that number; false where it is to another, or
// not whole yet.
func parseAnswer(told, number string) (result error, ok bool) {
	line, whole := strings.CutSuffix(told, "\n")
	to, word, two := strings.Cut(line, " ")
	if !whole || !two || to != number {
		return nil, false
	}
	result, known := updaterWords[word]
	if !known {
		return fmt.Errorf("%w: %.32q", errUnsaid, word), true
	}
	return result, true
}
