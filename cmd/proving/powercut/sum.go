package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
	"time"
)

// A sum is what all cuts did to one lane.
type sum struct {
	cuts, lossy, unasked, aside, ahead, behind, wrongs, kills, mends, repaired, struck int
	promised, lost, most, mostBehind                                                   uint64
	opening                                                                            []time.Duration
	moments                                                                            map[string]int
}

func (s *sum) add(f finding, promised uint64) {
	s.cuts++
	s.promised += promised
	s.lost += f.lost
	s.most = max(s.most, f.lost)
	s.mostBehind = max(s.mostBehind, f.headBehind)
	s.wrongs += len(f.wrongs)
	s.kills += f.kills
	s.mends += f.mends
	for n, is := range map[*int]bool{&s.lossy: f.lost > 0, &s.unasked: f.unasked, &s.aside: f.aside, &s.ahead: f.headAhead,
		&s.behind: f.headBehind > 0} {
		if is {
			*n++
		}
	}
	if f.opening > 0 {
		s.opening = append(s.opening, f.opening)
	}
	if s.moments == nil {
		s.moments = map[string]int{}
	}
	s.moments[f.moment]++
}

func tell(to io.Writer, sums []*sum) {
	t := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "\nwriter\tcuts\tpromised\tlost\tcuts that lost\tmost in one cut\tunder way and kept\t\n")
	for i, s := range sums {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t\n", lanes[i].name, s.cuts, s.promised, s.lost, s.lossy, s.most, s.unasked)
	}
	t.Flush()
	l := sums[0]
	fmt.Fprintf(to, "\nThe ledger: set aside %d, findings %d; head file ahead %d, equal %d, behind %d (by %d at most).\n",
		l.aside, l.wrongs, l.ahead, l.cuts-l.ahead-l.behind, l.behind, l.mostBehind)
	if l.kills > 0 || l.mends > 0 {
		fmt.Fprintf(to, "Before a cut it was killed %d times and opened again after an error %d times.\n", l.kills, l.mends)
	}
	if struck := l.struck + sums[1].struck; struck > 0 {
		fmt.Fprintf(to, "The disk failed before the cut under the ledger %d times, under the control %d times.\n", l.struck, sums[1].struck)
	}
	if repaired := l.repaired + sums[1].repaired; repaired > 0 {
		fmt.Fprintf(to, "ext4 could not be mounted after the error and was repaired by e2fsck %d times.\n", repaired)
	}
	fmt.Fprint(to, "It was cut while it did")
	for i, m := range slices.Sorted(maps.Keys(l.moments)) {
		comma := ","
		if i == 0 {
			comma = ""
		}
		fmt.Fprintf(to, "%s %s %d", comma, cmp.Or(m, "nothing yet"), l.moments[m])
	}
	if n := len(l.opening); n > 0 {
		slices.Sort(l.opening)
		fmt.Fprintf(to, "\nand opened again in %.1f ms, %.1f at most", l.opening[n/2].Seconds()*1e3, l.opening[n-1].Seconds()*1e3)
	}
	fmt.Fprintln(to, ".")
}
