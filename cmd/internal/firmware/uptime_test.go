package firmware

import "testing"

func TestAMachineKnowsHowLongItRuns(t *testing.T) {
	first, err := uptime()
	if err != nil || first <= 0 {
		t.Fatalf("%v, %v", first, err)
	}
	if second, err := uptime(); err != nil || second < first {
		t.Errorf("%v after %v, %v", second, first, err)
	}
}
