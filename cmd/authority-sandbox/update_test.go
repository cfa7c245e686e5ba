package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/internal/cli"
	"multicopy.example/kiosk/authority"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
)

// offers makes an offer as the operator does.
func (b *bench) offers(bundle []byte, version string, more ...string) {
	b.Helper()
	name := filepath.Join(b.TempDir(), "kiosk.raucb")
	must.OK(b, os.WriteFile(name, bundle, 0o600))
	if status := run(b.Context(), io.Discard, append([]string{"update", "offer", name, "--dir", b.dir, "--version", version}, more...)...); status != cli.Done {
		b.Fatalf("offer ends with %d", status)
	}
}

// shown is what the operator sees.
func (b *bench) shown() (all []domain.Shown) {
	b.Helper()
	var out bytes.Buffer
	if status := run(b.Context(), &out, "update", "show", "--json", "--dir", b.dir); status != cli.Done {
		b.Fatalf("show ends with %d", status)
	}
	must.OK(b, json.Unmarshal(out.Bytes(), &all))
	return all
}

// asks tells of an offer and answers what is offered.
func (b *bench) asks(c *authority.Client, runs string, state wire.UpdateState, of *wire.ID, why ...wire.UpdateWhy) wire.UpdateReply {
	b.Helper()
	m := wire.UpdateRequest{Runs: runs, State: state, Offer: of}
	if len(why) > 0 {
		m.Why = &why[0]
	}
	r, err := c.Update(b.Context(), m)
	must.OK(b, err)
	return r
}

// more are kiosks beside the first.
func (b *bench) more(n int) (list []*authority.Client) {
	b.Helper()
	for i := range n {
		list = append(list, b.another(fmt.Sprintf("kiosk-9%03d", i), true))
	}
	return list
}

func TestAnOfferIsFetchedByRangeAndFollowedToItsEnd(t *testing.T) {
	onEach(t, func(t *testing.T, on engine) {
		b := start(t, on)
		bundle := bytes.Repeat([]byte("a bundle of three parts "), 1<<15)
		if r := b.asks(b.kiosk, "1", wire.UpdateNone, nil); r.Offer != nil || r.Install {
			t.Fatalf("before there is an offer: %+v", r)
		}
		b.offers(bundle, "2.1", "--share", "100", "--first", "1")
		for _, runs := range []string{"2.1", "3"} {
			if r := b.asks(b.kiosk, runs, wire.UpdateNone, nil); r.Offer != nil {
				t.Errorf("a kiosk that runs %s is offered %+v", runs, r.Offer)
			}
		}
		r := b.asks(b.kiosk, "1", wire.UpdateNone, nil)
		if r.Offer == nil || r.Install || r.Offer.Version != "2.1" || r.Offer.Size != uint64(len(bundle)) || r.Offer.Hash != sha256.Sum256(bundle) {
			t.Fatalf("%+v", r)
		}
		var got []byte
		for from := uint64(0); from < r.Offer.Size; from += 300_000 {
			part, err := b.kiosk.Part(t.Context(), r.Offer.Hash, r.Offer.Size, from, min(from+300_000, r.Offer.Size))
			must.OK(t, err)
			got = append(got, part...)
		}
		if !bytes.Equal(got, bundle) {
			t.Error("what was fetched is not the bundle")
		}
		if _, err := b.kiosk.Part(t.Context(), wire.Hash{1}, 9, 0, 9); !errors.Is(err, authority.ErrNoBundle) {
			t.Errorf("a bundle that is offered to none: %v", err)
		}
		if _, err := b.kiosk.Part(t.Context(), r.Offer.Hash, r.Offer.Size+1, 0, 9); !errors.Is(err, authority.ErrNoBundle) {
			t.Errorf("a bundle of another size: %v", err)
		}
		id := &r.Offer.Offer
		for _, say := range []struct {
			runs    string
			state   wire.UpdateState
			install bool
		}{{"1", wire.UpdateFetching, false}, {"1", wire.UpdateFetched, true}, {"1", wire.UpdateFetched, true}, {"2.1", wire.UpdateTrial, false}, {"2.1", wire.UpdateGood, false}} {
			if r := b.asks(b.kiosk, say.runs, say.state, id); r.Install != say.install {
				t.Errorf("at %s: %+v", say.state, r)
			}
			if all := b.shown(); len(all) != 1 || all[0].Kiosks[map[bool]string{true: "trial", false: say.state.String()}[say.install]] != 1 {
				t.Errorf("at %s it is shown as %+v", say.state, all)
			}
		}
		if status := run(t.Context(), io.Discard, "update", "stop", "--dir", b.dir, "--why", "a test"); status != cli.Done {
			t.Fatalf("stop ends with %d", status)
		}
		if _, err := b.kiosk.Part(t.Context(), *(*wire.Hash)(&r.Offer.Hash), r.Offer.Size, 0, 9); !errors.Is(err, authority.ErrNoBundle) {
			t.Errorf("a bundle that is stopped: %v", err)
		}
		if all := b.shown(); all[0].Stopped == 0 || all[0].Why != "a test" {
			t.Errorf("%+v", all)
		}
	})
}

