// Package picture writes plots as SVG whose text is the same on every system: call [Save].
package picture

import (
	"bytes"
	"image/color"
	"os"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Colours of lines, in this order.
var Colours = []color.Color{
	color.RGBA{0, 110, 60, 255}, color.RGBA{190, 60, 40, 255}, color.RGBA{120, 120, 120, 255}, color.RGBA{40, 90, 190, 255}, color.RGBA{190, 140, 20, 255},
}

// The picture names fonts of one width on every system.
const drawn, named = "font-family:Liberation Sans;", "font-family:Liberation Sans,Arial,Helvetica,sans-serif;"

// New is an empty plot in the font of Save.
func New(title string) *plot.Plot {
	plot.DefaultFont = font.Font{Typeface: "Liberation", Variant: "Sans"}
	p := plot.New()
	p.Title.Text = title
	return p
}

// Save draws into a file of that size.
func Save(name string, width, height vg.Length, into func(draw.Canvas)) error {
	c := vgsvg.New(width, height)
	into(draw.New(c))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return err
	}
	return os.WriteFile(name, bytes.ReplaceAll(b.Bytes(), []byte(drawn), []byte(named)), 0o644)
}
