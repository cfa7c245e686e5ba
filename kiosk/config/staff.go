package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"filippo.io/age"
)

// Staff is what maintenance needs of the place where the machine stands; it may be
// absent.
type Staff struct {
	// Stick is the folder where a USB stick is mounted ("/media/stick"); empty where
	// nothing is ever exported. Where no stick is mounted, nothing is written there.
	Stick string `toml:"stick"`
	// Operator is the operator's public key, an age recipient ("age1…"), to which
	// exports are encrypted. Without it nothing is exported.
	Operator string `toml:"operator"`
	// Updates is the folder in which the machine's updater answers; empty where the
	// machine has none.
	Updates string `toml:"updates"`
}

func (s Staff) check(m *Mistakes) {
	if s.Stick != "" && (!filepath.IsAbs(s.Stick) || filepath.Clean(s.Stick) == "/") {
		m.add("staff.stick", "staff.stick is %q; it is the absolute path of the folder where a stick is mounted", s.Stick)
	}
	if s.Updates != "" && !filepath.IsAbs(s.Updates) {
		m.add("staff.updates", "staff.updates is %q; it is the absolute path of the folder where the machine's updater answers", s.Updates)
	}
	if s.Operator != "" {
		if _, err := s.Recipient(); err != nil {
			m.add("staff.operator", "%v", err)
		}
	}
}

// Recipient is Operator as exports are encrypted to it.
func (s Staff) Recipient() (age.Recipient, error) {
	all, err := age.ParseRecipients(strings.NewReader(s.Operator))
	if err == nil && len(all) != 1 {
		err = errors.New("there has to be one")
	}
	if err != nil {
		return nil, fmt.Errorf("staff.operator is no age recipient: %w", err)
	}
	return all[0], nil
}
