package domain

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"regexp"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/store"
)

// What an operator does about platforms and banks. Each is an ErrApp where it cannot be done.

var (
	platformName = regexp.MustCompile(`^platform-[a-z0-9-]{1,32}$`) // no kiosk is called so, and its certificate is another's
	providerName = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)
)

// longest is how long a name, a title or a purpose may be, in characters: it is shown on a kiosk.
const longest = 40

func fits(what, text string) error {
	if n := len([]rune(text)); n == 0 || n > longest {
		return ErrApp{Text: fmt.Sprintf("%s has 1 to %d characters", what, longest)}
	}
	return nil
}

// SetPlatform registers a platform by the SHA-256 of the key it connects with, or changes
// it.
func (s *Service) SetPlatform(ctx context.Context, p store.Platform) error {
	if !platformName.MatchString(p.Name) {
		return ErrApp{Text: "a platform is called platform-…, in small letters, digits and hyphens"}
	}
	return s.app(ctx, func(c *call) error { return c.PutPlatform(p) })
}

// Platform that is registered.
func (s *Service) Platform(ctx context.Context, name string) (p store.Platform, err error) {
	err = s.app(ctx, func(c *call) (err error) {
		if p, err = c.Platform(name); errors.Is(err, store.ErrNone) {
			return ErrApp{Text: fmt.Sprintf("no platform %q is registered", name)}
		}
		return err
	})
	return p, err
}

// sealable refuses a key that nothing can be sealed to.
func sealable(spki []byte) error {
	key, err := x509.ParsePKIXPublicKey(spki)
	if k, ok := key.(*ecdsa.PublicKey); err != nil || !ok || k.Curve != elliptic.P256() {
		return ErrApp{Text: "items are sealed to an EC key on P-256"}
	}
	return nil
}

// AddProvider registers a bank with the key that items are sealed to.
func (s *Service) AddProvider(ctx context.Context, p store.Provider) error {
	if !providerName.MatchString(p.ID) {
		return ErrApp{Text: "a bank's id has small letters, digits and hyphens, 32 at most"}
	}
	if err := errors.Join(fits("the name", p.Name), sealable(p.Seal)); err != nil {
		return err
	}
	p.Standing = consent.Good
	return s.app(ctx, func(c *call) error {
		_, err := c.Platform(p.Platform)
		if errors.Is(err, store.ErrNone) {
			return ErrApp{Text: fmt.Sprintf("no platform %q is registered", p.Platform)}
		}
		if err != nil {
			return err
		}
		if _, err := c.Provider(p.ID); !errors.Is(err, store.ErrNone) {
			if err == nil {
				err = ErrApp{Text: fmt.Sprintf("%s is registered already", p.ID)}
			}
			return err
		}
		return c.AddProvider(p, c.now)
	})
}

// provider that is registered.
func (c *call) provider(id string) (store.Provider, error) {
	p, err := c.Provider(id)
	if errors.Is(err, store.ErrNone) {
		err = ErrApp{Text: fmt.Sprintf("no bank %q is registered", id)}
	}
	return p, err
}

// SetSeal gives a bank the key that items are sealed to from now on. It keeps the one before
// until nothing under way is sealed to it.
func (s *Service) SetSeal(ctx context.Context, provider string, spki []byte) error {
	if err := sealable(spki); err != nil {
		return err
	}
	return s.app(ctx, func(c *call) error {
		if _, err := c.provider(provider); err != nil {
			return err
		}
		return c.AddSeal(provider, spki, c.now)
	})
}

// SetStanding suspends a bank or restores it. Its consents stay as they are.
func (s *Service) SetStanding(ctx context.Context, provider string, standing consent.Standing) error {
	return s.app(ctx, func(c *call) error {
		if _, err := c.provider(provider); err != nil {
			return err
		}
		return c.SetStanding(provider, standing)
	})
}

// OpenService opens a service of a bank with the texts that people read, by their languages.
func (s *Service) OpenService(ctx context.Context, of store.Service, texts map[string]string) (store.Service, error) {
	if err := errors.Join(fits("the title", of.Title), fits("the purpose", of.Purpose)); err != nil {
		return of, err
	}
	if texts["ja"] == "" {
		return of, ErrApp{Text: "a service has a text in Japanese at least"}
	}
	of.ID = fresh[store.ID]()
	err := s.app(ctx, func(c *call) error {
		if _, err := c.provider(of.Provider); err != nil {
			return err
		}
		of.Opened = c.now
		err := c.AddService(of)
		for lang, words := range texts {
			if err == nil {
				err = c.AddText(of.ID, store.Text{Hash: sha256.Sum256([]byte(words)), Lang: lang, Words: words}, c.now)
			}
		}
		return err
	})
	return of, err
}

// Providers are all of them, with their services.
func (s *Service) Providers(ctx context.Context) (list []store.Provider, services map[string][]store.Service, err error) {
	err = s.app(ctx, func(c *call) (err error) {
		services = map[string][]store.Service{}
		if list, err = c.Providers(); err != nil {
			return err
		}
		for _, p := range list {
			if services[p.ID], err = c.Services(p.ID); err != nil {
				return err
			}
		}
		return nil
	})
	return list, services, err
}

// Given is a consent to a bank's service, and when which items were given by it.
type Given struct {
	store.Consent
	Resident    string
	Service     store.Service
	Now         consent.State
	Disclosures []store.Disclosure
}

// mostGiven is how many consents are listed.
const mostGiven = 1000

// Given are the consents to a bank's services, the newest first.
func (s *Service) Given(ctx context.Context, provider string) (list []Given, err error) {
	err = s.app(ctx, func(c *call) error {
		list = nil
		if _, err := c.provider(provider); err != nil {
			return err
		}
		all, err := c.ConsentsTo(provider, mostGiven)
		if err != nil {
			return err
		}
		for _, of := range all {
			one := Given{Consent: of, Now: of.State(c.now)}
			if one.Resident, err = c.NameOf(of.Person); err != nil {
				return err
			}
			if one.Service, err = c.Service(of.Service); err != nil {
				return err
			}
			if one.Disclosures, err = c.Disclosures(of.ID); err != nil {
				return err
			}
			list = append(list, one)
		}
		return nil
	})
	return list, err
}
