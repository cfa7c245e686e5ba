package tpm_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/pem"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"multicopy.example/devices/tpm"
	"multicopy.example/devices/tpm/tpmtest"
	"multicopy.example/kiosk/must"
)

func verified(t *testing.T, k *tpm.Key) {
	t.Helper()
	digest := sha256.Sum256([]byte("the head of a batch"))
	signature, err := k.Sign(nil, digest[:], crypto.SHA256)
	if err != nil {
		t.Error(err)
		return
	}
	public, ok := k.Public().(*ecdsa.PublicKey)
	if !ok || public.Curve != elliptic.P256() || !ecdsa.VerifyASN1(public, digest[:], signature) {
		t.Error("the signature is not the key's")
	}
}

func TestKeySignsInItsOwnChipAloneAlsoAfterAPowerCut(t *testing.T) {
	must.Need(t, "swtpm")
	chip, other := tpmtest.Start(t), tpmtest.Start(t)
	k, err := chip.Device.New()
	must.OK(t, err)
	verified(t, k)
	chip.Cut()
	if _, err := k.Sign(nil, make([]byte, 32), crypto.SHA256); err == nil || !strings.Contains(err.Error(), "there is no TPM") {
		t.Errorf("without power: %v", err)
	}
	chip.Power()
	again, err := chip.Device.Parse(k.PEM())
	must.OK(t, err)
	if !again.Public().(*ecdsa.PublicKey).Equal(k.Public()) {
		t.Error("another key was read than was written")
	}
	verified(t, again)

	stolen, err := other.Device.Parse(k.PEM())
	must.OK(t, err)
	if _, err := stolen.Sign(nil, make([]byte, 32), crypto.SHA256); err == nil || !strings.Contains(err.Error(), "another chip's") {
		t.Errorf("in another chip: %v", err)
	}
	verified(t, again) // whatever the other one was asked
}

// Each signature opens the chip, loads the key and takes it out again: a chip has room
// for three.
func TestChipIsFullOfKeysNever(t *testing.T) {
	must.Need(t, "swtpm")
	chip := tpmtest.Start(t)
	k, err := chip.Device.New()
	must.OK(t, err)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 5 {
				verified(t, k)
			}
		})
	}
	all.Wait()
}

func TestWhatIsNoKeyIsRefused(t *testing.T) {
	golden := must.Read(t, filepath.Join("testdata", "key.pem"))
	d := tpm.Device("/nowhere")
	if k, err := d.Parse(golden); err != nil || !bytes.Equal(k.PEM(), golden) {
		t.Errorf("the committed key: %v", err)
	}
	block, _ := pem.Decode(golden)
	for why, text := range map[string][]byte{
		"nothing":     nil,
		"another PEM": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: block.Bytes}),
		"two":         append(bytes.Clone(golden), golden...),
		"half":        pem.EncodeToMemory(&pem.Block{Type: tpm.Block, Bytes: block.Bytes[:len(block.Bytes)/2]}),
		"far too long": pem.EncodeToMemory(&pem.Block{Type: tpm.Block,
			Bytes: append(bytes.Clone(block.Bytes), make([]byte, 1<<16)...)}),
	} {
		if _, err := d.Parse(text); err == nil {
			t.Errorf("%s is read as a key", why)
		}
	}
	if _, err := d.New(); err == nil || !strings.Contains(err.Error(), "there is no TPM") {
		t.Errorf("%v", err)
	}
}

func FuzzKey(f *testing.F) {
	golden := must.Read(f, filepath.Join("testdata", "key.pem"))
	block, _ := pem.Decode(golden)
	f.Add(block.Bytes)
	f.Fuzz(func(t *testing.T, der []byte) {
		k, err := tpm.Device("/nowhere").Parse(pem.EncodeToMemory(&pem.Block{Type: tpm.Block, Bytes: der}))
		if err == nil && k.Public() == nil {
			t.Error("a key without a public half")
		}
	})
}
