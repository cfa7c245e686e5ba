package store

import (
	"fmt"
	"strings"
)

// appendOnly are the tables of which no row is ever changed or taken away. The
// database itself refuses it, whichever program asks.
var appendOnly = []string{"items", "events", "seals", "texts", "proofs", "disclosures", "changes", "applications"}

// keepAll is the text of the triggers that refuse it. It is SQL of each database's own:
// the one has no functions, the other no triggers without one.
func keepAll(postgres bool) string {
	var text strings.Builder
	if postgres {
		text.WriteString(`CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS
			$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;`)
	}
	for _, table := range appendOnly {
		if postgres {
			fmt.Fprintf(&text, "CREATE OR REPLACE TRIGGER %[1]s_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON %[1]s FOR EACH STATEMENT EXECUTE FUNCTION append_only();\n", table)
			continue
		}
		for _, change := range []string{"UPDATE", "DELETE"} {
			fmt.Fprintf(&text, "CREATE TRIGGER IF NOT EXISTS %[1]s_kept_%[2]s BEFORE %[2]s ON %[1]s BEGIN SELECT RAISE(ABORT, '%[1]s is append-only'); END;\n", table, change)
		}
	}
	return text.String()
}
