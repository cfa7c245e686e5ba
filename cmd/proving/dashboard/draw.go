package main

import (
	"fmt"
	"image/color"
	"math"
	"strconv"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"multicopy.example/cmd/internal/picture"
)

// A column and a row of the dashboard's grid, and the width of all of it in columns.
const (
	column, row = 12 * vg.Millimeter, 9 * vg.Millimeter
	columns     = 24
	margin      = 2 * vg.Millimeter
)

func drawBoard(b board, lines [][]series, from, to time.Time, out string) error {
	rows := 0
	for _, p := range b.Panels {
		rows = max(rows, p.GridPos.Y+p.GridPos.H)
	}
	height := vg.Length(rows) * row
	var plots []*plot.Plot
	for i, p := range b.Panels {
		drawn, err := p.plot(lines[i], from, to)
		if err != nil {
			return fmt.Errorf("%s: %w", p.Title, err)
		}
		plots = append(plots, drawn)
	}
	return picture.Save(out, columns*column, height, func(c draw.Canvas) {
		c.SetColor(color.White)
		c.Fill(c.Rectangle.Path())
		for i, p := range b.Panels {
			g := p.GridPos
			left, top := vg.Length(g.X)*column, height-vg.Length(g.Y)*row
			plots[i].Draw(draw.Canvas{Canvas: c.Canvas, Rectangle: vg.Rectangle{
				Min: vg.Point{X: left + margin, Y: top - vg.Length(g.H)*row + margin},
				Max: vg.Point{X: left + vg.Length(g.W)*column - margin, Y: top - margin},
			}})
		}
	})
}

// plot is a panel: hours to the right, its unit in its title.
func (p panel) plot(lines []series, from, to time.Time) (*plot.Plot, error) {
	title := p.Title
	if u := p.FieldConfig.Defaults.Unit; u != "" && u != "short" {
		title += " (" + u + ")"
	}
	d := picture.New(title)
	d.X.Min, d.X.Max, d.Y.Min = 0, to.Sub(from).Hours(), 0
	d.X.Tick.Marker = everyHour
	d.X.Label.Text = "hours"
	d.Legend.Top, d.Legend.Left, d.Legend.Padding, d.Legend.XOffs = true, true, vg.Millimeter/2, 2*vg.Millimeter
	d.Legend.TextStyle.Font.Size = 7
	d.Add(plotter.NewGrid())
	top := 0.0
	for i, s := range lines {
		var xy plotter.XYs
		for k, v := range s.values {
			xy = append(xy, plotter.XY{X: s.at[k].Sub(from).Hours(), Y: v})
			top = max(top, v)
		}
		l, err := plotter.NewLine(xy)
		if err != nil {
			return nil, err
		}
		l.Color, l.Width = picture.Colours[i%len(picture.Colours)], vg.Points(1.2)
		d.Add(l)
		d.Legend.Add(s.name, l)
	}
	if d.Y.Max = top * 1.4; top == 0 { // room for the legend
		d.Y.Max = 1
	}
	return d, nil
}

var everyHour = plot.TickerFunc(func(from, to float64) (ticks []plot.Tick) {
	for h := math.Ceil(from); h <= to+0.1; h++ {
		ticks = append(ticks, plot.Tick{Value: h, Label: strconv.Itoa(int(h))})
	}
	return ticks
})