func TestARolloutThatFailsStopsByItselfAndRaisesAnAlarm(t *testing.T) {
	onEach(t, func(t *testing.T, on engine) {
		b := start(t, on)
		b.offers([]byte("bad"), "2", "--share", "100", "--first", "3", "--limit", "40")
		kiosks := append(b.more(5), b.kiosk)
		var id *wire.ID
		installs := 0
		for _, k := range kiosks {
			id = &b.asks(k, "1", wire.UpdateNone, nil).Offer.Offer
			if b.asks(k, "1", wire.UpdateFetched, id).Install {
				installs++
			}
		}
		if installs != 3 {
			t.Errorf("%d of six may begin, three are first", installs)
		}
		b.asks(kiosks[0], "1", wire.UpdateFailed, id)
		b.asks(kiosks[1], "1", wire.UpdateRefused, id, wire.UpdateDamaged)
		if r := b.asks(kiosks[3], "1", wire.UpdateFetched, id); r.Offer == nil {
			t.Error("two that failed have stopped it")
		}
		if r := b.asks(kiosks[0], "1", wire.UpdateNone, nil); r.Offer != nil {
			t.Error("it is offered to a kiosk that went back")
		}
		b.clock.pass(7 * time.Hour) // the third is silent, and so is the one after it
		b.sandbox.Service.WatchOffer(t.Context())
		if r := b.asks(kiosks[4], "1", wire.UpdateFetched, id); r.Offer != nil {
			t.Error("three that failed have not stopped it")
		}
		all, err := b.sandbox.Service.ShowOffers(t.Context()) // by the same clock
		must.OK(t, err)
		if x := all[0]; x.Stopped == 0 || x.Kiosks["failed"] != 1 || x.Reasons["damaged"] != 1 || x.Kiosks["silent"] < 1 {
			t.Errorf("%+v", x)
		}
		list, err := b.sandbox.Service.AppAlarms(t.Context(), "")
		if err != nil || len(list) != 1 || list[0].Word != "update" || !strings.Contains(list[0].Detail, "offered no more") {
			t.Errorf("alarms %+v, %v", list, err)
		}
		if status := run(t.Context(), io.Discard, "update", "share", "100", "--dir", b.dir); status != cli.Failed {
			t.Error("an offer that was stopped gets a share")
		}
	})
}

func TestMistakesOfAnOfferAreSaidAndMakeNone(t *testing.T) {
	b := start(t, sqlite)
	name := filepath.Join(t.TempDir(), "b")
	must.OK(t, os.WriteFile(name, []byte("b"), 0o600))
	for _, args := range [][]string{{"offer", name, "--version", "v2"}, {"offer", name, "--version", "2", "--share", "101"}, {"offer", name, "--version", "2", "--first", "0"},
		{"offer", name, "--version", "2", "--limit", "101"}, {"offer", name + "x", "--version", "2"}, {"offer", name}, {"offer", "--version", "2"}, {"share", "many"}, {"share", "5"},
		{"stop"}, {"stop", "--why", "x"}} {
		if status := run(context.Background(), io.Discard, append(append([]string{"update"}, args...), "--dir", b.dir)...); status == cli.Done {
			t.Errorf("%q: taken", args)
		}
	}
	if all := b.shown(); len(all) != 0 {
		t.Errorf("%+v", all)
	}
	left, err := os.ReadDir(filepath.Join(b.dir, "bundles"))
	for _, f := range left {
		if strings.HasPrefix(f.Name(), ".new") {
			t.Errorf("%s is left", f.Name())
		}
	}
	must.OK(t, err)
}

func TestABundleIsGivenOutInPartsAlone(t *testing.T) {
	b := start(t, sqlite)
	b.offers([]byte("a bundle"), "2")
	hash := wire.Hash(sha256.Sum256([]byte("a bundle")))
	client := b.https(nil)
	for _, c := range []struct {
		spoken string
		status int
	}{{"bytes=0-7", 206}, {"bytes=2-3", 206}, {"", 416}, {"bytes=0-", 416}, {"bytes=-3", 416}, {"bytes=0-1,3-4", 416}, {"bytes=3-2", 416}, {"bytes=0-1048576", 416}, {"lines=0-1", 416}, {"bytes=9-10", 416}} {
		request, err := http.NewRequest(http.MethodGet, "https://"+b.at.Listen+wire.PathBundle(hash), nil)
		must.OK(t, err)
		if c.spoken != "" {
			request.Header.Set("Range", c.spoken)
		}
		response, err := client.Do(request)
		must.OK(t, err)
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode != c.status || c.status == 206 && !strings.Contains("a bundle", string(body)) {
			t.Errorf("%q: %d %q", c.spoken, response.StatusCode, body)
		}
	}
}
