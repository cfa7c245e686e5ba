package firmware_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/gpio/gpioreg"
	"periph.io/x/conn/v3/gpio/gpiotest"

	"multicopy.example/cmd/internal/firmware"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/measure"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/staff"
	"multicopy.example/kiosk/staff/check"
	"multicopy.example/offline"
	"multicopy.example/offline/record"
)

// A technician is a display with maintenance, and the hands before it.
type technician struct {
	harness.Places
	t     *testing.T
	fw    *firmware.Firmware
	views chan view
	now   view
}

type view struct {
	staff.View
	firmware.Shown
}

func (h *technician) Trouble(check.Fault, string) {}

func (h *technician) ShowStaff(v staff.View, s firmware.Shown) { h.views <- view{v, s} }

func (h *technician) sees(p staff.Place) {
	h.t.Helper()
	h.shows(p, func() {})
}

// shows waits for a screen and does again what leads to it: a loop that is busy drops
// touches, and one that comes twice is meant for a screen that was left.
func (h *technician) shows(p staff.Place, again func()) {
	h.t.Helper()
	for late := time.After(harness.Patience); ; {
		select {
		case h.now = <-h.views:
			if h.now.Place == p {
				return
			}
			if h.now.Place == staff.Danger {
				h.t.Fatalf("refused: %v", h.now.Note)
			}
		case <-time.After(3 * time.Second):
			again()
		case <-late:
			h.t.Fatalf("%v was not shown but %v, %v", p, h.now.Place, h.now.Note)
		}
	}
}

func (h *technician) presses(e staff.Event, p staff.Place) {
	h.t.Helper()
	e.Kind, e.Place = staff.Pressed, h.now.Place
	h.fw.PostStaff(e)
	h.shows(p, func() { h.fw.PostStaff(e) })
}

func (h *technician) enters(digits string, p staff.Place) {
	h.t.Helper()
	for i := range digits {
		h.now.Secret.Append(digits[i])
		h.fw.PostStaff(staff.Event{Kind: staff.KeyPressed, Place: h.now.Place})
	}
	h.presses(staff.Event{Button: staff.ButtonOK}, p)
}

func keyOf(t *testing.T, uri string) string {
	t.Helper()
	k, err := otp.NewKeyFromURL(uri)
	must.OK(t, err)
	return k.Secret()
}

// The whole of it by the firmware's own parts: the door is open, the fresh code is
// right, the file is on the stick, and its digest in the ledger.
func TestTechnicianExportsWithTheDoorOpenAndAFreshCode(t *testing.T) {
	door := &gpiotest.Pin{N: "KIOSK_TEST_DOOR", L: gpio.High}
	must.OK(t, gpioreg.Register(door))
	w := harness.Start(t)
	_, err := w.Kiosk.At(t.Context(), kiosk.Idle)
	must.OK(t, err)
	must.OK(t, w.Kiosk.Stop())
	cfg, err := config.Load(w.Kiosk.ConfigFile())
	must.OK(t, err)
	operator, err := age.GenerateX25519Identity()
	must.OK(t, err)
	cfg.Board.Door, cfg.Staff = door.N, config.Staff{Stick: "/dev/shm", Operator: operator.Recipient().String()}
	list, err := firmware.Commission(cfg)
	must.OK(t, err)
	h := &technician{Places: make(harness.Places, 64), t: t, views: make(chan view, 64)}
	h.fw, err = firmware.New(t.Context(), cfg, measure.Here(), h, slog.New(slog.DiscardHandler))
	must.OK(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan error, 1)
	go func() { over <- h.fw.Run(ctx) }()
	h.Until(t, kiosk.Idle)
	h.fw.Post(kiosk.Event{Kind: kiosk.StaffIn})
	h.sees(staff.Look)

	read, err := hotp.GenerateCodeCustom(keyOf(t, list), 0, hotp.ValidateOpts{Digits: otp.DigitsEight})
	must.OK(t, err)
	h.presses(staff.Event{Button: staff.ButtonEnrol}, staff.EnrolWho)
	h.presses(staff.Event{Button: staff.ButtonTechnician}, staff.OperatorCode)
	h.enters(read, staff.NewOwn)
	h.enters("24680246", staff.NewAgain)
	h.enters("24680246", staff.ShowQR)
	phone := keyOf(t, h.now.URI)
	// Each code is of a later step than the one before, and of the first that is good for
	// eight seconds more. The authority says whole seconds, so the kiosk is behind by one.
	last := int64(0)
	code := func() string {
		last = max(last+1, time.Now().Add(8*time.Second).Unix()/30-1)
		<-time.After(time.Until(time.Unix((last-1)*30+3, 0))) // the past, or eleven seconds at most
		c, err := totp.GenerateCode(phone, time.Unix(last*30, 0))
		must.OK(t, err)
		return c
	}
	h.presses(staff.Event{Button: staff.ButtonOK}, staff.ConfirmCode)
	h.enters(code(), staff.Look)
	h.presses(staff.Event{Button: staff.ButtonLogin}, staff.ChooseRole)
	h.presses(staff.Event{Button: staff.ButtonTechnician}, staff.OwnCode)
	h.enters("24680246", staff.Code)
	h.enters(code(), staff.TechnicianHome)
	h.presses(staff.Event{Button: staff.ButtonDanger}, staff.Danger)
	if h.now.Refused[kiosk.StaffUpdate] != staff.NoteNoUpdate || h.now.Refused[kiosk.StaffExport] != staff.NoNote {
		t.Errorf("refused are %v", h.now.Refused)
	}
	h.presses(staff.Event{Button: staff.ButtonTask, Task: kiosk.StaffExport}, staff.FreshCode)
	h.enters(code(), staff.Result)
	if h.now.Note != staff.NoteDone {
		t.Errorf("the screen says %v", h.now.Note)
	}
	files, err := filepath.Glob("/dev/shm/kiosk-kiosk-0001-*.tar.age")
	must.OK(t, err)
	t.Cleanup(func() {
		for _, f := range files {
			_ = os.Remove(f)
		}
	})
	cancel()
	<-over
	must.OK(t, h.fw.Close())
	if len(files) != 1 {
		t.Fatalf("%q", files)
	}
	b := must.Read(t, files[0])
	must.Note(t, must.Err(age.Decrypt(bytes.NewReader(b), operator)))
	books, err := offline.Look(t.Context(), cfg.Kiosk.Data)
	must.OK(t, err)
	sum, told := sha256.Sum256(b), false
	for _, r := range books[0].Records {
		head, err := record.DecodeHeader(r.Bytes)
		must.OK(t, err)
		told = told || head.Kind == kiosk.EntryStaffDid && head.Digest == sum
	}
	if !told {
		t.Error("the ledger has another digest, or none")
	}
}
