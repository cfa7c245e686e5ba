package main

import (
	"strings"

	"multicopy.example/kiosk/authority/wire"
)

// taken answers as if it had not been refused with a code.
func taken(path, code string, body func(m map[string]any)) func(string, []byte, func(string, []byte) reply) reply {
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

// Authorities that do one thing wrong about looking and holding.
func init() {
	none := func(m map[string]any) { m["phones"] = []any{} }
	for name, b := range map[string]broken{
		"opens a look for every card": {catches: `^/look        the cards of -refused`, answer: says(wire.PathLook, func(m map[string]any) {
			m["session"], m["challenge"] = wire.ID{1}, wire.Hash{1}
		})},
		"tells a dead card as good":           {catches: `^/look        the cards of -refused`, answer: says(wire.PathLook, func(m map[string]any) { m["sign_certificate"] = "good" })},
		"opens one look for all":              {catches: `^/look        a card in good order`, answer: says(wire.PathLook, func(m map[string]any) { m["session"] = wire.ID{1} })},
		"believes every signature of a look":  {catches: `^/see         a signature over another challenge`, answer: taken(wire.PathSee, "card_fault", none)},
		"takes a proof of a reset for a look": {catches: `^/see         what the card signed for a reset`, answer: taken(wire.PathSee, "card_fault", none)},
		"takes a challenge twice":             {catches: `^/see         believes the card once`, answer: taken(wire.PathSee, "over", none)},
		"holds what was not proved":           {catches: `^/hold        refused with over`, answer: taken(wire.PathHold, "over", func(m map[string]any) { m["since"] = 1 })},
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

// Authorities that do one thing wrong about consents.
func init() {
	done := func(m map[string]any) { m["at"], m["given"] = 1, 0 }
	each := func(change func(one map[string]any)) func(string, []byte, func(string, []byte) reply) reply {
		return says(wire.PathConsents, func(m map[string]any) {
			for _, one := range m["consents"].([]any) {
				change(one.(map[string]any))
			}
		})
	}
	for name, b := range map[string]broken{
		"lists consents before a proof": {catches: `^/consents    refused with over`, answer: taken(wire.PathConsents, "over", func(m map[string]any) { m["consents"] = []any{} })},
		"lists consents to everything":  {catches: `^/consents    lists what stands`, answer: each(func(one map[string]any) { one["items"] = 15 })},
		"lists another text":            {catches: `^/consents    lists what stands`, answer: each(func(one map[string]any) { one["text"] = wire.Hash{1} })},
		"lists no consent":              {catches: `^/consents    lists what stands`, answer: says(wire.PathConsents, func(m map[string]any) { m["consents"] = []any{} })},
		"names another certificate":     {catches: `^/consents    lists what stands`, answer: says(wire.PathConsents, func(m map[string]any) { m["sign_certificate"] = wire.Hash{1} })},
		"keeps a withdrawn consent in its list": {catches: `^/withdraw    a consent is withdrawn once`, answer: func() func(string, []byte, func(string, []byte) reply) reply {
			var first []any
			return says(wire.PathConsents, func(m map[string]any) {
				if all := m["consents"].([]any); first == nil {
					first = all[:1]
				} else {
					m["consents"] = append(first, all[1:]...)
				}
			})
		}()},
		"withdraws a second time": {catches: `^/withdraw    a consent is withdrawn once`, answer: func() func(string, []byte, func(string, []byte) reply) reply {
			times := 0
			return says(wire.PathWithdraw, func(m map[string]any) { m["given"] = times; times++ })
		}()},
		"believes every signature of a withdrawal": {catches: `^/withdraw    a signature over another list of items`, answer: taken(wire.PathWithdraw, "card_fault", done)},
		"withdraws by the key of the PIN":          {catches: `^/withdraw    what the key of the 4-digit PIN`, answer: taken(wire.PathWithdraw, "card_fault", done)},
		"withdraws by an old signature":            {catches: `^/withdraw    what was signed 11 minutes ago`, answer: taken(wire.PathWithdraw, "over", done)},
		"withdraws another's consent":              {catches: `^/withdraw    of another person`, answer: taken(wire.PathWithdraw, "over", done)},
	} {
		breakages[name] = func() broken { return b }
	}
}
