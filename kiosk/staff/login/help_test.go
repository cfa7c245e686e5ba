package login

import (
	"errors"
	"io"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/secret"
	"multicopy.example/kiosk/secret/secrettest"
	"multicopy.example/kiosk/staff"
)

var slots = secrettest.Slots(2)

// typed is what a person typed as the own code, and as the one-time password.
func typed(own, code string) (secret.Secret, secret.Secret) {
	s := slots()
	for i, text := range []string{own, code} {
		s[i].Wipe()
		for _, b := range []byte(text) {
			s[i].Append(b)
		}
	}
	return s[0], s[1]
}

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// A rig is a machine with its clocks, and the telephones of its staff.
type rig struct {
	*testing.T
	*Store
	dir     string
	wall    time.Time
	sure    bool
	running time.Duration
	cut     func(string) error
	rand    io.Reader
	keys    map[kiosk.Role]string // base32, as the telephones have them
	master  string
}

const (
	clerkCode = "135790"
	techCode  = "24680246"
)

// fixed gives the secrets of every rig, always the same ones: of random secrets one in
// two hundred shows a test's wrong code at some moment of the day around, which is a clock
// that is off and no wrong code.
func fixed() io.Reader { return rand.NewChaCha8([32]byte([]byte("the secrets of staff's telephone"))) }

// commissioned is a machine on which both roles are enrolled.
func commissioned(t *testing.T) *rig {
	t.Helper()
	r := &rig{T: t, dir: t.TempDir(), wall: noon, rand: fixed(), keys: map[kiosk.Role]string{}}
	r.start()
	uri, err := r.Commission()
	must.OK(t, err)
	r.master = keyOf(t, uri)
	r.enrol(kiosk.Clerk, clerkCode)
	r.enrol(kiosk.Technician, techCode)
	r.pass(time.Minute)
	return r
}

func (r *rig) config() Config {
	return Config{Dir: r.dir, Issuer: "Multicopy", Machine: "kiosk-7", Rand: r.rand, testOnlyStep: func(at string) error {
		if r.cut == nil {
			return nil
		}
		return r.cut(at)
	}, Now: func() Time { return Time{Wall: r.wall, Sure: r.sure, Running: r.running} }}
}

// start is the process after the plug was pulled, or for the first time.
func (r *rig) start() {
	r.Helper()
	r.running = 0
	var err error
	r.Store, err = Open(r.config())
	must.OK(r, err)
}

// pass lets time pass.
func (r *rig) pass(d time.Duration) { r.wall, r.running = r.wall.Add(d), r.running+d }

func keyOf(t *testing.T, uri string) string {
	t.Helper()
	k, err := otp.NewKeyFromURL(uri)
	must.OK(t, err)
	return k.Secret()
}

func (r *rig) enrol(role kiosk.Role, own string) {
	r.Helper()
	o, _ := typed(own, "")
	uri, err := r.Enrol(role, o)
	must.OK(r, err)
	r.keys[role] = keyOf(r.T, uri)
	_, c := typed("", r.shows(role, r.wall))
	if v, err := r.Confirm(c); v != staff.Right || err != nil {
		r.Fatalf("confirm: %v, %v", v, err)
	}
}

// shows is what the role's telephone shows at that time.
func (r *rig) shows(role kiosk.Role, at time.Time) string {
	r.Helper()
	code, err := totp.GenerateCode(r.keys[role], at)
	must.OK(r, err)
	return code
}

// reads is what the operator reads out on the telephone.
func (r *rig) reads(counter uint64) string {
	r.Helper()
	code, err := hotp.GenerateCodeCustom(r.master, counter, counterOptions)
	must.OK(r, err)
	return code
}

func ownOf(role kiosk.Role) string {
	if role == kiosk.Clerk {
		return clerkCode
	}
	return techCode
}

// login types and waits first as long as it has to.
func (r *rig) login(role kiosk.Role, own, code string) staff.Verdict {
	r.Helper()
	r.running += r.Left(role)
	a, err := r.Count(role)
	must.OK(r, err)
	v, err := a.Compare(typed(own, code))
	must.OK(r, err)
	return v
}

func (r *rig) wants(got, want staff.Verdict, what string) {
	r.Helper()
	if got != want {
		r.Errorf("%s: %v, want %v", what, got, want)
	}
}

func (r *rig) bytes() []byte {
	r.Helper()
	b := must.Read(r, filepath.Join(r.dir, fileName))
	return b
}

func (r *rig) onDisk() file {
	r.Helper()
	f, err := decode(r.bytes())
	must.OK(r, err)
	return f
}

var errCut = errors.New("the plug is pulled")
