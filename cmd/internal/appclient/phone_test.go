package appclient

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"multicopy.example/kiosk/golden"
	"multicopy.example/kiosk/must"
)

// messages of the app's line about phones, one of each with everything in it.
func messages() []any {
	proof := Proof{Cert: []byte{1}, Challenge: []byte{2}, Signature: []byte{3}}
	certificates := []MineCert{{Certificate: "phone auth", State: "held", Reason: "certificateHold", Since: 1, Cause: "hold phone by card with PIN", Serial: "40", NotAfter: 2}}
	return []any{
		&LogInChallengeRequest{Cert: []byte{1}}, &ChallengeReply{Challenge: []byte{2}}, &LogInRequest{proof}, &LogInReply{Resident: "hanako", By: "phone", Weak: true},
		&PhoneNonceRequest{Cert: []byte{1}}, &PhoneNonceReply{Nonce: []byte{2}},
		&PhoneOffer{Statement: []byte("{}")}, &PhoneOfferReply{Phone: Android, Maker: "Maker A", Code: "0417"},
		&PhoneApply{Statement: []byte("{}"), CMS: []byte{4}}, &PhoneStatus{Application: "0123456789abcdef0123456789abcdef"},
		&PhoneActivate{Statement: []byte("{}"), CMS: []byte{4}, Auth: []byte{5}, Sign: []byte{6}},
		&PhoneReply{Application: "0123456789abcdef0123456789abcdef", Phone: IPhone, State: PhoneActive, Until: 3, Certificates: certificates,
			Auth: []byte{7}, Sign: []byte{8}, CAs: [][]byte{{9}, {10}}},
		&PhoneReply{Application: "0123456789abcdef0123456789abcdef", Phone: Android, State: PhoneApplied, Until: 3},
		&MineReply{Resident: "hanako", Certificates: certificates},
		&ConsentsReply{Consents: []Consent{{Consent: "01", Service: "02", Company: "Rei Bank", Title: "Accounts", Purpose: "Letters", Items: []string{"address"}, Lang: "ja",
			Text: "sha256:03", State: "cancelled", Received: 1, From: 2, Until: 3, Cancelled: 4, Given: []Given{{At: 5, Items: []string{"address"}}}, Receipt: "e30.e30.AA"}}},
		&WithdrawConsent{Statement: []byte("{}"), CMS: []byte{4}},
		&Error{Code: "not-theirs", Text: "this proof is not enough for it"},
	}
}

// TestMessagesHaveTheirBytesForEver: an app of today is answered by an authority of tomorrow.
func TestMessagesHaveTheirBytesForEver(t *testing.T) {
	var got bytes.Buffer
	for _, m := range messages() {
		b, err := json.Marshal(m)
		must.OK(t, err)
		got.Write(append(b, '\n'))
		back := reflect.New(reflect.TypeOf(m).Elem()).Interface()
		if err := json.Unmarshal(b, back); err != nil || !reflect.DeepEqual(back, m) {
			t.Errorf("%s is read as %+v, %v", b, back, err)
		}
	}
	golden.Is(t, "testdata/v1/messages.golden", got.Bytes())
}
