package outbox

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"multicopy.example/kiosk/must"
	"multicopy.example/offline"
	"multicopy.example/offline/internal/ledgertest"
	"multicopy.example/offline/internal/sample"
)

var (
	boot     = sample.Boot
	visit    = sample.Visit
	boots    = sample.Boots
	cutShort = sample.CutShort
	short    = sample.Short
	receipt  = sample.Receipt

	newDir      = ledgertest.NewDir
	testOptions = ledgertest.Options
	mustOpen    = ledgertest.Open
	mustClose   = ledgertest.Close
	mustAppend  = ledgertest.Append
	mustVerify  = ledgertest.Verify
	all         = ledgertest.All
	spoil       = ledgertest.Spoil
)

func testConfig() Config {
	return Config{Key: sample.Key().PublicKey().Bytes(), Now: time.Now, Rand: rand.New(rand.NewPCG(1, 2))}
}

// wantDoubts wants just these records in doubt.
func wantDoubts(t *testing.T, l *offline.Ledger, want ...uint64) {
	t.Helper()
	records, err := l.Doubts(t.Context())
	must.OK(t, err)
	var got []uint64
	for _, r := range records {
		got = append(got, r.Seq)
	}
	if !slices.Equal(got, want) {
		t.Errorf("in doubt: %v, want %v", got, want)
	}
}
