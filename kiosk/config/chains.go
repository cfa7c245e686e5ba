package config

import (
	"fmt"
	"maps"
	"slices"
	"unicode"
	"unicode/utf8"

	"multicopy.example/kiosk"
)

const (
	maxChains    = 12
	maxChainName = 40 // characters
)

// A Chain is a company whose stores have kiosks with this service. Which there are,
// and what they may renew, is the operator's to know and changes.
type Chain struct {
	// Name and Where are by the tags of the languages: {ja = "…", en = "…"}. What a
	// language lacks is shown in Japanese. Where may be absent.
	Name   map[string]string `toml:"name"`
	Where  map[string]string `toml:"where"`  // in which of its stores: {ja = "全国", en = "all of Japan"}
	Renews string            `toml:"renews"` // "both", or "password" where its kiosks do not renew the 4-digit PIN
}

// Both reports whether its kiosks renew the 4-digit PIN too.
func (c Chain) Both() bool { return c.Renews == "both" }

// In are name and where in a language.
func (c Chain) In(l kiosk.Lang) (name, where string) {
	of := func(all map[string]string) string {
		if s, ok := all[l.String()]; ok {
			return s
		}
		return all[kiosk.Japanese.String()]
	}
	return of(c.Name), of(c.Where)
}

func checkChains(all []Chain, m *Mistakes) {
	if len(all) > maxChains {
		m.add("chains", "chains has %d entries; at most %d fit on a page", len(all), maxChains)
		return
	}
	for i, c := range all {
		key := func(name string) string { return fmt.Sprintf("chains.%d.%s", i+1, name) }
		if c.Renews != "both" && c.Renews != "password" {
			m.add(key("renews"), "chains %d: renews is %q; it is \"both\" or \"password\"", i+1, c.Renews)
		}
		if c.Name[kiosk.Japanese.String()] == "" {
			m.add(key("name"), "chains %d: name lacks %q", i+1, kiosk.Japanese)
		}
		if len(c.Where) > 0 && c.Where[kiosk.Japanese.String()] == "" {
			m.add(key("where"), "chains %d: where lacks %q", i+1, kiosk.Japanese)
		}
		for name, said := range map[string]map[string]string{"name": c.Name, "where": c.Where} {
			for _, tag := range slices.Sorted(maps.Keys(said)) {
				if err := checkSaid(tag, said[tag]); err != nil {
					m.add(key(name), "chains %d: %s: %v", i+1, name, err)
				}
			}
		}
	}
}

func checkSaid(tag, s string) error {
	known := false
	for _, l := range kiosk.AllLangs.List() {
		known = known || l.String() == tag
	}
	if !known {
		return fmt.Errorf("%q is no language of this firmware; they are %v", tag, kiosk.AllLangs.List())
	}
	if n := utf8.RuneCountInString(s); n == 0 || n > maxChainName {
		return fmt.Errorf("%q has %d characters; it has 1 to %d", s, n, maxChainName)
	}
	for _, r := range s {
		if !unicode.IsPrint(r) {
			return fmt.Errorf("%q holds a character that cannot be printed", s)
		}
	}
	return nil
}
