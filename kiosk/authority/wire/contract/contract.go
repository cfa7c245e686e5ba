// Package contract holds messages against the contract documents, openapi.yaml and
// openapi-v1.yaml of the folder above: whether what one end sent is a message that
// the document of its path describes. Tests put it between the two ends (watch.go), and
// cmd/authority-conformance holds a foreign authority's replies against it.
//
// It looks at one message at a time. What may follow what, and whose request a
// reply answers, it does not know. Spellings that a parsed document no longer
// shows, such as a key twice, are the codec's to refuse, not this package's to
// find. The firmware does not import it.
package contract

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A Document is the contract in each of its versions, read and found sound. It is
// safe for use by several goroutines.
type Document struct {
	operations map[string]*openapi3.Operation // "POST /v2/open"
	refusals   []*openapi3.Schema             // of each version
}

// Load reads the documents of all versions, as wire.Documents has them.
func Load(texts ...[]byte) (*Document, error) {
	d := &Document{operations: map[string]*openapi3.Operation{}}
	for _, text := range texts {
		if err := d.add(text); err != nil {
			return nil, fmt.Errorf("contract: %w", err)
		}
	}
	return d, nil
}

func (d *Document) add(text []byte) error {
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return err
	}
	if err := doc.Validate(context.Background()); err != nil {
		return err
	}
	refusal := doc.Components.Schemas["Refusal"]
	if refusal == nil {
		return errors.New("no schema Refusal")
	}
	d.refusals = append(d.refusals, refusal.Value)
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			d.operations[method+" "+path] = operation
		}
	}
	return nil
}

// Request says what is wrong with a request; nil where nothing is.
func (d *Document) Request(method, path string, body []byte) error {
	operation := d.operations[method+" "+path]
	switch {
	case operation == nil:
		return fmt.Errorf("%s %s: no such request", method, path)
	case operation.RequestBody == nil && len(body) > 0:
		return fmt.Errorf("%s %s: a body where none belongs", method, path)
	case operation.RequestBody == nil:
		return nil
	}
	return outside(operation.RequestBody.Value.Content, body)
}

// Reply says what is wrong with the reply to a request; nil where nothing is.
// A request that the contract does not have may be answered with any refusal.
func (d *Document) Reply(method, path string, status int, header http.Header, body []byte) error {
	if got := header.Get("Content-Type"); got != "application/json" {
		return fmt.Errorf("the content type is %q", got)
	}
	if status != http.StatusOK {
		if err := sameWait(header, body); err != nil {
			return err
		}
	}
	operation := d.operations[method+" "+path]
	if operation == nil {
		return d.onlyRefused(status, body)
	}
	response := operation.Responses.Status(status)
	if response == nil {
		return fmt.Errorf("%s %s: no reply of status %d", method, path, status)
	}
	return outside(response.Value.Content, body)
}

func (d *Document) onlyRefused(status int, body []byte) error {
	if status < 400 || status > 499 {
		return fmt.Errorf("status %d for a request that the contract does not have", status)
	}
	v, err := tree(body)
	if err != nil {
		return err
	}
	var all []error
	for _, r := range d.refusals {
		err := brief(r.VisitJSON(v))
		if err == nil {
			return nil
		}
		all = append(all, err)
	}
	return errors.Join(all...)
}

// sameWait: a Retry-After is for what stands in between; the kiosk reads
// retry_after, and the two may not disagree.
func sameWait(header http.Header, body []byte) error {
	text := header.Get("Retry-After")
	if text == "" {
		return nil
	}
	var m struct {
		RetryAfter uint32 `json:"retry_after"`
	}
	if err := json.Unmarshal(body, &m); err != nil {
		return err
	}
	if text != strconv.FormatUint(uint64(m.RetryAfter), 10) {
		return fmt.Errorf("Retry-After is %q and retry_after %d", text, m.RetryAfter)
	}
	return nil
}

func outside(content openapi3.Content, body []byte) error {
	media := content.Get("application/json")
	if media == nil || media.Schema == nil {
		return errors.New("the contract has no schema for this message")
	}
	v, err := tree(body)
	if err != nil {
		return err
	}
	return brief(media.Schema.Value.VisitJSON(v))
}

// brief is a schema's verdict without the schema.
func brief(err error) error {
	var e *openapi3.SchemaError
	if !errors.As(err, &e) {
		return err
	}
	return fmt.Errorf("at /%s: %s", strings.Join(e.JSONPointer(), "/"), e.Reason)
}

// tree reads one JSON value and nothing behind it. Numbers stay as they are
// written: 2⁶² has no float64 neighbours of its own.
func tree(body []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("something follows the message")
	}
	return v, nil
}
