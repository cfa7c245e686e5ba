package phone

import (
	"testing"

	"multicopy.example/kiosk"
)

// TestWhatHasNotTheFormOfASecretIsToldBeforeATryIsSpent, and small letters become capitals.
func TestWhatHasNotTheFormOfASecretIsToldBeforeATryIsSpent(t *testing.T) {
	for _, c := range []struct {
		ref   kiosk.Ref
		typed string
		want  string
		then  string
	}{
		{kiosk.RefAuth, "1234", "", "1234"}, {kiosk.RefAuth, "", "FormPIN", ""}, {kiosk.RefAuth, "123", "FormPIN", "123"}, {kiosk.RefAuth, "12345", "FormPIN", "12345"},
		{kiosk.RefAuth, "12a4", "FormPIN", "12a4"}, {kiosk.RefSign, "sakura77", "", "SAKURA77"}, {kiosk.RefSign, "SAKURA", "FormPassword", "SAKURA"},
		{kiosk.RefSign, "123456", "FormPassword", "123456"}, {kiosk.RefSign, "AB123", "FormPassword", "AB123"}, {kiosk.RefSign, "SAKURA 77", "FormPassword", "SAKURA 77"},
		{kiosk.RefSign, "ABCDEFGH123456789", "FormPassword", "ABCDEFGH123456789"}, {kiosk.RefSign, "ABCDEFGH12345678", "", "ABCDEFGH12345678"},
	} {
		b := []byte(c.typed)
		if got := Formed(b, c.ref); got != c.want || string(b) != c.then {
			t.Errorf("%q: %q and %q", c.typed, got, b)
		}
	}
}
