package wire

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// encoding/json forgives what a contract must not: keys in another case, keys
// twice, null, missing fields, invalid UTF-8. So the bytes are first read into
// a plain tree under our own rules, and the tree is then laid over the message
// type field by field.

// ErrMessage: the bytes are no message of this contract.
var ErrMessage = errors.New("not a message of this contract")

// Decode reads one message of the newest contract into *to, which must point to
// one of this package's message types. Errors unwrap to ErrMessage and to the
// port.Fault E-VER. The version is looked at before anything else inside.
func Decode(data []byte, to any) error { return DecodeVersion(Contract, data, to) }

// DecodeVersion is Decode for a contract from Oldest to Contract. A message that
// was another in an older contract has a type of its own (HeartbeatReplyV1).
func DecodeVersion(version int, data []byte, to any) error {
	if err := decode(version, data, to); err != nil {
		return fmt.Errorf("%w: %w: %w", ErrMessage, err, port.Fault(kiosk.MsgContract))
	}
	return nil
}

func decode(version int, data []byte, to any) error {
	switch {
	case len(data) > MaxMessage:
		return fmt.Errorf("longer than %d bytes", MaxMessage)
	case !utf8.Valid(data):
		return errors.New("not UTF-8")
	case !json.Valid(data): // the whole grammar, trailing data included
		return errors.New("not one JSON value")
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	tree, err := parse(d, 0)
	if err != nil {
		return err
	}
	object, ok := tree.(map[string]any)
	if !ok {
		return errors.New("not an object")
	}
	if err := sameContract(object["contract"], version); err != nil {
		return err
	}
	if err := lay(tree, reflect.ValueOf(to).Elem()); err != nil {
		return err
	}
	if l, ok := to.(interface{ limits() error }); ok {
		if err := l.limits(); err != nil {
			return err
		}
	}
	if c, ok := to.(interface{ check() error }); ok {
		return c.check()
	}
	return nil
}

// ErrVersion: a message of another contract version than was asked for.
type ErrVersion struct{ Theirs, Ours string }

func (e ErrVersion) Error() string {
	return fmt.Sprintf("the message is of contract %s, this end speaks contract %s", e.Theirs, e.Ours)
}

func sameContract(v any, version int) error {
	n, ok := v.(json.Number)
	if !ok {
		return errors.New("no contract version")
	}
	if ours := strconv.Itoa(version); n.String() != ours {
		// Bounded: it goes into logs, and the number came from outside.
		return ErrVersion{Theirs: n.String()[:min(len(n), 20)], Ours: ours}
	}
	return nil
}

// parse reads one value. Depth is counted here because the tree is walked by
// recursion; width is bounded by the length of the message.
func parse(d *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("nested deeper than %d", maxDepth)
	}
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case nil:
		return nil, errors.New("null, which no field may be")
	case json.Delim:
		if t == '[' {
			return parseList(d, depth)
		}
		return parseObject(d, depth)
	default:
		return t, nil
	}
}

func parseList(d *json.Decoder, depth int) (any, error) {
	list := []any{}
	for d.More() {
		v, err := parse(d, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := d.Token()
	return list, err
}

func parseObject(d *json.Decoder, depth int) (any, error) {
	object := map[string]any{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		key := t.(string) // json.Valid has seen to it
		if _, twice := object[key]; twice {
			return nil, errors.New("a key twice")
		}
		if object[key], err = parse(d, depth+1); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return object, err
}

// lay puts a tree over a Go value of the same shape.
func lay(tree any, to reflect.Value) error {
	if to.Kind() == reflect.Pointer {
		to.Set(reflect.New(to.Type().Elem()))
		return lay(tree, to.Elem())
	}
	if u, ok := to.Addr().Interface().(encoding.TextUnmarshaler); ok {
		s, ok := tree.(string)
		if !ok {
			return errors.New("not a string")
		}
		return u.UnmarshalText([]byte(s))
	}
	switch v := tree.(type) {
	case map[string]any:
		return layObject(v, to)
	case []any:
		return layList(v, to)
	case json.Number:
		return layNumber(v.String(), to)
	case bool:
		if to.Kind() == reflect.Bool {
			to.SetBool(v)
			return nil
		}
	case string:
		if to.Kind() == reflect.String {
			to.SetString(v)
			return nil
		}
	}
	return fmt.Errorf("%T where %s belongs", tree, to.Kind())
}

func layObject(object map[string]any, to reflect.Value) error {
	if to.Kind() != reflect.Struct {
		return fmt.Errorf("an object where %s belongs", to.Kind())
	}
	seen := 0
	for _, f := range reflect.VisibleFields(to.Type()) {
		if f.Anonymous {
			continue // its fields are visited as ours
		}
		key, optional := strings.CutSuffix(f.Tag.Get("json"), ",omitempty")
		v, there := object[key]
		if !there {
			if !optional {
				return fmt.Errorf("field %s is missing", key)
			}
			continue
		}
		seen++
		if err := lay(v, to.FieldByIndex(f.Index)); err != nil {
			return fmt.Errorf("field %s: %w", key, err)
		}
	}
	if seen != len(object) {
		return errors.New("a field this contract does not have")
	}
	return nil
}

func layList(list []any, to reflect.Value) error {
	if to.Kind() != reflect.Slice {
		return fmt.Errorf("a list where %s belongs", to.Kind())
	}
	if len(list) > MaxBatch {
		return fmt.Errorf("a list longer than %d", MaxBatch)
	}
	to.Set(reflect.MakeSlice(to.Type(), len(list), len(list)))
	for i, v := range list {
		if err := lay(v, to.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

// layNumber takes whole numbers in plain digits: 1.0 and 1e3 are other
// spellings of the same value and are refused.
func layNumber(s string, to reflect.Value) (err error) {
	var i int64
	var u uint64
	switch {
	case to.CanInt():
		if i, err = strconv.ParseInt(s, 10, to.Type().Bits()); err == nil {
			to.SetInt(i)
		}
	case to.CanUint():
		if u, err = strconv.ParseUint(s, 10, to.Type().Bits()); err == nil {
			to.SetUint(u)
		}
	default:
		return fmt.Errorf("a number where %s belongs", to.Kind())
	}
	if err != nil {
		return errors.New("not a whole number of this size")
	}
	return nil
}

// Encode writes a message. The bytes depend on the message alone; an error
// means a value that the contract has no text for.
func Encode(message any) ([]byte, error) {
	data, err := json.Marshal(message)
	if err != nil {
		return nil, fmt.Errorf("encode %T: %w", message, err)
	}
	if len(data) > MaxMessage {
		return nil, fmt.Errorf("encode %T: %w: longer than %d bytes", message, ErrMessage, MaxMessage)
	}
	return data, nil
}
