package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"multicopy.example/kiosk/authority/wire"
)

// What the fronts have in common that break one thing of an authority.

// orAbort ends a request without an answer where the front cannot give one.
func orAbort[A any](a A, err error) A {
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	return a
}

// forwarded is the answer of a line without TLS behind a front.
func forwarded(ctx context.Context, method, url, kind string, body []byte) reply {
	q := orAbort(http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body)))
	q.Header.Set("Content-Type", kind)
	a := orAbort(http.DefaultClient.Do(q))
	defer a.Body.Close()
	return reply{a.StatusCode, a.Header, orAbort(io.ReadAll(a.Body))}
}

// caught is a test that the one requirement which a pattern names fails with the arguments of a broken authority, and is
// ok with those of one through the same front in which nothing is broken; nil where that was tried.
func caught(t *testing.T, catches string, honest, broken []string) {
	t.Helper()
	lines := 0
	for _, r := range requirements(wire.Contract) {
		if regexp.MustCompile(catches).MatchString(line12(r)) {
			lines++
		}
	}
	if lines != 1 {
		t.Fatalf("%d lines match %s", lines, catches)
	}
	try := func(args []string) (string, error) {
		var out bytes.Buffer
		err := run(t.Context(), append(args, "--contract", "2", "--only", catches), &out)
		return out.String(), err
	}
	if honest != nil {
		if out, err := try(honest); err != nil || !strings.HasPrefix(out, "ok ") {
			t.Fatalf("the control: %v\n%s", err, out)
		}
	}
	out, err := try(broken)
	if err == nil || !strings.HasPrefix(out, "FAIL ") {
		t.Errorf("not caught: %v\n%s", err, out)
	}
	t.Log(strings.TrimSpace(strings.SplitN(out, "\n", 2)[0]))
}

func line12(r requirement) string {
	return r.clause + strings.Repeat(" ", max(0, 12-len(r.clause))) + " " + r.text
}
