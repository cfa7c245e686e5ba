package config

import "path/filepath"

// Speech is what the screens say aloud; a kiosk without a folder says nothing.
type Speech struct {
	Folder string `toml:"folder"` // of clips, as make speech makes them
	Device string `toml:"device"` // ALSA's name of where they are played; "default" where absent
}

func (s Speech) check(m *Mistakes) {
	switch {
	case s.Folder != "" && !filepath.IsAbs(s.Folder):
		m.add("speech.folder", "speech.folder is %q; it is the path of a folder", s.Folder)
	case len(s.Device) > 200:
		m.add("speech.device", "speech.device has %d bytes; 200 are the most", len(s.Device))
	}
}

// On is Device, or what it is where the key is absent.
func (s Speech) On() string {
	if s.Device == "" {
		return "default"
	}
	return s.Device
}
