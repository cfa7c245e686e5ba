package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/golden"
	"multicopy.example/kiosk/must"
)

// -update writes golden files that do not exist yet. It never changes one: a
// message that was once on the wire stays readable for ever.
// count makes byte strings that show where they came from.
func count[T ~[16]byte | ~[32]byte | ~[256]byte | ~[370]byte](from byte) (x T) {
	for i := range len(x) {
		switch p := any(&x).(type) {
		case *ID:
			p[i] = from + byte(i)
		case *Hash:
			p[i] = from + byte(i)
		case *Signature:
			p[i] = from + byte(i)
		}
	}
	return x
}

func ref[T any](v T) *T { return &v }

// goldens are every message both ways, of the newest contract; the name is the
// schema's, and what stands after a dash tells variants apart.
var goldens = goldenOf(Contract)

// goldenOf is what goldens are of an older contract.
func goldenOf(version int) map[string]any {
	env := Envelope{Contract: version, Request: count[ID](1)}
	all := map[string]any{
		"OpenRequest":           &OpenRequest{env, DER("\x30\x03\x02\x01\x07"), 3, -1},
		"OpenReply":             &OpenReply{env, count[ID](0x20), count[Hash](0x30), Flow(kiosk.FlowP), Good, Good, Factor(kiosk.FactorCode), 5, false, Hours{0, 0}},
		"OpenReply-doubt":       &OpenReply{env, count[ID](0x20), count[Hash](0x30), Flow(kiosk.FlowU), Good, Good, Factor(kiosk.FactorReservation), 4, true, Hours{390, 1380}},
		"CodeRequest":           &CodeRequest{env, count[ID](0x20), bytes.Repeat([]byte{0xA5}, SealedLen)},
		"CodeRequest-empty":     &CodeRequest{env, count[ID](0x20), nil},
		"CodeReply":             &CodeReply{env, ref(count[Hash](0x50)), 5},
		"CodeReply-wrong":       &CodeReply{env, nil, 4},
		"ProveRequest":          &ProveRequest{env, count[ID](0x20), Act(kiosk.Reset), count[Signature](0)},
		"ProveReply":            &ProveReply{env},
		"GrantRequest":          &GrantRequest{env, count[ID](0x20), count[ID](0x40)},
		"GrantReply":            &GrantReply{env, count[ID](0x60), GrantCommand(kiosk.FlowP, kiosk.Reset, kiosk.GrantID(count[ID](0x60)), [64]byte{1, 63: 2})},
		"GrantReply-U-unlock":   &GrantReply{env, count[ID](0x60), GrantCommand(kiosk.FlowU, kiosk.Unlock, kiosk.GrantID(count[ID](0x60)), [64]byte{1, 63: 2})},
		"SettleRequest":         &SettleRequest{env, count[ID](0x20), ref(count[ID](0x60)), Outcome(kiosk.Done)},
		"SettleRequest-last":    &SettleRequest{env, count[ID](0x20), nil, Outcome(kiosk.Unknown)},
		"SettleReply":           &SettleReply{env, ref(count[Hash](0x70))},
		"SettleReply-done":      &SettleReply{env, nil},
		"RecordsRequest":        &RecordsRequest{env, []Record{{count[ID](0x80), 1, Hash{}, count[Hash](0x90), Body("one")}, {count[ID](0x80), 2, count[Hash](0x90), count[Hash](0xB0), Body("two")}}, ECDSASignature("\x30\x06\x02\x01\x01\x02\x01\x01")},
		"RecordsReply":          &RecordsReply{env, 2, false, &Receipt{count[ID](0x80), 2, count[Hash](0xB0), ECDSASignature("\x30\x06\x02\x01\x01\x02\x01\x01")}},
		"RecordsReply-aside":    &RecordsReply{env, 0, true, nil},
		"HeartbeatRequest":      &HeartbeatRequest{env, "1.0.0", 3, 60, "E-RDR"},
		"HeartbeatReply":        &HeartbeatReply{env, ServiceBusy, 1790000000, Hours{390, 1380}, 20},
		"RenewRequest":          &RenewRequest{env, DER("\x30\x00"), ECDSASignature("\x30\x06\x02\x01\x01\x02\x01\x01")},
		"RenewReply":            &RenewReply{env, DER("\x30\x00")},
		"Health":                &Health{version, Versions()[:version], ServiceOpen, 1790000000, Hours{390, 1380}, 0},
		"Health-busy":           &Health{version, Versions()[:version], ServiceBusy, 1790000000, Hours{}, 20},
		"Refusal":               &Refusal{version, ref(env.Request), CodeBusy, "too many visits opened", 20},
		"Refusal-bare":          &Refusal{version, nil, CodeContract, "", 0},
		"Refusal-used":          &Refusal{version, ref(env.Request), CodeUsedReservation, "", 0},
		"HeartbeatRequest-fine": &HeartbeatRequest{env, "1.0.0", 0, 0, ""},
	}
	if version >= 2 {
		all["LookRequest"] = &LookRequest{env, DER("\x30\x03\x02\x01\x07")}
		all["LookReply"] = &LookReply{env, Good, Changed, ref(count[ID](0x20)), ref(count[Hash](0x30))}
		all["LookReply-dead"] = &LookReply{env, Expired, None, nil, nil}
		all["SeeRequest"] = &SeeRequest{env, count[ID](0x20), count[Signature](0)}
		all["SeeReply"] = &SeeReply{env, []Phone{{count[ID](0x40), Android, Good, Changed, 1790000000}, {count[ID](0x50), IPhone, Held, Held, 0}}}
		all["SeeReply-none"] = &SeeReply{env, []Phone{}}
		all["HoldRequest"] = &HoldRequest{env, count[ID](0x20), count[ID](0x40)}
		all["HoldReply"] = &HoldReply{env, 1790000000}
		all["ConsentsRequest"] = &ConsentsRequest{env, count[ID](0x20), count[Hash](0x30)}
		all["ConsentsReply"] = &ConsentsReply{env, []Consent{{count[ID](0x40), count[ID](0x50), count[Names](0xb0), 2, "ja", count[Hash](0x70), 1790000000, 2105600000, 1795000000}}, ref(count[Hash](0x90))}
		all["ConsentsReply-none"] = &ConsentsReply{env, []Consent{}, nil}
		all["WithdrawRequest"] = &WithdrawRequest{env, count[ID](0x20), count[ID](0x40), count[ID](0x60), 1790000000, count[Signature](0)}
		all["WithdrawReply"] = &WithdrawReply{env, 1790000000, 3}
		all["UpdateRequest"] = &UpdateRequest{env, "20261126233318", UpdateFetched, ref(count[ID](0x20)), nil}
		all["UpdateRequest-refused"] = &UpdateRequest{env, "20261126233318.1", UpdateRefused, ref(count[ID](0x20)), ref(UpdateDamaged)}
		all["UpdateRequest-none"] = &UpdateRequest{env, "3.1", UpdateNone, nil, nil}
		all["UpdateReply"] = &UpdateReply{env, &Offer{count[ID](0x20), "20261127.1", 134137076, count[Hash](0x30)}, true, 3600}
		all["UpdateReply-none"] = &UpdateReply{env, nil, false, 0}
	}
	if version == 1 {
		all["HeartbeatReply"] = &HeartbeatReplyV1{env, 1790000000}
		all["RenewRequest"] = &RenewRequestV1{env, DER("\x30\x00")}
	}
	return all
}

