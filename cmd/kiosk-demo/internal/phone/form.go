package phone

import (
	"net/http"

	"multicopy.example/kiosk"
)

// typed is the secret in the form; what has not the secret's form comes back with the sentence that says
// so. The caller clears it.
func typed(r *http.Request, ref kiosk.Ref) ([]byte, key) {
	field := "pin"
	if ref == kiosk.RefSign {
		field = "password"
	}
	b := []byte(r.PostFormValue(field))
	return b, key(Formed(b, ref))
}

// Formed says what is wrong with the form of a secret, which would cost a try for nothing: "FormPIN",
// "FormPassword", or "". It puts a password in capitals: the card knows no others, and has both kinds, 6 to 16.
func Formed(b []byte, ref kiosk.Ref) string {
	letters, digits := 0, 0
	for i, c := range b {
		if c >= 'a' && c <= 'z' && ref == kiosk.RefSign {
			c -= 'a' - 'A'
			b[i] = c
		}
		switch {
		case c >= 'A' && c <= 'Z':
			letters++
		case c >= '0' && c <= '9':
			digits++
		}
	}
	switch {
	case ref == kiosk.RefAuth && (digits != 4 || len(b) != 4):
		return "FormPIN"
	case ref == kiosk.RefSign && (letters == 0 || digits == 0 || letters+digits != len(b) || len(b) < 6 || len(b) > 16):
		return "FormPassword"
	}
	return ""
}
