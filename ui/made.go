package ui

import (
	"reflect"

	"fyne.io/fyne/v2"

	"multicopy.example/ui/layout"
)

// made is an item and what was made of it.
type made struct {
	it      layout.Item
	objects []fyne.CanvasObject
}

// reuse is what was made of the same key or button before; nil where there was none.
// A finger may be down on it: one that is made anew under a finger never hears that
// it was lifted, and a digit is lost. The first key of an entry takes the notice
// away, and with it the page is drawn anew while the second key is under way.
func reuse(old []made, it layout.Item) []fyne.CanvasObject {
	if it.Kind != layout.Key && it.Kind != layout.Button {
		return nil
	}
	for _, o := range old {
		if o.it.Kind == it.Kind && o.it.Rect == it.Rect && o.it.Text == it.Text && reflect.DeepEqual(o.it, it) {
			return o.objects
		}
	}
	return nil
}
