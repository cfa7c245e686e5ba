package main

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// document is what is taken from openapi.yaml, in its order: a message's
// fields are written in the order in which the contract lists them.
type document struct {
	Info struct {
		Version string `yaml:"version"`
		Bytes   int    `yaml:"x-message-bytes"`
	} `yaml:"info"`
	Paths      ordered[map[string]operation] `yaml:"paths"`
	Components struct {
		Schemas ordered[schema] `yaml:"schemas"`
	} `yaml:"components"`
}

type operation struct {
	ID      string `yaml:"operationId"`
	Summary string `yaml:"summary"`
}

// schema has every keyword that the contract uses; another is an error.
type schema struct {
	Ref         string          `yaml:"$ref"`
	Description string          `yaml:"description"`
	Type        string          `yaml:"type"`
	Format      string          `yaml:"format"`
	Pattern     string          `yaml:"pattern"`
	MinLength   *int            `yaml:"minLength"`
	MaxLength   *int            `yaml:"maxLength"`
	Minimum     *int64          `yaml:"minimum"`
	Maximum     *int64          `yaml:"maximum"`
	MinItems    *int            `yaml:"minItems"`
	MaxItems    *int            `yaml:"maxItems"`
	Items       *schema         `yaml:"items"`
	Enum        []string        `yaml:"enum"`
	More        *bool           `yaml:"additionalProperties"`
	Required    []string        `yaml:"required"`
	Properties  ordered[schema] `yaml:"properties"`
	Bytes       []int           `yaml:"x-bytes"`
	OrEmpty     bool            `yaml:"x-or-empty"`
	First       *int            `yaml:"x-go-first"`
}

var keywords = []string{"$ref", "description", "type", "format", "pattern", "minLength", "maxLength", "minimum", "maximum", "minItems",
	"maxItems", "items", "enum", "additionalProperties", "required", "properties", "x-bytes", "x-or-empty", "x-go-first"}

func (s *schema) UnmarshalYAML(n *yaml.Node) error {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if key := n.Content[i].Value; !slices.Contains(keywords, key) {
			return fmt.Errorf("line %d: the generator does not know %q", n.Content[i].Line, key)
		}
	}
	type plain schema
	return n.Decode((*plain)(s))
}

// ordered is a YAML mapping with its order kept.
type ordered[T any] struct {
	names  []string
	values map[string]*T
}

func (o *ordered[T]) UnmarshalYAML(n *yaml.Node) error {
	o.values = map[string]*T{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, v := n.Content[i].Value, new(T)
		if err := n.Content[i+1].Decode(v); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		o.names = append(o.names, name)
		o.values[name] = v
	}
	return nil
}

// refersTo is the schema's name in a $ref, "" where there is none.
func (s *schema) refersTo() string {
	return strings.TrimPrefix(s.Ref, "#/components/schemas/")
}

// goName makes UserTries of user_tries.
func goName(s string) string {
	if s == "csr" {
		return "CSR"
	}
	parts := strings.Split(s, "_")
	for i, p := range parts {
		parts[i] = strings.ToUpper(p[:1]) + p[1:]
	}
	return strings.Join(parts, "")
}
