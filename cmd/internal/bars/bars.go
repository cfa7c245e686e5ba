// Package bars prints what a measurement asks of itself beside what it found. Add
// rows with [Bars.AtMost] and [Bars.AtLeast] and print them at the end.
package bars

import (
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
)

// Bars are the rows. One that is missed is a result, not an error of the measurement.
type Bars struct {
	rows        []string
	met, missed int
}

// AtMost adds a row: what it is, and the most that it should be.
func (b *Bars) AtMost(what string, is, bar float64) { b.add(what, is, "≤", bar, is <= bar) }

// AtLeast adds a row: what it is, and the least that it should be.
func (b *Bars) AtLeast(what string, is, bar float64) { b.add(what, is, "≥", bar, is >= bar) }

func (b *Bars) add(what string, is float64, sign string, bar float64, met bool) {
	said := "met"
	if met {
		b.met++
	} else {
		said = "MISSED"
		b.missed++
	}
	b.rows = append(b.rows, fmt.Sprintf("%s\t%.2f\t%s %s\t%s\t", what, is, sign, strconv.FormatFloat(bar, 'g', -1, 64), said))
}

// Counts are how many bars are met and how many are missed.
func (b *Bars) Counts() (met, missed int) { return b.met, b.missed }

// Print writes the table.
func (b *Bars) Print(to io.Writer) {
	t := Table(to)
	fmt.Fprint(t, "bar\tis\tshould be\t\t\n")
	for _, r := range b.rows {
		fmt.Fprintln(t, r)
	}
	t.Flush()
}

// Table is the layout of every table of figures.
func Table(to io.Writer) *tabwriter.Writer {
	return tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
}
