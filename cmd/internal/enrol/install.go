package enrol

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"multicopy.example/cmd/internal/enrolment"
	"multicopy.example/cmd/internal/renewal"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/config"
)

// places are the files that the configuration names.
type places struct{ key, renewed, certificate, roots, code, records, cards string }

func placesOf(c config.Config) (p places, err error) {
	if n := len(c.Cards.Authorities); n != 1 {
		return p, fmt.Errorf("cards.authorities names %d files, and the authority hands out one: name one", n)
	}
	p = places{c.Authority.Key, renewal.Beside(c.Authority).Name(), c.Authority.Certificate, c.Authority.Roots, c.Authority.CodeKey, c.Authority.RecordsKey, c.Cards.Authorities[0]}
	all := p.all()
	for i, name := range all {
		if slices.Contains(all[:i], name) {
			return p, fmt.Errorf("the configuration names %s for two files", name)
		}
	}
	return p, nil
}

func (p places) all() []string {
	return []string{p.key, p.certificate, p.roots, p.code, p.records, p.cards}
}

// ready refuses a machine that is enrolled, and one on which the files could not be
// written.
func (p places) ready() error {
	// A certificate without its key, which a wipe leaves, is of no use and no hindrance.
	for _, name := range []string{p.key, p.renewed} {
		if _, err := os.Lstat(name); err == nil {
			return fmt.Errorf("%s is there already: this machine is enrolled, or an enrolment was cut short. Where its certificate has ended, --again "+
				"asks for the next; to begin anew, remove the file", name)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	for _, name := range p.all() {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return err
		}
		if err := write(name, []byte("\n"), 0o600); err != nil {
			return err
		}
		if err := os.Remove(temp(name)); err != nil {
			return err
		}
	}
	return nil
}

// look refuses files that a kiosk could not start with.
func look(h enrolment.Handout) error {
	var errs []error
	for name, text := range map[string]string{"code_key": h.CodeKey, "records_key": h.RecordsKey} {
		if _, err := wire.ParseSealingKey([]byte(text)); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
	}
	for name, text := range map[string]string{"roots": h.Roots, "cards": h.Cards} {
		n := 0
		for block, rest := pem.Decode([]byte(text)); block != nil; block, rest = pem.Decode(rest) {
			c, err := x509.ParseCertificate(block.Bytes)
			if err != nil || !c.IsCA {
				errs = append(errs, fmt.Errorf("%s: certificate %d is no CA's: %w", name, n+1, err))
			}
			n++
		}
		if n == 0 {
			errs = append(errs, fmt.Errorf("%s holds no certificate", name))
		}
	}
	return errors.Join(errs...)
}

// install writes all files beside their names and then gives them these: the key last but
// for its certificate, so that a machine with a certificate has all. A public file that
// is there already has to hold the same.
func (p places) install(got enrolment.Collected, key crypto.Signer) (written []string, err error) {
	private, err := renewal.KeyPEM(key)
	if err != nil {
		return nil, err
	}
	files := []struct {
		name string
		text []byte
		mode fs.FileMode
	}{
		{p.roots, []byte(got.Roots), 0o644}, {p.code, []byte(got.CodeKey), 0o644}, {p.records, []byte(got.RecordsKey), 0o644}, {p.cards, []byte(got.Cards), 0o644},
		{p.key, private, 0o600},
		{p.certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: got.Certificate}), 0o644},
	}
	for i := range files {
		f := &files[i]
		there, err := config.PEM(f.name)
		switch {
		case errors.Is(err, fs.ErrNotExist) || f.name == p.certificate:
		case err != nil:
			return nil, err
		case string(there) != string(f.text):
			return nil, fmt.Errorf("%s is there already and holds another than the authority hands out; nothing was changed: remove it, and ask again", f.name)
		default:
			f.text = nil // as it should be
		}
	}
	for _, f := range files {
		if f.text != nil {
			if err := write(f.name, f.text, f.mode); err != nil {
				return nil, err
			}
		}
	}
	if err := os.Remove(p.certificate); err != nil && !errors.Is(err, fs.ErrNotExist) { // without its key
		return nil, err
	}
	for _, f := range files {
		if f.text != nil {
			if err := place(f.name); err != nil {
				return written, err
			}
			written = append(written, f.name)
		}
	}
	return written, nil
}

func temp(name string) string { return name + ".enrolling" }

// own gives a file to its folder's owner where root enrols: the key has to be read by the
// kiosk's own user.
func own(name string) error {
	folder, err := os.Stat(filepath.Dir(name))
	if err != nil || os.Geteuid() != 0 {
		return err
	}
	of := folder.Sys().(*syscall.Stat_t)
	return os.Lchown(name, int(of.Uid), int(of.Gid))
}

// write makes the file beside the name, on the disk.
func write(name string, text []byte, mode fs.FileMode) error {
	if err := os.Remove(temp(name)); err != nil && !errors.Is(err, fs.ErrNotExist) { // of one that was cut short
		return err
	}
	f, err := os.OpenFile(temp(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Chmod(mode), own(f.Name()), f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(temp(name)))
	}
	return nil
}

// place gives a written file its name, and never that of another.
func place(name string) error {
	if err := os.Link(temp(name), name); err != nil {
		return err
	}
	d, err := os.Open(filepath.Dir(name))
	if err != nil {
		return err
	}
	return errors.Join(os.Remove(temp(name)), d.Sync(), d.Close())
}
