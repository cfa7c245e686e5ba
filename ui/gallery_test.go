package ui

import (
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/secret"
	"multicopy.example/ui/internal/sample"
	"multicopy.example/ui/layout"
)

var (
	gallery = flag.String("gallery", "", "write every screen as a PNG into this folder")
	only    = flag.String("only", "", "with -gallery: only screens whose file name contains this")
	side    = flag.Int("side", 0, "with -gallery: the reader lies right 1, left 2, below 3 or above 4 of the glass")
	renew   = flag.Bool("renew", false, "write README's pictures anew")
)

// newDisplay is a Display on the test driver with one slot to type into.
func newDisplay(t *testing.T, panel layout.Panel, post func(kiosk.Event)) (*Display, secret.Secret) {
	t.Helper()
	app := test.NewTempApp(t)
	f := New(app, panel, post)
	f.hold.after = func(_ time.Duration, do func()) func() { do(); return func() {} } // no page has to stand
	f.taps.painted = func(do func()) func() { do(); return func() {} }
	moment := time.Time{}
	f.taps.now = func() time.Time { moment = moment.Add(time.Second); return moment } // no touch is the second of two
	return f, slot(t)
}

var spare secret.Secret

// slot is one slot for all tests: slots are few and kept for ever.
func slot(t *testing.T) secret.Secret {
	t.Helper()
	if spare == 0 {
		s, err := secret.New()
		must.OK(t, err)
		spare = s
	}
	spare.Wipe()
	return spare
}

// typeIn puts an entry into the slot that breaks just the rules of the sample.
func typeIn(s secret.Secret, v sample.View) {
	s.Wipe()
	entry := "7391624857391624"
	if v.Pad == kiosk.PadLetters && v.Form&kiosk.FormNoLetter == 0 {
		entry = "K7M3RX5T8AD9WQ2H"
	}
	if v.Form&kiosk.FormWeak != 0 {
		entry = "1234"
	}
	for i := range v.Typed {
		s.Append(entry[i])
	}
}

var (
	panelNames = map[string]layout.Panel{"10": layout.Panel10, "15": layout.Panel15, "156": layout.Panel156, "portrait": layout.PanelPortrait}
	sizeNames  = map[kiosk.Size]string{kiosk.SizeSmall: "s", kiosk.SizeNormal: "n", kiosk.SizeLarge: "l", kiosk.SizeLargest: "x"}
)

// Every screen goes through the software painter; nothing panics and nothing is
// blank. The arithmetic of ui/layout looks at every page of every view, language,
// size and panel; here each of them is seen, but not all together.
func TestEveryScreenIsPainted(t *testing.T) {
	for name, panel := range panelNames {
		if *gallery != "" && *side > 0 {
			panel.Reader = layout.Reader{Side: layout.Side(*side), MM: 150}
		}
		panel.Chains = sample.Chains()
		f, s := newDisplay(t, panel, func(kiosk.Event) {})
		for l := range kiosk.Langs {
			for _, z := range kiosk.Sizes() {
				for _, v := range inThemes(sample.Views(l, z)) {
					if !pictured(name, l, v, *gallery != "") || !strings.Contains(pictureName(name, l, v, 0), *only) {
						continue
					}
					typeIn(s, v)
					v.Secret = s
					f.Show(v.View)
					for no := range f.screen.Pages {
						if no > 0 {
							f.turn(+1)
						}
						painted(t, f, panel, pictureName(name, l, v, no))
					}
				}
			}
		}
	}
}

// inThemes are the views, each in each theme; the page of colours is what it is.
func inThemes(views []sample.View) (all []sample.View) {
	for _, v := range views {
		all = append(all, v)
		for v.Theme = kiosk.ThemeLight + 1; v.Theme < kiosk.Themes && v.Choosing != kiosk.ChoiceTheme; v.Theme++ {
			all = append(all, v)
		}
	}
	return all
}

// Maintenance is painted too, small as it always is; the gallery has it on each panel.
func TestMaintenanceIsPainted(t *testing.T) {
	for name, panel := range panelNames {
		f, s := newDisplay(t, panel, func(kiosk.Event) {})
		for _, l := range []kiosk.Lang{kiosk.Japanese, kiosk.English} {
			for _, v := range staffScreens() {
				if file := staffName(name, l, v); strings.Contains(file, *only) && (*gallery != "" || name == "10") {
					showStaff(f, s, l, v)
					painted(t, f, panel, file)
				}
			}
		}
	}
}

func showStaff(f *Display, s secret.Secret, l kiosk.Lang, v staffScreen) {
	s.Wipe()
	for i := range v.Typed {
		s.Append("739162"[i])
	}
	v.View.Secret = s
	f.Show(kiosk.View{Place: kiosk.Staff, Lang: l})
	f.ShowStaff(v.Staff)
}

func staffName(panel string, l kiosk.Lang, v staffScreen) string {
	return pictureName(panel, l, sample.View{Name: v.Name, View: kiosk.View{Size: kiosk.SizeSmall}}, 0)
}

