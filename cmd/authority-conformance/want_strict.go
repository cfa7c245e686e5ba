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
	"multicopy.example/kiosk/authority"
)

// posts are the paths that take a message.
func posts() []string {
	return []string{authority.PathOpen, authority.PathCode, authority.PathProve, authority.PathGrant, authority.PathSettle,
		authority.PathRecords, authority.PathHeartbeat, authority.PathRenew}
}

// example is a good message of a path, about nothing that exists.
func example(path string) string {
	var m any
	switch path {
	case authority.PathOpen:
		m = authority.OpenRequest{Envelope: mint(), Certificate: []byte{0x30, 0}, UserTries: 3, SignTries: 5}
	case authority.PathCode:
		m = authority.CodeRequest{Envelope: mint(), Session: mint().Request, Sealed: make([]byte, authority.SealedLen)}
	case authority.PathProve:
		m = authority.ProveRequest{Envelope: mint(), Session: mint().Request, Act: authority.Act(kiosk.Reset)}
	case authority.PathGrant:
		m = authority.GrantRequest{Envelope: mint(), Session: mint().Request}
	case authority.PathSettle:
		m = authority.SettleRequest{Envelope: mint(), Session: mint().Request, Grant: &authority.ID{}, Outcome: authority.Outcome(kiosk.Failed)}
	case authority.PathRecords:
		l := newLedger(2)
		m = authority.RecordsRequest{Envelope: mint(), Records: l, Signature: bytes.Repeat([]byte{1}, 70)}
	case authority.PathHeartbeat:
		m = authority.HeartbeatRequest{Envelope: mint(), Version: "1.0.0"}
	case authority.PathRenew:
		m = authority.RenewRequest{Envelope: mint(), CSR: []byte{0x30, 0}}
	}
	text, err := authority.Encode(m)
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
			return []string{strings.Replace(m, "{", `{"request":`+id+`,`, 1), strings.Replace(m, "{", `{"contract":1,`, 1)}
		}},
		{"a key in another case is refused", func(m string) []string { return []string{strings.Replace(m, `"request"`, `"Request"`, 1)} }},
		{"a message without one of its fields is refused", func(m string) []string { return without(m) }},
		{"null is refused in every field", func(m string) []string { return nulls(m) }},
		{"data after the message is refused", func(m string) []string { return []string{m + "{}", m + "x", m + m} }},
		{"what is not one object is refused", func(string) []string { return []string{"", "[]", "1", `"text"`, "null", "{", "{}"} }},
		{"a number in another spelling is refused", func(m string) []string {
			return []string{strings.Replace(m, `"contract":1`, `"contract":1.0`, 1), strings.Replace(m, `"contract":1`, `"contract":1e0`, 1),
				strings.Replace(m, `"contract":1`, `"contract":"1"`, 1), strings.Replace(m, `"contract":1`, `"contract":1`+strings.Repeat("0", 400), 1)}
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
			return []string{strings.Replace(m, "{", "{"+strings.Repeat(" ", authority.MaxMessage+1-len(m)), 1)}
		}},
	} {
		all = append(all, requirement{"Strictness", c.text, func(s *suite) error {
			for _, path := range posts() {
				for _, body := range c.spoil(example(path)) {
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
			for _, r := range [][2]string{{http.MethodPost, "/v1/nothing"}, {http.MethodGet, authority.PathOpen}, {http.MethodPut, authority.PathSettle}} {
				_, err := s.judged(s.line, r[0], r[1], []byte(example(authority.PathSettle)))
				if err := wants(err, authority.CodeContract); err != nil {
					return fmt.Errorf("%s %s: %w", r[0], r[1], err)
				}
			}
			return nil
		}},
		requirement{"Strictness", "a malformed message spends nothing: its id may be used for a good one", func(s *suite) error {
			m := authority.HeartbeatRequest{Envelope: mint(), Version: "1.0.0"}
			text, err := authority.Encode(m)
			if err != nil {
				return err
			}
			if err := s.malformed(authority.PathHeartbeat, append(text, 'x')); err != nil {
				return err
			}
			_, err = ask[authority.HeartbeatReply](s, s.line, authority.PathHeartbeat, m)
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

// lengths: the byte strings and numbers of each message, just outside of what
// they may be.
func lengths() (all []requirement) {
	for _, c := range []struct {
		path, field string
		bad         []any
	}{
		{authority.PathOpen, "certificate", sized(0, authority.MaxDER+1)}, {authority.PathOpen, "request", sized(0, 15, 17)},
		{authority.PathOpen, "user_tries", numbers("-2", "16", "300")}, {authority.PathOpen, "sign_tries", numbers("-2", "16", "3.0")},
		{authority.PathCode, "session", sized(0, 15, 17)}, {authority.PathCode, "sealed", sized(1, authority.SealedLen-1, authority.SealedLen+1)},
		{authority.PathProve, "session", sized(0, 15, 17)}, {authority.PathProve, "signature", sized(0, 255, 257)},
		{authority.PathProve, "act", []any{"", "RESET", "both"}}, {authority.PathGrant, "session", sized(0, 15, 17)},
		{authority.PathGrant, "challenge", sized(0, 15, 17)}, {authority.PathSettle, "session", sized(0, 15, 17)},
		{authority.PathSettle, "grant", sized(0, 15, 17)}, {authority.PathSettle, "outcome", []any{"", "-", "Done", "superseded"}},
		{authority.PathRecords, "records", []any{[]any{}, manyRecords()}}, {authority.PathRecords, "signature", sized(0, 6, 73)},
		{authority.PathRecords, "records.0.epoch", sized(0, 15, 17)}, {authority.PathRecords, "records.0.prev", sized(0, 31, 33)},
		{authority.PathRecords, "records.0.hash", sized(0, 31, 33)}, {authority.PathRecords, "records.0.bytes", sized(0, authority.MaxBody+1)},
		{authority.PathRecords, "records.0.seq", numbers("0", "-1", "2", "4611686018427387905", "18446744073709551616")},
		{authority.PathHeartbeat, "version", []any{strings.Repeat("1", 201)}}, {authority.PathHeartbeat, "queue", numbers("-1", "4294967296", "1.5")},
		{authority.PathHeartbeat, "oldest", numbers("-1", "4294967296")}, {authority.PathHeartbeat, "out", []any{"E", "e-rdr", "E-TOOLONG"}},
		{authority.PathRenew, "csr", sized(0, authority.MaxDER+1)},
	} {
		all = append(all, requirement{"Strictness", strings.TrimPrefix(c.path, "/v1") + " " + c.field + ": what is outside its limits is refused", func(s *suite) error {
			for _, v := range c.bad {
				if err := s.malformed(c.path, []byte(changed(example(c.path), c.field, v))); err != nil {
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
	text, err := json.Marshal(newLedger(authority.MaxBatch + 1))
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
