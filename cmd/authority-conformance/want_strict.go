package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
)

// posts are the paths that take a message.
func (s *suite) posts() []string {
	all := []string{wire.PathOpen, wire.PathCode, wire.PathProve, wire.PathGrant, wire.PathSettle,
		wire.PathRecords, wire.PathHeartbeat, wire.PathRenew}
	if s.version >= 2 {
		all = append(all, wire.PathLook, wire.PathSee, wire.PathHold, wire.PathConsents, wire.PathWithdraw)
	}
	return all
}

// example is a good message of a path, about nothing that exists.
func (s *suite) example(path string) string {
	var m any
	switch path {
	case wire.PathOpen:
		m = wire.OpenRequest{Envelope: s.mint(), Certificate: []byte{0x30, 0}, UserTries: 3, SignTries: 5}
	case wire.PathCode:
		m = wire.CodeRequest{Envelope: s.mint(), Session: freshID(), Sealed: make([]byte, wire.SealedLen)}
	case wire.PathProve:
		m = wire.ProveRequest{Envelope: s.mint(), Session: freshID(), Act: wire.Act(kiosk.Reset)}
	case wire.PathGrant:
		m = wire.GrantRequest{Envelope: s.mint(), Session: freshID()}
	case wire.PathSettle:
		m = wire.SettleRequest{Envelope: s.mint(), Session: freshID(), Grant: &wire.ID{}, Outcome: wire.Outcome(kiosk.Failed)}
	case wire.PathRecords:
		l := newLedger(2)
		m = wire.RecordsRequest{Envelope: s.mint(), Records: l, Signature: bytes.Repeat([]byte{1}, 70)}
	case wire.PathHeartbeat:
		m = wire.HeartbeatRequest{Envelope: s.mint(), Version: "1.0.0"}
	case wire.PathRenew:
		m = s.renewal([]byte{0x30, 0}, bytes.Repeat([]byte{1}, 70))
	case wire.PathLook:
		m = wire.LookRequest{Envelope: s.mint(), Certificate: []byte{0x30, 0}}
	case wire.PathSee:
		m = wire.SeeRequest{Envelope: s.mint(), Session: freshID()}
	case wire.PathHold:
		m = wire.HoldRequest{Envelope: s.mint(), Session: freshID(), Carrier: freshID()}
	case wire.PathConsents:
		m = wire.ConsentsRequest{Envelope: s.mint(), Session: freshID(), Key: wire.Hash{9}}
	case wire.PathWithdraw:
		m = wire.WithdrawRequest{Envelope: s.mint(), Session: freshID(), Consent: freshID(), Nonce: freshID(), At: 1}
	}
	text, err := wire.Encode(m)
	if err != nil {
		panic(err) // a message of our own
	}
	return string(text)
}

