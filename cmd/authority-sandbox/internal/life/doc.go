// Package life says what becomes of a person's certificates: those of the card, of
// the phone and of private software. It is one pure function, with no clock, no store and
// no keys: call Policy.Step with what the person has and what happened, and carry out
// the changes that it answers, or say the refusal.
//
//	applied → issued → good ⇄ held → revoked
//
// A person has a card's pair, the pair of the phone in use or used last, that of a phone
// being set up, and perhaps a private certificate. The card's pair is issued and handed
// over at the counter in one step. A phone's is applied for with the card's signing key,
// issued, and good once the card's signing key and both keys of the phone have signed; no
// phone makes itself good. The old phone ends in that same step, so that a failed set-up
// does not end the one that works.
//
// Who may do what is one table (may.go). A private certificate is of an issuer of its own,
// its key can be copied, and it opens a weak log-in and nothing else.
package life
