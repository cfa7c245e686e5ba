// Package kiosk is the behaviour of a self-service kiosk in a convenience
// store that renews a forgotten or blocked secret of a My Number Card. Start
// here.
//
// The kiosk is one pure function,
//
//	Step(State, Event) (State, []Effect)
//
// A loop (kiosk/run) tells it what happened and does what it asks. Four ports
// that never touch each other do the work: the card reader (devices), the
// authority (kiosk/authority), the ledger (offline), the screen (ui). This
// package has no I/O, no goroutine and no clock.
//
// # One resident
//
// Hanako forgot the password with which her card signs tax returns and typed
// five wrong ones. At home, in the phone app, she proves who she is with her
// face and the other secret of her card, the 4-digit PIN, and reserves the
// renewal. She gets a one-time password of 8 digits. Within 24 hours, at any
// store:
//
//   - She touches the screen, reads what is needed, and puts her card on the reader. The
//     kiosk reads what costs nothing: what card this is, which certificates it
//     has, how many tries are left of each secret ([Facts]).
//   - The authority opens a session: her reservation, which secret it renews,
//     a challenge.
//   - She types the one-time password. The authority compares and counts it;
//     the card knows nothing of it. The answer is a ticket.
//   - She types a new password, twice. It stays in the kiosk until it goes to
//     the card; the authority never learns it.
//   - Last she types the 4-digit PIN. The card compares it, signs what the
//     kiosk composed, and the authority believes that its owner is here.
//   - The card makes a challenge, the authority answers it with one grant for
//     one command on this card, and the card opens for the new password.
//   - The outcome is on disk before it is told. The secrets are erased,
//     the card's power is taken, and the screen does not go on before she has
//     taken her card.
//
// Everything that spends something or cannot be undone stands right behind a
// durable record of it, so a plug that is pulled leaves a line that says what
// may have happened, and never an act without a line.
//
// # Flows and acts
//
//	flow  renews                                        proved by
//	P     the signing password, 6–16 of A–Z 0–9, both   the 4-digit PIN
//	      kinds, 5 tries (署名用)                         and the one-time password
//	U     the 4-digit PIN, 3 tries (利用者証明用)          the signing password
//	                                                    and the one-time password
//
// The secret that is renewed is the target, the other one the proof secret.
// Flow L renews nothing (look.go): it says what card or phone lies on the reader and
// whether it is good, without a try, and holds the certificates of a lost phone after
// the 4-digit PIN, at any hour and without a reservation. A hold is the safe direction:
// it is undone at home, in the app, with the card's signing password.
//
// Flow C lists what the card's holder has agreed to that companies may learn, behind the
// 4-digit PIN, and flow W withdraws one of them, behind the signing password (withdraw.go).
// Names are covered until a row is touched and drawn a character at a time; the list lies in
// locked pages for a minute at most and is erased before the password is asked for. What the
// card signs is composed here of listed fields. An answer that is lost is looked for in the
// list, not asked for again.
//
// Two acts: reset sets a new target; unlock restores its counter and keeps it,
// and is offered only where the counter is not full. A card with both secrets
// blocked is a matter for the municipal office.
//
// # Places
//
// A [Place] is one screen and one thing waited for. Numbers are screens.
//
//	0  Idle · PageWhich · PageNeither       attract, and two pages of help
//	1  Needs                                what you need; begin or stop
//	2  PlaceCard                            put the card on the reader
//	3  Reading → Opening                    by itself; WrongCard: take it away, back to 2
//	4  Plan                                 what will be done; reset or unlock
//	4  Lying                                flow L: what lies here; the phones are behind 9 and 10
//	5  Code → CodeAsked                     the one-time password
//	6  NewSecret                            reset alone
//	7  Again                                three that differ: back to 6
//	8  Confirm                              the card must not move now
//	9  LastTry · Proof                      the last try has a page of its own
//	10 Verifying → Signing → Proving → Granting → Writing → Settling
//	10 DoubtCard → DoubtReading → DoubtAgain
//	11 Shown → HoldAsk → Holding            flow L, after Signing and Seeing: the phones, and one is held
//	11 Listing → Listed → OneConsent → WithdrawAsk   flow C, after Seeing: what was agreed to, and one of it
//	10 Withdrawing → LookingAgain           flow W, after Proof and Signing: it is withdrawn
//	11 Telling · CounterPage                what changed and what did not; to be shown at the office
//	12 TakeCard → Thanks                    not before the card is gone
//
// The screen counts what the person does ([Task]), not what the program does:
// four to six tasks, by the act and by what the authority asks for.
//
// Starting, OutOfService, StaffField and Staff are outside of a visit; what happens
// in the last is kiosk/staff's. Every place has timers, counted from the last touch
// or move, at which what was typed is erased, a question is asked, the visit ended,
// or the clerk called. The three places of a doubt share one clock, which a card
// that slips in and out does not begin anew. Silence alone leads home, or to
// TakeCard holding nothing; and without a touch no secret is held for longer than
// 4 min 30 s, whatever comes.
// testdata/step.golden says for every place what each event makes of it.
//
// # The contract: ours, not J-LIS's
//
// The commands with which the real authority opens a card, and its wire, are
// not public. What follows is an agreement between this firmware, the sandbox
// authority and the simulated card. Another authority needs another
// kiosk/authority, another card script another devices/jpki, and nothing else.
// It claims one live grant, an effect that may be repeated without harm, and
// each record counted once; it does not claim that a write happens exactly
// once, because a card can leave in the middle of any answer.
//
// Words. The card id is the SHA-256 of the user-authentication key's
// SubjectPublicKeyInfo; it lives in memory for one visit and no record holds
// it. A reservation binds card and flow and is open, claimed (for 15 minutes, longer where it is kept),
// granted, done or in doubt. A ticket is 32 random bytes, the answer to the
// right one-time password. The one-time password itself is never signed and
// never hashed: a hundred million guesses take seconds.
//
// All requests are mutual TLS 1.3, and each has a random id. The authority
// keeps its answer under (kiosk, id): the same id with the same bytes gets the
// same answer, with other bytes it is refused, so a repeated request is safe.
// The kiosk's name comes from its certificate and from no body.
//
//  1. Open {user certificate, both counters} answers {session, 16 bytes;
//     challenge, 32 bytes; the flow as reserved; the state of both
//     certificates; factor: one-time password, or reservation alone; codes
//     left; whether an earlier visit is in doubt}. The card's signing
//     certificate holds a name and an address. The kiosk never reads it; the
//     authority issued the two as a pair and finds it itself.
//  2. Code {session, sealed one-time password} answers {ticket} or {codes
//     left}. It is sealed with HPKE to the authority's key, and bound to
//     session and request id. The authority counts before it compares, five
//     wrong ones void the reservation, and a session that never claimed one
//     blocks nothing. Where the reservation alone is enough the code is empty.
//     The claim lasts for 15 minutes. The same request again, byte for byte, gets the
//     same answer; an authority may take it for a word that the visit goes on, and
//     the reference authority then gives the claim its full time again, up to
//     30 minutes after Open. The kiosk sends it while its resident acts.
//  3. The card verifies the proof secret: `00 20 00 98` for the PIN (file
//     0018), `00 20 00 9B` for the password (file 001B); a card that refuses
//     these short identifiers gets SELECT and `00 20 00 80`. Once per press of
//     OK, never repeated, never the last try without the page that says so.
//  4. The card signs with the key that the proof secret guards (0017 in flow
//     P, 001A in flow U; RSA, PKCS#1 v1.5, SHA-256) the words
//     `myna-kiosk/proof/v1` and then, each behind its length as two bytes
//     big-endian: session, challenge, ticket, SHA-256 of the kiosk's TLS key,
//     SHA-256 of the user certificate, flow, act, factor. The kiosk composes
//     it. Nothing from outside reaches the signer of the card.
//  5. Prove {session, act, signature}. A challenge is good once.
//  6. `GET CHALLENGE` makes 16 bytes, good for the card's next command alone:
//     not even a look whether the card is still there may come between.
//     Grant {session, card challenge} answers {grant id, command}.
//  7. The command is exactly `00 82 00 96 52` and 82 bytes: target, P1, grant
//     id, and an ECDSA P-256 signature (r‖s) over `myna-card/grant/v1`, card
//     id, card challenge, target, P1, grant id. The card checks that id and
//     challenge are its own. The kiosk sends no other command on another's
//     behalf: a verified card would sign anything.
//  8. Then the kiosk's own `00 2C`: with the new secret (P1 02) or without
//     (P1 03, unlock), P2 9B for the signing password and 98 for the PIN. The
//     card allows it while the proof secret is verified and the opening
//     stands, once, for that P1 and P2. Secret and counter change together or
//     not at all.
//  9. 9000 is done. 2C never sent, or 64 67 68 69 6A 6B 6D 6E: failed, and
//     certainly unchanged. Anything else, or silence: unknown. The outcome is
//     recorded, and then Settle {grant, outcome} answers with a fresh
//     challenge unless it is done. Only unknown may change later. Three grants
//     a reservation at most.
//
// # In doubt
//
// The same card back, with the secrets still held: its counters are read. The
// target's was below full: full now is done, unchanged is failed. It was full
// already: steps 3 to 9 are repeated with the same secret and a new grant,
// after an OK of its own, because setting the same value twice harms nothing.
// The new secret is never verified to find out. A repetition that the card
// refuses settles nothing, for the write before it may have happened.
//
// Another card: nothing of the visit touches it. Secrets gone, after a loss of
// power or in the end of patience: a line that says asking is closed as
// failed, one that says writing as unknown, and the reservation stays good at
// any kiosk with the same card and code.
//
// # Records
//
// An [Entry] has no field that could hold a secret, the length of one, a name,
// a certificate, a number of a card, or a hash of one: the authority joins a
// session to a person, the kiosk cannot. It lies in the ledger as a clear
// header and a sealed rest, each line hashing the last; the authority
// counter-signs the head.
//
// The out-of-service sign that staff has put up (E-OFF1 to E-OFF5, its five reasons)
// comes with the same answer, until staff takes it down.
//
// What staff tries and has done in maintenance is recorded too: role, task and
// outcome, and nothing of a person; of an export the SHA-256 of its encrypted file.
//
// Records travel in order, but for one kind (ours): an outcome of which the authority
// may not have heard, because power or network went before Settle, is handed over
// first, alone, and comes again in its turn. The authority learns from it and
// takes neither it for the head nor what lies before it for missing.
//
// The queue to the authority has a cap and the disk a floor. On the attract
// screen the ledger is asked for room, and once more when a card is laid,
// before anything of it is read: where a whole visit might not find room,
// no visit begins (E-FUL), and service comes back by itself. A visit that has
// begun writes to its end. Every session that the kiosk ended has its last line,
// also one that a lifted card ended. One that a loss of power cut has none: the
// next start closes the act that it was in, if it was in one, and its boot line
// says that whatever was open before it is over.
//
// # Who is believed
//
// The configuration names the CAs of the cards that may be written. A card
// outside them is only read; no secret and no write ever reaches it. Times
// come from the authority, order comes from sequence numbers.
//
// # Add a place
//
// A place is one row and one function; nothing else lists places, and
// places_test.go at the top of the tree keeps it so.
//
//  1. place.go: a constant where the place comes in a visit, for the order of
//     the constants is the order of a visit and the tests rely on it, and a row
//     of the table. The compiler and TestEveryPlaceHasAWholeRow name what lacks.
//  2. The file of its part of the visit (visit.go, burst.go, look.go, withdraw.go, doubt.go, leave.go):
//     the function that answers a press or a reply there, and the s.move of
//     another place that leads to it.
//
// Then the golden files show what has changed, for review:
//
//	go test ./kiosk -run TestStepIsAsAgreed -update   testdata/step.golden
//	make map                                          assets/pictures/map.svg
//
// testdata/map.txt can say where the place stands on the map. A new screen needs
// a Screen in view.go, its drawing in ui/layout and its words in assets/text; a
// known one needs none of them. A place of a visit belongs to a task of the
// person's (task.go). A place that every resident must pass, such as one more
// question, is also a new step in what scripts a visit: scenario_test.go,
// testdata/replay and the demo's scenarios.
//
// # The tree
//
//	kiosk                this package: step.go first, then place.go (every place
//	                     is a row), row.go, visit.go, burst.go, look.go,
//	                     withdraw.go, doubt.go, leave.go, time.go; guard.go says what no step may do
//	kiosk/secret         a slot number into one locked page; nothing can print it
//	kiosk/secret/secrettest  the slots that tests type into
//	kiosk/must           ends a test at an error that it is not about
//	kiosk/golden         holds what a test makes against a file that is kept
//	kiosk/port           values and errors of the ports that Step never sees
//	kiosk/run            the loop, and port.go with the interfaces of the ports
//	kiosk/staff          maintenance: a Step of its own; login has codes and one-time passwords
//	kiosk/staff/check    measured facts become findings: level, code, what to do
//	kiosk/config         the one configuration file, strict
//	kiosk/authority      the client over mutual TLS 1.3
//	kiosk/authority/wire what both ends speak: openapi.yaml, messages, codec
//	devices/serial, bus  a UART with deadlines; I²C and SPI
//	devices/pn532        the reader's chip: frames, field, exchange
//	devices/apdu         commands, answers, TLV; length before allocation
//	devices/jpki         the card: what is read, verified, signed, written
//	devices/board        watchdogs, lamp, buzzer, door, headphones
//	devices/speaker      clips of speech, and one tone, through ALSA's player
//	devices/printer      a receipt printer: ESC/POS, its state
//	devices/tpm          private keys that a TPM 2.0 keeps
//	devices/sim          a card, a reader and a printer for tests and the demo, never in the firmware
//	devices/interop      other people's programs that judge sim and the drivers
//	offline              the ledger: append, chain, recover, on SQLite
//	offline/record       one record: bytes, hash, seal
//	offline/outbox       drains in order; backoff says when to ask again
//	offline/export       what an auditor may ask: verify, show, stats, export
//	ui                   the screen: draws a View, posts Events, decides nothing
//	ui/layout            a View becomes rectangles, by Place.Screen
//	assets               every sentence in every language, fonts, pictures
//	cmd/kiosk            the firmware; its parts in cmd/internal: firmware puts the
//	                     ports together, heartbeat, renewal and update run beside it,
//	                     measure finds out how the machine is, metrics counts, replace
//	                     puts a file in another's place whole,
//	                     enrol gets its certificate (enrolment has the words)
//	cmd/kiosk-init       the initramfs: the first picture, which slot, its root verified, handing on
//	cmd/kiosk-demo       the demo for a person; runs the unmodified firmware
//	cmd/authority-sandbox      the reference authority; who gets an update is cmd/internal/rollout's
//	cmd/verifier-demo          a bank and its platform, as clients of the authority
//	cmd/pn532-check            a reader without a kiosk: its port, its wiring, its line
//	cmd/authority-conformance  what another authority lacks of the contract
//	cmd/internal/harness starts authority, kiosk, card, reader and network for tests
//	cmd/internal/pemfile  PEM files of one block, for programs beside the firmware
//	cmd/internal/xserver  an X server for a test of one client
//	cmd/internal/pixels  tells from a screen's pixels what stands on it
//	cmd/internal/maintainer  a person who works on the screens of maintenance
//	cmd/internal/cardface  what is printed on a card, as its chip holds it
//	cmd/proving          mutants, attacks, fleet, soak, power cuts, visits, figures;
//	                     boot starts the appliance in an emulator and looks at it
//	buildroot            the appliance: system and overlay are its files, vm makes
//	                     disks of it on a base of Debian, debian makes packages
//
// # What proves it
//
// walk_test.go visits every reachable state and holds each step against the
// named invariants of invariant_test.go, with an oracle of its own
// (oracle_test.go). cmd/proving/mutants has mistakes that a change could make,
// as small files that name the invariant that kills each; make mutants tries
// them all. fuzz_test.go tries what no port would post. guard.go stands behind
// every step in production and stops what must never happen.
// run/sim_test.go lets thousands of residents live with ports that fail. A
// change of behaviour begins there.
package kiosk
