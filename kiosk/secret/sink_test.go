package secret_test

import (
	"bytes"
	"database/sql"
	"encoding/base64"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/template"

	_ "github.com/mattn/go-sqlite3"

	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/secret"
)

// known is what stands in the slot; no sink may say four of its bytes in a
// row, in any notation.
const known = "QX7ZJ0VK4WPH9GYB"

// needles is every four-byte window of the secret in every notation that the
// sinks below are able to write.
func needles() (out []string) {
	join := func(format, sep string, w []byte) string {
		parts := make([]string, len(w))
		for i, b := range w {
			parts[i] = fmt.Sprintf(format, b)
		}
		return strings.Join(parts, sep)
	}
	for i := 0; i+4 <= len(known); i++ {
		w := []byte(known[i : i+4])
		out = append(out, string(w), strings.ToLower(string(w)), hex.EncodeToString(w), strings.ToUpper(hex.EncodeToString(w)))
		for _, f := range []string{"%d", "0x%x", "%x", "%#o", "%o", "%b", "%q", "%#U", "%U"} {
			for _, sep := range []string{" ", ",", ", ", ";"} {
				out = append(out, join(f, sep, w))
			}
		}
		for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			out = append(out, enc.EncodeToString([]byte(known[i:]))[:5]) // each of the three alignments comes up
		}
		out = append(out, join("%c", "\x00", w)) // UTF-16
	}
	return out
}

var known4 = needles()

// leaks is the first needle in out. Most lines of the sinks are alike, and a
// line is searched once.
func leaks(out []byte) string {
	var distinct bytes.Buffer
	seen := map[string]bool{}
	for line := range bytes.Lines(out) {
		if !seen[string(line)] {
			seen[string(line)] = true
			distinct.Write(line)
		}
	}
	for _, n := range known4 {
		if bytes.Contains(distinct.Bytes(), []byte(n)) {
			return n
		}
	}
	return ""
}

// Everything below is generic in what is handed to the sinks: a Secret for the
// proof, a plain string or array as the control that shows each sink and the
// search to be at work.
type (
	exported[T any]   struct{ S T }
	unexported[T any] struct{ s T }
	embedded[T any]   struct{ unexported[T] }
	nested[T any]     struct {
		In  exported[T]
		Ptr *exported[T]
	}
	withError[T any] struct{ s T }
)

func (e withError[T]) Error() string { return fmt.Sprintf("refused: %v", e.s) }

func shapes[T comparable](v T) []any {
	return []any{
		v, &v, exported[T]{v}, &exported[T]{v}, unexported[T]{v}, &unexported[T]{v}, embedded[T]{unexported[T]{v}},
		nested[T]{exported[T]{v}, &exported[T]{v}}, []T{v}, [1]T{v}, map[string]T{"k": v}, map[T]int{v: 1},
		any(v), []any{v, &v}, func() *any { a := any(v); return &a }(),
		fmt.Errorf("verify: %w", withError[T]{v}), errors.Join(withError[T]{v}, withError[T]{v}),
	}
}

func formatted[T comparable](v T) []byte {
	var out bytes.Buffer
	var flags []string
	for set := range 1 << 5 {
		f := ""
		for i, c := range "+#- 0" {
			if set&(1<<i) != 0 {
				f += string(c)
			}
		}
		flags = append(flags, f)
	}
	for _, shape := range shapes(v) {
		for verb := 'A'; verb <= 'z'; verb++ {
			if verb > 'Z' && verb < 'a' {
				continue
			}
			for _, f := range flags {
				for _, width := range []string{"", "40", ".20"} {
					fmt.Fprintf(&out, "%"+f+width+string(verb)+"\n", shape)
				}
			}
		}
		fmt.Fprintln(&out, shape)
		fmt.Fprint(&out, shape, "\n")
	}
	return out.Bytes()
}

func logged[T comparable](v T) []byte {
	var out bytes.Buffer
	l := log.New(&out, "", 0)
	for _, h := range []slog.Handler{
		slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil),
		slog.NewTextHandler(&out, nil).WithAttrs([]slog.Attr{slog.Any("v", v)}).WithGroup("g"),
	} {
		for _, shape := range shapes(v) {
			slog.New(h).Error("typed", "secret", shape, slog.Group("g", "s", shape))
		}
	}
	for _, shape := range shapes(v) {
		l.Printf("%v %+v %#v", shape, shape, shape)
		l.Println(shape)
	}
	return out.Bytes()
}

