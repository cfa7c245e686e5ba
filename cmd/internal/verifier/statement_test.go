package verifier

import (
	"testing"

	"multicopy.example/kiosk/must"
)

// TestAStatementIsWrittenAsTheAuthorityReadsIt: the bytes are those that the authority keeps for ever.
func TestAStatementIsWrittenAsTheAuthorityReadsIt(t *testing.T) {
	for _, act := range []string{ActGive, ActWithdraw} {
		want := must.Read(t, "../../authority-sandbox/internal/consent/testdata/v1/"+act+".json")
		s, err := Decode[Statement](want)
		if err != nil || s.V != StatementVersion || s.Act != act {
			t.Fatal(s, err)
		}
		if got, err := s.Encode(); err != nil || string(got) != string(want) {
			t.Errorf("%s, %v; want %s", got, err, want)
		}
	}
}
