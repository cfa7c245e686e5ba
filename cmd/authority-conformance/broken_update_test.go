package main

import "multicopy.example/kiosk/authority/wire"

// Authorities that do one thing wrong about updates.
func init() {
	one := func() map[string]any {
		return map[string]any{"offer": wire.ID{1}, "version": "9999999999", "size": 10, "hash": wire.Hash{1}}
	}
	for name, b := range map[string]broken{
		"offers a version to who runs it": {catches: `^/update      a version that is not newer`, answer: says(wire.PathUpdate, func(m map[string]any) {
			if m["offer"] == nil {
				m["offer"] = one()
			}
		})},
		"offers another hash": {catches: `^/update      the bundle is given out by Range`, answer: says(wire.PathUpdate, func(m map[string]any) {
			if o, ok := m["offer"].(map[string]any); ok {
				o["hash"] = wire.Hash{1}
			}
		})},
		"lets half of a bundle be installed":  {catches: `^/update      one that has a part`, answer: says(wire.PathUpdate, func(m map[string]any) { m["install"] = m["offer"] != nil })},
		"lets no one install":                 {catches: `^/update      one that has a part`, answer: says(wire.PathUpdate, func(m map[string]any) { m["install"] = false })},
		"offers again what was refused":       {catches: `^/update      an offer is not made again`, answer: says(wire.PathUpdate, func(m map[string]any) { m["offer"] = one() })},
		"offers what is stopped":              {catches: `^/update      what is stopped`, answer: says(wire.PathUpdate, func(m map[string]any) { m["offer"] = one() })},
		"takes a state that is about nothing": {catches: `^/update      a state without`, answer: taken(wire.PathUpdate, "contract", func(m map[string]any) { m["install"], m["after"] = false, 0 })},
		"offers a version that is none at all": {catches: `^/update      a version that is not newer`, answer: says(wire.PathUpdate, func(m map[string]any) {
			if o, ok := m["offer"].(map[string]any); ok {
				o["version"] = "v2"
			}
		})},
	} {
		breakages[name] = func() broken { return b }
	}
}
