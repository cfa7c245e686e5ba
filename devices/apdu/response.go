package apdu

import "fmt"

// A Response is one response APDU.
type Response struct {
	Data []byte // 0..256 bytes, a part of the buffer that was parsed; of Follow up to MaxFollowed
	SW   Status
}

// ParseResponse splits an answer into data and status word. ErrLength below 2
// and above MaxResponse bytes. Data is a part of b: a caller that keeps it past the
// life of b copies it.
func ParseResponse(b []byte) (Response, error) {
	if len(b) < 2 || len(b) > MaxResponse {
		return Response{}, ErrLength
	}
	n := len(b) - 2
	return Response{Data: b[:n:n], SW: Status(b[n])<<8 | Status(b[n+1])}, nil
}

// AppendTo appends the encoding, for doubles.
func (r Response) AppendTo(dst []byte) []byte {
	return append(append(dst, r.Data...), byte(r.SW>>8), byte(r.SW))
}

// Status is a status word (ISO 7816-4 §5.6). 61xx and 6Cxx, "ask again", are
// followed by Follow alone, for commands that read, within its bounds.
type Status uint16

// Status words that this card and its relatives answer.
const (
	SWOK           Status = 0x9000
	SWEOF          Status = 0x6282 // READ BINARY: the file ended before Le
	SWNoLimit      Status = 0x6300 // wrong, and no counter
	SWTries        Status = 0x63C0 // plus the tries left, 0..15
	SWMemory       Status = 0x6581 // memory failure: the write may or may not have happened
	SWLength       Status = 0x6700 // wrong Lc or Le
	SWNoSM         Status = 0x6882 // secure messaging not supported
	SWIncompatible Status = 0x6981 // the command does not fit the file
	SWSecurity     Status = 0x6982 // security status not satisfied
	SWBlockedISO   Status = 0x6983 // blocked, as ISO says it; this card uses SWBlocked
	SWBlocked      Status = 0x6984 // this card: the secret is blocked
	SWConditions   Status = 0x6985 // conditions of use not satisfied
	SWNoEF         Status = 0x6986 // no current EF
	SWData         Status = 0x6A80 // wrong data field
	SWNoFunction   Status = 0x6A81
	SWNotFound     Status = 0x6A82 // no such file or application
	SWP1P2         Status = 0x6A86 // wrong P1 or P2
	SWReference    Status = 0x6A88 // no such key or secret
	SWOffset       Status = 0x6B00 // READ BINARY past the end
	SWInstruction  Status = 0x6D00
	SWClass        Status = 0x6E00
	SWNoDiagnosis  Status = 0x6F00
	swTriesMask    Status = 0xFFF0
)

// OK reports 9000, the only status that means done.
func (s Status) OK() bool { return s == SWOK }

// Tries is the counter that the card told, from 63Cx alone: every other
// status, 6300, 6983 and 6984 among them, says nothing about how many tries
// are left (OpenSC once read "113 tries left" out of one).
func (s Status) Tries() (left int, ok bool) {
	if s&swTriesMask != SWTries {
		return 0, false
	}
	return int(s & 0x0F), true
}

// String is four hexadecimal digits.
func (s Status) String() string { return fmt.Sprintf("%04X", uint16(s)) }
