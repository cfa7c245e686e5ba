package config

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
)

const sample = "../../buildroot/system/kiosk.toml"

// What an operator can set is what the sample shows.
func TestTheSampleIsReadAndShowsEveryKey(t *testing.T) {
	b := must.Read(t, sample)
	must.Note(t, must.Err(Parse(b)))
	off := regexp.MustCompile(`(?m)^# ((\[\[)?\w+(\]\]|\s=\s.*))$`)
	all := off.ReplaceAllString(string(b), "$1")
	all = strings.Replace(all, "panel = \"10.1\"\n", "", 1) // beside pixels it would be an error
	c, err := Parse([]byte(all))
	if err != nil {
		t.Fatalf("with every key: %v", err)
	}
	unset(t, "", reflect.ValueOf(c))
}

// unset names the keys that have no value, but for those whose example is the zero value.
func unset(t *testing.T, path string, v reflect.Value) {
	t.Helper()
	for i := range v.NumField() {
		key, field := v.Type().Field(i).Tag.Get("toml"), v.Field(i)
		name := strings.TrimPrefix(path+"."+key, ".")
		switch {
		case key == "-" || name == "screen.panel" || name == "log.level" || name == "log.json" || name == "screen.shuffle_digits":
		case field.Kind() == reflect.Struct:
			unset(t, name, field)
		case field.IsZero():
			t.Errorf("the sample shows no %s", name)
		}
	}
}
