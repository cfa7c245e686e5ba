package main

import (
	"bytes"
	"crypto/rand"
	"encoding/asn1"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"multicopy.example/cmd/internal/verifier"
)

// banks is what is asked of an authority that gives banks the latest items of people who agreed.
var banks = []requirement{
	{"/latest", "what was agreed to is given, alone, sealed to the bank, for 20 yen", with((*suite).moved, func(s *suite, m moved) error {
		_, err := s.given(m, m.of.question(), 20)
		return err
	})},
	{"/latest", "the same question again is given again without a fee, and sealed anew", with((*suite).moved, func(s *suite, m moved) error {
		q := m.of.question()
		rand.Read(q.Request[:])
		before, err := s.given(m, q, 20)
		if err != nil {
			return err
		}
		again, err := s.given(m, q, 0)
		if err == nil && again == before {
			err = errors.New("the answer with the items was kept: it came again byte for byte")
		}
		return err
	})},
	{"/latest", "what was told is no change under another request id; a request id of another question is other-bytes", with((*suite).moved, func(s *suite, m moved) error {
		q := m.of.question()
		rand.Read(q.Request[:])
		if _, err := s.given(m, q, 20); err != nil {
			return err
		}
		reused := verifier.Question{Request: q.Request, Service: m.of.Service, Handle: verifier.ID{1}}
		return first(s.decided(m.bank, m.of.question(), "no-change"), s.decided(m.bank, reused, "other-bytes"))
	})},
	{"/latest", "a stranger's handle, one of another service and one that was never made are answered alike", with((*suite).moved, func(s *suite, m moved) error {
		var random verifier.ID
		rand.Read(random[:])
		_, all, err := s.inquires(m.bank, verifier.Question{Service: m.bank.Open, Handle: random}, verifier.Question{Service: m.bank.Open, Handle: m.of.Handle}, verifier.Question{Service: m.of.Service, Handle: random})
		for i := range all {
			all[i].Request = verifier.ID{}
		}
		if want := (verifier.Answer{Decision: "no-consent"}); err == nil && (all[0] != want || all[1] != want || all[2] != want) {
			err = fmt.Errorf("%+v", all)
		}
		return err
	})},
	{"/latest", "a service of another bank, and another platform, are forbidden", with((*suite).bank, func(s *suite, b *bankSide) error {
		of := b.Consents[0]
		if err := s.decided(b, verifier.Question{Service: b.Another, Handle: of.Handle}, "forbidden"); err != nil {
			return err
		}
		foreign := *b
		foreign.line = b.other
		return s.decided(&foreign, of.question(), "forbidden")
	})},
	{"/consents", "a consent begins with the next day in Japan and stands for ten years; its receipt says so; again it is answered the same", with((*suite).bank, func(s *suite, b *bankSide) error {
		m, err := s.agrees(b)
		if err != nil {
			return err
		}
		given, err := said[verifier.Given](s, b.line, http.MethodPost, verifier.PathGive, m)
		if err != nil {
			return err
		}
		defer s.takesBack(b, given) // another run gives it anew
		from := time.Unix(given.From, 0).In(time.FixedZone("", 9*60*60))
		until := time.Unix(given.Until+1, 0).In(from.Location())
		if from.Hour() != 0 || from.Minute() != 0 || from.Second() != 0 || time.Until(from) > 25*time.Hour || time.Until(from) < -time.Minute ||
			until.Year() != from.Year()+10 || until.Hour() != 0 || given.State != "pending" {
			return fmt.Errorf("%s from %v until %v", given.State, from, until)
		}
		r, err := b.reads.Receipt(given.Receipt)
		if err != nil || r.RecordID != given.Consent || r.PIIPrincipalID != given.Handle || len(r.Purposes) != 1 || len(r.Purposes[0].PIIInformation) != 1 || r.Purposes[0].PIIInformation[0].PIIType != "address" {
			return fmt.Errorf("the receipt: %+v, %v", r, err)
		}
		again, err := said[verifier.Given](s, b.line, http.MethodPost, verifier.PathGive, m)
		if err != nil || again.Consent != given.Consent || again.Handle != given.Handle || again.From != given.From {
			return fmt.Errorf("again: %+v, %v", again, err)
		}
		return nil
	})},
	{"/consents", "a signature with two signers is refused", with((*suite).bank, func(s *suite, b *bankSide) error {
		m, err := s.agrees(b)
		if err != nil {
			return err
		}
		if m.CMS, err = signers(m.CMS, func(one []byte) []byte { return slices.Concat(one, one) }); err != nil {
			return err
		}
		given, err := said[verifier.Given](s, b.line, http.MethodPost, verifier.PathGive, m)
		if err == nil {
			s.takesBack(b, given)
			return errors.New("taken")
		}
		return refusedAs(err, http.StatusConflict, verifier.CodeSignature)
	})},
	{"/consents", "a signature of another statement, one that is not of now, another text and another's service are refused", with((*suite).bank, func(s *suite, b *bankSide) error {
		m, err := s.agrees(b)
		if err != nil {
			return err
		}
		other, err := s.agrees(b)
		if err != nil {
			return err
		}
		m.CMS = other.CMS
		long, err := s.signs(b, b.Resident, verifier.Statement{Act: verifier.ActGive, Service: b.Open, At: time.Now().Add(-time.Hour).Unix()})
		if err != nil {
			return err
		}
		never := *b
		never.Words = "Something that was never a text of this service."
		words, err := s.agrees(&never)
		if err != nil {
			return err
		}
		foreign, err := s.signs(b, b.Resident, verifier.Statement{Act: verifier.ActGive, Service: b.Another})
		return first(err, s.declines(b.line, verifier.PathGive, m, http.StatusConflict, verifier.CodeSignature), s.declines(b.line, verifier.PathGive, long, http.StatusConflict, verifier.CodeStatement),
			s.declines(b.line, verifier.PathGive, words, http.StatusConflict, verifier.CodeText), s.declines(b.line, verifier.PathGive, foreign, http.StatusForbidden, verifier.CodeForbidden))
	})},
	{"/withdraw", "nothing is given after a withdrawal, to a question that was answered before it either", with((*suite).moved, func(s *suite, m moved) error {
		q := m.of.question()
		rand.Read(q.Request[:])
		if _, err := s.given(m, q, 20); err != nil {
			return err
		}
		by := func(resident string) (verifier.Signed, error) {
			id, _ := m.of.Consent.MarshalText()
			return s.signs(m.bank, resident, verifier.Statement{Act: verifier.ActWithdraw, Service: m.of.Service, Consent: string(id)})
		}
		stranger, err := by(m.bank.Stranger)
		if err := first(err, s.declines(m.bank.line, verifier.PathWithdraw, stranger, http.StatusConflict, verifier.CodeNoConsent)); err != nil {
			return err
		}
		signed, err := by(m.bank.Resident)
		if err != nil {
			return err
		}
		done, err := said[verifier.Withdrawn](s, m.bank.line, http.MethodPost, verifier.PathWithdraw, signed)
		if err != nil || done.Consent != m.of.Consent || done.Disclosures < 1 {
			return fmt.Errorf("%+v, %v", done, err)
		}
		again, err := said[verifier.Withdrawn](s, m.bank.line, http.MethodPost, verifier.PathWithdraw, signed)
		if err != nil || again.At != done.At || again.Disclosures != done.Disclosures {
			return fmt.Errorf("again: %+v, %v", again, err)
		}
		return first(s.decided(m.bank, q, "cancelled"), s.decided(m.bank, m.of.question(), "cancelled"))
	})},
	{"/changes", "are numbered from 1 without a gap, and are another platform's in no way", with((*suite).bank, func(s *suite, b *bankSide) error {
		if _, err := s.cancelled(b); err != nil {
			return err
		}
		_, err := said[verifier.Changes](s, b.other, http.MethodGet, verifier.PathChanges+"?provider="+b.Provider+"&after=0", nil)
		return refusedAs(err, http.StatusForbidden, verifier.CodeForbidden)
	})},
	{"/status", "names a purpose, and says unknown of what was never issued", with((*suite).bank, func(s *suite, b *bankSide) error {
		m := verifier.Serials{Contract: verifier.Contract, Provider: b.Provider, Purpose: verifier.ForLiveness, CA: verifier.CASign, Serials: []verifier.Serial{{19: 7}}}
		states, err := said[verifier.States](s, b.line, http.MethodPost, verifier.PathStatus, m)
		if err != nil || len(states.States) != 1 || states.States[0] != (verifier.State{Serial: m.Serials[0], State: verifier.StateUnknown}) {
			return fmt.Errorf("%+v, %v", states, err)
		}
		m.Purpose = ""
		return s.declines(b.line, verifier.PathStatus, m, http.StatusForbidden, verifier.CodePurpose)
	})},
	{"Strictness", "on the line of platforms an unknown field, a field twice, null and another spelling of an id are refused", with((*suite).bank, func(s *suite, b *bankSide) error {
		of := b.Consents[0]
		good, err := json.Marshal(verifier.Latest{Contract: verifier.Contract, Provider: b.Provider, Questions: []verifier.Question{{Request: verifier.ID{1}, Service: of.Service, Handle: of.Handle}}})
		if err != nil {
			return err
		}
		for from, to := range map[string]string{`{"contract"`: `{"more":1,"contract"`, `"contract":1`: `"contract":1,"contract":1`, `"` + b.Provider + `"`: `null`, `"01000000`: `"0X000000`, `"contract":`: `"Contract":`} {
			bad := bytes.Replace(good, []byte(from), []byte(to), 1)
			if err := s.declines(b.line, verifier.PathLatest, bad, http.StatusBadRequest, verifier.CodeContract); err != nil {
				return fmt.Errorf("%s: %w", to, err)
			}
		}
		return nil
	})},
}

