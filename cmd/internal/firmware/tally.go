package firmware

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"multicopy.example/cmd/internal/replace"
	"multicopy.example/kiosk"
)

// A Tally is how the visits of a day ended: counts, and nothing of any resident.
type Tally struct {
	Done    uint32 // a card was changed
	Same    uint32 // none was
	InDoubt uint32 // it is not known yet
}

// tally counts the visits whose end the ledger has. The ledger itself cannot be asked:
// what came of a visit is sealed there for the authority. A file of one line keeps the
// day's counts over a restart; it is not flushed, and one that is torn or of another day
// counts from nothing.
type tally struct {
	name string
	now  func() time.Time
	log  *slog.Logger

	mu  sync.Mutex
	day string
	n   Tally
}

// tallyFile is the tally's name in the data folder.
const tallyFile = "visits-today"

func readTally(dir string, now func() time.Time, log *slog.Logger) *tally {
	t := &tally{name: filepath.Join(dir, tallyFile), now: now, log: log}
	line, there, err := readLine(t.name)
	if err != nil || !there {
		return t
	}
	var n Tally
	day := ""
	if got, err := fmt.Sscanf(line, "%10s %d %d %d", &day, &n.Done, &n.Same, &n.InDoubt); err == nil && got == 4 && line == tallyLine(day, n) {
		t.day, t.n = day, n
	}
	return t
}

func tallyLine(day string, n Tally) string {
	return fmt.Sprintf("%s %d %d %d", day, n.Done, n.Same, n.InDoubt)
}

// today is the tally of the day that it is.
func (t *tally) today() Tally {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.turn()
	return t.n
}

// turn begins a new day.
func (t *tally) turn() {
	if day := t.now().Format(time.DateOnly); day != t.day {
		t.day, t.n = day, Tally{}
	}
}

// kept counts an entry that the ledger has taken.
func (t *tally) kept(e kiosk.Entry) {
	if e.Kind != kiosk.EntryEnded {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.turn()
	switch e.Outcome {
	case kiosk.Done:
		t.n.Done++
	case kiosk.Unknown:
		t.n.InDoubt++
	default:
		t.n.Same++
	}
	err := replace.File{Name: t.name, Mode: 0o600}.Loose([]byte(tallyLine(t.day, t.n) + "\n"))
	if err != nil { // a full disk; the counts go on
		t.log.Warn("the counts of the day are not kept", "err", err)
	}
}
