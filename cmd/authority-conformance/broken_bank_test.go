package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"multicopy.example/cmd/internal/pemfile"
	"multicopy.example/cmd/internal/verifier"
	"multicopy.example/kiosk/must"
)

// asked is one request of a platform's on its way.
type asked struct {
	by, method, path string
	body             []byte
}

// bankBreaker stands before the sandbox's line of platforms, with the keys of bank and authority.
type bankBreaker struct {
	t      *testing.T
	bank   *bankSide
	signs  *verifier.Authority
	sealed map[string]map[string]any // answers with items, by request ids
	next   func(asked) reply
}

// answers changes each answer to a question.
func (k *bankBreaker) answers(a asked, change func(question, answer map[string]any)) reply {
	r := k.next(a)
	m, questions := object(r.body), object(a.body)
	if a.path != verifier.PathLatest || r.status != 200 {
		return r
	}
	list, _ := m["answers"].([]any)
	for i, one := range list {
		answer := one.(map[string]any)
		id, _ := answer["request"].(string)
		change(questions["questions"].([]any)[i].(map[string]any), answer)
		if answer["decision"] == "given" && k.sealed[id] == nil {
			k.sealed[id] = maps.Clone(answer)
		}
	}
	r.body = text(m)
	return r
}

// bankBreakages are lines of platforms that do one thing wrong, and the requirement that has to fail.
var bankBreakages = map[string]struct {
	catches string
	answer  func(*bankBreaker, asked) reply
}{
	"gives after a withdrawal": {`^/withdraw    nothing is given`, func(k *bankBreaker, a asked) reply {
		return k.answers(a, func(_, answer map[string]any) {
			if before := k.sealed[answer["request"].(string)]; before != nil && answer["decision"] == "cancelled" {
				maps.Copy(answer, before)
			}
		})
	}},
	"gives an item that was not agreed to": {`^/latest      what was agreed to is given`, func(k *bankBreaker, a asked) reply {
		return k.answers(a, func(question, answer map[string]any) {
			if answer["decision"] != "given" {
				return
			}
			var q verifier.Question
			must.Note(k.t, json.Unmarshal(text(question), &q))
			items, err := k.bank.reads.Open(answer["sealed"].(string), q)
			must.Note(k.t, err)
			items.Name = "HANAKO"
			spki, err := x509.MarshalPKIXPublicKey(&k.bank.reads.Keys[0].PublicKey)
			must.Note(k.t, err)
			if answer["sealed"], err = k.signs.Seal(items, spki); err != nil {
				k.t.Error(err)
			}
		})
	}},
	"answers differently for a stranger who is known elsewhere": {`^/latest      a stranger's handle`, func(k *bankBreaker, a asked) reply {
		return k.answers(a, func(question, answer map[string]any) {
			for _, of := range k.bank.Consents {
				if id, _ := of.Handle.MarshalText(); question["handle"] == string(id) && answer["decision"] == "no-consent" {
					answer["decision"] = "nothing-yet"
				}
			}
		})
	}},
	"stores items": {`^/latest      the same question again`, func(k *bankBreaker, a asked) reply {
		return k.answers(a, func(_, answer map[string]any) {
			if before := k.sealed[answer["request"].(string)]; before != nil {
				answer["sealed"] = before["sealed"]
			}
		})
	}},
	"takes the fee twice": {`^/latest      the same question again`, func(k *bankBreaker, a asked) reply {
		return k.answers(a, func(_, answer map[string]any) {
			if answer["decision"] == "given" {
				answer["fee"] = 20
			}
		})
	}},
	"forgets request ids": {`^/latest      what was told is no change`, func(k *bankBreaker, a asked) reply {
		return k.answers(a, func(_, answer map[string]any) {
			if answer["decision"] == "other-bytes" {
				answer["decision"] = "no-consent"
			}
		})
	}},
	"accepts two signers": {`^/consents    a signature with two signers`, func(k *bankBreaker, a asked) reply {
		m := object(a.body)
		if a.path != verifier.PathGive || m == nil {
			return k.next(a)
		}
		signature, err := base64.StdEncoding.DecodeString(m["cms"].(string))
		if err == nil {
			signature, err = signers(signature, func(both []byte) []byte { return both[:len(both)/2] })
		}
		must.Note(k.t, err)
		m["cms"] = base64.StdEncoding.EncodeToString(signature)
		a.body = text(m)
		return k.next(a)
	}},
	"begins a consent at once": {`^/consents    a consent begins`, func(k *bankBreaker, a asked) reply {
		r := k.next(a)
		if m := object(r.body); a.path == verifier.PathGive && r.status == 200 {
			m["state"] = "active"
			r.body = text(m)
		}
		return r
	}},
	"numbers changes with a gap": {`^/changes     are numbered`, func(k *bankBreaker, a asked) reply {
		r := k.next(a)
		r.body = bytes.Replace(r.body, []byte(`"n":2,`), []byte(`"n":3,`), 1)
		return r
	}},
	"tells every platform": {`^/changes     are numbered`, func(k *bankBreaker, a asked) reply {
		a.by = "platform-conformance"
		return k.next(a)
	}},
	"answers every platform": {`^/latest      a service of another bank`, func(k *bankBreaker, a asked) reply {
		a.by = "platform-conformance"
		return k.next(a)
	}},
	"looks at certificates for nothing": {`^/status      names a purpose`, func(k *bankBreaker, a asked) reply {
		a.body = bytes.Replace(a.body, []byte(`"purpose":""`), []byte(`"purpose":"liveness-check"`), 1)
		return k.next(a)
	}},
	"passes unknown fields over": {`^Strictness   on the line of platforms`, func(k *bankBreaker, a asked) reply {
		a.body = bytes.Replace(a.body, []byte(`"more":1,`), nil, 1)
		return k.next(a)
	}},
}

