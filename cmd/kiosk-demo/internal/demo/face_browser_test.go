package demo

import (
	"flag"
	"image"
	"os"
	"path/filepath"
	"testing"

	"multicopy.example/cmd/internal/browsertest"
	"multicopy.example/cmd/internal/harness/head"
	"multicopy.example/kiosk/must"
)

var faces = flag.String("faces", "", "the ORL database of faces, a `folder`: films of people are shown to the camera too")

// A sitting is one resident before the camera of the phone.
type sitting struct {
	Name     string            `json:"name"`
	Resident string            `json:"resident"`
	PIN      string            `json:"pin"`
	Photo    string            `json:"photo"` // the picture that is put into the card
	Shows    map[string]string `json:"shows"` // what the camera sees, by what is asked for
	Hint     string            `json:"hint"`  // ends with this sentence
	Ends     string            `json:"ends"`  // or with this code
}

// obeys does what is asked for.
func obeys(who string) map[string]string {
	return map[string]string{"ahead": who + "-ahead", "left": who + "-left", "right": who + "-right"}
}

// TestTheFaceStepOfTheDemoIsWalkedBeforeACamera: page, card, authority and networks are the
// demo's own, and Chromium's camera sees what a head does that is asked. The heads are drawn;
// with -faces they are those of people too.
func TestTheFaceStepOfTheDemoIsWalkedBeforeACamera(t *testing.T) {
	must.Need(t, "a browser, Node and make weights")
	films := t.TempDir()
	film := func(name string, m image.Image) {
		t.Helper()
		must.OK(t, os.WriteFile(filepath.Join(films, name+".yuv"), head.I420(m), 0o600))
	}
	turns := map[string]float64{"ahead": head.Ahead, "left": head.Left, "right": head.Right}
	for way, turn := range turns {
		film("anne-"+way, head.Frame(turn, head.Anne))
		film("boris-"+way, head.Frame(turn, head.Boris))
	}
	film("nobody", head.Frame(head.Ahead))
	film("two", head.Frame(head.Ahead, head.Anne, head.Anne))
	film("dark", head.Dark())
	always := func(what string) map[string]string {
		return map[string]string{"ahead": what, "left": what, "right": what}
	}
	wrong := map[string]string{"ahead": "anne-ahead", "left": "anne-right", "right": "anne-left"}
	all := []sitting{
		{Name: "nobody", Resident: "hanako", Photo: "anne-ahead", Shows: always("nobody"), Hint: "No face is seen"},
		{Name: "dark", Resident: "hanako", Photo: "anne-ahead", Shows: always("dark"), Hint: "It is too dark"},
		{Name: "two", Resident: "hanako", Photo: "anne-ahead", Shows: always("two"), Hint: "More than one face"},
		{Name: "the same", Resident: "hanako", Photo: "anne-ahead", Shows: obeys("anne"), Ends: "code"},
		{Name: "another", Resident: "taro", Photo: "anne-ahead", Shows: obeys("boris"), Ends: "E-FAC7"},
		{Name: "wrong order", Resident: "taro", Photo: "anne-ahead", Shows: wrong, Ends: "E-FAC6"},
		{Name: "no photo in the card", Resident: "saburo", Shows: obeys("anne"), Ends: "E-FAC2"},
	}
	if *faces == "" {
		t.Log("no -faces: the heads are drawn, and no film of a person is shown")
	} else {
		all = append(all, people(t, film)...)
	}
	c := openWith(t, Options{Bin: withNetworks(t), Residents: "hanako,taro,saburo,nao,haru,natsu"})
	for i, s := range all {
		all[i].PIN = pinOf(t, c.Cards.Find(s.Resident).Dir)
	}
	camera := filepath.Join(films, "camera.y4m")
	must.OK(t, os.WriteFile(camera, head.Film(head.Frame(head.Ahead), 2), 0o600))
	browsertest.Walk(t, "browser/face.mjs", "e2e-face", 20, map[string]any{"url": c.Page, "films": films, "camera": camera, "sittings": all})
	if b, ok := c.Hand.Booked("hanako"); !ok || len(b.Code) != 8 {
		t.Error("hanako has no reservation")
	}
	for _, key := range []string{"taro", "saburo", "haru"} {
		if _, ok := c.Hand.Booked(key); ok {
			t.Errorf("%s has a reservation", key)
		}
	}
}

// people are two of ORL, by pictures in which their heads are turned enough.
func people(t *testing.T, film func(string, image.Image)) []sitting {
	t.Helper()
	for name, file := range map[string]string{"one-ahead": "s1/1", "one-left": "s1/5", "one-right": "s1/6", "two-ahead": "s26/1", "two-left": "s26/10", "two-right": "s26/2"} {
		m, err := head.Person(filepath.Join(*faces, file+".pgm"))
		must.OK(t, err)
		film(name, m)
	}
	still := map[string]string{"ahead": "one-ahead", "left": "one-ahead", "right": "one-ahead"}
	return []sitting{
		{Name: "a person", Resident: "nao", Photo: "one-ahead", Shows: obeys("one"), Ends: "code"},
		{Name: "another person", Resident: "haru", Photo: "one-ahead", Shows: obeys("two"), Ends: "E-FAC7"},
		{Name: "a still picture", Resident: "haru", Photo: "one-ahead", Shows: still, Ends: "E-FAC6"},
		{Name: "time", Resident: "natsu", Photo: "one-ahead", Shows: map[string]string{"ahead": "nobody"}, Ends: "E-FAC5"},
	}
}

// withNetworks is a folder with the demo's programs and the networks beside them.
func withNetworks(t *testing.T) string {
	t.Helper()
	weights, err := filepath.Abs("../../../../bin/weights")
	must.OK(t, err)
	if _, err := os.Stat(weights); err != nil {
		t.Fatalf("make weights fetches the networks: %v", err)
	}
	dir, err := os.MkdirTemp(filepath.Dir(bin), "networks") // on the same file system
	must.OK(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	for _, program := range []string{"kiosk", "authority-sandbox"} {
		if err := os.Link(filepath.Join(bin, program), filepath.Join(dir, program)); err != nil { // a program of its own folder
			t.Fatal(err)
		}
	}
	must.OK(t, os.Symlink(weights, filepath.Join(dir, "weights")))
	return dir
}
