package text

import "multicopy.example/kiosk/staff/check"

const enSign = "when residents may use the machine again, log in and take the sign down"

// enStaff is also what the log and `kiosk doctor` say.
var enStaff = staffTable{
	items: [check.ItemCount]string{
		check.Program: "program", check.Reader: "card reader", check.Screen: "screen", check.Network: "network", check.Authority: "authority",
		check.Ledger: "ledger", check.Queue: "records waiting", check.Disk: "disk", check.Clock: "clock",
		check.KioskCertificate: "certificate of this kiosk", check.AuthorityCertificate: "certificate of the authority",
		check.Temperature: "temperature", check.Printer: "printer", check.Door: "door", check.Configuration: "configuration", check.Watchdog: "watchdog",
		check.Sign: "out-of-service sign", check.Update: "update",
	},
	levels: [check.Critical + 1]string{check.Absent: "none here", check.Untested: "not tested", check.Normal: "normal",
		check.Warning: "warning", check.Critical: "critical"},
	times: [check.Now + 1]string{check.Soon: "soon", check.Now: "now"},
	test:  "Test print",
	roles: [check.Engineer + 1]string{check.Clerk: "you", check.Engineer: "engineer"},
	advice: adviceTable{
		check.ProgramStalled: {"the kiosk's program no longer answers", "restart the machine; if it comes back, call"},

		check.ProgramCrashed: {"the kiosk's program ended by itself and was started again",
			"send the file crash.log in the folder kiosk.data to the maker, then delete it"},

		check.ReaderFails: {"the card reader does not work", "take its power away and give it back"},
		check.ReaderNoDevice: {"the card reader is not connected",
			"there is no such port: plug the reader in, or correct reader.port in the configuration"},
		check.ReaderForbidden: {"the kiosk may not use the card reader",
			"the kiosk may not open the reader's port: put its user into the group of the device file"},
		check.ReaderHeld: {"another program uses the card reader",
			"another program holds the reader's port: stop it, or the second kiosk"},
		check.ReaderSilent: {"the card reader does not answer",
			"nothing answers on the reader's wires: check its power, its wires, the switches on its board, and reader.wire"},
		check.ReaderOtherChip: {"this is not the right card reader",
			"the reader is not a PN532 that reads Type B cards: put in one that does"},
		check.ReaderGarbled: {"the card reader's answers are damaged",
			"what answers on the reader's wires is damaged or no PN532: check the ground wire, the length of the wires, and reader.port"},
		check.ReaderStuck: {"the card reader's wires do not move",
			"the reader's bus does not move: take the reader's power away and give it back, then check the pull-ups and the length of the wires"},
		check.ReaderNoCard: {"no test card was read",
			"lay one test card flat on the reader and test again; if another card is not read either, replace the reader"},
		check.ReaderNoisy: {"the card reader's line damages data",
			"the reader's line damages frames: check the ground wire, the plugs and the length of the wires"},

		check.ScreenStalled: {"the screen has stopped", "restart the machine; if it comes back, call"},
		check.ScreenTouch:   {"a part of the screen does not react to touches", "clean the glass and touch the grid again; if it comes back, replace the touch panel"},

		check.NetworkDown: {"there is no connection to the authority", "check the network cable and the shop's router; if both are well, call"},
		check.NetworkSlow: {"the connection to the authority is slow", "have the line of the shop measured"},

		check.AuthorityUnknown: {"the other end is not the authority, or does not know this kiosk",
			"compare the certificates with the operator's list: this kiosk's, and the authority's CA"},
		check.AuthorityVersion: {"kiosk and authority speak different versions", "install the current version on this kiosk"},
		check.AuthorityBusy:    {"the authority is busy", "nothing has to be done here; if it lasts for an hour, call"},
		check.AuthoritySilent:  {"the authority has not been heard for long", "ask the operator whether the authority sees this kiosk"},

		check.LedgerFails:   {"the ledger cannot be opened", "read the log for the reason, and check owner, mode and health of the disk of kiosk.data"},
		check.LedgerStalled: {"the disk does not answer", "restart the machine; if it comes back, call"},
		check.LedgerSpoiled: {"the ledger does not verify", "copy the folder kiosk.data before anything else, and tell the operator"},
		check.LedgerAside:   {"a damaged ledger was set aside", "export it (kiosk ledger export), and tell the operator"},

		check.QueueFull:       {"too many records wait for the authority", "find out why none are sent: network, certificate, clock"},
		check.QueueNearlyFull: {"many records wait for the authority", "find out why none are sent: network, certificate, clock"},
		check.QueueOld:        {"a record has waited for more than a day", "find out why none are sent: network, certificate, clock"},

		check.DiskFull: {"the disk is full", "find out what fills the disk of kiosk.data, and make room"},
		check.DiskLow:  {"the disk is nearly full", "find out what fills the disk of kiosk.data, and make room"},

		check.ClockWrong: {"the clock is wrong", "set the clock; if it was lost with the power, replace its battery"},
		check.ClockOff:   {"the clock is more than a minute off", "check that the machine sets its clock by the network"},

		check.KioskCertificateEnded: {"this kiosk's certificate has ended", "enrol the kiosk anew with the operator"},
		check.KioskCertificateEarly: {"this kiosk's certificate is not valid yet", "check the clock; if it is right, ask the operator"},
		check.KioskCertificateEnds:  {"this kiosk's certificate ends soon and was not renewed", "find out why the authority does not renew it"},

		check.AuthorityCertificateEnded: {"the authority's certificate has ended", "check the clock; if it is right, tell the operator"},
		check.AuthorityCertificateEnds:  {"the authority's certificate ends within two weeks", "tell the operator"},

		check.TooHot: {"the machine is too hot", "clear its air slits, move what heats it, and switch it off for an hour"},
		check.Hotter: {"the machine is getting hot", "clear its air slits, and move what heats it"},

		check.PrinterSilent:   {"the printer does not answer", "check that the printer is switched on and its cable is in"},
		check.PrinterJam:      {"paper is stuck in the printer", "open the printer, take the stuck paper out, and close it"},
		check.PrinterPaperOut: {"the printer has no paper", "put in a new roll"},
		check.PrinterCover:    {"the printer's cover is open", "close the cover until it clicks"},
		check.PrinterFails:    {"the printer reports a fault", "switch the printer off and on; if it comes back, have it replaced"},
		check.PrinterPaperLow: {"the printer's paper runs out soon", "have a new roll at hand"},

		check.DoorIsOpen: {"the machine's door is open", "close and lock it"},

		check.ConfigInvalid: {"the configuration cannot be used", "mend the key or file that kiosk doctor names"},
		check.ConfigChanged: {"the configuration was changed since the start", "restart the kiosk to use it, or put the old file back"},

		check.WatchdogUnfed: {"the watchdog cannot be fed", "check board.watchdog and the rights of the kiosk's user"},

		check.SignRepair: {"the out-of-service sign is up: waiting for repair", enSign},
		check.SignReader: {"the out-of-service sign is up: card reader", enSign},
		check.SignLine:   {"the out-of-service sign is up: no connection", enSign},
		check.SignPaper:  {"the out-of-service sign is up: no paper", enSign},
		check.SignShop:   {"the out-of-service sign is up: the shop's reason", enSign},

		check.UpdateForeign:  {"the offered update is not signed by this machine's operator", "tell the operator; the machine runs as before"},
		check.UpdateDamaged:  {"the offered update is damaged", "tell the operator to offer it anew; the machine runs as before"},
		check.UpdateOlder:    {"the offered update is older than what runs", "tell the operator; the machine runs as before"},
		check.UpdateRoom:     {"there is no room for the offered update", "look what uses the disk of kiosk.data, and have the update offered anew"},
		check.UpdateFails:    {"the offered update could not be installed", "look into the journal of kiosk-update, or update by a USB stick"},
		check.UpdateWentBack: {"the offered update did not work here, and the machine went back", "tell the operator; the machine runs as before"},

		check.Late: {"the test did not end in time", "restart the machine; if it comes back, call"},
	},
}
