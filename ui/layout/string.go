package layout

import "strings"

// String prints the screen as plain lines, for headless runs and tests. An
// entry is "[entry]" and nothing more: neither how much of it is typed nor
// what that unlocks, for a length is as private as the characters.
func (s Screen) String() string {
	var b strings.Builder
	var keys []string
	entry := false
	for _, it := range s.Items {
		switch it.Kind {
		case Line:
			if (!it.Live || it.Rule) && !it.Ruby {
				b.WriteString(it.Text + "\n")
			}
		case Button:
			if !it.Live {
				b.WriteString("<" + it.Press.String() + "> " + it.Text + "\n")
			}
		case Key:
			keys = append(keys, it.Text)
		case Cell:
			if !entry {
				b.WriteString("[entry]\n")
			}
			entry = true
		}
	}
	if len(keys) > 0 {
		b.WriteString("keys: " + strings.Join(keys, " ") + "\n")
	}
	return b.String()
}
