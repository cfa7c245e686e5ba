package town

import (
	"context"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/offline/record"
)

// Town is an opened sandbox.
type Town struct {
	DB      *store.DB
	Service *domain.Service
	Server  tls.Certificate // of the authority
	Kiosks  *x509.CertPool  // whose certificates are kiosks
}

// Open reads the folder that Init made. dsn is the store; where it is empty the
// one that the folder names.
func Open(ctx context.Context, dir, dsn string, policy domain.Policy, now func() time.Time, log *slog.Logger) (*Town, error) {
	d := pki.Folder(dir)
	var failed error
	certs := func(name string) []*x509.Certificate {
		c, err := d.ReadCerts(name)
		if err != nil && failed == nil {
			failed = err
		}
		return c
	}
	transportCA, server, user, sign := certs(TransportCA), certs(serverCert), certs(userCACert), certs(signCACert)
	if failed != nil {
		return nil, failed
	}
	ca, err := pki.ReadKey[*ecdsa.PrivateKey](d, transportCAKey)
	if err != nil {
		return nil, err
	}
	own, err := pki.ReadKey[*ecdsa.PrivateKey](d, serverKey)
	if err != nil {
		return nil, err
	}
	code, err := pki.ReadKey[*ecdh.PrivateKey](d, codeKey)
	if err != nil {
		return nil, err
	}
	records, err := pki.ReadKey[*ecdh.PrivateKey](d, RecordsKey)
	if err != nil {
		return nil, err
	}
	opener, err := record.NewOpener(records)
	if err != nil {
		return nil, err
	}
	grant, err := pki.ReadKey[*ecdsa.PrivateKey](d, grantKey)
	if err != nil {
		return nil, err
	}
	if dsn == "" {
		if dsn, err = StoreOf(dir); err != nil {
			return nil, err
		}
	}
	wrapping, err := wrappingKey(d, dsn)
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, dsn, wrapping)
	if err != nil {
		return nil, err
	}
	pair := &pki.Pair{Cert: transportCA[0], Key: ca}
	keys := domain.Keys{Code: code.Bytes(), Records: opener, Grant: grant, Receipt: own, UserCA: pool(user), SignCA: pool(sign),
		Renew: func(csr []byte, kiosk string) ([]byte, error) { return pair.Renew(csr, kiosk, now()) }}
	return &Town{DB: db, Service: domain.New(db, keys, policy, now, log), Kiosks: pool(transportCA),
		Server: tls.Certificate{Certificate: [][]byte{server[0].Raw}, PrivateKey: own, Leaf: server[0]}}, nil
}

// wrappingKey is the key of the store. A folder with a SQLite file that was made
// before there was one gets one. Copies of a folder share a PostgreSQL, and with
// it the key: making one in each of them would shut the others out.
func wrappingKey(d pki.Folder, dsn string) ([]byte, error) {
	key, err := d.ReadWrappingKey(storeKey)
	switch {
	case !errors.Is(err, fs.ErrNotExist):
		return key, err
	case store.IsPostgres(dsn):
		return nil, fmt.Errorf("%s is missing: copy it from the folder that init made", storeKey)
	}
	return d.NewWrappingKey(storeKey, store.KeyLen)
}

func pool(certs []*x509.Certificate) *x509.CertPool {
	p := x509.NewCertPool()
	for _, c := range certs {
		p.AddCert(c)
	}
	return p
}

// KioskPair is the kiosk's certificate and key, for tests.
func KioskPair(dir string) (tls.Certificate, error) {
	c, err := tls.LoadX509KeyPair(filepath.Join(dir, KioskCert), filepath.Join(dir, KioskKey))
	if err != nil {
		return c, fmt.Errorf("town: %w", err)
	}
	return c, nil
}
