package server

import (
	"context"
	"strconv"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/status"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/verifier"
)

// stateWords are those of certificates. One that its holder cannot use yet is unknown, as by OCSP.
var stateWords = map[life.State]string{life.Good: verifier.StateGood, life.Held: verifier.StateHeld, life.Revoked: verifier.StateRevoked}

// stateOf is what is told of one.
func stateOf(serial verifier.Serial, is store.Status) verifier.State {
	word := stateWords[is.State]
	switch word {
	case "":
		return verifier.State{Serial: serial, State: verifier.StateUnknown}
	case verifier.StateGood:
		return verifier.State{Serial: serial, State: word}
	case verifier.StateHeld:
		return verifier.State{Serial: serial, State: word, Since: is.Since}
	}
	return verifier.State{Serial: serial, State: word, Reason: int(is.Reason), Since: is.Since}
}

func (l *platforms) status(ctx context.Context, by domain.Carrier, m verifier.Serials) (any, error) {
	if len(m.Serials) == 0 || len(m.Serials) > verifier.MaxSerials {
		return nil, domain.ErrVerifier{Code: verifier.CodeContract, Detail: "1 to " + strconv.Itoa(verifier.MaxSerials) + " serial numbers"}
	}
	serials := make([]store.Serial, len(m.Serials))
	for i, s := range m.Serials {
		serials[i] = store.Serial(s)
	}
	list, now, err := l.s.Statuses(ctx, by, m.Provider, m.Purpose, m.CA, serials)
	tick := time.Unix(now, 0).Truncate(status.Tick)
	out := verifier.States{Contract: verifier.Contract, AsOf: tick.Unix(), Next: tick.Add(status.Tick).Unix()}
	for i, is := range list {
		out.States = append(out.States, stateOf(m.Serials[i], is))
	}
	return out, err
}

func (l *platforms) links(ctx context.Context, by domain.Carrier, m verifier.Link) (any, error) {
	of, err := l.s.Links(ctx, by, m.Provider, m.Purpose, m.CA, store.Serial(m.Serial))
	as := func(s *store.Serial) *verifier.Serial { return (*verifier.Serial)(s) }
	return verifier.Linked{Contract: verifier.Contract, Serial: m.Serial, Known: of.Known, Pair: as(of.Pair), Card: as(of.Card), Phone: as(of.Phone), Next: as(of.Next)}, err
}
