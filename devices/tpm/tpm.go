// Package tpm makes and uses private keys that a TPM 2.0 keeps: call [Device.New] and
// [Device.Parse]. A key is ECDSA P-256. What stands on the disk is a TPM 2.0 key file
// (draft-bottomley-tpm2-keys, PEM "TSS2 PRIVATE KEY"): the private part encrypted by the
// chip under its storage root key, of use in that chip alone. No password stands before
// the chip's owner hierarchy or the key: who can run programs on the machine as the
// kiosk can sign with it, and cannot take it away.
package tpm

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	keyfile "github.com/foxboron/go-tpm-keyfiles"
	"github.com/google/go-tpm/tpm2"
	"github.com/google/go-tpm/tpm2/transport"
	"github.com/google/go-tpm/tpm2/transport/linuxtpm"
	"github.com/google/go-tpm/tpm2/transport/linuxudstpm"
)

// Block is the PEM type of a key that a TPM keeps.
const Block = "TSS2 PRIVATE KEY"

// maxKey is far above the 230 bytes of a key's ASN.1.
const maxKey = 4 << 10

// A Device is the path of a TPM 2.0 with a resource manager, /dev/tpmrm0; or of the UNIX
// socket at which a virtual machine's host hands out a software one.
type Device string

// A Key signs in the chip. The chip is opened for each signature, so that a key holds
// neither a descriptor nor a handle, and another program can use the chip meanwhile. It
// can be used by several goroutines at once.
type Key struct {
	crypto.Signer
	file *keyfile.TPMKey
}

// PEM is what is kept of the key.
func (k *Key) PEM() []byte { return k.file.Bytes() }

// New makes a key in the chip.
func (d Device) New() (*Key, error) {
	chip, err := d.open()
	if err != nil {
		return nil, err
	}
	defer chip.Close()
	f, err := keyfile.NewLoadableKey(chip, tpm2.TPMAlgECC, 256, nil, keyfile.WithDescription("kiosk"))
	if err != nil {
		return nil, fmt.Errorf("the TPM at %s makes no key: %w", d, err)
	}
	return d.key(f)
}

// Parse reads what PEM wrote. The chip is not asked: that the key is of another one shows
// at the first signature.
func (d Device) Parse(text []byte) (*Key, error) {
	block, rest := pem.Decode(text)
	if block == nil || block.Type != Block || len(bytes.TrimSpace(rest)) != 0 || len(block.Bytes) > maxKey {
		return nil, fmt.Errorf("not one %q", Block)
	}
	f, err := keyfile.Parse(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("the key of a TPM cannot be read: %w", err)
	}
	return d.key(f)
}

func (d Device) key(f *keyfile.TPMKey) (*Key, error) {
	if _, err := f.Pubkey.Contents(); err != nil { // its other methods panic
		return nil, fmt.Errorf("the key of a TPM cannot be read: %w", err)
	}
	if !f.HasSigner() || f.HasAuth() {
		return nil, errors.New("the key of the TPM is not for signing, or has a password, which a kiosk cannot type")
	}
	read, err := f.PublicKey()
	if err != nil {
		return nil, fmt.Errorf("the key of a TPM cannot be read: %w", err)
	}
	public, ok := read.(*ecdsa.PublicKey)
	if !ok || public.Curve != elliptic.P256() {
		return nil, errors.New("the key of the TPM is not ECDSA P-256")
	}
	return &Key{signer{d, f, public}, f}, nil
}

type signer struct {
	Device
	file   *keyfile.TPMKey
	public crypto.PublicKey
}

func (s signer) Public() crypto.PublicKey { return s.public }

func (s signer) Sign(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	chip, err := s.open()
	if err != nil {
		return nil, err
	}
	defer chip.Close()
	in, err := s.file.Signer(chip, nil, nil)
	if err != nil {
		return nil, err
	}
	signature, err := in.Sign(random, digest, opts)
	if err != nil {
		return nil, fmt.Errorf("the TPM at %s does not sign; is the key another chip's?: %w", s.Device, err)
	}
	return signature, nil
}

func (d Device) open() (transport.TPMCloser, error) {
	is, err := os.Stat(string(d))
	if err != nil {
		return nil, fmt.Errorf("there is no TPM: %w", err)
	}
	open := linuxtpm.Open
	if is.Mode()&fs.ModeSocket != 0 {
		open = linuxudstpm.Open
	}
	chip, err := open(string(d))
	if err != nil {
		return nil, fmt.Errorf("the TPM cannot be used: %w", err)
	}
	return chip, nil
}
