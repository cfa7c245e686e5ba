// Command generate writes kiosk/authority/wire/wire_gen.go from openapi.yaml: the
// messages as Go types, their limits, the paths; and wire_v1_gen.go from
// openapi-v1.yaml: the messages that were others in contract 1. Run it in
// kiosk/authority/wire with `go generate`; a test fails while a committed file is
// another.
//
// It is small because it knows this contract's habits and no other's: a byte
// string says its lengths in x-bytes, an enumeration the value of its first
// word in x-go-first, every object refuses what it does not list. What it does
// not know it refuses, so nothing of the document is dropped in silence.
//
// Read document.go for what is taken from the document, then write.go.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run(".", "."); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// run reads the documents in one folder and writes the files into another.
func run(from, to string) error {
	newest, err := os.ReadFile(filepath.Join(from, "openapi.yaml"))
	if err != nil {
		return err
	}
	code, err := Generate(newest)
	if err != nil {
		return fmt.Errorf("openapi.yaml: %w", err)
	}
	older, err := os.ReadFile(filepath.Join(from, "openapi-v1.yaml"))
	if err != nil {
		return err
	}
	others, err := GenerateOlder(newest, older)
	if err != nil {
		return fmt.Errorf("openapi-v1.yaml: %w", err)
	}
	return errors.Join(os.WriteFile(filepath.Join(to, "wire_gen.go"), code, 0o644),
		os.WriteFile(filepath.Join(to, "wire_v1_gen.go"), others, 0o644))
}
