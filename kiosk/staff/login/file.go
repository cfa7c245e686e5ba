package login

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/crypto/argon2"
)

// The file, version 1. Ours. All numbers big-endian.
//
//	  0    4  "STL1"
//	  4    4  zeros
//	  8    8  the latest time that an attempt has seen, Unix seconds
//	 16   96  clerk
//	112   96  technician
//	208   96  operator
//	304   32  SHA-256 of bytes 0–303
//
// and each of the three:
//
//	 0    1  1 enrolled, 0 not: then the rest is zeros
//	 1    1  wrong attempts in a row; 255 is 255 or more
//	 2    6  zeros
//	 8    8  the newest time step that was used; of the operator, the first counter that may be
//	16   16  salt
//	32   32  Argon2id of the own code (slow, below); of the operator, zeros
//	64   20  the secret of the one-time passwords
//	84   12  zeros
//
// The sum finds a file that is damaged. It does not find one that was written by an
// attacker: one who writes in the data folder has no need of a code.
const (
	fileName  = "staff.codes"
	magic     = "STL1"
	partyAt   = 16
	partySize = 96
	sumAt     = partyAt + parties*partySize
	fileSize  = sumAt + sha256.Size
)

// The parties of the file, in its order.
const (
	clerk = iota
	technician
	operator

	parties
)

// ErrSpoiled: the file is not one that this program wrote. Nothing in it is used.
var ErrSpoiled = errors.New("not a file of staff codes")

// Argon2id as OWASP's Password Storage Cheat Sheet has it at the least: 19 MiB, two
// passes, one lane. More would help little: an attacker who has the file finds a code
// of six digits in it; what keeps one out who has the screen alone is the count.
const (
	slowMemory = 19 << 10
	slowPasses = 2
)

type party struct {
	enrolled bool
	wrong    uint8
	used     uint64
	salt     [16]byte
	hash     [32]byte
	secret   [20]byte
}

type file struct {
	seen  int64
	party [parties]party
}

// slow is the slow hash of an own code.
func (p party) slow(own []byte) (sum [32]byte) {
	digest := sha256.Sum256(own)
	copy(sum[:], argon2.IDKey(digest[:], p.salt[:], slowPasses, slowMemory, 1, uint32(len(sum))))
	clear(digest[:])
	return sum
}

func (f file) encode() []byte {
	b := make([]byte, fileSize)
	copy(b, magic)
	binary.BigEndian.PutUint64(b[8:], uint64(f.seen))
	for i, p := range f.party {
		if at := b[partyAt+i*partySize:]; p.enrolled {
			at[0], at[1] = 1, p.wrong
			binary.BigEndian.PutUint64(at[8:], p.used)
			copy(at[16:], p.salt[:])
			copy(at[32:], p.hash[:])
			copy(at[64:], p.secret[:])
		}
	}
	sum := sha256.Sum256(b[:sumAt])
	copy(b[sumAt:], sum[:])
	return b
}

// decode reads what encode wrote and nothing else: encoding the answer gives the
// same bytes again.
func decode(b []byte) (f file, err error) {
	if len(b) != fileSize || string(b[:len(magic)]) != magic {
		return file{}, fmt.Errorf("%w of version 1: %d bytes", ErrSpoiled, len(b))
	}
	f.seen = int64(binary.BigEndian.Uint64(b[8:]))
	for i := range f.party {
		p, at := &f.party[i], b[partyAt+i*partySize:]
		p.enrolled, p.wrong, p.used = at[0] == 1, at[1], binary.BigEndian.Uint64(at[8:])
		copy(p.salt[:], at[16:])
		copy(p.hash[:], at[32:])
		copy(p.secret[:], at[64:])
	}
	if f.seen < 0 || string(f.encode()) != string(b) {
		return file{}, fmt.Errorf("%w: damaged", ErrSpoiled)
	}
	return f, nil
}
