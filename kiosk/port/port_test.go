package port

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"multicopy.example/kiosk"
)

func TestErrorsAreValuesToBranchOn(t *testing.T) {
	err := fmt.Errorf("verify: %w", WrongSecret{Left: 2})
	var wrong WrongSecret
	if !errors.As(err, &wrong) || wrong.Left != 2 {
		t.Error("WrongSecret is lost in a wrapped error")
	}
	var code WrongCode
	if errors.As(err, &code) {
		t.Error("the card's counter is taken for the authority's")
	}
	var f Fault
	if err := fmt.Errorf("open: %w", Fault(kiosk.MsgHours)); !errors.As(err, &f) || kiosk.Message(f) != kiosk.MsgHours || err.Error() != "open: fault E-HRS" {
		t.Error("Fault is lost in a wrapped error")
	}
	var later ErrRetryLater
	if !errors.As(fmt.Errorf("batch: %w", ErrRetryLater{After: 7}), &later) || later.After != 7 {
		t.Error("ErrRetryLater is lost in a wrapped error")
	}
	for _, e := range []error{WrongSecret{3}, WrongCode{3}, ErrRetryLater{9}, ErrBlocked, ErrGone, ErrRefused, ErrUnknown, ErrSetAside, ErrStopSending} {
		if s := e.Error(); s == "" || strings.ContainsAny(s, "0123456789") {
			t.Errorf("%q: the text of an error carries no number, the value does", s)
		}
	}
}

func TestFactsKeepTheCountersOfTheTwoSecretsApart(t *testing.T) {
	f := Facts{AuthTries: 1, SignTries: 4}
	if f.Tries(kiosk.RefAuth) != 1 || f.Tries(kiosk.RefSign) != 4 {
		t.Error("the counters of a card are mixed up")
	}
}
