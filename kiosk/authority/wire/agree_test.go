package wire

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"multicopy.example/kiosk/must"
)

// TestTypesAndDocumentListTheSameFields: the same names, and the same of them
// required.
func TestTypesAndDocumentListTheSameFields(t *testing.T) {
	eachVersion(t, func(t *testing.T, version int, goldens map[string]any) {
		doc := parsed(t, version)
		for name, message := range goldens {
			schema, variant, _ := strings.Cut(name, "-")
			if variant == "" {
				sameFields(t, schema, doc.Components.Schemas[schema].Value, reflect.TypeOf(message).Elem())
			}
		}
	})
}

func sameFields(t *testing.T, name string, s *openapi3.Schema, kind reflect.Type) {
	t.Helper()
	fields := map[string]bool{} // required
	for _, f := range reflect.VisibleFields(kind) {
		if f.Anonymous {
			continue
		}
		key, optional := strings.CutSuffix(f.Tag.Get("json"), ",omitempty")
		fields[key] = !optional
		if property := s.Properties[key]; property != nil && f.Type.Kind() == reflect.Struct {
			sameFields(t, name+"."+key, property.Value, f.Type)
		}
	}
	for key, required := range fields {
		if s.Properties[key] == nil || slices.Contains(s.Required, key) != required {
			t.Errorf("%s.%s: the type has it, required %t, and the document does not", name, key, required)
		}
	}
	for key := range s.Properties {
		if _, there := fields[key]; !there {
			t.Errorf("%s.%s: the document has it and the type does not", name, key)
		}
	}
}

// TestTypesAndDocumentJudgeAlike: each field of each golden message is given
// many values, and both take them or both refuse.
func TestTypesAndDocumentJudgeAlike(t *testing.T) { eachVersion(t, judgeAlike) }

func judgeAlike(t *testing.T, version int, goldens map[string]any) {
	doc := parsed(t, version)
	judged, taken := 0, 0
	for name, message := range goldens {
		schema, _, _ := strings.Cut(name, "-")
		s := doc.Components.Schemas[schema].Value
		var object map[string]any
		must.OK(t, json.Unmarshal(goldenFile(t, version, name, message), &object))
		alike := func(where string, object map[string]any) {
			data, err := json.Marshal(object)
			must.OK(t, err)
			var v any
			d := json.NewDecoder(bytes.NewReader(data))
			d.UseNumber()
			must.OK(t, d.Decode(&v))
			document := s.VisitJSON(v)
			types := DecodeVersion(version, data, reflect.New(reflect.TypeOf(message).Elem()).Interface())
			judged++
			if document == nil {
				taken++
			}
			if (document == nil) != (types == nil) {
				t.Errorf("%s %s: the document says %v, the types say %v", name, where, document, types)
			}
		}
		vary(object, func(where string, to map[string]any) {
			if excused(where) {
				return
			}
			alike(where, to)
		})
	}
	if judged < 3000 || taken < 300 {
		t.Errorf("%d messages were judged, %d taken: too few to mean anything", judged, taken)
	}
}

// excused are the rules that a schema cannot say: records follow each other,
// and staff codes are those of this project.
func excused(where string) bool {
	return strings.HasPrefix(where, "records.") && (strings.Contains(where, ".seq=") || strings.Contains(where, ".epoch=")) ||
		strings.HasPrefix(where, "out=") && strings.Contains(where, "E-")
}

