package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// It fails where the document was changed and not the file, or the file by hand.
func TestCommittedFileIsTheDocuments(t *testing.T) {
	to := filepath.Join(t.TempDir(), "wire_gen.go")
	if err := run("../openapi.yaml", to); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../wire_gen.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("wire_gen.go is not what openapi.yaml says: run go generate in kiosk/authority/wire")
	}
}

// TestNothingIsDroppedInSilence: what the generator does not know, it refuses.
func TestNothingIsDroppedInSilence(t *testing.T) {
	text, err := os.ReadFile("../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
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
		"another method":        {"/v1/open:\n    post:", "/v1/open:\n    put:"},
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
	if err := run("nowhere.yaml", filepath.Join(t.TempDir(), "x")); err == nil {
		t.Error("written from nothing")
	}
}
