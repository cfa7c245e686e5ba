package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
)

// It fails where a document was changed and not its file, or a file by hand.
func TestCommittedFilesAreTheDocuments(t *testing.T) {
	to := t.TempDir()
	must.OK(t, run("..", to))
	for _, name := range []string{"wire_gen.go", "wire_v1_gen.go"} {
		want := must.Read(t, filepath.Join(to, name))
		got := must.Read(t, filepath.Join("..", name))
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what its document says: run go generate in kiosk/authority/wire", name)
		}
	}
}

// TestAnOlderDocumentDiffersInMessagesAlone: whatever else it says otherwise is
// refused.
func TestAnOlderDocumentDiffersInMessagesAlone(t *testing.T) {
	newest := must.Read(t, "../openapi.yaml")
	older := must.Read(t, "../openapi-v1.yaml")
	for name, c := range map[string][2]string{
		"another length of a message": {"x-message-bytes: 65536", "x-message-bytes: 65537"},
		"a version that is not older": {"version: \"1\"", "version: \"2\""},
		"a path that is away":         {"/v1/prove:", "/v1/believe:"},
		"another request":             {"operationId: prove", "operationId: believe"},
		"a byte string":               {"x-bytes: [1, 512]", "x-bytes: [1, 511]"},
		"a word":                      {"enum: [open, closed, busy]", "enum: [open, closed]"},
		"a message that is away":      {"    SettleReply:", "    SettledReply:"},
		"no document":                 {"openapi: 3.1.0", "openapi: [3.1.0"},
	} {
		changed := strings.Replace(string(older), c[0], c[1], 1)
		if changed == string(older) {
			t.Errorf("%s: nothing was changed", name)
		}
		if _, err := GenerateOlder(newest, []byte(changed)); err == nil {
			t.Errorf("%s: not refused", name)
		}
	}
}

// TestNothingIsDroppedInSilence: what the generator does not know, it refuses.
func TestNothingIsDroppedInSilence(t *testing.T) {
	text := must.Read(t, "../openapi.yaml")
	for name, c := range map[string][2]string{
		"a keyword":             {"minimum: -1\n", "minimum: -1\n      multipleOf: 2\n"},
		"an open object":        {"additionalProperties: false", "additionalProperties: true"},
		"a type":                {"doubt: {type: boolean", "doubt: {type: number"},
		"a schema that is away": {"schemas/Hours\"}", "schemas/Days\"}"},
		"no first value":        {"x-go-first: 1\n", ""},
		"lengths upside down":   {"x-bytes: [1, 4096]", "x-bytes: [4096, 1]"},
		"a list without end":    {"maxItems: 16, ", ""},
		"a field that is away":  {"required: [from, to]", "required: [from, till]"},
		"no name":               {"operationId: open\n", "operationId: \"\"\n"},
		"another method":        {"/v2/open:\n    post:", "/v2/open:\n    put:"},
		"no length":             {"  x-message-bytes: 65536", "  x-nothing: 0"},
		"no document":           {"openapi: 3.1.0", "openapi: [3.1.0"},
	} {
		changed := strings.Replace(string(text), c[0], c[1], 1)
		if changed == string(text) {
			t.Errorf("%s: nothing was changed", name)
		}
		if _, err := Generate([]byte(changed)); err == nil {
			t.Errorf("%s: dropped", name)
		}
	}
	if err := run(t.TempDir(), t.TempDir()); err == nil {
		t.Error("written from nothing")
	}
}
