package main

import (
	"os"
	"path/filepath"
	"testing"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/kiosk-demo/internal/equipped"
)

// All of them but the stalled screen, which waits for the service manager's patience:
// `kiosk-demo faults` has it too.
func TestEachFaultHasOneCodeOnTheClerksScreenAndFromDoctor(t *testing.T) {
	if testing.Short() {
		t.Skip("it needs an X server")
	}
	t.Parallel()
	built, err := harness.Built()
	if err != nil {
		t.Fatal(err)
	}
	u, err := harness.ReadUnit("../../buildroot/system/kiosk.service")
	if err != nil {
		t.Fatal(err)
	}
	s, err := newSession(order{out: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	}()
	program := append([]string{os.Args[0]}, equipped.Machine(filepath.Join(s.runDir(), "machine")).Args()...)
	r, err := s.openFaults(t.Context(), harness.Options{Template: harness.Template(t), Programs: built}, faultPrograms{program, program}, u)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.serve(program, doorSection); err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, f := range faults {
		names[f.name] = true
		if f.name == "stalled screen" {
			continue
		}
		if err := r.meet(f); err != nil {
			t.Fatalf("%s: %v", f.name, err)
		}
	}
	if len(names) != 10 {
		t.Errorf("%d faults", len(names))
	}
}
