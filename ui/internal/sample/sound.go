package sample

import "multicopy.example/kiosk"

// sound is the page of sound, on which the glass is dark or not.
func sound(add adder) {
	for _, dark := range []bool{false, true} {
		v := kiosk.View{Choosing: kiosk.ChoiceSound, Volume: kiosk.VolumeUsual, Darkened: dark, Tries: -1}
		name := map[bool]string{false: " sound", true: " sound, dark"}[dark]
		v.Place = kiosk.Idle
		add("idle"+name, v, 0, 0)
		v.Place, v.Warn, v.Stay = kiosk.Needs, true, dark
		add("needs"+name, v, 0, 0)
	}
}
