package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

const settleText = `{"contract":2,"request":"AQIDBAUGBwgJCgsMDQ4PEA==","session":"ICEiIyQlJicoKSorLC0uLw==","outcome":"failed"}`

// TestLooseJSONIsRefused: everything encoding/json would have forgiven.
func TestLooseJSONIsRefused(t *testing.T) {
	if err := Decode([]byte(settleText), new(SettleRequest)); err != nil {
		t.Fatal("the control:", err)
	}
	swap := func(old, new string) string {
		if !strings.Contains(settleText, old) {
			t.Fatalf("nothing to swap: %s", old)
		}
		return strings.Replace(settleText, old, new, 1)
	}
	for name, text := range map[string]string{
		"empty":                 "",
		"no object":             `[1]`,
		"a number":              `1`,
		"trailing object":       settleText + `{}`,
		"trailing letter":       settleText + `x`,
		"unknown field":         swap(`{`, `{"more":1,`),
		"key twice":             swap(`{`, `{"outcome":"done",`),
		"key in another case":   swap(`"outcome"`, `"Outcome"`),
		"key that folds to it":  swap(`"session"`, `"ſession"`),
		"missing field":         swap(`,"outcome":"failed"`, ``),
		"null":                  swap(`"failed"`, `null`),
		"null optional":         swap(`{`, `{"grant":null,`),
		"no contract":           swap(`"contract":2,`, ``),
		"contract as text":      swap(`"contract":2`, `"contract":"2"`),
		"contract 1.0":          swap(`"contract":2`, `"contract":2.0`),
		"contract 1e0":          swap(`"contract":2`, `"contract":2e0`),
		"huge number":           swap(`"contract":2`, `"contract":2`+strings.Repeat("0", 400)),
		"short base64":          swap(`EA==`, ``),
		"long base64":           swap(`"AQID`, `"AAAAAQID`),
		"line break in base64":  swap(`AQID`, `AQ\nID`),
		"stray bits in base64":  swap(`EA==`, `EB==`),
		"no padding":            swap(`EA==`, `EA`),
		"URL alphabet":          swap(`AQID`, `A-_D`),
		"word not in the list":  swap(`failed`, `FAILED`),
		"the empty word":        swap(`failed`, ``),
		"list for a string":     swap(`"failed"`, `["failed"]`),
		"object for a string":   swap(`"failed"`, `{"failed":1}`),
		"truth for a string":    swap(`"failed"`, `true`),
		"invalid UTF-8":         swap(`failed`, "fail\xff"),
		"deep nesting":          strings.Repeat(`{"contract":`, 40) + `1` + strings.Repeat(`}`, 40),
		"deeper than the stack": strings.Repeat(`[`, 30000) + strings.Repeat(`]`, 30000),
		"too long":              swap(`{`, `{`+strings.Repeat(" ", MaxMessage)),
	} {
		err := Decode([]byte(text), new(SettleRequest))
		var f port.Fault
		if !errors.Is(err, ErrMessage) || !errors.As(err, &f) || kiosk.Message(f) != kiosk.MsgContract {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestValuesOutsideTheirRange in messages that are well formed.
func TestValuesOutsideTheirRange(t *testing.T) {
	replace := func(name, old, new string) []byte {
		data := must.Read(t, filepath.Join("testdata", "v2", name+".json"))
		if !bytes.Contains(data, []byte(old)) {
			t.Fatalf("%s has no %s", name, old)
		}
		return bytes.Replace(data, []byte(old), []byte(new), 1)
	}
	for _, c := range []struct {
		name, old, new string
	}{
		{"OpenRequest", `"user_tries": 3`, `"user_tries": 16`}, {"OpenRequest", `"user_tries": 3`, `"user_tries": -2`},
		{"OpenRequest", `"user_tries": 3`, `"user_tries": 300`}, {"OpenRequest", `"MAMCAQc="`, `""`},
		{"OpenReply", `"codes_left": 5`, `"codes_left": 6`}, {"OpenReply-doubt", `1380`, `1440`}, {"OpenReply", `"P"`, `"-"`},
		{"CodeReply", `"codes_left": 5`, `"codes_left": -1`},
		{"CodeRequest", `"sealed": "`, `"sealed": "AAAA`},
		{"RecordsRequest", `"seq": 2`, `"seq": 3`}, {"RecordsRequest", `"seq": 1`, `"seq": 0`},
		{"RecordsRequest", `"seq": 2`, `"seq": 18446744073709551616`},
		{"HeartbeatRequest", `E-RDR`, `E-XXX`}, {"HeartbeatRequest", `1.0.0`, strings.Repeat("1", 201)},
		{"HeartbeatRequest", `"queue": 3`, `"queue": -3`}, {"HeartbeatReply", `1790000000`, `-1`},
		{"Health", `[`, `["1",`}, {"Refusal", `"busy"`, `"bored"`}, {"Refusal", `too many`, strings.Repeat("a", 200)},
	} {
		to := reflect.New(reflect.TypeOf(goldens[c.name]).Elem()).Interface()
		if err := Decode(replace(c.name, c.old, c.new), to); !errors.Is(err, ErrMessage) {
			t.Errorf("%s with %.30s: %v", c.name, c.new, err)
		}
	}
	batch := *goldens["RecordsRequest"].(*RecordsRequest)
	batch.Records = nil
	for i := range MaxBatch + 1 {
		batch.Records = append(batch.Records, Record{Seq: uint64(i + 1), Bytes: bytes.Repeat([]byte{1}, MaxBody)})
	}
	data, err := Encode(&batch)
	must.OK(t, err)
	if err := Decode(data, new(RecordsRequest)); !errors.Is(err, ErrMessage) {
		t.Errorf("51 records: %v", err)
	}
	batch.Records = batch.Records[:MaxBatch]
	if data, err = Encode(&batch); err != nil {
		t.Fatal("a full batch of the longest records does not fit:", err)
	}
	if err := Decode(data, new(RecordsRequest)); err != nil {
		t.Errorf("a full batch: %v", err)
	}
}

// TestOtherVersionNamesBoth: the message may be anything else besides.
func TestOtherVersionNamesBoth(t *testing.T) {
	err := Decode([]byte(`{"contract":9317,"news":{"deep":[1,2,3]}}`), new(Health))
	var v ErrVersion
	if !errors.As(err, &v) || v.Theirs != "9317" || v.Ours != "2" || !strings.Contains(err.Error(), "contract 9317") || !strings.Contains(err.Error(), "contract 2") {
		t.Errorf("%v", err)
	}
}

// TestWhatHasNoTextDoesNotTravel: a zero flow is a mistake of ours, found
// before it is sent.
func TestWhatHasNoTextDoesNotTravel(t *testing.T) {
	for _, m := range []any{&OpenReply{}, &ProveRequest{}, &SettleRequest{}, &Refusal{}, &OpenReply{Flow: 3}} {
		if data, err := Encode(m); err == nil {
			t.Errorf("%T went out as %s", m, data)
		}
	}
}

// FuzzAuthorityJSON: whatever comes, each message type takes it or refuses it
// with ErrMessage; what it takes encodes to something it takes again as the
// same value, and that encoding is stable.
func FuzzAuthorityJSON(f *testing.F) {
	files, err := filepath.Glob("testdata/v*/*.json")
	if err != nil || len(files) == 0 {
		f.Fatal("no golden messages", err)
	}
	for _, name := range files {
		data := must.Read(f, name)
		f.Add(data)
	}
	f.Add([]byte(`{"contract":2,"contract":2}`))
	f.Add([]byte(`{"contract":2e999}`))
	types := map[reflect.Type]int{} // version
	for _, version := range Versions() {
		for _, m := range goldenOf(version) {
			types[reflect.TypeOf(m).Elem()] = version
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for kind, version := range types {
			first := reflect.New(kind).Interface()
			if err := DecodeVersion(version, data, first); err != nil {
				if !errors.Is(err, ErrMessage) {
					t.Fatalf("%s: %v is no ErrMessage", kind, err)
				}
				continue
			}
			if len(data) > MaxMessage || !json.Valid(data) {
				t.Fatalf("%s took %d bytes", kind, len(data))
			}
			encoded, err := Encode(first)
			if err != nil {
				t.Fatalf("%s: taken and not sayable: %v", kind, err)
			}
			second := reflect.New(kind).Interface()
			if err := DecodeVersion(version, encoded, second); err != nil || !reflect.DeepEqual(first, second) {
				t.Fatalf("%s: %s: %v", kind, encoded, err)
			}
			if again, err := Encode(second); err != nil || !bytes.Equal(again, encoded) {
				t.Fatalf("%s: not stable: %s, %s", kind, encoded, again)
			}
		}
	})
}
