package rules

import (
	"regexp"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
)

// Words that are not used in comments and documents: they leave it to the reader
// whether a caller, a peer, a process, a resident or an attacker is meant.
var notUsed = regexp.MustCompile(`(?i)\b(somebody|nobody|whoever|anybody|everybody|someone|anyone|everyone)\b`)

func TestCommentsAndDocumentsNameWhoActs(t *testing.T) {
	seen := 0
	for _, name := range files(t) {
		if strings.HasPrefix(name, "assets/text/") || name == "words_test.go" {
			continue
		}
		comment := ""
		switch {
		case strings.HasSuffix(name, ".go"):
			comment = "//"
		case strings.HasSuffix(name, ".txt") && strings.Contains(name, "/scenarios/"), name == "Makefile", strings.HasPrefix(name, ".ci/"):
			comment = "#"
		case !strings.HasSuffix(name, ".md"):
			continue
		}
		b := must.Read(t, name)
		seen++
		for n, line := range strings.Split(string(b), "\n") {
			text := line
			if comment != "" {
				var ok bool
				if _, text, ok = strings.Cut(line, comment); !ok {
					continue
				}
			}
			if w := notUsed.FindString(text); w != "" {
				t.Errorf("%s:%d: %q: name the caller, the peer, the process or the attacker", name, n+1, w)
			}
		}
	}
	if seen < 300 {
		t.Errorf("only %d files were read", seen)
	}
}
