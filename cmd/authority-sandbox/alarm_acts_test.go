package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/cli"
	"multicopy.example/kiosk/must"
)

// told is what a command of this folder's prints.
func (b *bench) told(want int, args ...string) string {
	b.Helper()
	var out, errs bytes.Buffer
	if status := cli.Run(b.Context(), root(nil), append(args, "--dir", b.dir), &out, &errs); status != want {
		b.Errorf("%v: %d: %s", args, status, errs.String())
	}
	return out.String() + errs.String()
}

func (b *bench) raise(detail string) (isNew bool) {
	b.Helper()
	err := b.sandbox.DB.Tx(b.Context(), func(tx *store.Tx) (err error) {
		isNew, err = tx.AddAlarm(store.Alarm{Kiosk: testKiosk, Word: "fork", Seq: 7, Detail: detail, Raised: b.clock.now().Unix()})
		return err
	})
	must.OK(b, err)
	return isNew
}

// An alarm is seen and closed by name, stays for who looks later, and comes back where
// it happens again.
func TestAnAlarmIsSeenAndClosedByNameAndNeverLost(t *testing.T) { onEach(t, alarmIsClosed) }

func alarmIsClosed(t *testing.T, on engine) {
	b := start(t, on)
	if !b.raise("two lines") || b.raise("two lines") {
		t.Error("the same alarm is new once")
	}
	list, err := b.sandbox.Service.AppAlarms(t.Context(), "")
	if err != nil || len(list) != 1 || list[0].State != store.AlarmRaised || len(list[0].ID) != 10 {
		t.Fatalf("%+v, %v", list, err)
	}
	id := list[0].ID
	if text := b.told(cli.WrongUse, "alarms", "see", id); !strings.Contains(text, "--by") {
		t.Error(text)
	}
	if text := b.told(cli.WrongUse, "alarms", "close", id, "--by", "sato"); !strings.Contains(text, "--why") {
		t.Error(text)
	}
	b.told(cli.Failed, "alarms", "see", "0000000000", "--by", "sato")
	b.told(cli.Done, "alarms", "see", id, "--by", "sato")
	if text := b.told(cli.Done, "alarms"); !strings.Contains(text, id) || !strings.Contains(text, "seen by sato") {
		t.Error(text)
	}
	if b.raise("again") {
		t.Error("an alarm that is looked after was raised again")
	}
	b.told(cli.Done, "alarms", "close", id, "--by", "sato", "--why", "the disk was changed")
	if text := b.told(cli.Done, "alarms"); strings.Contains(text, id) {
		t.Error(text)
	}
	if text := b.told(cli.Done, "alarms", "--all", "--json"); !strings.Contains(text, id) || !strings.Contains(text, "the disk was changed") {
		t.Error(text)
	}
	b.says(`authority_alarms{state="closed",word="fork"} 1`)
	b.clock.pass(time.Hour)
	if !b.raise("and again") {
		t.Error("it happened again and no one is told")
	}
	if text := b.told(cli.Done, "alarms"); !strings.Contains(text, id) || !strings.Contains(text, "raised") {
		t.Error(text)
	}
	b.says(`authority_alarms{state="raised",word="fork"} 1`)
}
