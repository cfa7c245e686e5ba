package main

import (
	"os"
	"path/filepath"
	"testing"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/kiosk-demo/internal/equipped"
	"multicopy.example/kiosk/must"
)

// All of them but the stalled screen, which waits for the service manager's patience:
// `kiosk-demo faults` has it too.
func TestEachFaultHasOneCodeOnTheClerksScreenAndFromDoctor(t *testing.T) {
	must.Need(t, "an X server")
	t.Parallel()
	built, err := harness.Built()
	must.OK(t, err)
	u, err := harness.ReadUnit("../../buildroot/system/kiosk.service")
	must.OK(t, err)
	s, err := newSession(order{out: t.TempDir()})
	must.OK(t, err)
	defer func() {
		must.Note(t, s.close())
	}()
	program := append([]string{os.Args[0]}, equipped.Machine(filepath.Join(s.runDir(), "machine")).Args()...)
	r, err := s.openFaults(t.Context(), harness.Options{Template: harness.Template(t), Programs: built}, faultPrograms{program, program}, u)
	must.OK(t, err)
	must.OK(t, r.serve(program, doorSection))
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
