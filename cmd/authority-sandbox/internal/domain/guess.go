package domain

import (
	"encoding/hex"
	"fmt"
	"log/slog"

	"multicopy.example/cmd/authority-sandbox/internal/store"
)

// An attacker who has read a card, which any kiosk does, has its
// user-authentication certificate and can open visits and type one-time passwords
// at a kiosk of his own. Five wrong ones void a reservation, wherever they are
// typed: the bound on guessing is the reservation's and is shared by all kiosks. What a kiosk has of
// its own comes on top of it and only takes away: how many wrong ones it may count
// against one card on one day. With guessesADay it can void one reservation of a
// card a day and not the one that is made in its place.
const (
	guessesADay = 9 // one below twice five
	spentLimit  = 3 // reservations a day of which one kiosk tried four codes or more; then staff is called
	spent       = 4 // codes that leave a resident one mistake, or none
)

func guessesOf(kiosk string, card store.Hash) string {
	return "guesses " + kiosk + " " + hex.EncodeToString(card[:])
}

// lastMinute is of the day of now, UTC. A row of the table of rates is forgotten
// when its minute is over.
func (c *call) lastMinute() int64 { return (c.now/(day*60)+1)*day - 1 }

// guessing is the count of those that this kiosk tries on that card on this day.
func (c *call) guessing(card store.Hash) *store.Rated {
	return &store.Rated{Name: guessesOf(c.peer.Kiosk, card), Minute: c.lastMinute(), Limit: guessesADay}
}

// tooManyGuesses calls staff: a kiosk has had its number of the day.
func (s *Service) tooManyGuesses(c *call, r store.Reservation) error {
	return callStaff(c, s.log, r.ID, 0, "guesses",
		fmt.Sprintf("%d wrong one-time passwords of one card were typed here today; the card's reservation is named", guessesADay))
}

// unguess takes back one that was right, or was not compared.
func (c *call) unguess(card store.Hash) error {
	return c.Unrate(guessesOf(c.peer.Kiosk, card), c.lastMinute())
}

// watchVoids calls staff, once a day, where a kiosk uses up one reservation after
// the other. It stands behind the count of an entry, so each number comes once.
func (s *Service) watchVoids(c *call, r store.Reservation) error {
	if r.Wrong+1 < spent { // with this one
		return nil
	}
	tried, err := c.Tried(r.ID)
	if err != nil {
		return err
	}
	for _, t := range tried {
		if t.Kiosk != c.peer.Kiosk || t.Codes != spent {
			continue
		}
		few, err := c.Rate("spent "+c.peer.Kiosk, c.lastMinute(), spentLimit-1)
		if err != nil || few {
			return err
		}
		first, err := c.Rate("spent, alarmed "+c.peer.Kiosk, c.lastMinute(), 1)
		if err != nil || !first {
			return err
		}
		return callStaff(c, s.log, r.ID, 0, "voids",
			fmt.Sprintf("%d or more one-time passwords were tried here on each of %d reservations today; the last is named", spent, spentLimit))
	}
	return nil
}

// callStaff raises an alarm, once for the same thing. about is a ledger; a
// reservation where the word is guesses or voids; the first half of a fingerprint
// where it is certificate.
func callStaff(c *call, log *slog.Logger, about store.ID, seq uint64, word, detail string) error {
	return callStaffOf(c, log, store.Alarm{Kiosk: c.peer.Kiosk, Epoch: about, Word: word, Seq: seq, Detail: detail, Raised: c.now})
}

// callStaffOf logs an alarm that is new. Where a kiosk has its number of them the
// log is their only place, and it takes one a minute: the kiosk could fill it.
func callStaffOf(c *call, log *slog.Logger, a store.Alarm) error {
	fewer, err := c.Fewer(store.Alarms, a.Kiosk, alarmsMost-1)
	if err != nil {
		return err
	}
	kept := a
	if !fewer {
		kept.Epoch, kept.Seq, kept.Word, kept.Detail = store.ID{}, 0, "quota-alarms", "further ones of this kiosk stand in the log alone, one a minute"
	}
	tell, err := c.AddAlarm(kept)
	if err == nil && !tell && !fewer {
		tell, err = c.Rate("alarms logged "+a.Kiosk, c.now/60, 1)
	}
	if err != nil || !tell {
		return err
	}
	log.Error("call staff", "kiosk", a.Kiosk, "about", hex.EncodeToString(a.Epoch[:]), "seq", a.Seq, "alarm", a.Word, "detail", a.Detail)
	return nil
}
