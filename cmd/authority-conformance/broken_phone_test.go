package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// appBreaker stands before the sandbox's line for apps.
type appBreaker struct {
	seen map[string]int // requests of a path that were done
	next func(asked) reply
}

const (
	someApplication = `{"application":"00112233445566778899aabbccddeeff","phone":"android","state":"issued","until":1,"auth":"AA==","sign":"AA=="}`
	someMine        = `{"resident":"ren","certificates":[]}`
	someLogIn       = `{"resident":"ren","by":"phone","weak":false}`
)

// forgives answers what has to be refused with one of these words as if it were done.
func forgives(path, done string, words ...string) func(*appBreaker, asked) reply {
	return func(k *appBreaker, a asked) reply {
		r := k.next(a)
		if word, _ := object(r.body)["code"].(string); a.path == path && slices.Contains(words, word) {
			return reply{200, r.header, []byte(done)}
		}
		return r
	}
}

// phoneBreakages are lines for apps that do one thing wrong, and the requirement that has to fail.
var phoneBreakages = map[string]struct {
	catches string
	answer  func(*appBreaker, asked) reply
}{
	"issues on the phone's word": {`^/app/phone   keys that no secure element`, forgives("/app/phone/apply", someApplication, "no-attestation", "unknown-maker")},
	"believes a key for any use": {`^/app/phone   keys that no secure element`, forgives("/app/phone/apply", someApplication, "other-use")},
	"believes a key of any nonce": {`^/app/phone   keys that no secure element`,
		forgives("/app/phone/apply", someApplication, "other-nonce")},
	"takes a nonce twice":                 {`^/app/phone   a nonce is good`, forgives("/app/phone/apply", someApplication, "nonce-used")},
	"applies on the PIN":                  {`^/app/phone   the key behind`, forgives("/app/phone/apply", someApplication, "not-theirs")},
	"activates on the PIN":                {`^/app/phone   the key behind`, forgives("/app/phone/activate", someApplication, "not-theirs")},
	"activates without the phone's keys":  {`^/app/phone   an activation that`, forgives("/app/phone/activate", someApplication, "keys-missing")},
	"lets in who has not activated":       {`^/app/phone   what a maker attests`, forgives("/app/login", someLogIn, "proof-not-good")},
	"leaves the old phone good":           {`^/app/phone   the certificates of the phone before`, forgives("/app/login", someLogIn, "proof-not-good")},
	"releases on the PIN":                 {`^/app/phone   a hold by`, forgives("/app/phone/release", someMine, "not-theirs")},
	"takes any signature for a hold":      {`^/app/phone   a signature for a log-in`, forgives("/app/phone/hold", someMine, "challenge")},
	"takes a challenge twice":             {`^/app/phone   a signature for a log-in`, forgives("/app/login", someLogIn, "challenge")},
	"gives up on the PIN":                 {`^/app/phone   a phone is given up`, forgives("/app/phone/give-up", someMine, "not-theirs")},
	"ends the old phone when it is asked": {`^/app/phone   the certificates of the phone before`, endsEarly},
	"does not hold":                       {`^/app/phone   a hold by`, pretendsToHold},
	"makes a second application of one":   {`^/app/phone   a nonce is good`, secondApplication},
}

// endsEarly ends the phone in use with the application of the next one.
func endsEarly(k *appBreaker, a asked) reply {
	if a.path == "/app/login" && k.seen["/app/phone/apply"] == 2 && k.seen["/app/phone/activate"] == 1 {
		return reply{409, http.Header{}, []byte(`{"code":"proof-not-good","error":"the certificate of this proof is not good"}`)}
	}
	return k.next(a)
}

func pretendsToHold(k *appBreaker, a asked) reply {
	if a.path == "/app/phone/hold" {
		return reply{200, http.Header{}, []byte(someMine)}
	}
	return k.next(a)
}

func secondApplication(k *appBreaker, a asked) reply {
	r := k.next(a)
	if a.path == "/app/phone/apply" && k.seen[a.path] == 2 {
		m := object(r.body)
		m["application"] = "00112233445566778899aabbccddeeff"
		r.body = text(m)
	}
	return r
}

// beforeApps serves a broken line for apps in front of the sandbox's; nil breaks nothing.
func beforeApps(t *testing.T, s sandbox, answer func(*appBreaker, asked) reply) string {
	t.Helper()
	k := &appBreaker{seen: map[string]int{}}
	var mu sync.Mutex
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		body := orAbort(io.ReadAll(r.Body))
		k.next = func(a asked) reply {
			got := forwarded(r.Context(), a.method, "http://"+s.App+a.path, "application/json", a.body)
			if got.status == http.StatusOK {
				k.seen[a.path]++
			}
			return got
		}
		a := asked{method: r.Method, path: r.URL.Path, body: body}
		out := k.next
		if answer != nil {
			out = func(a asked) reply { return answer(k, a) }
		}
		got := out(a)
		w.WriteHeader(got.status)
		w.Write(got.body)
	}))
	t.Cleanup(front.Close)
	return strings.TrimPrefix(front.URL, "http://")
}

// TestABrokenLineForPhonesIsCaught by the requirement that is about it; and that is ok where nothing is
// broken, through the same front.
func TestABrokenLineForPhonesIsCaught(t *testing.T) {
	s := serve(t)
	honest := beforeApps(t, s, nil)
	ok := map[string]bool{}
	for name, broken := range phoneBreakages {
		t.Run(name, func(t *testing.T) {
			args := func(line string) []string {
				to := s
				to.App = line
				return to.args(s.Listen, "--cards", "ren")
			}
			var control []string
			if !ok[broken.catches] { // once a requirement: its keys are slow
				control = args(honest)
			}
			caught(t, broken.catches, control, args(beforeApps(t, s, broken.answer)))
			ok[broken.catches] = true
		})
	}
}
