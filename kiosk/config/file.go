package config

import (
	"fmt"
	"io"
	"os"
)

// ReadFile reads a file that is at most limit bytes long.
func ReadFile(name string, limit int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > limit {
		return nil, fmt.Errorf("%s: longer than %d bytes", name, limit)
	}
	return b, nil
}

// PEM reads a file of certificates or a key. One that every user may write is refused.
func PEM(name string) ([]byte, error) { return readOwned(name, maxPEM) }

func readOwned(name string, limit int64) ([]byte, error) {
	i, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if mode := i.Mode().Perm(); mode&0o002 != 0 {
		return nil, fmt.Errorf("%s has mode %04o, so every user may write it: look at what it holds, then chmod o-w", name, mode)
	}
	return ReadFile(name, limit)
}

// PrivatePEM reads a file that holds a private key. One that another user may
// read is refused: who has read it can be this kiosk.
func PrivatePEM(name string) ([]byte, error) {
	if err := Private(name); err != nil {
		return nil, err
	}
	return PEM(name)
}

// Private refuses a file that another user may read.
func Private(name string) error {
	i, err := os.Stat(name)
	if err != nil {
		return err
	}
	if mode := i.Mode().Perm(); mode&0o077 != 0 {
		return fmt.Errorf("%s has mode %04o, so other users may read this key: have it replaced, or, where no other user can have read it, chmod 600", name, mode)
	}
	return nil
}
