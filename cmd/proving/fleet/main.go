// Command fleet lets 33,000 kiosks meet an authority that comes back, in virtual
// time: the morning after a national outage.
//
//	go run ./cmd/proving/fleet --out fleet-out
//
// The code that decides is the kiosk's own, not a model of it: the ledger's
// sender (offline), heartbeats, renewals and updates (cmd/internal/heartbeat, cmd/internal/renewal, cmd/internal/update), and the
// authority's pacing and rollout (cmd/internal/admission, cmd/internal/rollout). What is simulated is time, the wire,
// and how long an authority works. Beside them, in the same tables, is what
// else a kiosk might do.
//
// It prints tables, fails where a bar is missed, and leaves plots as SVG. The
// same seed gives the same tables and the same pictures. Read kiosk.go first,
// then office.go (the authority), drain.go, day.go and rollout.go (what is asked of them).
package main

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/kiosk/config"
)

// spread is the firmware's spread of first contacts where its configuration
// says nothing else.
func spread() time.Duration { return config.Authority{}.Spread() }

func main() { cli.Main(root()) }

func root() *cobra.Command {
	var out, picture string
	var kiosks int
	var seed uint64
	c := &cobra.Command{Use: "fleet", Short: "33,000 kiosks meet an authority that comes back, in virtual time", Args: cobra.NoArgs,
		Example: "  fleet --out fleet-out\n  fleet --kiosks 3300 --seed 7",
		RunE: func(c *cobra.Command, _ []string) error {
			if kiosks < 1 {
				return cli.Usage("--kiosks is 1 or more")
			}
			debug.SetGCPercent(300) // a hundred thousand stacks are long to look through
			return fleet(c.OutOrStdout(), kiosks, seed, out, picture)
		}}
	c.Flags().StringVar(&out, "out", "fleet-out", "`folder` for the plots")
	c.Flags().StringVar(&picture, "picture", "", "`file` for the picture of the README")
	c.Flags().IntVar(&kiosks, "kiosks", 33_000, "how many there are")
	c.Flags().Uint64Var(&seed, "seed", 1, "repeats a run")
	return c
}

// full is the authority of the bars, for 33,000 kiosks; a smaller fleet has a
// smaller one.
func full(kiosks int) load {
	n := max(2000*kiosks/33_000, 1)
	return load{requests: n, handshakes: n}
}

func fleet(w io.Writer, kiosks int, seed uint64, out, picture string) error {
	begun := time.Now()
	l := full(kiosks)
	fmt.Fprintf(w, "%d kiosks with 50 records each, seed %d; an authority of %d requests and %d handshakes a second; %d of 1000 answers lost\n\n",
		kiosks, seed, l.requests, l.handshakes, lose)
	c := crowd{kiosks: kiosks, records: 50, load: l, seed: seed}
	late := c
	late.away = 10 * time.Minute
	on, back, frail := with(c, append([]policy{ours}, peers...)), with(late, append([]policy{ours}, peers...)), weaker(c)
	var d daily
	rolls, jobs := rollAll(kiosks, l, seed)
	jobs = append(jobs, func() (err error) { d, err = day(kiosks, l, seed); return err })
	for _, rows := range [][]*run{on, back, frail} {
		for _, r := range rows {
			jobs = append(jobs, func() (err error) { r.drained, err = drain(r.crowd, r.policy); return err })
		}
	}
	if err := together(jobs); err != nil {
		return err
	}
	missed := errors.Join(
		table(w, "Switched on at one moment", on),
		table(w, "After ten minutes without a network", back),
		table(w, "This kiosk before a weaker authority, switched on at one moment", frail),
		d.print(w), printRolled(w, rolls), plots(out, picture, on, back, d), d.missed(l))
	if missed != nil {
		return missed
	}
	fmt.Fprintf(w, "Every bar is met: peak ≤ capacity, drained in ≤ 2 × the ideal, no storm of refusals, nothing lost, few hit. It took %v.\n", time.Since(begun).Round(time.Second))
	return nil
}

// run is one row of a table.
type run struct {
	name   string
	crowd  crowd
	policy policy
	bar    bool // this row has to meet the bars
	drained
}

// with lets the same crowd come with each policy. The bars are ours alone.
func with(c crowd, all []policy) (rows []*run) {
	for _, p := range all {
		rows = append(rows, &run{name: p.name, crowd: c, policy: p, bar: p.name == ours.name})
	}
	return rows
}

// weaker is our policy before authorities that cannot take the crowd as it
// comes.
func weaker(c crowd) []*run {
	doors, works, mute := c, c, c
	doors.load.handshakes = max(c.load.handshakes/3, 1)
	works.load.requests = max(c.load.requests/4, 1)
	mute.load.requests, mute.load.mute = works.load.requests, true
	return []*run{
		{name: "a third of the handshakes", crowd: doors, policy: ours, bar: true},
		{name: "a quarter of the requests", crowd: works, policy: ours, bar: true},
		{name: "… and no Retry-After", crowd: mute, policy: ours},
	}
}

// together does all jobs, as many at once as there are processors. Each has a
// time of its own, so none can tell.
func together(jobs []func() error) error {
	var all sync.WaitGroup
	turn := make(chan struct{}, runtime.GOMAXPROCS(0))
	errs := make([]error, len(jobs))
	for i, job := range jobs {
		all.Go(func() {
			turn <- struct{}{}
			defer func() { <-turn }()
			errs[i] = job()
		})
	}
	all.Wait()
	return errors.Join(errs...)
}
