package sim

import (
	"bytes"

	"multicopy.example/devices/apdu"
)

// application is what is selected; the zero value is the card as it powers up.
type application uint8

const (
	appNone application = iota
	appJPKI
	appFace  // 券面事項確認
	appOther // selectable, and nothing more
)

// aids in the order in which a prefix is looked up.
var aids = []struct {
	aid []byte
	app application
}{
	{[]byte{0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01}, appJPKI},
	{[]byte{0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08}, appOther}, // 券面事項入力補助
	{[]byte{0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02}, appFace},  // 券面事項確認
	{[]byte{0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00}, appOther}, // common application
	{[]byte{0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00}, appNone},                    // GlobalPlatform: back to power-up
}

// minPrefix: a card of this kind takes a part of an AID (JICSAP). How short a
// part is not public; five bytes are the registered provider (ISO 7816-4
// §12.2.3).
const minPrefix = 5

// answer carries out one command. Challenge and opening are good for exactly
// this one, whatever it is: so they are taken away before anything is looked
// at, malformed commands included.
func (c *Card) answer(raw []byte) apdu.Response {
	challenge, opened := c.challenge, c.opened
	c.challenge, c.opened = nil, nil

	cmd, err := apdu.Parse(raw)
	if err != nil {
		if len(raw) >= 5 && raw[0] == 0 && raw[1] == apdu.InsChallenge && raw[4] == 0 {
			return sw(apdu.SWConditions) // extended Le
		}
		return sw(apdu.SWLength)
	}
	if cmd.CLA == 0x80 && cmd.INS == apdu.InsSign {
		return c.sign(cmd)
	}
	if cmd.CLA != 0 {
		if cmd.CLA&0x80 == 0 && cmd.CLA&0x0C != 0 { // ISO 7816-4 table 2
			return sw(apdu.SWNoSM)
		}
		return sw(apdu.SWClass)
	}
	switch cmd.INS {
	case apdu.InsSelect:
		return c.selects(cmd)
	case apdu.InsRead:
		return c.read(cmd)
	case apdu.InsVerify:
		return c.verify(cmd)
	case apdu.InsChange:
		return c.change(cmd)
	case apdu.InsChallenge:
		return c.getChallenge(cmd)
	case apdu.InsExternal:
		return c.open(cmd, challenge)
	case apdu.InsReset:
		return c.reset(cmd, opened)
	}
	return sw(apdu.SWInstruction)
}

// selects: by name (04), by file identifier (02), or the master file (00).
func (c *Card) selects(cmd apdu.Command) apdu.Response {
	switch cmd.P1 {
	case 0x04:
		return c.selectApplication(cmd)
	case 0x02:
		return c.selectFile(cmd)
	case 0x00: // one real card's answers, told at second hand
		if len(cmd.Data) > 0 {
			return sw(apdu.SWNotFound)
		}
		if c.df == appNone {
			return sw(apdu.SWP1P2)
		}
		return sw(apdu.SWOK) // and the application stays selected
	}
	return sw(apdu.SWP1P2)
}

func (c *Card) selectApplication(cmd apdu.Command) apdu.Response {
	if len(cmd.Data) < minPrefix {
		return sw(apdu.SWNotFound)
	}
	for _, a := range aids {
		if !bytes.HasPrefix(a.aid, cmd.Data) {
			continue
		}
		c.forget() // a selected application begins with nothing verified
		c.df = a.app
		return sw(apdu.SWOK)
	}
	return sw(apdu.SWNotFound)
}

func (c *Card) selectFile(cmd apdu.Command) apdu.Response {
	if len(cmd.Data) != 2 {
		return sw(apdu.SWLength)
	}
	id := uint16(cmd.Data[0])<<8 | uint16(cmd.Data[1])
	if _, ok := c.files()[id]; !ok {
		return sw(apdu.SWNotFound)
	}
	c.current = id
	return sw(apdu.SWOK)
}
