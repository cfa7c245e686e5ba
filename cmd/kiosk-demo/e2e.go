package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/kiosk-demo/internal/pointed"
	"multicopy.example/cmd/kiosk-demo/internal/scenario"
	"multicopy.example/kiosk"
)

// clumsy are the scenarios that a clumsy resident plays too: each flow and act to
// its end, and each page on which a wrong touch could cost a try.
var clumsy = []string{"reset-password", "reset-pin", "unlock-password", "unlock-pin", "E-PIN", "E-LAST", "E-LAST-at-once", "E-MIS", "E-OTP"}

func e2eCommand() *cobra.Command {
	var jobs int
	var out string
	c := &cobra.Command{Use: "e2e SCENARIO...", Short: "Play scenario files on the real window, with a real pointer",
		Long: "Play scenario files on the firmware's real window, each on an X server of its own, with pointer events that the server makes: every\n" +
			"file but E-FMT in Japanese, every error (E-*) in English too, each flow and act to its end in four languages more, three in other colours, some by a resident who touches up to 5 mm beside the middle, lays a palm\n" +
			"on the glass and taps twice, one by a resident who reads a page for 45 s and takes 6 s for a key, four by a\n" +
			"blind resident who hears what the screen says and has two keys, and two by one who reads no word. The last line is \"e2e: N scenarios, F failed\".",
		Example: "  kiosk-demo e2e cmd/kiosk-demo/scenarios/*.txt\n  kiosk-demo e2e cmd/kiosk-demo/scenarios/E-LAST.txt --jobs 1",
		RunE: func(c *cobra.Command, files []string) error {
			if len(files) == 0 || jobs < 1 {
				return cli.Usage("at least one scenario and one job")
			}
			return e2e(c.Context(), out, jobs, files)
		}}
	c.Flags().IntVar(&jobs, "jobs", 2, "`number` of windows at a time")
	c.Flags().StringVar(&out, "out", "", "`folder` that keeps what the run wrote; a temporary one where empty")
	return c
}

// ends are each flow and act to its end: all pages that a visit has.
var ends = []string{"reset-password", "reset-pin", "unlock-password", "unlock-pin"}

// A window offers no OK for an entry that breaks a rule, so that this touch cannot be made there.
const notOnGlass = "E-FMT"

// slow is what a slow resident plays: the most that is typed in any visit.
const slow = "reset-long-password"

// A part is one scenario and who plays it.
type part struct {
	file   string
	manner pointed.Manner
}

func (p part) String() string {
	s := strings.TrimSuffix(filepath.Base(p.file), ".txt")
	if p.manner.Lang != kiosk.Japanese {
		s += " in " + p.manner.Lang.String()
	}
	if p.manner.Theme != kiosk.ThemeLight {
		s += " in " + p.manner.Theme.String()
	}
	if p.manner.Clumsy {
		s += fmt.Sprintf(" by a clumsy resident, seed %d", p.manner.Seed)
	}
	if p.manner.Slow {
		s += " by a slow resident"
	}
	if p.manner.Blind {
		s += " by a blind resident with two keys"
	}
	if p.manner.Signs {
		s += " by a resident who reads no word"
	}
	return s
}

// heard is what a blind resident plays: a reset of each secret, a hold of a phone's certificates, and a
// withdrawal of a consent.
var heard = []string{"reset-password", "reset-pin", "phone-lost", "consent-withdrawn"}

// wanted is the company that a blind resident listens for among those of the list.
var wanted = map[string]string{"consent-withdrawn": "Kanaria Bank"}

// painted are the colours that are chosen first.
var painted = map[string]kiosk.Theme{"reset-password": kiosk.ThemeContrastDark, "unlock-pin": kiosk.ThemeLowGlare, "E-LAST": kiosk.ThemeContrastLight}

// signed is what is played by a resident who reads no word.
var signed = []string{"reset-password", "reset-pin"}

// parts are all that is played; the slow one first, because it takes the longest.
func parts(files []string) (all []part) {
	for i, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".txt")
		if name == notOnGlass {
			continue
		}
		if name == slow {
			all = append([]part{{f, pointed.Manner{Slow: true}}}, all...)
		}
		all = append(all, part{f, pointed.Manner{}})
		if strings.HasPrefix(name, "E-") {
			all = append(all, part{f, pointed.Manner{Lang: kiosk.English}})
		}
		if slices.Contains(ends, name) {
			for _, l := range []kiosk.Lang{kiosk.Easy, kiosk.Simplified, kiosk.Korean, kiosk.Vietnamese} {
				all = append(all, part{f, pointed.Manner{Lang: l}})
			}
		}
		if theme, ok := painted[name]; ok {
			all = append(all, part{f, pointed.Manner{Theme: theme}})
		}
		if slices.Contains(heard, name) {
			all = append(all, part{f, pointed.Manner{Blind: true, Wants: wanted[name]}})
		}
		if slices.Contains(signed, name) {
			all = append(all, part{f, pointed.Manner{Signs: true}})
		}
		if slices.Contains(clumsy, name) {
			all = append(all, part{f, pointed.Manner{Clumsy: true, Seed: uint64(i) + 1}})
		}
	}
	return all
}

func e2e(ctx context.Context, out string, jobs int, files []string) error {
	p, template, end, err := prepare(ctx, out)
	if err != nil {
		return err
	}
	defer end()
	all := parts(files)
	todo := make(chan part)
	var done sync.WaitGroup
	var mu sync.Mutex
	played, failed := 0, 0
	for range jobs {
		done.Go(func() {
			for one := range todo {
				begun := time.Now()
				log, ok := playOn(ctx, p, one, template, out)
				mu.Lock()
				played++
				fmt.Printf("%3d/%d  %-4s %5.1f s  %s\n", played, len(all), map[bool]string{true: "ok", false: "FAIL"}[ok], time.Since(begun).Seconds(), one)
				if !ok {
					failed++
					fmt.Println(log)
				}
				mu.Unlock()
			}
		})
	}
	for _, one := range all {
		if ctx.Err() == nil {
			todo <- one
		}
	}
	close(todo)
	done.Wait()
	fmt.Printf("e2e: %d scenarios, %d failed\n", played, failed)
	if failed > 0 || played < len(all) {
		return fmt.Errorf("%d of %d scenarios failed, %d were not played", failed, len(all), len(all)-played)
	}
	return nil
}

// playOn plays one scenario on a window and returns its story.
func playOn(ctx context.Context, p harness.Programs, one part, template, out string) (log string, ok bool) {
	p.Kiosk = append([]string{p.Kiosk[0]}, one.manner.Args()...)
	if out != "" {
		out = filepath.Join(out, strings.ReplaceAll(one.String(), " ", "-"))
		if err := os.MkdirAll(out, 0o700); err != nil {
			return err.Error(), false
		}
	}
	var told strings.Builder
	r := &teller{to: &told}
	testscript.RunT(r, testscript.Params{Files: []string{one.file}, WorkdirRoot: out, Setup: scenario.Setup(ctx, p, template), Cmds: scenario.Commands(ctx)})
	return told.String(), r.failed == 0
}