// eachVersion runs a test for every contract.
func eachVersion(t *testing.T, f func(t *testing.T, version int, goldens map[string]any)) {
	t.Helper()
	for _, version := range Versions() {
		t.Run(fmt.Sprintf("v%d", version), func(t *testing.T) { f(t, version, goldenOf(version)) })
	}
}

func goldenFile(t *testing.T, version int, name string, message any) []byte {
	t.Helper()
	path := filepath.Join("testdata", fmt.Sprintf("v%d", version), name+".json")
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) && *golden.Update {
		b, err := Encode(message)
		must.OK(t, err)
		var indented bytes.Buffer
		json.Indent(&indented, b, "", "  ")
		indented.WriteByte('\n')
		must.OK(t, os.WriteFile(path, indented.Bytes(), 0o644))
		return indented.Bytes()
	}
	must.OK(t, err)
	return data
}

// TestOldMessagesStayReadable: each golden message decodes to the value it
// always meant, and that value encodes to the same message.
func TestOldMessagesStayReadable(t *testing.T) {
	eachVersion(t, func(t *testing.T, version int, goldens map[string]any) {
		for name, want := range goldens {
			data := goldenFile(t, version, name, want)
			got := reflect.New(reflect.TypeOf(want).Elem()).Interface()
			if err := DecodeVersion(version, data, got); err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s: got %+v, want %+v", name, got, want)
			}
			encoded, err := Encode(got)
			must.OK(t, err)
			var compact bytes.Buffer
			json.Compact(&compact, data)
			if !bytes.Equal(encoded, compact.Bytes()) {
				t.Errorf("%s: encodes to\n%s\nand was\n%s", name, encoded, compact.Bytes())
			}
		}
		files, err := filepath.Glob(fmt.Sprintf("testdata/v%d/*.json", version))
		if err != nil || len(files) != len(goldens) {
			t.Errorf("%d golden files for %d messages: none may be left untested", len(files), len(goldens))
		}
	})
}

