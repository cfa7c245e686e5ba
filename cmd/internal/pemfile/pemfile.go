// Package pemfile reads and writes PEM files of one block for the programs beside the
// firmware, which has its own rules of what a file of it may hold.
package pemfile

import (
	"encoding/pem"
	"fmt"
	"os"
)

// Read is the first block of a file.
func Read(file string) ([]byte, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s: no PEM", file)
	}
	return block.Bytes, nil
}

// Key is the key of that kind that a file holds.
func Key[K any](file string, parse func([]byte) (any, error)) (k K, err error) {
	der, err := Read(file)
	if err != nil {
		return k, err
	}
	key, err := parse(der)
	if err != nil {
		return k, fmt.Errorf("%s: %w", file, err)
	}
	k, ok := key.(K)
	if !ok {
		return k, fmt.Errorf("%s holds a %T, not a %T", file, key, k)
	}
	return k, nil
}

// Write makes a file that its owner alone may read.
func Write(file, kind string, der []byte) error {
	return os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}
