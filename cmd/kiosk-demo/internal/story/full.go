package story

import (
	"context"
	"fmt"
	"os"
	"strconv"

	"multicopy.example/cmd/kiosk-demo/internal/auditor"
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
	return auditor.Fill(ctx, p.shop.file("data"), key, n)
}