func parsed(t *testing.T, version int) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(Documents()[Contract-version])
	must.OK(t, err)
	must.OK(t, doc.Validate(context.Background()))
	return doc
}

// TestContractAndTypesAgree: every golden message is valid under its
// schema, and not valid with a field more or a field less.
func TestContractAndTypesAgree(t *testing.T) { eachVersion(t, contractAndTypesAgree) }

func contractAndTypesAgree(t *testing.T, version int, goldens map[string]any) {
	doc := parsed(t, version)
	used := map[string]bool{}
	for name, message := range goldens {
		schema, _, _ := strings.Cut(name, "-")
		used[schema] = true
		s := doc.Components.Schemas[schema]
		if s == nil {
			t.Errorf("the document has no schema %s", schema)
			continue
		}
		var object map[string]any
		must.OK(t, json.Unmarshal(goldenFile(t, version, name, message), &object))
		if err := s.Value.VisitJSON(object); err != nil {
			t.Errorf("%s is not valid under the contract: %v", name, err)
		}
		object["surplus"] = 1.0
		if s.Value.VisitJSON(object) == nil {
			t.Errorf("%s: the contract allows an unknown field", schema)
		}
		delete(object, "surplus")
		delete(object, "contract")
		if s.Value.VisitJSON(object) == nil {
			t.Errorf("%s: the contract allows a message without its version", schema)
		}
		for _, key := range s.Value.Required {
			less := without(t, goldenFile(t, version, name, message), key)
			if DecodeVersion(version, less, reflect.New(reflect.TypeOf(message).Elem()).Interface()) == nil {
				t.Errorf("%s: the type allows a message without %s", name, key)
			}
		}
	}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if op.OperationID == "" || op.Description == "" || op.Responses.Status(200) == nil {
				t.Errorf("%s %s lacks a name, a description or a reply", method, path)
			}
		}
	}
	for schema := range doc.Components.Schemas {
		if (strings.HasSuffix(schema, "Request") || strings.HasSuffix(schema, "Reply")) && !used[schema] {
			t.Errorf("schema %s has no golden message", schema)
		}
	}
}

func without(t *testing.T, data []byte, key string) []byte {
	t.Helper()
	var object map[string]any
	must.OK(t, json.Unmarshal(data, &object))
	delete(object, key)
	less, err := json.Marshal(object)
	must.OK(t, err)
	return less
}

// TestContractListsEveryCode: the enumeration of the contract is Codes, and
// every code is one word of its own.
func TestContractListsEveryCode(t *testing.T) {
	var listed, ours []string
	for _, v := range parsed(t, Contract).Components.Schemas["RefusalCode"].Value.Enum {
		listed = append(listed, v.(string))
	}
	words := map[kiosk.Message]RefusalCode{}
	for _, c := range Codes() {
		ours = append(ours, c.String())
		if other, twice := words[c.Message()]; twice || c.Message().Code() == "" {
			t.Errorf("%s and %s are the same word", c, other)
		}
		words[c.Message()] = c
	}
	if !reflect.DeepEqual(listed, ours) {
		t.Errorf("contract %q, types %q", listed, ours)
	}
}
