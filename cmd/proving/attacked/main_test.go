package main

import (
	"bytes"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
)

// TestEveryItemHasTestsThatAreThere: the items in order, each with a test, and
// each test in the package that the list names.
func TestEveryItemHasTestsThatAreThere(t *testing.T) {
	items, err := parse(list)
	must.OK(t, err)
	if len(items) != 22 {
		t.Errorf("%d items", len(items))
	}
	for n, i := range items {
		if i.number != strconv.Itoa(n+1) || i.text == "" || len(i.tests) == 0 {
			t.Errorf("item %q %q has %d tests and stands at %d", i.number, i.text, len(i.tests), n+1)
		}
		for _, is := range i.tests {
			if !stands(t, is) {
				t.Errorf("item %s: there is no %s", i.number, is)
			}
		}
	}
}

func stands(t *testing.T, is named) bool {
	files, err := filepath.Glob(filepath.Join("../../..", is.folder, "*_test.go"))
	must.OK(t, err)
	for _, name := range files {
		text := must.Read(t, name)
		if strings.Contains(string(text), "\nfunc "+is.test+"(t *testing.T)") {
			return true
		}
	}
	return false
}

// TestAnItemHoldsWhereEachOfItsTestsPassed, and no other does.
func TestAnItemHoldsWhereEachOfItsTestsPassed(t *testing.T) {
	items, err := parse("# why\n1 one\n\t./a TestA TestB\n\t./b TestA\n2 two\n\t./a TestA\n")
	must.OK(t, err)
	var out bytes.Buffer
	if err := tell(&out, items, map[named]bool{{"a", "TestA"}: true, {"a", "TestB"}: true}); err == nil {
		t.Error("an item without one of its tests holds")
	}
	for _, want := range []string{"BROKEN  1 one (3 tests)", "not passed: b TestA", "holds   2 two", "attacked: 1 of 2"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	if _, err := parse("\t./a TestA\n"); err == nil {
		t.Error("a test of no item was taken")
	}
	if err := tell(&out, []item{{number: "1"}}, nil); err == nil {
		t.Error("an item without a test holds")
	}
}