// beforeBanks serves a broken line of platforms in front of the sandbox's; nil breaks nothing.
func beforeBanks(t *testing.T, s sandbox, answer func(*bankBreaker, asked) reply) string {
	t.Helper()
	at := func(name string) string { return filepath.Join(s.dir, name) }
	folder := at("conformance-bank")
	own, err := tls.LoadX509KeyPair(at("server.crt.pem"), at("server.key.pem"))
	must.OK(t, err)
	lines := map[string]*line{}
	for _, name := range []string{"platform-conformance", "platform-other"} {
		lines[name], err = newLine(options{url: "https://" + s.Verifier, roots: at("ca.crt.pem")}, filepath.Join(folder, name+".crt.pem"), filepath.Join(folder, name+".key.pem"))
		must.OK(t, err)
		t.Cleanup(lines[name].Close)
	}
	bank, err := (&suite{options: options{bank: folder, verifier: "https://" + s.Verifier, roots: at("ca.crt.pem")}}).bank()
	must.OK(t, err)
	der, err := pemfile.Read(at("answers.key.pem"))
	must.OK(t, err)
	key, err := x509.ParsePKCS8PrivateKey(der)
	must.OK(t, err)
	signs, err := verifier.NewAuthority(key.(*ecdsa.PrivateKey))
	must.OK(t, err)
	k := &bankBreaker{t: t, bank: bank, signs: signs, sealed: map[string]map[string]any{}}
	var mu sync.Mutex
	front := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		body := orAbort(io.ReadAll(r.Body))
		a := asked{r.TLS.PeerCertificates[0].Subject.CommonName, r.Method, r.URL.RequestURI(), body}
		k.next = func(a asked) reply {
			got := orAbort(lines[a.by].do(r.Context(), a.method, a.path, a.body))
			return reply{got.status, got.header, got.body}
		}
		out := k.next
		if answer != nil {
			out = func(a asked) reply { return answer(k, a) }
		}
		got := out(a)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(got.status)
		w.Write(got.body)
	}))
	front.Config.ErrorLog = log.New(io.Discard, "", 0)
	front.TLS = &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{own}, ClientAuth: tls.RequireAnyClientCert}
	front.StartTLS()
	t.Cleanup(front.Close)
	return "https://" + front.Listener.Addr().String()
}

// moves gives the bank's resident another address, behind which the bank may ask three times more.
func (s sandbox) moves(t *testing.T, address string) {
	t.Helper()
	value := func(flag string) string { return s.flags[slices.Index(s.flags, flag)+1] }
	var bank bankSide
	text, err := os.ReadFile(filepath.Join(value("--bank"), "bank.json"))
	if err == nil {
		err = json.Unmarshal(text, &bank)
	}
	must.OK(t, err)
	if out, err := exec.CommandContext(t.Context(), value("--move"), filepath.Join(value("--residents"), bank.Resident), address).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// TestABrokenLineOfPlatformsIsCaught by the requirement that is about it; and that is ok where nothing is broken, through
// the same front.
func TestABrokenLineOfPlatformsIsCaught(t *testing.T) {
	s := serve(t)
	honest := beforeBanks(t, s, nil)
	for name, broken := range bankBreakages {
		t.Run(name, func(t *testing.T) {
			for i := range 3 { // the bank's count of the day is shared with the subtests before
				s.moves(t, fmt.Sprintf("Elsewhere %d for %s", i, name))
			}
			args := func(line string) []string { return s.args(s.Listen, "--cards", "hanako,taro", "--verifier", line) }
			caught(t, broken.catches, args(honest), args(beforeBanks(t, s, broken.answer)))
		})
	}
}
