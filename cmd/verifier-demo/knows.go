package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"multicopy.example/cmd/verifier-demo/internal/bank"
	"multicopy.example/cmd/verifier-demo/internal/platform"
)

// knowledge is what one of the three knows, in sentences.
type knowledge struct {
	Who   string
	Lines []string
	Not   string // what it does not know
	Raw   string // as it keeps it
}

// know asks each of the three what it keeps.
func (w *world) know(ctx context.Context) ([]knowledge, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a, err := w.authorityKnows(ctx)
	if err != nil {
		return nil, err
	}
	text, err := w.get(ctx, "platform", "/knows")
	if err != nil {
		return nil, err
	}
	var p platform.Kept
	if err := json.Unmarshal(text, &p); err != nil {
		return nil, err
	}
	b, err := w.bankKnows(ctx)
	return []knowledge{a, platformKnows(p), bankKnows(b)}, err
}

func pretty(v any) string {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func (w *world) authorityKnows(ctx context.Context) (k knowledge, err error) {
	text, err := w.authority.Command(ctx, "bank", "consents", "--bank", bankID, "--json")
	if err != nil {
		return k, err
	}
	var list []struct {
		Resident string   `json:"resident"`
		State    string   `json:"state"`
		Items    []string `json:"items"`
		Given    []struct {
			At int64 `json:"at"`
		} `json:"given"`
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return k, err
	}
	k = knowledge{Who: "authority", Not: "what the bank does with it; which account it is", Raw: text}
	k.Lines = append(k.Lines, "all residents' items and certificates: it issues them")
	for _, c := range list {
		k.Lines = append(k.Lines, fmt.Sprintf("%s agreed that %s is told: %s (%s; disclosures: %d)", c.Resident, bankName, strings.Join(c.Items, ", "), c.State, len(c.Given)))
	}
	return k, nil
}

func platformKnows(p platform.Kept) knowledge {
	k := knowledge{Who: "platform", Not: "any later name or address: what it carries is sealed to the bank. The certificate in a signed consent passes through it with the items of that day, and it keeps the number alone", Raw: pretty(p)}
	for handle, c := range p.Certificates {
		state := "good"
		if c.Dead {
			state = "not good"
		}
		k.Lines = append(k.Lines, fmt.Sprintf("handle %s… stands for a certificate that was %s", handle[:6], state))
	}
	for decision, n := range p.Decisions {
		k.Lines = append(k.Lines, fmt.Sprintf("answers that it carried: %s, %d", decision, n))
	}
	slices.Sort(k.Lines)
	k.Lines = append(k.Lines, fmt.Sprintf("fees: %d yen", p.Fees))
	return k
}

func bankKnows(b bank.Kept) knowledge {
	k := knowledge{Who: "bank", Not: "any serial number or certificate; the items that were not agreed to; the other banks", Raw: pretty(b)}
	for _, c := range b.Customers {
		line := fmt.Sprintf("account %s: %s, %s", c.Account, c.Name, c.Address)
		if c.Consent != nil {
			id, _ := c.Consent.Handle.MarshalText()
			line += fmt.Sprintf("; handle %s…, consent %s", id[:6], c.Consent.State)
		}
		k.Lines = append(k.Lines, line)
	}
	return k
}

//go:embed knows.html
var knowsText string

var knowsPage = template.Must(template.New("knows").Parse(knowsText))

// page shows the three beside each other, and lets a person do what happens at the counter and at midnight.
func (w *world) page() http.Handler {
	mux := http.NewServeMux()
	does := func(path string, f func(context.Context) error) {
		mux.HandleFunc("POST "+path, func(rw http.ResponseWriter, r *http.Request) {
			if err := f(r.Context()); err != nil {
				http.Error(rw, err.Error(), http.StatusConflict)
				return
			}
			http.Redirect(rw, r, "/", http.StatusSeeOther)
		})
	}
	moved := 1
	does("/move", func(ctx context.Context) error {
		w.mu.Lock()
		defer w.mu.Unlock()
		moved++
		return w.counter(ctx, "move", "hanako", "--address", fmt.Sprintf("Rei-shi %d-%d-%d", moved, moved, moved), "--municipality", "99202")
	})
	does("/sign", func(ctx context.Context) error { return w.counter(ctx, "sign", "hanako") })
	does("/tomorrow", w.nextDay)
	mux.HandleFunc("GET /{$}", func(rw http.ResponseWriter, r *http.Request) {
		all, err := w.know(r.Context())
		if err != nil {
			http.Error(rw, err.Error(), http.StatusBadGateway)
			return
		}
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		rw.Header().Set("Cache-Control", "no-store")
		shown := struct {
			All  []knowledge
			Bank string
			Day  string
		}{all, "http://" + w.children["bank"].at + "/", time.Now().Add(w.ahead).In(time.FixedZone("JST", 9*60*60)).Format(time.DateTime)}
		if err := knowsPage.Execute(rw, shown); err != nil {
			panic(http.ErrAbortHandler)
		}
	})
	return mux
}
