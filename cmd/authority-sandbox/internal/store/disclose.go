package store

// Given is a disclosure by a consent, as it was read behind its lock.
type Given struct {
	Consent *Consent
	Disclosure
}

// Disclose keeps that items are given, in this order: each handle stands for what was given by it last from now on. A
// consent that was withdrawn meanwhile breaks the transaction. A number of disclosures costs two statements.
func (t *Tx) Disclose(list ...Given) error {
	if len(list) == 0 {
		return nil
	}
	type row struct{ n, more, version int64 }
	was := map[*Consent]*row{}
	var order []*Consent
	var inserts []any
	for _, g := range list {
		c := g.Consent
		if was[c] == nil {
			was[c] = &row{n: c.N}
			order = append(order, c)
		}
		c.N++
		c.Version = g.Version
		was[c].more, was[c].version = was[c].more+1, g.Version
		inserts = append(inserts, c.ID[:], c.N, g.Provider, g.Request[:], g.Platform, int64(g.Items), g.Base, g.Version, g.Fee, g.At)
	}
	var updates []any
	for _, c := range order {
		updates = append(updates, c.ID[:], was[c].n, was[c].more, was[c].version)
	}
	err := t.mustAll(int64(len(order)), `WITH v (consent, n, more, version) AS (`+t.values(len(order), "BLOB", "BIGINT", "BIGINT", "BIGINT")+`)
		UPDATE consents SET n = consents.n + v.more, version = v.version FROM v WHERE consents.consent = v.consent AND consents.cancelled = 0 AND consents.n = v.n`,
		filled(updates, len(order))...)
	if err != nil {
		return err
	}
	return t.mustAll(int64(len(list)), `WITH v (consent, n, provider, request, platform, items, base, version, fee, at) AS (`+
		t.values(len(list), "BLOB", "BIGINT", "TEXT", "BLOB", "TEXT", "BIGINT", "BIGINT", "BIGINT", "BIGINT", "BIGINT")+`)
		INSERT INTO disclosures SELECT consent, n, provider, request, platform, items, base, version, fee, at FROM v WHERE consent IS NOT NULL`, filled(inserts, len(list))...)
}
