package config

import (
	"path/filepath"

	"multicopy.example/kiosk"
)

// Speech is what the screens say aloud; a kiosk without a folder says nothing.
type Speech struct {
	Folder string `toml:"folder"` // of clips, as make speech makes them
	Device string `toml:"device"` // ALSA's name of where they are played; "default" where absent
	Volume int    `toml:"volume"` // with which every visit begins; the middle one where absent
}

func (s Speech) check(m *Mistakes) {
	switch {
	case s.Folder != "" && !filepath.IsAbs(s.Folder):
		m.add("speech.folder", "speech.folder is %q; it is the path of a folder", s.Folder)
	case len(s.Device) > 200:
		m.add("speech.device", "speech.device has %d bytes; 200 are the most", len(s.Device))
	case s.Volume < 0 || s.Volume > int(kiosk.VolumeMost):
		m.add("speech.volume", "speech.volume is %d; it is %d to %d", s.Volume, kiosk.VolumeLeast, kiosk.VolumeMost)
	}
}

// On is Device, or what it is where the key is absent.
func (s Speech) On() string {
	if s.Device == "" {
		return "default"
	}
	return s.Device
}

// Loud is Volume, or what it is where the key is absent.
func (s Speech) Loud() kiosk.Volume {
	if s.Volume == 0 {
		return kiosk.VolumeUsual
	}
	return kiosk.Volume(s.Volume)
}
