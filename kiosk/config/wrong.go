package config

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// Wrong is one mistake in a file.
type Wrong struct {
	Line int    `json:"line,omitempty"` // 0 where it is about what is not there
	Key  string `json:"key,omitempty"`
	Why  string `json:"why"`
}

func (w Wrong) Error() string {
	if w.Line == 0 {
		return w.Why
	}
	return fmt.Sprintf("line %d: %s", w.Line, w.Why)
}

// Mistakes are all that are wrong with a file, in its order.
type Mistakes []Wrong

func (m Mistakes) Error() string {
	if len(m) == 1 {
		return m[0].Error()
	}
	return fmt.Sprintf("%v; and %d more, which kiosk config check names", m[0], len(m)-1)
}

// add is one more, with where the key stands.
func (m *Mistakes) add(key, format string, a ...any) {
	*m = append(*m, Wrong{Key: plain(key), Why: plain(fmt.Sprintf(format, a...))})
}

// mostWords bounds a mistake's text, which goes to terminals and to the screen, in characters.
const mostWords = 300

// plain is a text of which a terminal shows what it says.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
	if all := []rune(s); len(all) > mostWords {
		return string(all[:mostWords]) + "…"
	}
	return s
}

// or is nil where there are none: a nil slice in an error would be one.
func (m Mistakes) or() error {
	if len(m) == 0 {
		return nil
	}
	return m
}

// mostTypes bounds how many values of a wrong type are looked for.
const mostTypes = 20

// decode reads a text into c, and what cannot be read of it into the answer. Text that is
// no TOML is one mistake; where it is, a value of a wrong type hides no other mistake.
func decode(b []byte, c *Config) (m Mistakes) {
	var tree map[string]any
	if err := toml.Unmarshal(b, &tree); err != nil {
		return Mistakes{wrongAt(err)}
	}
	for try := range mostTypes {
		*c = Config{}
		err := toml.Unmarshal(b, c)
		if err == nil {
			break
		}
		w := wrongAt(err)
		if try > 0 {
			w.Line = 0 // of the text without the mistakes before; its key says where it is
		}
		m = append(m, w)
		if !without(tree, strings.Split(w.Key, ".")) {
			return m
		}
		if b, err = toml.Marshal(tree); err != nil {
			return m
		}
	}
	var missing *toml.StrictMissingError
	if err := toml.NewDecoder(bytes.NewReader(b)).DisallowUnknownFields().Decode(new(Config)); errors.As(err, &missing) {
		for _, e := range missing.Errors {
			key := strings.Join(e.Key(), ".")
			m.add(key, "unknown key: %s", key)
		}
	}
	return m
}

// without removes a key from a tree; of a list of tables all, since an error does not say
// which of them it is about.
func without(tree map[string]any, key []string) bool {
	v, ok := tree[key[0]]
	if below, is := v.(map[string]any); ok && is && len(key) > 1 {
		return without(below, key[1:])
	}
	delete(tree, key[0])
	return ok
}

func wrongAt(err error) Wrong {
	var at *toml.DecodeError
	if !errors.As(err, &at) {
		return Wrong{Why: plain(err.Error())}
	}
	row, _ := at.Position()
	w := Wrong{Line: row, Key: strings.Join(at.Key(), "."), Why: plain(strings.TrimPrefix(at.Error(), "toml: "))}
	if is := ofType.FindStringSubmatch(w.Why); is != nil {
		what := w.Key
		if !strings.Contains(what, ".") && what != "version" {
			what = "a value of " + what // an inline table
		}
		w.Why = fmt.Sprintf("%s is a TOML %s where %s belongs", what, is[1], cmp.Or(inTOML[is[2]], is[2]))
	}
	return w
}

var (
	ofType = regexp.MustCompile(`^cannot decode TOML (\w+) into struct field \S+ of type (\S+)$`)
	inTOML = map[string]string{"string": "a string", "int": "an integer", "*int": "an integer", "bool": "true or false", "[]string": "a list of strings",
		"[]int": "a list of integers", "[]float64": "a list of numbers", "[]config.Chain": "a list of tables", "map[string]string": "a table of strings"}
)

// mostParts bounds how many parts of a dotted key are looked at; none of ours has four.
const mostParts = 8

// lines are where each key stands, of a text that is TOML: "reader.port", "chains.2.name".
func lines(b []byte) map[string]int {
	at := map[string]int{}
	p := &unstable.Parser{}
	p.Reset(b)
	prefix, tables := "", map[string]int{}
	put := func(prefix string, keys unstable.Iterator) string {
		for range mostParts {
			if !keys.Next() {
				break
			}
			n := keys.Node()
			if prefix += string(n.Data); at[prefix] == 0 {
				at[prefix] = p.Shape(n.Raw).Start.Line
			}
			prefix += "."
		}
		return prefix
	}
	for p.NextExpression() {
		switch e := p.Expression(); e.Kind {
		case unstable.Table:
			prefix = put("", e.Key())
		case unstable.ArrayTable:
			prefix = put("", e.Key())
			tables[prefix]++
			prefix = fmt.Sprintf("%s%d.", prefix, tables[prefix])
		case unstable.KeyValue:
			inline(put, prefix, e)
		}
	}
	return at
}

func inline(put func(string, unstable.Iterator) string, prefix string, e *unstable.Node) {
	prefix = put(prefix, e.Key())
	if v := e.Value(); v.Kind == unstable.InlineTable {
		for children := v.Children(); children.Next(); {
			if n := children.Node(); n.Kind == unstable.KeyValue {
				inline(put, prefix, n)
			}
		}
	}
}

// place gives mistakes the lines of their keys. Those about what stands there come first, in
// the file's order: what is missing is often only written otherwise.
func (m Mistakes) place(at map[string]int) {
	missing := func(w Wrong) int {
		if w.Line == 0 || at[w.Key] == 0 {
			return 1
		}
		return 0
	}
	for i, w := range m {
		for key := w.Key; m[i].Line == 0 && key != ""; {
			m[i].Line = at[key]
			key = key[:max(strings.LastIndexByte(key, '.'), 0)]
		}
	}
	slices.SortStableFunc(m, func(a, b Wrong) int {
		return cmp.Or(cmp.Compare(missing(a), missing(b)), cmp.Compare(a.Line, b.Line))
	})
}
