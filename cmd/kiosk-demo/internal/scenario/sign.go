package scenario

import (
	"context"
	"errors"
	"os"
	"path/filepath"
)

// sign leaves what maintenance would have left there.
func (p *player) sign(_ context.Context, a []string) error {
	if p.Kiosk.Running() {
		return errors.New("the firmware still runs")
	}
	name := filepath.Join(p.Kiosk.Data(), "out-of-service")
	if a[0] == "-" {
		return os.Remove(name)
	}
	return os.WriteFile(name, []byte(a[0]+"\n"), 0o600)
}
