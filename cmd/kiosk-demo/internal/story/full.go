package story

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"multicopy.example/cmd/internal/harness/ledgerfile"
	"multicopy.example/cmd/internal/secretscan"
	"multicopy.example/kiosk/authority/wire"
)

// queued lets so many records wait in the ledger of a kiosk that is switched
// off.
func (p *Player) queued(ctx context.Context, a []string) error {
	n, err := strconv.Atoi(a[0])
	if err != nil || n < 1 || n > 200_000 {
		return fmt.Errorf("%q is not 1 to 200000 records", a[0])
	}
	if p.shop.kiosk.Running() {
		return fmt.Errorf("the firmware still runs")
	}
	file, err := os.ReadFile(p.shop.town("records.pub.pem"))
	if err != nil {
		return err
	}
	key, err := wire.ParseSealingKey(file)
	if err != nil {
		return err
	}
	p.backlog = n
	return p.fill(ctx, key, n)
}

// fill writes the records anew as long as a secret of this story stands among
// them: none was typed yet, so in so many random bytes it stands there by
// chance.
func (p *Player) fill(ctx context.Context, key []byte, n int) error {
	data, before := p.shop.file("data"), filepath.Join(p.shop.dir, "before")
	if err := ledgerfile.CopyFolder(data, before); err != nil {
		return err
	}
	defer os.RemoveAll(before)
	for {
		if err := ledgerfile.Fill(ctx, data, key, n); err != nil {
			return err
		}
		r, err := secretscan.Folder(data, secretscan.Patterns(p.secrets()...), func(string) bool { return false })
		if err != nil || len(r.Places) == 0 {
			return err
		}
		if err := errors.Join(ctx.Err(), os.RemoveAll(data), ledgerfile.CopyFolder(before, data)); err != nil {
			return err
		}
	}
}