// strictness: each spoils good messages in one way, on every path.
func strictness() (all []requirement) {
	for _, c := range []struct {
		text  string
		spoil func(string) []string
	}{
		{"an unknown field is refused", func(m string) []string { return []string{strings.Replace(m, "{", `{"surplus":1,`, 1)} }},
		{"a key twice is refused", func(m string) []string {
			_, rest, _ := strings.Cut(m, `"request":`)
			id, _, _ := strings.Cut(rest, ",")
			return []string{strings.Replace(m, "{", `{"request":`+id+`,`, 1), strings.Replace(m, "{", m[:strings.Index(m, ",")+1], 1)}
		}},
		{"a key in another case is refused", func(m string) []string { return []string{strings.Replace(m, `"request"`, `"Request"`, 1)} }},
		{"a message without one of its fields is refused", func(m string) []string { return without(m) }},
		{"null is refused in every field", func(m string) []string { return nulls(m) }},
		{"data after the message is refused", func(m string) []string { return []string{m + "{}", m + "x", m + m} }},
		{"what is not one object is refused", func(string) []string { return []string{"", "[]", "1", `"text"`, "null", "{", "{}"} }},
		{"a number in another spelling is refused", func(m string) []string {
			_, rest, _ := strings.Cut(m, ",") // behind the contract, which is the first
			n := m[len(`{"contract":`) : len(m)-len(rest)-1]
			var all []string
			for _, other := range []string{n + ".0", n + "e0", `"` + n + `"`, n + strings.Repeat("0", 400)} {
				all = append(all, `{"contract":`+other+","+rest)
			}
			return all
		}},
		{"base64 in another spelling is refused", spellings},
		{"a value of another type is refused", func(m string) []string {
			return []string{request(m, "7"), request(m, "true"), request(m, `["AAAAAAAAAAAAAAAAAAAAAA=="]`), request(m, `{"id":"AAAAAAAAAAAAAAAAAAAAAA=="}`)}
		}},
		{"text that is not UTF-8 is refused", func(m string) []string { return []string{request(m, "\"\xff\xfe\"")} }},
		{"deep nesting is refused", func(m string) []string {
			return []string{strings.Replace(m, "{", `{"surplus":`+strings.Repeat("[", 10000)+strings.Repeat("]", 10000)+",", 1)}
		}},
		{"a message longer than 64 KiB is refused", func(m string) []string {
			return []string{strings.Replace(m, "{", "{"+strings.Repeat(" ", wire.MaxMessage+1-len(m)), 1)}
		}},
	} {
		all = append(all, requirement{"Strictness", c.text, func(s *suite) error {
			for _, path := range s.posts() {
				for _, body := range c.spoil(s.example(path)) {
					if err := s.malformed(path, []byte(body)); err != nil {
						return fmt.Errorf("%s %s: %w", path, body[:min(len(body), 120)], err)
					}
				}
			}
			return nil
		}})
	}
	return append(all,
		requirement{"Strictness", "a path and a method that the contract does not have are refused with contract", func(s *suite) error {
			for _, r := range [][2]string{{http.MethodPost, "/v2/nothing"}, {http.MethodGet, wire.PathOpen}, {http.MethodPut, wire.PathSettle}} {
				_, err := s.judged(s.line, r[0], r[1], []byte(s.example(wire.PathSettle)))
				if err := wants(err, wire.CodeContract); err != nil {
					return fmt.Errorf("%s %s: %w", r[0], r[1], err)
				}
			}
			return nil
		}},
		requirement{"Strictness", "a malformed message spends nothing: its id may be used for a good one", func(s *suite) error {
			m := wire.HeartbeatRequest{Envelope: s.mint(), Version: "1.0.0"}
			text, err := wire.Encode(m)
			if err != nil {
				return err
			}
			if err := s.malformed(wire.PathHeartbeat, append(text, 'x')); err != nil {
				return err
			}
			_, err = s.beats(s.line, m)
			return err
		}})
}

// request puts something else in the place of the request's id.
func request(m, value string) string {
	at := strings.Index(m, `"request":`) + len(`"request":`)
	end := at + strings.Index(m[at:], ",")
	return m[:at] + value + m[end:]
}

func spellings(m string) []string {
	id := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{0xFB}, 16)) // + and / in it
	var all []string
	for _, bad := range []string{strings.TrimRight(id, "="), strings.Replace(id, "w==", "x==", 1), strings.ReplaceAll(id, "+", "-"),
		id[:8] + `\n` + id[8:], id + "=", " " + id} {
		all = append(all, request(m, `"`+bad+`"`))
	}
	return all
}

// fields decodes a message of ours; changed encodes it with one field set, or
// taken away.
func fields(m string) (object map[string]any) {
	d := json.NewDecoder(strings.NewReader(m))
	d.UseNumber()
	if err := d.Decode(&object); err != nil {
		panic(err)
	}
	return object
}

