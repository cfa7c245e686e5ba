package enrol

import (
	"errors"
	"testing"
	"time"

	"multicopy.example/cmd/internal/enrolment"
	"multicopy.example/kiosk/authority/wire"
)

// The bytes of answers, as an authority has them.
func TestAnswersAreReadByTheirStatus(t *testing.T) {
	const waiting, gone = `{"contract":1,"state":"waiting"}`, `{"contract":1,"code":"gone","detail":"why"}`
	if m, err := decode[enrolment.Collected](200, "", []byte(waiting)); err != nil || m.State != enrolment.Waiting {
		t.Errorf("%+v, %v", m, err)
	}
	var no refusal
	for retry, want := range map[string]time.Duration{"": 0, "7": 7 * time.Second, "-1": 0, "65535": time.Minute, "99999999999": 0, "soon": 0} {
		if _, err := decode[enrolment.Collected](410, retry, []byte(gone)); !errors.As(err, &no) || no.Code != enrolment.CodeGone || no.after != want || no.later() {
			t.Errorf("Retry-After %q: %v, %v", retry, err, no.after)
		}
	}
	for status, text := range map[int]string{200: gone, 410: waiting, 404: "not found", 503: ""} {
		if _, err := decode[enrolment.Collected](status, "", []byte(text)); !errors.Is(err, wire.ErrMessage) && status != 410 || err == nil {
			t.Errorf("%d %s: %v", status, text, err)
		}
	}
}

// FuzzAnswer: an answer is a message, a refusal or an error, and a refusal's pause is bounded.
func FuzzAnswer(f *testing.F) {
	f.Add(200, "", []byte(`{"contract":1,"state":"waiting"}`))
	f.Add(429, "7", []byte(`{"contract":1,"code":"busy","detail":""}`))
	f.Fuzz(func(t *testing.T, status int, retry string, answer []byte) {
		m, err := decode[enrolment.Collected](status, retry, answer)
		var no refusal
		switch {
		case err == nil && (status != 200 || m.State != enrolment.Waiting && m.State != enrolment.Approved):
			t.Errorf("%d is %+v", status, m)
		case errors.As(err, &no) && (status == 200 || no.after < 0 || no.after > longest):
			t.Errorf("%d is %v", status, no)
		}
	})
}
