package phone

import (
	"net/http"

	"multicopy.example/kiosk"
)

// typed is the secret in the form, a password in capitals: the card knows no
// others. What has not the secret's form, which would cost a try for nothing,
// comes back with the sentence that says so. The caller clears it.
func typed(r *http.Request, ref kiosk.Ref) ([]byte, key) {
	if ref == kiosk.RefSign {
		b := []byte(r.PostFormValue("password"))
		for i, c := range b {
			if c >= 'a' && c <= 'z' {
				b[i] = c - 'a' + 'A'
			}
		}
		if !isPassword(b) {
			return b, "FormPassword"
		}
		return b, ""
	}
	b := []byte(r.PostFormValue("pin"))
	if !fourDigits(b) {
		return b, "FormPIN"
	}
	return b, ""
}

func fourDigits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) == 4
}

// isPassword: the card's rule, capitals and digits, both kinds, 6 to 16.
func isPassword(b []byte) bool {
	letters, digits := 0, 0
	for _, c := range b {
		switch {
		case c >= 'A' && c <= 'Z':
			letters++
		case c >= '0' && c <= '9':
			digits++
		}
	}
	return letters > 0 && digits > 0 && letters+digits == len(b) && len(b) >= 6 && len(b) <= 16
}
