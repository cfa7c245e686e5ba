package main

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
)

// reply is what an authority answered.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// broken is an authority that does one thing wrong: it stands before the
// sandbox, and asks it through next.
type broken struct {
	catches string // the line that has to fail
	tls     func(*tls.Config)
	answer  func(path string, body []byte, next func(path string, body []byte) reply) reply
}

// object reads a message to change it; its order does not matter here.
func object(body []byte) map[string]any {
	var m map[string]any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if d.Decode(&m) != nil {
		return nil
	}
	return m
}

func text(m map[string]any) []byte {
	b, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return b
}

// says changes each reply of 200 on a path.
func says(path string, change func(map[string]any)) func(string, []byte, func(string, []byte) reply) reply {
	return func(p string, body []byte, next func(string, []byte) reply) reply {
		r := next(p, body)
		if m := object(r.body); p == path && r.status == 200 && m != nil {
			change(m)
			r.body = text(m)
		}
		return r
	}
}

// hears changes each request before it is looked at.
func hears(change func(path string, body []byte) []byte) func(string, []byte, func(string, []byte) reply) reply {
	return func(p string, body []byte, next func(string, []byte) reply) reply { return next(p, change(p, body)) }
}

var breakages = map[string]func() broken{
	"certifies what the old key did not sign": func() broken {
		return broken{catches: `^/certificate a request that the old key did not sign`, answer: func(p string, body []byte, next func(string, []byte) reply) reply {
			m := object(body)
			if p != wire.PathRenew || m == nil {
				return next(p, body)
			}
			delete(m, "signature") // as contract 1 asks
			m["contract"] = 1
			r := next(wire.PathOf(1, p), text(m))
			answered := object(r.body)
			answered["contract"] = wire.Contract
			r.body = text(answered)
			return r
		}}
	},
	"says another state to a heartbeat": func() broken {
		return broken{catches: `^/heartbeat   says what /health says`, answer: says(wire.PathHeartbeat, func(m map[string]any) { m["state"] = "closed" })}
	},
	"forgets what it answered": func() broken {
		return broken{catches: `^Idempotency  /open: the same id`, answer: func(p string, body []byte, next func(string, []byte) reply) reply {
			m := object(body)
			if p != wire.PathOpen || m == nil {
				return next(p, body)
			}
			id := m["request"]
			var other wire.ID
			rand.Read(other[:])
			m["request"] = other
			r := next(p, text(m))
			answered := object(r.body)
			answered["request"] = id
			r.body = text(answered)
			return r
		}}
	},
	"answers by the id alone": func() broken {
		var mu sync.Mutex
		kept := map[string]reply{}
		return broken{catches: `^Idempotency  /grant: .*other bytes 422`, answer: func(p string, body []byte, next func(string, []byte) reply) reply {
			m := object(body)
			if p != wire.PathGrant || m == nil {
				return next(p, body)
			}
			mu.Lock()
			defer mu.Unlock()
			id := m["request"].(string)
			if _, there := kept[id]; !there {
				kept[id] = next(p, body)
			}
			return kept[id]
		}}
	},
	"takes an unknown field": func() broken {
		return broken{catches: `^Strictness   an unknown field`, answer: hears(func(_ string, body []byte) []byte {
			if m := object(body); m["surplus"] != nil {
				delete(m, "surplus")
				return text(m)
			}
			return body
		})}
	},
	"takes the last of two keys": func() broken {
		return broken{catches: `^Strictness   a key twice`, answer: hears(func(_ string, body []byte) []byte {
			if m := object(body); m != nil && json.Valid(body) {
				return text(m)
			}
			return body
		})}
	},
	"takes data after the message": func() broken {
		return broken{catches: `^Strictness   data after`, answer: hears(func(_ string, body []byte) []byte {
			if m := object(body); m != nil {
				return text(m)
			}
			return body
		})}
	},
	"names no versions": func() broken {
		return broken{catches: `^Version      a message of another version is refused`, answer: func(p string, body []byte, next func(string, []byte) reply) reply {
			r := next(p, body)
			if m := object(r.body); r.status == 400 && m != nil {
				m["detail"] = "something is wrong"
				r.body = text(m)
			}
			return r
		}}
	},
	"takes a short session": func() broken {
		return broken{catches: `^Strictness   /grant session`, answer: func(p string, body []byte, next func(string, []byte) reply) reply {
			if m := object(body); p == wire.PathGrant && m != nil {
				m["session"] = wire.ID{}
				return next(p, text(m))
			}
			return next(p, body)
		}}
	},
	"says more than the contract has": func() broken {
		return broken{catches: `^/heartbeat   is answered`, answer: says(wire.PathHeartbeat, func(m map[string]any) { m["news"] = "hello" })}
	},
	"does not count": func() broken {
		return broken{catches: `^/code        wrong ones are counted down`, answer: says(wire.PathCode, func(m map[string]any) { m["codes_left"] = 5 })}
	},
	"grants the other act": func() broken {
		return broken{catches: `^/grant       flow P, reset`, answer: says(wire.PathGrant, func(m map[string]any) {
			var c wire.Command
			if c.UnmarshalText([]byte(m["command"].(string))) == nil {
				c[6] = wire.ActByte(kiosk.Unlock)
				m["command"] = c
			}
		})}
	},
	"believes every proof": func() broken {
		return broken{catches: `^/prove       a signature over another act`, answer: func(p string, body []byte, next func(string, []byte) reply) reply {
			r := next(p, body)
			if m := object(r.body); p == wire.PathProve && m["code"] == "card_fault" {
				delete(m, "code")
				delete(m, "detail")
				r.status, r.body = 200, text(m)
			}
			return r
		}}
	},
	"gives the same challenge again": func() broken {
		return broken{catches: `^/settle      after failed and after unknown`, answer: says(wire.PathSettle, func(m map[string]any) {
			if m["challenge"] != nil {
				m["challenge"] = wire.Hash{1}
			}
		})}
	},
	"signs no receipt": func() broken {
		return broken{catches: `^/records     kept and receipted`, answer: says(wire.PathRecords, func(m map[string]any) {
			if r, ok := m["receipt"].(map[string]any); ok {
				r["signature"] = wire.ECDSASignature(bytes.Repeat([]byte{1}, 70))
			}
		})}
	},
	"leaves an outcome for its turn": func() broken {
		return broken{catches: `^/records     an outcome alone`, answer: func(p string, body []byte, next func(string, []byte) reply) reply {
			m := object(body)
			records, _ := m["records"].([]any)
			if p != wire.PathRecords || len(records) != 1 {
				return next(p, body)
			}
			return reply{status: 200, header: http.Header{"Content-Type": {"application/json"}},
				body: text(map[string]any{"contract": wire.Contract, "request": m["request"], "acked": 7, "aside": false})}
		}}
	},
	"answers unregistered kiosks": func() broken {
		return broken{catches: `^Transport    a client without a certificate`, tls: func(c *tls.Config) { c.ClientAuth = tls.RequestClientCert }}
	},
	"believes every CA": func() broken {
		return broken{catches: `^Transport    a client with a certificate of another CA`, tls: func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert }}
	},
	"speaks TLS 1.2": func() broken {
		return broken{catches: `^Transport    a client that speaks TLS 1.2`, tls: func(c *tls.Config) { c.MinVersion = tls.VersionTLS12 }}
	},
}

