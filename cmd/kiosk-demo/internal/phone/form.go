package phone

import (
	"errors"
	"net/http"

	"multicopy.example/kiosk"
)

// What is typed, and what is said about it.

// trouble is what went wrong at the last press.
type trouble = Sentence

func troubleOf(err error, ref kiosk.Ref) trouble {
	switch {
	case errors.Is(err, ErrAway):
		return trouble{"カードがキオスクの読み取り機に置かれています。手に取ってからもう一度。",
			"The card lies on the kiosk's reader. Take it into your hand first."}
	case errors.Is(err, ErrBlocked):
		n := nameOf(ref)
		return trouble{n.JA + "がロックされています。住所地の市区町村窓口へ。",
			"The " + n.EN + " is locked. Please go to your municipal office."}
	case errors.Is(err, ErrLate):
		return trouble{"時間が過ぎました。カードをもう一度読み取ります。",
			"Too much time has passed. The card is read once more."}
	}
	return trouble{"うまくいきませんでした: " + err.Error(), "That did not work: " + err.Error()}
}

// nameOf is what people call a secret.
func nameOf(ref kiosk.Ref) Sentence {
	if ref == kiosk.RefSign {
		return Sentence{"署名用パスワード", "signing password"}
	}
	return Sentence{"4けたの暗証番号", "4-digit PIN"}
}

// typed is the secret in the form, a password in capitals: the card knows no
// others. What has not the secret's form comes back as a trouble. The caller
// clears it.
func typed(r *http.Request, ref kiosk.Ref) ([]byte, trouble) {
	if ref == kiosk.RefSign {
		b := []byte(r.PostFormValue("password"))
		for i, c := range b {
			if c >= 'a' && c <= 'z' {
				b[i] = c - 'a' + 'A'
			}
		}
		if !isPassword(b) {
			return b, trouble{"英字と数字の両方を使った6～16文字です。", "It is 6 to 16 letters and digits, both kinds."}
		}
		return b, trouble{}
	}
	b := []byte(r.PostFormValue("pin"))
	if !fourDigits(b) {
		return b, trouble{"数字4けたを入力してください。", "Please type four digits."}
	}
	return b, trouble{}
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
