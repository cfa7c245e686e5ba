package login

import (
	"crypto/subtle"
	"encoding/base32"
	"slices"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"multicopy.example/kiosk/secret"
	"multicopy.example/kiosk/staff"
)

const (
	period     = 30         // seconds a step, what every authenticator has
	skew       = 1          // steps that an authenticator may be early or late (RFC 6238 §5.2)
	farSteps   = 86400 / 30 // a day: how far away a step may be to be told as a wrong clock; one wrong code in a hundred fits one by chance
	behindMost = 2 * 60     // seconds by which the clock may stand before the latest time seen: skew, and a correction
	apartMost  = 2          // steps by which two authenticators may differ and agree
	agreeMost  = 5 * time.Minute
	ahead      = 10 // operator's codes that may have been read out and not typed (RFC 4226 §7.4)
)

// The clerk's and the technician's codes are what every authenticator app makes.
// The operator's are read out, and longer.
var (
	stepOptions    = totp.ValidateOpts{Period: period, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}
	counterOptions = hotp.ValidateOpts{Digits: otp.DigitsEight, Algorithm: otp.AlgorithmSHA1}
)

var base32Text = base32.StdEncoding.WithPadding(base32.NoPadding)

func stepOf(unix int64) uint64 { return uint64(max(unix, 0)) / period }

// see keeps the latest time. The authority's word counts, also backwards.
func (f *file) see(now Time) {
	if at := now.Wall.Unix(); now.Sure || at > f.seen {
		f.seen = max(at, 0)
	}
}

// matches are the steps that a one-time password fits.
type matches struct {
	now    uint64   // of those about now, the newest; 0 where none fits
	far    []uint64 // within a day of the clock, or of a time that was seen or proved; never used
	behind bool     // the clock stands before the latest time seen
}

// fits goes through all steps, whatever fits and whatever the own code is worth: how
// long it takes says nothing of either.
func (a *Attempt) fits(code secret.Secret) (m matches, err error) {
	p, now, seen := a.s.file.party[a.party], a.now.Wall.Unix(), a.s.file.seen
	m.behind = !a.now.Sure && now+behindMost < seen
	text := base32Text.EncodeToString(p.secret[:])
	err = code.Use(func(typed []byte) error {
		try := func(step uint64) (bool, error) {
			made, err := totp.GenerateCodeCustom(text, time.Unix(int64(step)*period, 0), stepOptions)
			return same(typed, made), err
		}
		at := stepOf(now)
		for step := at - min(at, skew); step <= at+skew; step++ {
			fit, err := try(step)
			if err != nil {
				return err
			}
			if fit {
				m.now = step
			}
		}
		// The clock may be wrong by more than a day: near the latest time seen, and near
		// the last step that an authenticator proved, is looked too.
		proven := max(a.s.file.party[clerk].used, a.s.file.party[technician].used)
		for _, centre := range apart(at, stepOf(seen), proven) {
			for step := centre - min(centre, farSteps); step <= centre+farSteps; step++ {
				fit, err := try(step)
				if err != nil {
					return err
				}
				if fit && step > p.used && !slices.Contains(m.far, step) {
					m.far = append(m.far, step)
				}
			}
		}
		return nil
	})
	return m, err
}

// apart are the times that lie half a day or more from those before them, so that no
// step is gone through twice where the clock is right.
func apart(times ...uint64) (list []uint64) {
	for _, t := range times {
		near := func(u uint64) bool { return max(t, u)-min(t, u) < farSteps/2 }
		if t > 0 && !slices.ContainsFunc(list, near) {
			list = append(list, t)
		}
	}
	return list
}

// fitsCounter is the counter after the one that the operator's code fits; 0 where it
// fits none that may be used.
func (p party) fitsCounter(code secret.Secret) (next uint64, err error) {
	text := base32Text.EncodeToString(p.secret[:])
	err = code.Use(func(typed []byte) error {
		for at := p.used; at < p.used+ahead; at++ {
			made, err := hotp.GenerateCodeCustom(text, at, counterOptions)
			if err != nil {
				return err
			}
			if same(typed, made) {
				next = at + 1
			}
		}
		return nil
	})
	return next, err
}

// same compares what was typed with a generated code; what was typed stays bytes.
func same(typed []byte, made string) bool {
	return subtle.ConstantTimeCompare(typed, []byte(made)) == 1
}

// far is what an authenticator said of the time while the clock was wrong.
type far struct {
	party   int
	steps   []uint64
	running time.Duration
}

// clock answers an attempt with the right own code and the wrong time. Where the
// other role's authenticator has said the same time a moment ago, the two are
// believed: both are used up on disk, and their time is the latest seen from now on.
func (a *Attempt) clock(steps []uint64) (staff.Verdict, error) {
	other := a.s.far
	a.s.far = far{a.party, steps, a.now.Running}
	mine, theirs, ok := agreed(a.party, steps, a.now.Running, other)
	if !ok || a.now.Sure { // the authority knows better than two telephones
		return staff.ClockOff, nil
	}
	a.s.far = far{}
	next := a.s.file
	next.seen = int64(mine) * period
	next.party[a.party].used, next.party[a.party].wrong = mine, 0
	next.party[other.party].used, next.party[other.party].wrong = theirs, 0
	a.s.file.party[a.party].used, a.s.file.party[other.party].used = mine, theirs
	if err := a.s.disk.write(next); err != nil {
		return staff.Wrong, err
	}
	a.s.file = next
	a.s.agreed = Time{Wall: time.Unix(next.seen, 0), Running: a.now.Running}
	return staff.ClockAgreed, nil
}

// agreed are the steps of the two that lie as far apart as the attempts did.
func agreed(party int, steps []uint64, running time.Duration, other far) (mine, theirs uint64, ok bool) {
	between := running - other.running
	if len(other.steps) == 0 || other.party == party || between > agreeMost {
		return 0, 0, false
	}
	for _, m := range steps {
		for _, t := range other.steps {
			if d := int64(m) - int64(t) - int64(between/(period*time.Second)); d >= -apartMost && d <= apartMost {
				return m, t, true
			}
		}
	}
	return 0, 0, false
}
