package update

import "testing"

// FuzzState: whatever lies in the file, what is read of it is a state that can be written and told, or none.
func FuzzState(f *testing.F) {
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := parse(b)
		if err != nil {
			if s != (Saved{}) {
				t.Errorf("%q is %+v, and an error: %v", b, s, err)
			}
			return
		}
		if s.Phase == Idle || s.Phase >= phases || (s.Phase == Refused) != (s.Why != 0) {
			t.Errorf("%q is %+v", b, s)
		}
		if m := Report(s, Machine{Runs: "1"}); !m.Whole() {
			t.Errorf("%q is told as %+v", b, m)
		}
	})
}
