package soak

import (
	"context"
	"crypto/x509"
	"database/sql"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	_ "github.com/mattn/go-sqlite3" // the ledger's own driver

	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
	"multicopy.example/offline"
	"multicopy.example/offline/record"
)

// A verdict is what the end of the month shows of one kiosk.
type verdict struct {
	promised, kept, aside, receipts int
	unheard                         int            // kept, and Append was killed before it could answer
	flags                           map[string]int // of the records that the authority keeps
}

// audit compares what the kiosk promised, what its ledgers hold, and what the
// authority has. The kiosk has ended; the authority still answers. apart are
// the hashes that the authority keeps apart.
func (s *shop) audit(ctx context.Context, w *sandbox, apart map[[32]byte]bool) (v verdict) {
	s.Helper()
	v.flags = map[string]int{}
	theirs, err := w.App().Records(ctx, s.Kiosk)
	if err != nil {
		s.Error(err)
		return v
	}
	kept := map[[32]byte]place{}
	for _, r := range theirs {
		h, err1 := hash(r.Hash)
		e, err2 := epoch(r.Epoch)
		if err1 != nil || err2 != nil {
			s.Errorf("the authority's own words: %+v", r)
		}
		if at, twice := kept[h]; twice {
			s.Errorf("%s: a record is there twice, as %d and %d", s.Kiosk, at.seq, r.Seq)
		}
		kept[h] = place{e, r.Seq}
		for _, f := range strings.Fields(r.Flags) {
			v.flags[f]++
		}
	}
	ours, mine := s.ledgers(ctx, w.certificate())
	promised := s.book.promises()
	missing := 0
	for h, p := range promised {
		at, there := kept[h]
		switch {
		case there && at == p && !mine[h] && !apart[h]:
			continue
		case !there && mine[h] && apart[h]:
			v.aside++
			continue
		}
		if missing++; missing <= 5 {
			s.Errorf("%s: record %d of %x, hash %x: at the authority %v (as %d), apart there %v, set aside here %v",
				s.Kiosk, p.seq, p.epoch[:4], h[:4], there, at.seq, apart[h], mine[h])
		}
	}
	if missing > 5 {
		s.Errorf("%s: … and %d more", s.Kiosk, missing-5)
	}
	for h, p := range kept {
		if _, known := promised[h]; known {
			continue
		}
		if v.unheard++; ours[h] != p {
			s.Errorf("%s: record %d came out of nowhere", s.Kiosk, p.seq)
		}
	}
	for h := range mine {
		if !apart[h] {
			s.Errorf("%s: %x is set aside here, and not there", s.Kiosk, h[:4])
		}
	}
	v.promised, v.kept = len(promised), len(kept)
	if v.receipts, err = s.book.verifyReceipts(s.Kiosk, w.certificate()); err != nil {
		s.Error(err)
	}
	s.book.mu.Lock()
	defer s.book.mu.Unlock()
	for _, e := range s.book.wrong {
		s.Errorf("%s: %v", s.Kiosk, e)
	}
	for _, why := range s.book.stopped {
		s.Errorf("%s: bad weather is no reason to call staff: %s", s.Kiosk, why)
	}
	return v
}

// ledgers reads the live ledger and those that were set aside: the place of
// each record by its hash, and the hashes of the records that were set aside.
// The live one has to verify and to owe nothing, and what it calls the
// authority's receipts has to be that.
func (s *shop) ledgers(ctx context.Context, by *x509.Certificate) (all map[[32]byte]place, aside map[[32]byte]bool) {
	s.Helper()
	r, err := offline.Verify(ctx, s.Data)
	if err != nil || !r.Whole() || r.Waiting != 0 || len(r.Open) != 0 {
		s.Errorf("%s: the ledger at the end: %v, wrong %v, %d wait, %d open", s.Kiosk, err, r.Wrong, r.Waiting, len(r.Open))
	}
	if len(r.Receipts) == 0 {
		s.Errorf("%s: the ledger has no receipt", s.Kiosk)
	}
	for _, t := range r.Receipts {
		if err := wire.CheckReceipt(wire.Receipt{Epoch: t.Epoch, Seq: t.Seq, Head: t.Head, Signature: t.Signature}, s.Kiosk, by); err != nil {
			s.Errorf("%s: in the ledger, record %d: %v", s.Kiosk, t.Seq, err)
		}
	}
	all, aside = map[[32]byte]place{}, map[[32]byte]bool{}
	folders, err := filepath.Glob(filepath.Join(s.Data, "aside-*"))
	must.Note(s, err)
	if last := len(folders); last > 0 && (r.After == nil || r.After.Hash == [32]byte{}) {
		s.Errorf("%s: the successor names no record of %s", s.Kiosk, folders[last-1])
	}
	for _, f := range append(folders, filepath.Join(s.Data, "live")) {
		if err := scan(f, all, aside); err != nil {
			s.Errorf("%s: %v", f, err)
		}
	}
	if len(aside) != r.Aside {
		s.Errorf("%s: %d records are set aside and the ledger counts %d", s.Kiosk, len(aside), r.Aside)
	}
	return all, aside
}

// scan reads a copy of a ledger's database as an auditor with SQL would.
func scan(folder string, all map[[32]byte]place, aside map[[32]byte]bool) error {
	scratch, err := os.MkdirTemp("", "soak-audit-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	if err := os.CopyFS(filepath.Join(scratch, "copy"), os.DirFS(folder)); err != nil {
		return err
	}
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(scratch, "copy", "ledger.db"))
	if err != nil {
		return err
	}
	defer db.Close()
	for table, f := range map[string]func([32]byte, place){
		"record": func(h [32]byte, p place) { all[h] = p },
		"old":    func(h [32]byte, p place) { all[h] = p },
		"aside":  func(h [32]byte, _ place) { aside[h] = true },
	} {
		rows, err := db.Query("SELECT hash, bytes FROM " + table)
		if err != nil {
			return err
		}
		for rows.Next() {
			var h, b []byte
			if err := rows.Scan(&h, &b); err != nil {
				return err
			}
			head, err := record.DecodeHeader(b)
			if err != nil {
				continue // spoiled on purpose
			}
			f([32]byte(h), place{head.Epoch, head.Seq})
		}
		if err := rows.Close(); err != nil {
			return err
		}
	}
	return nil
}

// apart is what the authority keeps apart, read from its database: no message
// tells it.
func (w *sandbox) apart() map[[32]byte]bool {
	w.Helper()
	db, err := sql.Open("sqlite3", "file:"+w.File("authority.db"))
	must.OK(w, err)
	defer db.Close()
	rows, err := db.Query("SELECT hash FROM aside")
	must.OK(w, err)
	defer rows.Close()
	all := map[[32]byte]bool{}
	for rows.Next() {
		var h []byte
		must.OK(w, rows.Scan(&h))
		if len(h) != 32 || all[[32]byte(h)] {
			w.Errorf("hash %s lies apart twice, or is none", hex.EncodeToString(h))
			continue
		}
		all[[32]byte(h)] = true
	}
	if err := rows.Err(); err != nil {
		w.Fatal(fmt.Errorf("aside: %w", err))
	}
	return all
}
