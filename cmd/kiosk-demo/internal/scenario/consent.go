package scenario

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"multicopy.example/cmd/internal/memscan"
	"multicopy.example/cmd/internal/secretscan"
)

func (p *player) agrees(ctx context.Context, a []string) error {
	return p.Agree(ctx, strings.Join(a, " "))
}

func (p *player) allowed(ctx context.Context, a []string) error {
	n, err := p.Allowed(ctx)
	if err == nil && strconv.Itoa(n) != a[0] {
		err = fmt.Errorf("%d consents stand", n)
	}
	return err
}

// nowhere searches in every shape what the kiosk writes, and its memory where it runs and
// this program may read it.
func (p *player) nowhere(ctx context.Context, a []string) error {
	patterns := secretscan.Patterns(secretscan.Secret{Name: "name", Value: []byte(strings.Join(a, " "))})
	files := 0
	for _, dir := range []string{p.Kiosk.Data(), filepath.Join(p.Dir, "logs")} {
		found, err := secretscan.Folder(dir, patterns, func(string) bool { return false })
		if err != nil {
			return err
		}
		if files += found.Files; len(found.Places) > 0 {
			return fmt.Errorf("it is there: %v", found.Places)
		}
	}
	where := "not asked"
	if os.Geteuid() == 0 && p.Kiosk.Running() {
		report, err := memscan.Scan(ctx, p.Kiosk.PID(), patterns)
		if err != nil {
			return err
		}
		if where = fmt.Sprintf("%d MiB", report.Bytes>>20); len(report.Copies) > 0 {
			return fmt.Errorf("it is in memory: %v", report.Copies)
		}
	}
	p.ts.Logf("  nowhere in %d files; of memory: %s", files, where)
	return nil
}