func pictureName(panel string, l kiosk.Lang, v sample.View, page int) string {
	name := fmt.Sprintf("%s-%s-%s-%s", panel, l.String(), sizeNames[v.Size], v.Name)
	if v.Theme != kiosk.ThemeLight && v.Choosing != kiosk.ChoiceTheme {
		name += " " + v.Theme.String()
	}
	if page > 0 {
		name += fmt.Sprintf("-%d", page+1)
	}
	return strings.ReplaceAll(name, " ", "_") + ".png"
}

// pictured chooses: in the gallery everything at the usual size on the smallest
// panel, and one view a place at all other sizes and panels; of the other themes one view a place in
// Japanese, or English on an upright panel; in the ordinary run the usual size, and each other once.
func pictured(panel string, l kiosk.Lang, v sample.View, gallery bool) bool {
	usual := panel == "10" && v.Size == kiosk.SizeNormal
	one := !strings.Contains(v.Name, "telling E-") && v.Flow != kiosk.FlowU
	if v.Theme != kiosk.ThemeLight && v.Choosing != kiosk.ChoiceTheme {
		shown := panel == "10" && l == kiosk.Japanese || panel == "portrait" && l == kiosk.English
		return one && shown && v.Size == kiosk.SizeNormal && (gallery || v.Place == kiosk.Confirm)
	}
	if l > kiosk.English { // the arithmetic lays them out on these two panels
		return one && v.Size == kiosk.SizeNormal && (panel == "10" && gallery || v.Place == kiosk.Confirm)
	}
	if gallery {
		return usual || one
	}
	return one && (usual && l == kiosk.Japanese || v.Place == kiosk.Confirm || v.Name == "P new-secret" && panel != "15")
}

func painted(t *testing.T, f *Display, panel layout.Panel, file string) {
	t.Helper()
	shot := f.win.Canvas().Capture()
	if b := shot.Bounds(); b.Dx() != panel.W || b.Dy() != panel.H {
		t.Fatalf("%s is %v", file, b)
	}
	colours := map[any]bool{}
	for x := 0; x < panel.W; x += 3 {
		for y := 0; y < panel.H; y += 3 {
			colours[shot.At(x, y)] = true
		}
	}
	if len(colours) < 5 {
		t.Errorf("%s is blank", file)
	}
	if *gallery != "" {
		save(t, shot, filepath.Join(*gallery, file))
	}
}

func save(t *testing.T, shot image.Image, file string) {
	t.Helper()
	out, err := os.Create(file)
	must.OK(t, err)
	must.OK(t, png.Encode(out, shot))
	must.OK(t, out.Close())
}

// TestReadmePicturesAreCurrent paints what README.md shows once more. The
// painter is deterministic but for the last bit of a rounded edge, so a few
// pixels may differ a little and no more.
func TestReadmePicturesAreCurrent(t *testing.T) {
	list := must.Read(t, "../assets/pictures/list")
	want := map[string]string{}
	for line := range strings.Lines(string(list)) {
		if from, to, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			want[from] = to
		}
	}
	f, s := newDisplay(t, layout.Panel10, func(kiosk.Event) {})
	for l := range kiosk.Langs {
		for _, v := range sample.Views(l, kiosk.SizeNormal) {
			name := pictureName("10", l, v, 0)
			to, ok := want[name]
			if !ok {
				continue
			}
			delete(want, name)
			typeIn(s, v)
			v.Secret = s
			f.Show(v.View)
			if *renew {
				save(t, f.win.Canvas().Capture(), "../assets/pictures/"+to)
			}
			if n := unlike(t, f.win.Canvas().Capture(), "../assets/pictures/"+to); n > 100 {
				t.Errorf("%s differs in %d pixels; run make pictures and look at it", to, n)
			}
		}
	}
	for _, l := range []kiosk.Lang{kiosk.Japanese, kiosk.English} {
		for _, v := range staffScreens() {
			to, ok := want[staffName("10", l, v)]
			if !ok {
				continue
			}
			delete(want, staffName("10", l, v))
			showStaff(f, s, l, v)
			if *renew {
				save(t, f.win.Canvas().Capture(), "../assets/pictures/"+to)
			}
			if n := unlike(t, f.win.Canvas().Capture(), "../assets/pictures/"+to); n > 100 {
				t.Errorf("%s differs in %d pixels; run make pictures and look at it", to, n)
			}
		}
	}
	if len(want) > 0 {
		t.Errorf("no view makes %v", want)
	}
}

// unlike counts the pixels in which a picture differs visibly from a file.
func unlike(t *testing.T, got image.Image, file string) (n int) {
	t.Helper()
	b, err := os.Open(file)
	must.OK(t, err)
	defer b.Close()
	want, err := png.Decode(b)
	must.OK(t, err)
	r := got.Bounds()
	if r.Size() != want.Bounds().Size() {
		t.Fatalf("%s is %v, painted %v", file, want.Bounds(), r)
	}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			a, b, c, _ := got.At(x, y).RGBA()
			d, e, g, _ := want.At(x, y).RGBA()
			if far(a, d) || far(b, e) || far(c, g) {
				n++
			}
		}
	}
	return n
}

// far: more than 16 of 255 apart.
func far(a, b uint32) bool { return max(a, b)-min(a, b) > 16<<8 }
