package firmware

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"

	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/config"
)

// sealingKey reads a public key that something is sealed to: X25519, 32 bytes.
func sealingKey(name string) ([]byte, error) {
	file, err := config.PEM(name)
	if err != nil {
		return nil, err
	}
	key, err := wire.ParseSealingKey(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return key, nil
}

// certificates reads every certificate of PEM files; a file without one, or
// with anything else in it, is an error.
func certificates(names ...string) (list []*x509.Certificate, err error) {
	for _, name := range names {
		rest, err := config.PEM(name)
		if err != nil {
			return nil, err
		}
		found := 0
		for block, more := pem.Decode(rest); block != nil; block, more = pem.Decode(more) {
			c, err := x509.ParseCertificate(block.Bytes)
			if err != nil || block.Type != "CERTIFICATE" {
				return nil, fmt.Errorf("%s: block %d is no certificate: %w", name, found+1, err)
			}
			list = append(list, c)
			found++
		}
		if found == 0 {
			return nil, fmt.Errorf("%s holds no certificate", name)
		}
	}
	return list, nil
}
