package domain

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/internal/enrolment"
	"multicopy.example/kiosk/must"
)

// The inventory says the times that are in force.
func TestTheInventoryHasTheTimesOfForgetting(t *testing.T) {
	page := must.Read(t, "../../../../DATA.md")
	hours := fmt.Sprintf("%d hours", keep/time.Hour)
	for table, word := range map[string]string{"replies": hours, "attempts": hours, "sessions": fmt.Sprintf("%d days", keepVisits/(24*time.Hour)),
		"reservations": fmt.Sprintf("%d days", keepVisits/(24*time.Hour)), "challenges": fmt.Sprintf("%d minutes", challengeLife/time.Minute),
		"aside": fmt.Sprintf("1,%03d of a kiosk", DefaultPolicy.Quotas.Aside-1000), "enrolments": "an hour"} {
		found := false
		for line := range strings.Lines(string(page)) {
			found = found || strings.HasPrefix(line, "| `"+table+"` |") && strings.Contains(line, word)
		}
		if !found {
			t.Errorf("%s: DATA.md does not say %s", table, word)
		}
	}
	if enrolment.Open != time.Hour {
		t.Error("a request waits for another time than DATA.md says")
	}
}
