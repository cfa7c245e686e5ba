package story

import (
	"context"
	"fmt"
	"sort"
	"strings"
)

// A verb is one command.
type verb struct {
	usage       string
	about       string
	least, most int
	do          func(*Player, context.Context, []string) error
}

// verbs is filled in init, for the functions refer to it in their errors.
var verbs map[string]verb

func init() {
	verbs = map[string]verb{
		"card":      {"card NAME", "whose card it is from now on (hanako at first)", 1, 1, (*Player).card},
		"reserve":   {"reserve P|U", "the phone reads the card, checks the other secret and the face, and gets a one-time password", 1, 1, (*Player).reserve},
		"lay":       {"lay [NAME]", "put the card on the reader", 0, 1, (*Player).lay},
		"beside":    {"beside NAME", "put a second card beside the first", 1, 1, (*Player).beside},
		"lift":      {"lift", "take everything off the reader", 0, 0, (*Player).lift},
		"at":        {"at PLACE [WORD]", "wait for that screen, saying WORD where one is given, and print it", 1, 2, (*Player).at},
		"health":    {"health WORD", "wait until the attract screen says why no visit can begin, or - when one can", 1, 1, (*Player).health},
		"codes":     {"codes N", "wait until the screen says that N one-time passwords may still be typed", 1, 1, (*Player).codes},
		"shows":     {"shows TEXT…", "wait until the screen shows that text", 1, 40, (*Player).shows},
		"silence":   {"silence", "nothing is touched until the place's last timer has run out, by the kiosk's clock", 0, 0, (*Player).silence},
		"press":     {"press BUTTON [COUNT]", "ok back stop which neither reset unlock stay lang size", 1, 2, (*Player).press},
		"type":      {"type WHAT", "code wrong-code pin wrong-pin password wrong-password new new-pin other =TEXT", 1, 1, (*Player).typ},
		"tear":      {"tear INS before|after|half [stay] [swap:NAME] [nth:N]", "the card leaves at that command: 82 the opening, 2C the write, 20 VERIFY, 2A the signature, 84 the challenge, B0 a read", 2, 5, (*Player).tear},
		"road":      {"road cut|silent|whole", "the network between kiosk and authority", 1, 1, (*Player).road},
		"trouble":   {"trouble MESSAGE drop|mute|late|twice|die [nth:N]", "what happens to a message at the authority: health open code prove grant settle records", 2, 3, (*Player).trouble},
		"authority": {"authority WHAT", "kill start; hours (closed now) always; no-codes (reservation alone); signing-only (flow U not at this kiosk); revokes (this kiosk)", 1, 1, (*Player).authority},
		"kiosk":     {"kiosk kill|start|stop|other", "the firmware's process: kill is SIGKILL; other: the resident goes to another store", 1, 1, (*Player).kiosk},
		"power":     {"power LINE", "SIGKILL the firmware as soon as its ledger holds that line: trying tried proving asking writing outcome settled ended", 1, 1, (*Player).power},
		"dies":      {"dies INS before|after", "SIGKILL the firmware at that command of the card, before or after the card carries it out", 2, 2, (*Player).dies},
		"queued":    {"queued N", "N records wait in the ledger of the firmware, which is stopped; 100000 are its limit", 1, 1, (*Player).queued},
		"reader":    {"reader unplug|plug", "the reader's cable", 1, 1, (*Player).reader},
		"ended":     {"ended", "wait until the firmware has ended", 0, 0, (*Player).ended},
		"tries":     {"tries pin|password N", "the card's counter", 2, 2, (*Player).tries},
		"knows":     {"knows WHAT", "the card, held to a phone, accepts that secret", 1, 1, (*Player).knows},
		"refuses":   {"refuses WHAT", "the card, held to a phone, refuses it, which spends a try", 1, 1, (*Player).refuses},
		"state":     {"state open|claimed|granted|done|in-doubt", "what became of the reservation at the authority", 1, 1, (*Player).state},
	}
}

// Verbs lists the commands, for people.
func Verbs() string {
	var names []string
	for n := range verbs {
		names = append(names, n)
	}
	sort.Strings(names)
	var b strings.Builder
	for _, n := range names {
		fmt.Fprintf(&b, "  %-48s %s\n", verbs[n].usage, verbs[n].about)
	}
	return b.String()
}
