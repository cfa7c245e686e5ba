// Command generate writes kiosk/authority/wire/wire_gen.go from openapi.yaml: the
// messages as Go types, their limits, the paths. Run it in kiosk/authority/wire with
// `go generate`; a test fails while the committed file is another.
//
// It is small because it knows this contract's habits and no other's: a byte
// string says its lengths in x-bytes, an enumeration the value of its first
// word in x-go-first, every object refuses what it does not list. What it does
// not know it refuses, so nothing of the document is dropped in silence.
//
// Read document.go for what is taken from the document, then write.go.
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := run("openapi.yaml", "wire_gen.go"); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	code, err := Generate(text)
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	return os.WriteFile(to, code, 0o644)
}
