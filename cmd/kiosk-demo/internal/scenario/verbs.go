package scenario

import "context"

// A verb is one command.
type verb struct {
	usage       string
	about       string
	least, most int
	do          func(*player, context.Context, []string) error
}

var verbs = map[string]verb{
	"card":      {"card NAME", "whose card it is from now on (hanako at first)", 1, 1, (*player).card},
	"reserve":   {"reserve P|U", "the phone reads the card, checks the other secret and the face, and gets a one-time password", 1, 1, (*player).reserve},
	"phone":     {"phone android|iphone", "the resident's phone gets certificates of its own, made with the card and its password", 1, 1, (*player).phone},
	"phone-is":  {"phone-is good|held|revoked", "both certificates of that phone, at the authority", 1, 1, (*player).phoneIs},
	"agrees":    {"agrees COMPANY…", "the resident lets that company learn the new address, as its platform brings it to the authority", 1, 10, (*player).agrees},
	"allowed":   {"allowed N", "N of the resident's consents stand at the authority", 1, 1, (*player).allowed},
	"nowhere":   {"nowhere TEXT…", "that text is in no file of the kiosk, in no log, and where we may look nowhere in its memory", 1, 10, (*player).nowhere},
	"lay":       {"lay [NAME]", "put the card on the reader", 0, 1, (*player).lay},
	"beside":    {"beside NAME", "put a second card beside the first", 1, 1, (*player).beside},
	"lift":      {"lift", "take everything off the reader", 0, 0, (*player).lift},
	"at":        {"at PLACE [MESSAGE]", "wait for that screen, with MESSAGE where one is given, and print it", 1, 2, (*player).at},
	"health":    {"health MESSAGE", "wait until the attract screen says why no visit can begin, or - when one can", 1, 1, (*player).health},
	"codes":     {"codes N", "wait until the screen says that N one-time passwords may still be typed", 1, 1, (*player).codes},
	"shows":     {"shows TEXT…", "wait until the screen shows that text", 1, 40, (*player).shows},
	"silence":   {"silence", "nothing is touched until the place's last timer has run out, by the kiosk's clock", 0, 0, (*player).silence},
	"press":     {"press BUTTON [COUNT]", "ok back stop which neither reset unlock stay smaller larger look consents pick end", 1, 2, (*player).press},
	"speak":     {"speak TAG", "go over the page of languages to that one: ja en", 1, 1, (*player).speak},
	"type":      {"type WHAT", "code wrong-code pin wrong-pin password wrong-password new new-pin other =TEXT", 1, 1, (*player).typ},
	"tear":      {"tear INS before|after|half [stay] [swap:NAME] [nth:N]", "the card leaves at that command: 82 the opening, 2C the write, 20 VERIFY, 2A the signature, 84 the challenge, B0 a read", 2, 5, (*player).tear},
	"network":   {"network cut|silent|whole", "the network between kiosk and authority", 1, 1, (*player).network},
	"trouble":   {"trouble MESSAGE drop|mute|late|twice|die [nth:N]", "what happens to a message at the authority: health open code prove grant settle records", 2, 3, (*player).trouble},
	"authority": {"authority WHAT", "kill start; hours (closed now) always; no-codes (reservation alone); signing-only (flow U not at this kiosk); revokes (this kiosk)", 1, 1, (*player).authority},
	"kiosk":     {"kiosk kill|start|stop|other", "the firmware's process: kill is SIGKILL; other: the resident goes to another store", 1, 1, (*player).kiosk},
	"power":     {"power LINE", "SIGKILL the firmware as soon as its ledger holds that line: trying tried proving asking writing outcome settled ended holding held withdrawing withdrawn", 1, 1, (*player).power},
	"dies":      {"dies INS before|after", "SIGKILL the firmware at that command of the card, before or after the card carries it out", 2, 2, (*player).dies},
	"ended":     {"ended", "wait until the firmware has ended", 0, 0, (*player).ended},
	"queued":    {"queued N", "N records wait in the ledger of the firmware, which is stopped; 100000 are its limit", 1, 1, (*player).queued},
	"sign":      {"sign CODE|-", "the out-of-service sign stands in the data folder of the firmware, which is stopped, or is taken away: E-OFF1 to E-OFF5", 1, 1, (*player).sign},
	"reader":    {"reader unplug|plug|no-presence|damages INS|slow INS", "the reader's cable; R(NAK) is never answered; the answer to the next such command is damaged, or does not come", 1, 2, (*player).reader},
	"printer":   {"printer plug|well|no-paper|low|jam|open|silent", "give the firmware, which is stopped, a receipt printer; what is the matter with it", 1, 1, (*player).printer},
	"slips":     {"slips N", "wait until N slips were printed, each a picture in the world's folder, and no more", 1, 1, (*player).slips},
	"tries":     {"tries pin|password N", "the card's counter", 2, 2, (*player).tries},
	"knows":     {"knows WHAT", "the card, held to a phone, accepts that secret", 1, 1, (*player).knows},
	"refuses":   {"refuses WHAT", "the card, held to a phone, refuses it, which spends a try", 1, 1, (*player).refuses},
	"state":     {"state open|claimed|granted|done|in-doubt", "wait until that has become of the reservation at the authority", 1, 1, (*player).state},
	"settled":   {"settled", "wait until the authority has every record, end the kiosk, and prove what holds after every visit", 0, 0, (*player).settled},
}