// values that are tried in every place.
func values() (all []any) {
	for _, n := range []int64{-1 << 63, -2, -1, 0, 1, 2, 5, 6, 15, 16, 50, 127, 128, 1439, 1440, 1<<32 - 1, 1 << 32, 1 << 62, 1<<62 + 1<<12, 1<<63 - 1} {
		all = append(all, json.Number(fmt.Sprint(n)))
	}
	for _, n := range []int{0, 1, 7, 8, 15, 16, 17, 31, 32, 33, 55, 56, 57, 72, 73, 87, 88, 255, 256, 257, 512, 515, 4096, 4099} {
		text, err := appendBase64(bytes.Repeat([]byte{0xA5}, n))
		if err != nil {
			panic(err)
		}
		all = append(all, string(text), strings.TrimRight(string(text), "="), strings.Replace(string(text), "pa", "\n", 1))
		if n%3 == 1 {
			all = append(all, strings.TrimSuffix(string(text), "Q==")+"R==") // stray bits
		}
	}
	for _, list := range [][]string{flowText, actText, outcomeText, factorText, certStateText, serviceText} {
		for _, word := range list {
			all = append(all, word)
		}
	}
	for _, c := range Codes() {
		all = append(all, c.String(), strings.ToUpper(c.String()))
	}
	return append(all, true, false, []any{}, []any{json.Number("1")}, map[string]any{}, "E-NET", "e-net",
		strings.Repeat("é", 200), strings.Repeat("é", 201), strings.Repeat("a", 200), strings.Repeat("a", 201), nil)
}

// vary gives out object with one value changed at a time, at any depth, and
// with each field away.
func vary(object map[string]any, give func(where string, to map[string]any)) {
	for key, old := range object {
		less := maps.Clone(object)
		delete(less, key)
		give(key+" away", less)
		for _, v := range values() {
			more := maps.Clone(object)
			more[key] = v
			text, _ := json.Marshal(v)
			give(fmt.Sprintf("%s=%.40s", key, text), more)
		}
		switch inner := old.(type) {
		case map[string]any:
			vary(inner, func(where string, to map[string]any) {
				more := maps.Clone(object)
				more[key] = to
				give(key+"."+where, more)
			})
		case []any:
			for i := range inner {
				element, ok := inner[i].(map[string]any)
				if !ok {
					continue
				}
				vary(element, func(where string, to map[string]any) {
					more, list := maps.Clone(object), slices.Clone(inner)
					list[i] = to
					more[key] = list
					give(fmt.Sprintf("%s.%d.%s", key, i, where), more)
				})
			}
		}
	}
}

// TestLengthsOfTheDocument: x-bytes, from which the types are made, says the
// same as the lengths and patterns by which other programs read the document.
func TestLengthsOfTheDocument(t *testing.T) {
	seen := 0
	for name, ref := range parsed(t, Contract).Components.Schemas {
		s := ref.Value
		raw, ok := s.Extensions["x-bytes"]
		if !ok {
			continue
		}
		seen++
		bounds, ok := raw.([]any)
		if !ok || len(bounds) != 2 {
			t.Errorf("%s: x-bytes is %v", name, raw)
			continue
		}
		low, high := int(bounds[0].(float64)), int(bounds[1].(float64))
		if name != "Sealed" && int(s.MinLength) != strict.EncodedLen(low) || s.MaxLength == nil || int(*s.MaxLength) != strict.EncodedLen(high) {
			t.Errorf("%s: %d to %d bytes, and other lengths of text", name, low, high)
		}
		kind := map[string]encoding.TextUnmarshaler{"ID": new(ID), "Hash": new(Hash), "Signature": new(Signature), "Command": new(Command),
			"DER": new(DER), "Sealed": new(Sealed), "Body": new(Body), "ECDSASignature": new(ECDSASignature), "Names": new(Names)}[name]
		if kind == nil {
			t.Errorf("%s: no such type", name)
			continue
		}
		for n := range high + 4 {
			text, err := appendBase64(make([]byte, n))
			must.OK(t, err)
			fits := n >= low && n <= high || name == "Sealed" && n == 0
			if err := kind.UnmarshalText(text); (err == nil) != fits {
				t.Errorf("%s: the type and %d bytes: %v", name, n, err)
			}
			// Text shows a length to three bytes; inside of that the document is silent.
			near := strict.EncodedLen(n) == strict.EncodedLen(low) || strict.EncodedLen(n) == strict.EncodedLen(high)
			if err := s.VisitJSONString(string(text)); (err == nil) != fits && (fits || !near || low == high) {
				t.Errorf("%s: the document and %d bytes: %v", name, n, err)
			}
		}
	}
	if seen != 9 {
		t.Errorf("%d byte strings", seen)
	}
}