// given is nil where a question is answered with the address alone; the sealed answer.
func (s *suite) given(m moved, q verifier.Question, fee int) (string, error) {
	list, all, err := s.inquires(m.bank, q)
	if err != nil {
		return "", err
	}
	if all[0].Decision != "given" || all[0].Fee != fee {
		return "", fmt.Errorf("answered %s for %d yen, where it is given for %d", all[0].Decision, all[0].Fee, fee)
	}
	items, err := m.bank.reads.Open(all[0].Sealed, list[0])
	switch {
	case err != nil:
		return "", err
	case items.Address != m.address || items.Name != "" || items.Birth != "" || items.Sex != "" || items.Consent != m.of.Consent:
		return "", fmt.Errorf("other items than the address, or another one: %+v", items)
	}
	return all[0].Sealed, nil
}

// agrees is a statement of the resident's to the service to which none has agreed.
func (s *suite) agrees(b *bankSide) (verifier.Signed, error) {
	return s.signs(b, b.Resident, verifier.Statement{Act: verifier.ActGive, Service: b.Open})
}

// takesBack withdraws what a requirement gave.
func (s *suite) takesBack(b *bankSide, given verifier.Given) {
	id, _ := given.Consent.MarshalText()
	m, err := s.signs(b, b.Resident, verifier.Statement{Act: verifier.ActWithdraw, Service: b.Open, Consent: string(id)})
	if err == nil {
		_, _ = said[verifier.Withdrawn](s, b.line, http.MethodPost, verifier.PathWithdraw, m) // the next run says it
	}
}

