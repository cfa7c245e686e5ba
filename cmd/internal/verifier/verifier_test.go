package verifier

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"multicopy.example/kiosk/must"
)

const goodLatest = `{"contract":1,"provider":"bank-a","questions":[{"request":"02000000000000000000000000000000","service":"01000000000000000000000000000000","handle":"03000000000000000000000000000000"}]}`

func TestRequestsAreInTheOrderOfTheirTimes(t *testing.T) {
	first := time.UnixMilli(0x0123456789AB)
	a, b, later := NewRequest(first), NewRequest(first), NewRequest(first.Add(time.Millisecond))
	if hex.EncodeToString(a[:6]) != "0123456789ab" || !bytes.Equal(a[:6], b[:6]) || a == b || bytes.Compare(a[:], later[:]) >= 0 || bytes.Compare(b[:], later[:]) >= 0 {
		t.Errorf("%x, %x, %x", a, b, later)
	}
}

func TestOnlyWhatIsWrittenSoIsAMessage(t *testing.T) {
	if m, err := Decode[Latest]([]byte(" " + strings.ReplaceAll(goodLatest, ",", " ,\n") + " ")); err != nil || m.Provider != "bank-a" || m.Questions[0].Handle != (ID{3}) {
		t.Fatalf("%+v, %v", m, err)
	}
	for name, c := range map[string]struct{ from, to string }{
		"another version":    {`"contract":1`, `"contract":2`},
		"a version as text":  {`"contract":1`, `"contract":"1"`},
		"a fraction":         {`"contract":1`, `"contract":1.0`},
		"a field more":       {`"contract":1`, `"contract":1,"more":1`},
		"a field twice":      {`"contract":1`, `"contract":1,"contract":1`},
		"a field less":       {`"contract":1,`, ``},
		"capitals in a name": {`"provider"`, `"Provider"`},
		"null":               {`"bank-a"`, `null`},
		"no list":            {`[{`, `{`},
		"capitals in an id":  {`"02`, `"0A`},
		"a short id":         {`"0200`, `"02`},
		"no id":              {`"02`, `"x2`},
		"something behind":   {`]}`, `]} {}`},
		"cut off":            {`]}`, `]`},
		"no UTF-8":           {`bank-a`, "bank-\xff"},
	} {
		bad := strings.Replace(goodLatest, c.from, c.to, 1)
		if bad == goodLatest {
			t.Fatalf("%s: %s is not there", name, c.from)
		}
		if _, err := Decode[Latest]([]byte(bad)); !errors.Is(err, ErrMessage) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzWhatIsReadIsWrittenTheSame(f *testing.F) {
	f.Add([]byte(goodLatest))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Decode[Latest](b)
		if err != nil {
			return
		}
		text, err := json.Marshal(m)
		must.OK(t, err)
		if again, err := Decode[Latest](text); err != nil || !reflect.DeepEqual(again, m) {
			t.Fatalf("%+v, %+v, %v", m, again, err)
		}
	})
}
