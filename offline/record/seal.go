package record

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
)

// Sealing. Ours, made of RFC 9180: the body of a record is for the authority
// alone. Who takes the disk learns from the headers that visits happened,
// how far each one went and which acts ended up open; and from the counters in
// them mostly which secret was asked for, since a PIN has 3 tries and a
// password 5. Not the act, the outcome, the staff code, or when.
//
// Every opening of a ledger makes one HPKE context to the authority's records
// key: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, export only, base mode, info
// `myna-kiosk/records/v1`‖epoch. What it exports under `body` is the key of
// AES-256-GCM; the nonce is four zero bytes and the index of the message, 8
// bytes big-endian; the additional data are the record's 92 bytes of header.
//
// Why not the context's own Seal: its messages open in order only, from the
// first. A record that was set aside, or that an auditor holds alone, must
// open by itself, so the index lies beside it. It is the same construction as
// RFC 9180 §5.2 but that the number is told and not counted by the receiver.
//
// The index goes up with every attempt, not with seq: a record that the disk
// refused is followed by another of the same number, and one nonce must never
// cover two texts. A fresh context each opening keeps that promise over
// restarts without a durable counter.
const (
	sealInfo   = "myna-kiosk/records/v1"
	sealExport = "body"
	keyIDLen   = 8
	encLen     = 32
	sealedHead = keyIDLen + encLen + 8 // before the ciphertext
)

// A Sealer is the sending end of one context. It is not safe for use by several
// goroutines.
type Sealer struct {
	id    [keyIDLen]byte
	enc   []byte
	aead  cipher.AEAD
	index uint64
}

// NewSealer makes a context to that X25519 key, 32 bytes.
func NewSealer(key []byte, epoch [16]byte) (*Sealer, error) {
	pub, err := hpke.DHKEM(ecdh.X25519()).NewPublicKey(key)
	if err != nil {
		return nil, err
	}
	enc, sender, err := hpke.NewSender(pub, hpke.HKDFSHA256(), hpke.ExportOnly(), info(epoch))
	if err != nil {
		return nil, err
	}
	aead, err := bodyKey(sender)
	if err != nil {
		return nil, err
	}
	return &Sealer{id: keyID(key), enc: enc, aead: aead}, nil
}

func info(epoch [16]byte) []byte { return append([]byte(sealInfo), epoch[:]...) }

// keyID tells keys apart after one was replaced: it picks, it proves nothing.
func keyID(key []byte) (id [keyIDLen]byte) {
	sum := sha256.Sum256(key)
	copy(id[:], sum[:])
	return id
}

func bodyKey(c interface {
	Export(context string, length int) ([]byte, error)
}) (cipher.AEAD, error) {
	key, err := c.Export(sealExport, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	clear(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func nonce(index uint64) []byte {
	return binary.BigEndian.AppendUint64(make([]byte, 4, 12), index)
}

// Seal makes the sealed record of an entry; [MaxRecord] bytes. ErrEntry as
// Encode.
func (s *Sealer) Seal(e Entry) ([]byte, error) {
	b, err := Encode(e)
	if err != nil {
		return nil, err
	}
	body := b[framedLen:]
	b[2] = byte(SealHPKE)
	out := append(make([]byte, 0, MaxRecord), b[:headerLen]...)
	out = binary.BigEndian.AppendUint16(out, sealedLen)
	out = append(out, s.id[:]...)
	out = append(out, s.enc...)
	out = binary.BigEndian.AppendUint64(out, s.index)
	out = s.aead.Seal(out, nonce(s.index), body, b[:headerLen])
	s.index++
	return out, nil
}

// Context is what tells the contexts of sealed records apart, one for each
// opening of the ledger; false for a record in clear.
func Context(b []byte) (enc [encLen]byte, ok bool) {
	h, err := DecodeHeader(b)
	if err != nil || h.Sealing != SealHPKE {
		return enc, false
	}
	return [encLen]byte(b[framedLen+keyIDLen:]), true
}

// An Opener reads sealed records: the authority's, or an auditor's. It may be
// used by several goroutines.
type Opener struct {
	keys map[[keyIDLen]byte]hpke.PrivateKey

	mu       sync.Mutex
	contexts map[contextID]cipher.AEAD
}

type contextID struct {
	key   [keyIDLen]byte
	epoch [16]byte
	enc   [encLen]byte
}

// mostContexts bounds what an Opener remembers: a context costs a scalar
// multiplication and serves all records of one boot.
const mostContexts = 256

// NewOpener takes every X25519 key that records may have been sealed to.
func NewOpener(keys ...*ecdh.PrivateKey) (*Opener, error) {
	o := &Opener{keys: map[[keyIDLen]byte]hpke.PrivateKey{}, contexts: map[contextID]cipher.AEAD{}}
	for _, k := range keys {
		private, err := hpke.NewDHKEMPrivateKey(k)
		if err != nil || k.Curve() != ecdh.X25519() {
			return nil, errors.New("record: a key of another kind than X25519")
		}
		o.keys[keyID(k.PublicKey().Bytes())] = private
	}
	return o, nil
}

// Decode reads a whole record, sealed or in clear. ErrSealed where it was
// sealed to none of the keys; ErrRecord where it does not open: the body or
// the header under it were changed.
func (o *Opener) Decode(b []byte) (Entry, error) {
	h, err := DecodeHeader(b)
	if err != nil {
		return Entry{}, err
	}
	if h.Sealing == SealNone {
		return Decode(b)
	}
	body := b[framedLen:]
	aead, err := o.context(contextID{[keyIDLen]byte(body), h.Epoch, [encLen]byte(body[keyIDLen:])})
	if err != nil {
		return Entry{}, err
	}
	index := binary.BigEndian.Uint64(body[keyIDLen+encLen:])
	text, err := aead.Open(nil, nonce(index), body[sealedHead:], b[:headerLen])
	if err != nil {
		return Entry{}, fmt.Errorf("%w: the body does not open", ErrRecord)
	}
	return h.entry(text)
}

// Knows reports whether a record is in clear or sealed to one of the keys. It
// opens nothing and costs next to nothing.
func (o *Opener) Knows(b []byte) bool {
	h, err := DecodeHeader(b)
	if err != nil || h.Sealing == SealNone {
		return err == nil
	}
	_, ok := o.keys[[keyIDLen]byte(b[framedLen:])]
	return ok
}

func (o *Opener) context(id contextID) (cipher.AEAD, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if aead, ok := o.contexts[id]; ok {
		return aead, nil
	}
	key, ok := o.keys[id.key]
	if !ok {
		return nil, fmt.Errorf("%w (key %x)", ErrSealed, id.key)
	}
	recipient, err := hpke.NewRecipient(id.enc[:], key, hpke.HKDFSHA256(), hpke.ExportOnly(), info(id.epoch))
	if err != nil {
		return nil, fmt.Errorf("%w: its key does not agree with ours: %w", ErrRecord, err)
	}
	aead, err := bodyKey(recipient)
	if err != nil {
		return nil, err
	}
	if len(o.contexts) >= mostContexts {
		clear(o.contexts)
	}
	o.contexts[id] = aead
	return aead, nil
}
