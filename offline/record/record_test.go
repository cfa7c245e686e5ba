package record

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/offline/internal/sample"
)

// goldenEntries are one line of every kind, flow, act, outcome and word class.
func goldenEntries() map[string]Entry {
	epoch := [16]byte{0xE0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
	lines := map[string]Entry{}
	for i, e := range append([]kiosk.Entry{sample.Boot()}, sample.Visit(7)...) {
		l := Entry{Epoch: epoch, Seq: uint64(i + 1), Entry: e, Time: sample.Noon.Add(time.Duration(i) * time.Second)}
		for j := range l.Prev {
			l.Prev[j] = byte(i * j)
		}
		lines[fmt.Sprintf("%d-%v", i+1, e.Kind)] = l
	}
	u := lines["7-outcome"]
	u.Seq, u.Entry.Flow, u.Entry.Act, u.Entry.Outcome, u.Entry.After = 1<<40, kiosk.FlowU, kiosk.Unlock, kiosk.Unknown, -1
	u.Time = time.UnixMilli(-1).UTC()
	lines["outcome-unknown"] = u
	f := lines["7-outcome"]
	f.Entry.Outcome, f.Entry.Message = kiosk.Failed, kiosk.MsgNotWritten
	lines["outcome-failed"] = f
	x := lines["9-ended"]
	x.Entry.Message = kiosk.MsgStore // the longest code, E-CHAIN
	lines["ended-word"] = x
	for i, e := range sample.Maintenance() {
		lines[fmt.Sprintf("%d-%v", 10+i, e.Kind)] = Entry{Epoch: epoch, Seq: uint64(10 + i), Entry: e, Time: sample.Noon.Add(time.Duration(i) * time.Minute)}
	}
	lines["exported"] = Entry{Epoch: epoch, Seq: 14, Entry: exportDone(), Time: sample.Noon}
	return lines
}

// exportDone is the record of an export, with the digest of its file.
func exportDone() kiosk.Entry {
	e := kiosk.Entry{Kind: kiosk.EntryStaffDid, Before: -1, After: -1, Role: kiosk.Technician, Task: kiosk.StaffExport, Outcome: kiosk.Done}
	for i := range e.Digest {
		e.Digest[i] = byte(0xD0 + i)
	}
	return e
}

func TestRecordsOfVersion1AreForEver(t *testing.T) {
	for name, line := range goldenEntries() {
		b, err := Encode(line)
		must.OK(t, err)
		want := sample.Golden(t, name, b)
		if !bytes.Equal(b, want) {
			t.Errorf("%s is now\n%swas\n%s", name, sample.Dump(b), sample.Dump(want))
		}
		if got, err := Decode(want); err != nil || got != line {
			t.Errorf("%s decodes to %+v (%v), want %+v", name, got, err, line)
		}
	}
}

// The numbers on the disk are those of package kiosk: they are never renumbered,
// and a new one has to say here what an older program makes of
// it (ErrVersion).
func TestNumbersAreForEver(t *testing.T) {
	for k, want := range []string{"kind?", "boot", "trying", "tried", "proving", "asking", "writing", "outcome", "settled", "ended",
		"staff-trying", "staff-tried", "staff-doing", "staff-did", "holding", "held", "withdrawing", "withdrawn", "kind?"} {
		if got := kiosk.EntryKind(k).String(); got != want {
			t.Errorf("kind %d is %q, was %q", k, got, want)
		}
	}
	if kiosk.NoFlow != 0 || kiosk.FlowP != 1 || kiosk.FlowU != 2 || kiosk.FlowL != 3 || kiosk.FlowC != 4 || kiosk.FlowW != 5 || kiosk.NoAct != 0 || kiosk.Reset != 1 || kiosk.Unlock != 2 ||
		kiosk.NoOutcome != 0 || kiosk.Done != 1 || kiosk.Failed != 2 || kiosk.Unknown != 3 {
		t.Error("a flow, act or outcome was renumbered")
	}
	if kiosk.NoRole != 0 || kiosk.Clerk != 1 || kiosk.Technician != 2 {
		t.Error("a role was renumbered")
	}
	for k, want := range []string{"-", "login", "login-both", "fresh-code", "operator-code", "leave", "sign-up", "sign-down", "test-print",
		"test-tone", "restart", "self-test", "flush", "report", "enrol-clerk", "enrol-technician", "export", "update", "re-enrol", "wipe", "touch-grid", "staff task?"} {
		if got := kiosk.StaffTask(k).String(); got != want {
			t.Errorf("task %d is %q, was %q", k, got, want)
		}
	}
	if tasks := kiosk.StaffTasks(); tasks[len(tasks)-1] != kiosk.StaffTouch {
		t.Error("a task of the kiosk has no place in a record")
	}
	seen := map[string]bool{}
	for _, w := range kiosk.Messages() {
		b, err := packWord(w)
		if err != nil {
			t.Errorf("%v has no place in a record: %v", w, err)
		}
		if seen[string(b[:])] {
			t.Errorf("%v: another word has the same code, and would be read as the other", w)
		}
		seen[string(b[:])] = true
		if got, err := unpackWord(b); got != w || err != nil {
			t.Errorf("%v comes back as %v (%v)", w, got, err)
		}
	}
}

func TestADamagedRecordIsNotRead(t *testing.T) {
	good, err := Encode(goldenEntries()["6-writing"])
	must.OK(t, err)
	set := func(at int, b ...byte) []byte {
		c := bytes.Clone(good)
		copy(c[at:], b)
		return c
	}
	sealed := func(n int) []byte {
		c := append(bytes.Clone(good[:headerLen]), byte(n>>8), byte(n))
		c[2] = byte(SealHPKE)
		return append(c, make([]byte, n)...)
	}
	for name, c := range map[string]struct {
		b    []byte
		want error
	}{
		"nothing":            {nil, ErrRecord},
		"header alone":       {good[:headerLen], ErrRecord},
		"one byte short":     {good[:len(good)-1], ErrRecord},
		"one byte long":      {append(bytes.Clone(good), 0), ErrRecord},
		"a megabyte":         {append(bytes.Clone(good), make([]byte, 1<<20)...), ErrRecord},
		"version 0":          {set(0, 0), ErrVersion},
		"version 2":          {set(0, 2), ErrVersion},
		"kind 0":             {set(1, 0), ErrRecord},
		"kind of the future": {set(1, byte(LastKind)+1), ErrVersion},
		"unknown sealing":    {set(2, 2), ErrRecord},
		"counter":            {set(3, 16), ErrRecord},
		"seq 0":              {set(20, 0, 0, 0, 0, 0, 0, 0, 0), ErrRecord},
		"body length":        {set(92, 0xFF, 0xFF), ErrRecord},
		"flow":               {set(94, 6), ErrRecord},
		"act":                {set(95, 3), ErrRecord},
		"after":              {set(96, 0x80), ErrRecord},
		"outcome":            {set(97, 4), ErrRecord},
		"word of the future": {set(98, []byte("E-NEW")...), ErrRecord},
		"word with a tail":   {set(98, []byte("E-NET\x00\x00X")...), ErrRecord},
		"sealed, too short":  {sealed(sealedLen - 1), ErrRecord},
		"sealed, too long":   {sealed(sealedLen + 1), ErrRecord},
		"sealed":             {sealed(sealedLen), ErrSealed},
	} {
		if _, err := Decode(c.b); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// What is sealed cannot be read, but its header can: recovery needs it.
	if h, err := DecodeHeader(sealed(sealedLen)); err != nil || h.Kind != kiosk.EntryWriting || h.Sealing != SealHPKE {
		t.Errorf("header of a sealed record: %+v, %v", h, err)
	}
	if MaxRecord > 512 {
		t.Error("a sealed record does not fit into port.Record")
	}
}

// What a visit has, maintenance has not, and the other way about.
func TestRecordOfMaintenanceHasNothingOfAVisit(t *testing.T) {
	for name, f := range map[string]func(*kiosk.Entry){
		"session": func(e *kiosk.Entry) { e.Session[0] = 1 }, "digest": func(e *kiosk.Entry) { e.Digest[0] = 1 }, "grant": func(e *kiosk.Entry) { e.Grant[0] = 1 },
		"flow": func(e *kiosk.Entry) { e.Flow = kiosk.FlowP }, "act": func(e *kiosk.Entry) { e.Act = kiosk.Reset },
		"before": func(e *kiosk.Entry) { e.Before = 3 }, "after": func(e *kiosk.Entry) { e.After = 3 },
		"role": func(e *kiosk.Entry) { e.Role = 3 }, "task": func(e *kiosk.Entry) { e.Task = kiosk.StaffTouch + 1 }, "no task": func(e *kiosk.Entry) { e.Task = 0 },
	} {
		for _, e := range sample.Maintenance() {
			f(&e)
			if err := Check(e); !errors.Is(err, ErrEntry) {
				t.Errorf("%v with a %s: %v", e.Kind, name, err)
			}
		}
	}
	for _, e := range sample.Visit(1) {
		r, w := e, e
		r.Role, w.Task = kiosk.Clerk, kiosk.StaffPrint
		if !errors.Is(Check(r), ErrEntry) || !errors.Is(Check(w), ErrEntry) {
			t.Errorf("%v with a role or a task: %v, %v", e.Kind, Check(r), Check(w))
		}
	}
	b, err := Encode(goldenEntries()["10-staff-trying"])
	must.OK(t, err)
	for _, at := range []int{3, 60, 76, 94, 95, 96} { // before, session, grant, role, task, after
		c := bytes.Clone(b)
		c[at] = 40
		if _, err := Decode(c); !errors.Is(err, ErrRecord) {
			t.Errorf("byte %d: %v", at, err)
		}
	}
}

func FuzzRecord(f *testing.F) {
	for _, l := range goldenEntries() {
		b, err := Encode(l)
		must.OK(f, err)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		h, herr := DecodeHeader(b)
		l, err := Decode(b)
		if err != nil {
			if !errors.Is(err, ErrRecord) && !errors.Is(err, ErrVersion) && !errors.Is(err, ErrSealed) {
				t.Fatalf("an error of another kind: %v", err)
			}
			return
		}
		if herr != nil || h.Seq != l.Seq || h.Epoch != l.Epoch || h.Prev != l.Prev || h.Session != l.Entry.Session ||
			h.Grant != l.Entry.Grant || h.Kind != l.Entry.Kind || h.Before != l.Entry.Before {
			t.Fatalf("the header says %+v (%v), the line %+v", h, herr, l)
		}
		again, err := Encode(l)
		if err != nil || !bytes.Equal(again, b) {
			t.Fatalf("decode and encode: %v\n%s%s", err, sample.Dump(b), sample.Dump(again))
		}
	})
}

// Every record in clear has the same length, so that none can tell the length
// of anything.
func TestEveryRecordHasTheSameLength(t *testing.T) {
	for _, e := range slices.Concat(sample.Visit(1), sample.Maintenance(), []kiosk.Entry{sample.Boot()}) {
		b, err := Encode(Entry{Seq: 1, Entry: e, Time: sample.Noon})
		must.OK(t, err)
		if len(b) != framedLen+clearLen {
			t.Errorf("%v has %d bytes", e.Kind, len(b))
		}
	}
}

// Which file was exported is known for ever, or the record is not written.
func TestDoneExportHasTheDigestOfItsFileAndNoOtherRecordHas(t *testing.T) {
	for name, f := range map[string]func(*kiosk.Entry){
		"no digest": func(e *kiosk.Entry) { e.Digest = [32]byte{} }, "failed": func(e *kiosk.Entry) { e.Outcome = kiosk.Failed },
		"begun": func(e *kiosk.Entry) { e.Kind = kiosk.EntryStaffDoing }, "another task": func(e *kiosk.Entry) { e.Task = kiosk.StaffFlush },
		"a session": func(e *kiosk.Entry) { e.Session[0] = 1 }, "a grant": func(e *kiosk.Entry) { e.Grant[0] = 1 },
	} {
		e := exportDone()
		must.OK(t, Check(e))
		if f(&e); !errors.Is(Check(e), ErrEntry) {
			t.Errorf("%s: %v", name, Check(e))
		}
	}
}