func changed(m, path string, to any) string {
	object := fields(m)
	var in any = object
	keys := strings.Split(path, ".")
	for _, k := range keys[:len(keys)-1] {
		if list, ok := in.([]any); ok {
			i, err := strconv.Atoi(k)
			if err != nil {
				panic(err)
			}
			in = list[i]
			continue
		}
		in = in.(map[string]any)[k]
	}
	last := keys[len(keys)-1]
	if to == away {
		delete(in.(map[string]any), last)
	} else {
		in.(map[string]any)[last] = to
	}
	text, err := json.Marshal(object)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// away is the value that takes a field away.
var away = struct{ gone bool }{true}

func without(m string) (all []string) {
	for _, key := range keys(m) {
		if key != "grant" { // the one that may be absent
			all = append(all, changed(m, key, away))
		}
	}
	return all
}

func nulls(m string) (all []string) {
	for _, key := range keys(m) {
		all = append(all, changed(m, key, nil))
	}
	return all
}

func keys(m string) (all []string) {
	for key := range fields(m) {
		all = append(all, key)
	}
	slices.Sort(all)
	return all
}

// A field is one of a message, with values just outside of what it may be.
type field struct {
	path, name string
	bad        []any
}

var fields1 = []field{
	{wire.PathOpen, "certificate", sized(0, wire.MaxDER+1)}, {wire.PathOpen, "request", sized(0, 15, 17)},
	{wire.PathOpen, "user_tries", numbers("-2", "16", "300")}, {wire.PathOpen, "sign_tries", numbers("-2", "16", "3.0")},
	{wire.PathCode, "session", sized(0, 15, 17)}, {wire.PathCode, "sealed", sized(1, wire.SealedLen-1, wire.SealedLen+1)},
	{wire.PathProve, "session", sized(0, 15, 17)}, {wire.PathProve, "signature", sized(0, 255, 257)},
	{wire.PathProve, "act", []any{"", "RESET", "both"}}, {wire.PathGrant, "session", sized(0, 15, 17)},
	{wire.PathGrant, "challenge", sized(0, 15, 17)}, {wire.PathSettle, "session", sized(0, 15, 17)},
	{wire.PathSettle, "grant", sized(0, 15, 17)}, {wire.PathSettle, "outcome", []any{"", "-", "Done", "superseded"}},
	{wire.PathRecords, "records", []any{[]any{}, manyRecords()}}, {wire.PathRecords, "signature", sized(0, 6, 73)},
	{wire.PathRecords, "records.0.epoch", sized(0, 15, 17)}, {wire.PathRecords, "records.0.prev", sized(0, 31, 33)},
	{wire.PathRecords, "records.0.hash", sized(0, 31, 33)}, {wire.PathRecords, "records.0.bytes", sized(0, wire.MaxBody+1)},
	{wire.PathRecords, "records.0.seq", numbers("0", "-1", "2", "4611686018427387905", "18446744073709551616")},
	{wire.PathHeartbeat, "version", []any{strings.Repeat("1", 201)}}, {wire.PathHeartbeat, "queue", numbers("-1", "4294967296", "1.5")},
	{wire.PathHeartbeat, "oldest", numbers("-1", "4294967296")}, {wire.PathHeartbeat, "out", []any{"E", "e-rdr", "E-TOOLONG"}},
	{wire.PathRenew, "csr", sized(0, wire.MaxDER+1)},
}

// fields2 are those that contract 1 does not have.
var fields2 = []field{
	{wire.PathRenew, "signature", sized(0, 6, 73)}, {wire.PathLook, "certificate", sized(0, wire.MaxDER+1)},
	{wire.PathSee, "session", sized(0, 15, 17)}, {wire.PathSee, "signature", sized(0, 255, 257)},
	{wire.PathHold, "session", sized(0, 15, 17)}, {wire.PathHold, "carrier", sized(0, 15, 17)},
	{wire.PathConsents, "session", sized(0, 15, 17)}, {wire.PathConsents, "key", sized(0, 31, 33)}, {wire.PathWithdraw, "session", sized(0, 15, 17)},
	{wire.PathWithdraw, "consent", sized(0, 15, 17)}, {wire.PathWithdraw, "nonce", sized(0, 15, 17)},
	{wire.PathWithdraw, "signature", sized(0, 255, 257)}, {wire.PathWithdraw, "at", numbers("-1", "4611686018427387905", "1.5")},
}

// lengths: each of these values is refused.
func lengths(fields []field) (all []requirement) {
	for _, c := range fields {
		all = append(all, requirement{"Strictness", strings.TrimPrefix(c.path, wire.PathOf(wire.Contract, "")[:3]) + " " + c.name + ": what is outside its limits is refused", func(s *suite) error {
			for _, v := range c.bad {
				if err := s.malformed(c.path, []byte(changed(s.example(c.path), c.name, v))); err != nil {
					text := fmt.Sprint(v)
					return fmt.Errorf("%s: %w", text[:min(len(text), 60)], err)
				}
			}
			return nil
		}})
	}
	return all
}

func sized(lengths ...int) (all []any) {
	for _, n := range lengths {
		all = append(all, base64.StdEncoding.EncodeToString(make([]byte, n)))
	}
	return all
}

func numbers(text ...string) (all []any) {
	for _, n := range text {
		all = append(all, json.Number(n))
	}
	return all
}

// manyRecords is one more than a batch holds.
func manyRecords() any {
	text, err := json.Marshal(newLedger(wire.MaxBatch + 1))
	if err != nil {
		panic(err)
	}
	var list any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&list); err != nil {
		panic(err)
	}
	return list
}
