package main

import (
	"strings"

	"multicopy.example/kiosk/authority/wire"
)

// Authorities that do one thing wrong about looking and holding.
func init() {
	believed := func(path, code string, body func(m map[string]any)) func(string, []byte, func(string, []byte) reply) reply {
		return func(p string, b []byte, next func(string, []byte) reply) reply {
			r := next(p, b)
			if m := object(r.body); p == path && m["code"] == code {
				delete(m, "code")
				delete(m, "detail")
				body(m)
				r.status, r.body = 200, text(m)
			}
			return r
		}
	}
	none := func(m map[string]any) { m["phones"] = []any{} }
	for name, b := range map[string]broken{
		"opens a look for every card": {catches: `^/look        the cards of -refused`, answer: says(wire.PathLook, func(m map[string]any) {
			m["session"], m["challenge"] = wire.ID{1}, wire.Hash{1}
		})},
		"tells a dead card as good":           {catches: `^/look        the cards of -refused`, answer: says(wire.PathLook, func(m map[string]any) { m["sign_certificate"] = "good" })},
		"opens one look for all":              {catches: `^/look        a card in good order`, answer: says(wire.PathLook, func(m map[string]any) { m["session"] = wire.ID{1} })},
		"believes every signature of a look":  {catches: `^/see         a signature over another challenge`, answer: believed(wire.PathSee, "card_fault", none)},
		"takes a proof of a reset for a look": {catches: `^/see         what the card signed for a reset`, answer: believed(wire.PathSee, "card_fault", none)},
		"takes a challenge twice":             {catches: `^/see         believes the card once`, answer: believed(wire.PathSee, "over", none)},
		"holds what was not proved":           {catches: `^/hold        refused with over`, answer: believed(wire.PathHold, "over", func(m map[string]any) { m["since"] = 1 })},
		"lists a held phone as good": {catches: `^/hold        a phone is held`, answer: says(wire.PathSee, func(m map[string]any) {
			for _, p := range m["phones"].([]any) {
				p.(map[string]any)["user_certificate"] = "good"
			}
		})},
		"refuses what is held already": {catches: `^/hold        a phone is held`, answer: func() func(string, []byte, func(string, []byte) reply) reply {
			held := map[string]bool{}
			return func(p string, b []byte, next func(string, []byte) reply) reply {
				m := object(b)
				session, _ := m["session"].(string)
				if p != wire.PathHold || !held[session] {
					held[session] = held[session] || p == wire.PathHold
					return next(p, b)
				}
				return reply{status: 409, header: map[string][]string{"Content-Type": {"application/json"}},
					body: text(map[string]any{"contract": wire.Contract, "request": m["request"], "code": "over"})}
			}
		}()},
		"lists the name of a phone's holder": {catches: `^/see         believes the card once`, answer: says(wire.PathSee, func(m map[string]any) { m["holder"] = strings.ToUpper("hanako") })},
	} {
		breakages[name] = func() broken { return b }
	}
}