// before serves b in front of the sandbox.
func before(t *testing.T, s sandbox, b broken) string {
	t.Helper()
	at := func(name string) string { return filepath.Join(s.dir, name) }
	own, err := tls.LoadX509KeyPair(at("server.crt.pem"), at("server.key.pem"))
	must.OK(t, err)
	ca := must.Read(t, at("ca.crt.pem"))
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	behind, err := newLine(options{url: "https://" + s.Listen, roots: at("ca.crt.pem")}, at("kiosk.crt.pem"), at("kiosk.key.pem"))
	must.OK(t, err)
	front := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := orAbort(io.ReadAll(r.Body))
		next := func(path string, body []byte) reply {
			a, err := behind.do(r.Context(), r.Method, path, body)
			if spoken := r.Header.Get("Range"); spoken != "" {
				a, err = behind.part(r.Context(), path, spoken)
			}
			if err != nil {
				panic(http.ErrAbortHandler)
			}
			return reply{a.status, a.header, a.body}
		}
		answer := next
		if b.answer != nil {
			answer = func(path string, body []byte) reply { return b.answer(path, body, next) }
		}
		a := answer(r.URL.Path, body)
		for _, k := range []string{"Content-Type", "Retry-After", "Content-Range"} {
			if v := a.header.Get(k); v != "" {
				w.Header().Set(k, v)
			}
		}
		w.WriteHeader(a.status)
		w.Write(a.body)
	}))
	front.Config.ErrorLog = log.New(io.Discard, "", 0)
	front.TLS = &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{own}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: roots}
	if b.tls != nil {
		b.tls(front.TLS)
	}
	front.StartTLS()
	t.Cleanup(func() { front.Close(); behind.Close() })
	return front.Listener.Addr().String()
}

// TestBrokenAuthorityIsCaught by the line that is about it; and that line is
// ok where nothing is broken, through the same front.
func TestBrokenAuthorityIsCaught(t *testing.T) {
	s := serve(t)
	honest := before(t, s, broken{})
	for name, make := range breakages {
		t.Run(name, func(t *testing.T) {
			b := make()
			args := func(address string) []string { return s.args(address, "--cards", "hanako,taro") }
			caught(t, b.catches, args(honest), args(before(t, s, b)))
		})
	}
}
