package certs

import (
	"context"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// hand is one whose authority reads something else than the phone made, where told so, and
// that notes what is done.
type hand struct {
	theirs string
	left   int8
	done   []Act
	agreed []appclient.Consent
	signed []byte
}

func (h *hand) People() []Person      { return []Person{{Key: "r", Name: "花子"}} }
func (h *hand) Phones(string) []Phone { return []Phone{{Key: "p"}} }
func (h *hand) Wipe(string, string)   {}
func (h *hand) Status(context.Context, string, string) (s Status, err error) {
	return s, nil
}
func (h *hand) Left(context.Context, string, string, Secret) (int8, error) { return h.left, nil }
func (h *hand) Draft(context.Context, string, string) (Draft, error) {
	return Draft{Statement: []byte("{}"), Own: "0417", Theirs: h.theirs}, nil
}
func (h *hand) Consents(context.Context, string, string, Act, []byte) ([]appclient.Consent, error) {
	return slices.Clone(h.agreed), nil
}
func (h *hand) Withdraw(_ context.Context, _, _ string, act Act, statement, _ []byte) (appclient.Consent, error) {
	h.done, h.signed = append(h.done, act), statement
	c := h.agreed[1]
	c.State, c.Cancelled = "cancelled", 1_795_100_000
	return c, nil
}
func (h *hand) Install(context.Context, string, string, Chosen) error { return nil }
func (h *hand) Do(_ context.Context, _, _ string, act Act, _ []byte, _ Chosen) (t Told, err error) {
	h.done = append(h.done, act)
	return t, nil
}

// applies goes to the application and sends the password, and answers the page before and
// after that.
func applies(t *testing.T, h *hand, presses ...string) (before, after string) {
	t.Helper()
	s := httptest.NewServer(New(h, func(*http.Request) kiosk.Lang { return kiosk.English }).Handler())
	t.Cleanup(s.Close)
	jar, err := cookiejar.New(nil)
	must.OK(t, err)
	client := http.Client{Jar: jar}
	read := func(r *http.Response, err error) string {
		t.Helper()
		must.OK(t, err)
		defer r.Body.Close()
		var b strings.Builder
		must.OK(t, r.Write(&b))
		return strings.ReplaceAll(b.String(), "\u2060", "")
	}
	page := read(client.Get(s.URL + Root))
	for _, press := range append(presses, "secret") {
		before = page
		turn := regexp.MustCompile(`name="turn" value="(\w+)"`).FindStringSubmatch(page)
		do, value, _ := strings.Cut(press, "=")
		secret := "SAKURA77"
		if strings.Contains(page, `inputmode="numeric"`) {
			secret = "1234"
		}
		page = read(client.PostForm(s.URL+Root+"do", url.Values{"turn": {turn[1]}, "do": {do}, "value": {value}, "secret": {secret}}))
	}
	return before, page
}

// TestNothingIsSignedOverTwoControlCodes: where the authority reads another application than the
// phone made, no secret is asked, and one that comes all the same is not used.
func TestNothingIsSignedOverTwoControlCodes(t *testing.T) {
	for theirs, signs := range map[string]bool{"0417": true, "0418": false, "": false} {
		h := &hand{theirs: theirs, left: 5}
		before, _ := applies(t, h, "person=r", "phone=p", "act=Apply")
		if asked := strings.Contains(before, `name="secret"`); asked != signs || strings.Contains(before, "control digits differ") == signs {
			t.Errorf("%q: the secret is asked: %v\n%s", theirs, asked, before)
		}
		if (len(h.done) == 1) != signs {
			t.Errorf("%q: %v was done", theirs, h.done)
		}
	}
}

// TestALastTryIsPrecededByAPage that says so, also for what is sent past it.
func TestALastTryIsPrecededByAPage(t *testing.T) {
	for _, c := range []struct {
		left    int8
		presses []string
		done    int
	}{{2, nil, 1}, {1, nil, 0}, {1, []string{"sure"}, 1}, {0, []string{"sure"}, 0}} {
		h := &hand{theirs: "0417", left: c.left}
		before, _ := applies(t, h, append([]string{"person=r", "phone=p", "act=Apply"}, c.presses...)...)
		if len(h.done) != c.done || strings.Contains(before, `name="secret"`) != (c.done == 1) {
			t.Errorf("%d left, %v: %v was done", c.left, c.presses, h.done)
		}
	}
}

// TestAConsentIsWithdrawnFromTheList: each is shown with when items were given; what is signed is about the
// one that was chosen, and one that is over is not offered.
func TestAConsentIsWithdrawnFromTheList(t *testing.T) {
	of := func(n, state string) appclient.Consent {
		return appclient.Consent{Consent: strings.Repeat(n, 32), Service: strings.Repeat("5", 32), Company: "Bank " + n, Title: "Accounts", Purpose: "Letters", Items: []string{"address", "name"},
			Lang: "ja", Text: "sha256:" + strings.Repeat("7", 64), State: state, From: 1_795_014_000, Until: 2_110_546_799, Receipt: "e30.e30.AA"}
	}
	given := of("2", "active")
	given.Given = []appclient.Given{{At: 1_795_050_000, Items: []string{"address"}}}
	agreed := func() []appclient.Consent { return []appclient.Consent{of("1", "cancelled"), given} }
	h := &hand{left: 5, agreed: agreed()}
	_, list := applies(t, h, "person=r", "phone=p", "act=CardConsents")
	for _, want := range []string{"Bank 1", "Bank 2", "Given on", "19 November 2026: address", "Nothing has been told yet", "e30.e30.AA", "address, name"} {
		if !strings.Contains(list, want) {
			t.Errorf("the list does not say %q:\n%s", want, list)
		}
	}
	ask, after := applies(t, h, "person=r", "phone=p", "act=CardConsents", "secret", "withdraw="+given.Consent)
	for _, want := range []string{"Bank 2", "What the company already has stays with it", `name="secret"`} {
		if !strings.Contains(ask, want) {
			t.Errorf("the page does not say %q:\n%s", want, ask)
		}
	}
	if strings.Contains(ask, "Bank 1") || len(h.done) != 1 || h.done[0] != CardWithdraw || !strings.Contains(string(h.signed), `"act":"withdraw","service":"5555`) || !strings.Contains(string(h.signed), given.Consent) {
		t.Errorf("%v was done with %s\n%s", h.done, h.signed, ask)
	}
	if !strings.Contains(after, "The consent is withdrawn") || strings.Contains(after, "Withdraw this") {
		t.Errorf("afterwards:\n%s", after)
	}
	h.done, h.agreed = nil, agreed()
	if applies(t, h, "person=r", "phone=p", "act=CardConsents", "secret", "withdraw="+h.agreed[0].Consent); len(h.done) != 0 {
		t.Errorf("one that is over is withdrawn: %v", h.done)
	}
}
