package main

import (
	"image/color"
	"os"
	"path/filepath"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"multicopy.example/cmd/internal/picture"
)

const width, height = 16 * vg.Centimeter, 8 * vg.Centimeter

// plots leaves every plot in out, and the one for the README where readme
// names a file.
func plots(out, readme string, on, back []*run, d daily) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	for name, rows := range map[string][]*run{"switched-on.svg": on, "after-outage.svg": back} {
		p, err := connections(rows)
		if err != nil {
			return err
		}
		if err := save(p, filepath.Join(out, name)); err != nil {
			return err
		}
		if name == "switched-on.svg" && readme != "" {
			if err := save(p, readme); err != nil {
				return err
			}
		}
	}
	p, err := hours(d)
	if err != nil {
		return err
	}
	return save(p, filepath.Join(out, "day.svg"))
}

func blank(title, x, y string) *plot.Plot {
	p := picture.New(title)
	p.X.Label.Text, p.Y.Label.Text = x, y
	p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
	// At the left of its place, so that text in a wider font than was measured
	// runs into nothing.
	p.Legend.Top, p.Legend.Left, p.Legend.XOffs, p.Legend.Padding = true, true, width*0.58, vg.Millimeter
	return p
}

func save(p *plot.Plot, name string) error { return picture.Save(name, width, height, p.Draw) }

// shown is how much of a crowd's return the picture has; some take hours.
const shown = 120

// connections is how many come in each second, and what the authority can take.
func connections(rows []*run) (*plot.Plot, error) {
	p := blank("Connections and refused requests in each second of the return", "seconds", "a second")
	p.X.Min, p.X.Max, p.Y.Min = 0, shown, 10
	for i := range rows {
		d := rows[len(rows)-1-i] // ours last, on top
		var xy plotter.XYs
		for n := range min(len(d.seconds), shown) {
			s := d.seconds[n]
			xy = append(xy, plotter.XY{X: float64(n), Y: max(float64(s.connections+s.refused), p.Y.Min)})
		}
		l, err := plotter.NewLine(xy)
		if err != nil {
			return nil, err
		}
		l.Color, l.Width = picture.Colours[len(rows)-1-i], vg.Points(1)
		if d.bar {
			l.Width = vg.Points(2.5)
		}
		p.Add(l)
		p.Legend.Add(d.name, l)
	}
	capacity := plotter.NewFunction(func(float64) float64 { return float64(rows[0].crowd.load.requests) })
	capacity.Dashes, capacity.Color = []vg.Length{vg.Points(3), vg.Points(3)}, color.Black
	p.Add(capacity)
	p.Legend.Add("capacity", capacity)
	return p, nil
}

// hours is the day by the minute: requests a second in its mean.
func hours(d daily) (*plot.Plot, error) {
	p := blank("Requests a second, by the minute; power at 0 h, no authority from 8 h to 9 h", "hours", "a second")
	p.Y.Min, p.X.Max = 0.01, dayLong.Hours()
	for kind, name := range []string{records: "records", beats: "signs of life", renewals: "certificates"} {
		var xy plotter.XYs
		for m, n := range d.minutes(kind) {
			xy = append(xy, plotter.XY{X: float64(m) / 60, Y: max(float64(n)/60, p.Y.Min)})
		}
		l, err := plotter.NewLine(xy)
		if err != nil {
			return nil, err
		}
		l.Color = picture.Colours[[]int{0, 3, 4}[kind]]
		p.Add(l)
		p.Legend.Add(name, l)
	}
	return p, nil
}