// signers changes those of a signature: their set is the last part of SignedData.
func signers(signature []byte, change func([]byte) []byte) ([]byte, error) {
	var info, data, set asn1.RawValue
	var oid asn1.ObjectIdentifier
	if _, err := asn1.Unmarshal(signature, &info); err != nil {
		return nil, err
	}
	rest, err := asn1.Unmarshal(info.Bytes, &oid)
	if err != nil {
		return nil, err
	}
	var tagged asn1.RawValue
	if _, err := asn1.Unmarshal(rest, &tagged); err != nil {
		return nil, err
	}
	if _, err := asn1.Unmarshal(tagged.Bytes, &data); err != nil {
		return nil, err
	}
	var parts [][]byte
	for rest := data.Bytes; len(rest) > 0; {
		if rest, err = asn1.Unmarshal(rest, &set); err != nil {
			return nil, err
		}
		parts = append(parts, set.FullBytes)
	}
	if len(parts) == 0 {
		return nil, errors.New("no part")
	}
	set.FullBytes, set.Bytes = nil, change(set.Bytes)
	if parts[len(parts)-1], err = asn1.Marshal(set); err != nil {
		return nil, err
	}
	head, err := asn1.Marshal(oid)
	if err != nil {
		return nil, err
	}
	wrap := func(v asn1.RawValue, inside []byte) []byte {
		v.FullBytes, v.Bytes = nil, inside
		out, merr := asn1.Marshal(v)
		err = errors.Join(err, merr)
		return out
	}
	whole := wrap(info, slices.Concat(head, wrap(tagged, wrap(data, bytes.Join(parts, nil)))))
	return whole, err
}
