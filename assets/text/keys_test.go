package text

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// A key whose comment is a quotation quotes its English sentence, or the
// beginning of it up to "…".
func TestQuotationsOfKeysAreTheirEnglishSentences(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "keys.go", nil, parser.ParseComments)
	must.OK(t, err)
	quoted, key := 0, Key(0)
	ast.Inspect(f, func(n ast.Node) bool {
		s, ok := n.(*ast.ValueSpec)
		if !ok || !s.Names[0].IsExported() {
			return true
		}
		english := Of(kiosk.English, key)
		key++
		if q, ok := strings.CutPrefix(strings.TrimSpace(s.Comment.Text()), `"`); ok {
			quoted++
			begins, cut := strings.CutSuffix(strings.TrimSuffix(q, `"`), "…")
			if !strings.HasPrefix(english, begins) || !cut && english != begins {
				t.Errorf("%s quotes %q and is %q", s.Names[0], begins, english)
			}
		}
		return true
	})
	if quoted < 90 || int(key) != len(Keys()) {
		t.Errorf("%d quotations, %d keys of %d", quoted, key, len(Keys()))
	}
}