func encoded[T comparable](v T) []byte {
	var out bytes.Buffer
	for _, shape := range shapes(v) {
		// Not every encoder takes every shape; what it refuses it says in its
		// error, and that is searched as well.
		j, err := json.MarshalIndent(shape, "", " ")
		fmt.Fprintf(&out, "%s %v\n", j, err)
		x, err := xml.Marshal(shape)
		fmt.Fprintf(&out, "%s %v\n", x, err)
		fmt.Fprintln(&out, gob.NewEncoder(&out).Encode(shape))
		fmt.Fprintln(&out, json.Unmarshal([]byte(`{"S":"x"}`), shape))
		for _, text := range []string{"{{.}}", "{{printf `%v %s %q` . . .}}", "{{.S}}", "{{.s}}", "{{range .}}{{.}}{{end}}", "{{index . 0}}"} {
			if err := template.Must(template.New("t").Parse(text)).Execute(&out, shape); err != nil {
				fmt.Fprintln(&out, err)
			}
		}
	}
	return out.Bytes()
}

// stored puts the value into a database through database/sql and returns the
// bytes of all its files.
func stored[T comparable](t *testing.T, v T) []byte {
	t.Helper()
	dir := t.TempDir()
	db, err := sql.Open("sqlite3", filepath.Join(dir, "x.db"))
	must.OK(t, err)
	var out bytes.Buffer
	must.OK(t, must.Err(db.Exec("CREATE TABLE x (a)")))
	for _, shape := range shapes(v) {
		_, err := db.Exec("INSERT INTO x VALUES (?)", shape)
		fmt.Fprintln(&out, err)
		var back any
		err = db.QueryRow("SELECT ?", shape).Scan(&back)
		fmt.Fprintln(&out, err, back)
	}
	must.OK(t, db.Close())
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal("no database file", err)
	}
	for _, f := range files {
		b := must.Read(t, f)
		out.Write(b)
	}
	return out.Bytes()
}

func sinks[T comparable](t *testing.T, v T) map[string][]byte {
	return map[string][]byte{
		"fmt": formatted(v), "log and slog": logged(v), "json, xml, gob, template": encoded(v), "database/sql": stored(t, v),
	}
}

func TestNoSinkShowsASecret(t *testing.T) {
	s, _ := two(t)
	fill(s, known)
	for name, out := range sinks(t, s) {
		if n := leaks(out); n != "" {
			t.Errorf("%s says %q of the secret", name, n)
		}
	}
	if !holds(s, known) {
		t.Fatal("the slot did not hold the secret while it was searched for")
	}
}

// The same sinks and the same search find a string and an array, so a silent
// search means silence.
func TestSearchFindsWhatAValueLeaks(t *testing.T) {
	for name, out := range sinks(t, known) {
		if leaks(out) == "" {
			t.Errorf("%s: a string was not found", name)
		}
	}
	array := [16]byte([]byte(known))
	for name, out := range sinks(t, array) {
		if leaks(out) == "" && name != "database/sql" { // which refuses an array without showing it
			t.Errorf("%s: an array was not found", name)
		}
	}
}

// A crash prints the arguments of every frame and the value of the panic.
func TestPanicTextIsClean(t *testing.T) {
	out := child(t, "panic")
	if !strings.Contains(out, "secret_test.spend") || !strings.Contains(out, "goroutine ") {
		t.Fatalf("no traceback: %s", out)
	}
	if n := leaks([]byte(out)); n != "" {
		t.Errorf("the panic says %q of the secret", n)
	}
	if out := child(t, "panic-array"); leaks([]byte(out)) == "" {
		t.Errorf("the control, an array as argument, was not found in: %s", out)
	}
}

func childPanics() {
	s, err := secret.New()
	if err != nil {
		os.Exit(4)
	}
	fill(s, known)
	spend(s, exported[secret.Secret]{s}, 0)
}

//go:noinline
func spend(s secret.Secret, in exported[secret.Secret], n int) {
	if n < 3 {
		spend(s, in, n+1)
	}
	_ = s.Use(func([]byte) error { panic(fmt.Errorf("verify %v: %w", in, withError[secret.Secret]{s})) })
}

func childPanicsWithArray() { spendArray([5]byte([]byte(known[:5])), 1) }

//go:noinline
func spendArray(a [5]byte, n int) {
	if n > 0 {
		spendArray(a, n-1)
	}
	panic(n)
}
