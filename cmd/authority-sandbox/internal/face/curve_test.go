package face

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// drawCurve draws how many of one person are not matched for how many of two that are, with
// the threshold in use and what a set of this size cannot show.
func drawCurve(curve []point, file string) error {
	p := plot.New()
	p.Title.Text = "Errors of the comparison on this set"
	p.X.Label.Text, p.Y.Label.Text = "two people are matched (FMR)", "one person is not (FNMR)"
	p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
	p.Y.Tick.Marker = plot.TickerFunc(func(from, to float64) (ticks []plot.Tick) {
		for v := 0.0; v <= to; v += 0.01 {
			ticks = append(ticks, plot.Tick{Value: v, Label: fmt.Sprintf("%.0f %%", 100*v)})
		}
		return ticks
	})
	var line plotter.XYs
	var used plotter.XY
	for _, at := range curve {
		if at.fmr <= 0 || at.fmr > 0.1 {
			continue
		}
		if n := len(line); n == 0 || math.Log10(at.fmr)-math.Log10(line[n-1].X) > 0.01 {
			line = append(line, plotter.XY{X: at.fmr, Y: at.fnmr})
		}
		if at.threshold <= Threshold {
			used = plotter.XY{X: at.fmr, Y: at.fnmr}
		}
	}
	l, err := plotter.NewLine(line)
	if err != nil {
		return err
	}
	l.Width, l.Color = vg.Points(2), color.RGBA{0, 23, 193, 255}
	s, err := plotter.NewScatter(plotter.XYs{used})
	if err != nil {
		return err
	}
	s.GlyphStyle = draw.GlyphStyle{Color: color.RGBA{169, 0, 0, 255}, Radius: vg.Points(5), Shape: draw.CircleGlyph{}}
	p.Add(plotter.NewGrid(), l, s)
	p.Legend.Add(fmt.Sprintf("the threshold in use, %.2f", Threshold), s)
	p.Legend.Top, p.Legend.XOffs, p.Legend.YOffs = true, -2*vg.Centimeter, -vg.Centimeter // its text is wider where it is shown
	p.X.Min, p.X.Max, p.Y.Min = 1e-5, 0.1, 0
	return p.Save(16*vg.Centimeter, 11*vg.Centimeter, file)
}
