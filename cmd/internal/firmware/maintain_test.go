package firmware

import (
	"crypto"
	"crypto/tls"
	"errors"
	"testing"

	"multicopy.example/cmd/internal/renewal"
	"multicopy.example/kiosk/config"
)

type keeper struct{ kept int }

func (*keeper) Ready() error                   { return nil }
func (*keeper) NewKey() (crypto.Signer, error) { return renewal.NewKey(config.Authority{}) }
func (k *keeper) Keep(tls.Certificate) error   { k.kept++; return nil }

// What is kept is what the next start goes by.
func TestACertificateThatIsNotLetInIsNotKept(t *testing.T) {
	k, shut := &keeper{}, errors.New("refused")
	for _, answer := range []error{shut, nil} {
		err := tried{k, func(tls.Certificate) error { return answer }}.Keep(tls.Certificate{})
		if !errors.Is(err, answer) || (answer == nil) != (k.kept == 1) {
			t.Errorf("%v: kept %d times, %v", answer, k.kept, err)
		}
	}
}
