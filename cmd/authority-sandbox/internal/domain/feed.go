package domain

import (
	"context"
	"errors"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/verifier"
)

// Changes of a provider behind a number, in their order. What is known from the calendar alone,
// that consents expire soon, is put among them when they are read.
func (s *Service) Changes(ctx context.Context, by Carrier, provider string, after int64) (list []store.Change, err error) {
	err = s.verifying(ctx, func(c *call) error {
		if _, err := c.admitted(by, provider); err != nil {
			return err
		}
		if err := c.remind(provider); err != nil {
			return err
		}
		list, err = c.Changes(provider, after, verifier.MaxChanges)
		return err
	})
	return list, err
}

// remind tells a provider of its consents that expire soon, once of each. Expired or ended before
// the provider read of it, one is left out.
func (c *call) remind(provider string) error {
	before := c.now + consent.Soon
	few, err := c.Expiring(provider, before, 1) // mostly there is none, and no lock is taken
	if err != nil || len(few) == 0 {
		return err
	}
	if err := c.LockProvider(provider); err != nil {
		return err
	}
	list, err := c.Expiring(provider, before, verifier.MaxChanges)
	if err != nil || len(list) == 0 {
		return err
	}
	for _, of := range list {
		if !of.ExpiresSoon(c.now) {
			continue
		}
		if err := c.AddChange(provider, store.Change{Service: of.Service, Consent: &of.ID, What: store.ExpiresSoon, At: c.now}, 0); err != nil {
			return err
		}
	}
	return c.Reminded(provider, list[len(list)-1])
}

// DayIn is a moment of a day in Japan, YYYY-MM-DD.
func DayIn(text string) (int64, error) {
	day, err := time.ParseInLocation(time.DateOnly, text, japan)
	return day.Unix(), err
}

// EndService ends a service with a day, of which at is a moment. Its consents end with it.
func (s *Service) EndService(ctx context.Context, by Carrier, provider string, service store.ID, at int64) (ends int64, err error) {
	err = s.verifying(ctx, func(c *call) error {
		if _, err := c.admitted(by, provider); err != nil {
			return err
		}
		ends, err = c.end(provider, service, at)
		return err
	})
	return ends, err
}

// end notes the first second in which a service is closed.
func (c *call) end(provider string, id store.ID, at int64) (int64, error) {
	// The provider's row first: two that end a service at once follow each other.
	if err := c.LockProvider(provider); err != nil {
		return 0, err
	}
	service, err := c.Service(id)
	if errors.Is(err, store.ErrNone) || err == nil && service.Provider != provider {
		return 0, ErrVerifier{verifier.CodeForbidden, "the service is not this provider's"}
	}
	if err != nil {
		return 0, err
	}
	ends, refused := consent.CloseService(service.Ends, c.now, at)
	if refused != consent.Allowed {
		return service.Ends, ErrVerifier{verifier.CodeDay, refused.Error()}
	}
	if ends == service.Ends {
		return ends, nil
	}
	if err := c.SetEnds(id, ends); err != nil {
		return 0, err
	}
	return ends, c.AddChange(provider, store.Change{Service: id, What: store.ServiceEnds, At: c.now}, 0)
}

// CloseService ends a service with a day, as its bank can: at is a moment of it.
func (s *Service) CloseService(ctx context.Context, id store.ID, at int64) (of store.Service, err error) {
	err = s.app(ctx, func(c *call) (err error) {
		if of, err = c.Service(id); errors.Is(err, store.ErrNone) {
			return ErrApp{Text: "there is no such service"}
		}
		if err != nil {
			return err
		}
		of.Ends, err = c.end(of.Provider, id, at)
		var refused ErrVerifier
		if errors.As(err, &refused) {
			return ErrApp{Text: refused.Detail}
		}
		return err
	})
	return of, err
}
