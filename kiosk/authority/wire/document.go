package wire

import _ "embed"

//go:embed openapi.yaml
var document string

//go:embed openapi-v1.yaml
var documentV1 string

// Documents are openapi.yaml and the older openapi-v1.yaml, for those who hold
// messages against them (package contract). The firmware asks for them nowhere, so
// its linker leaves them out.
func Documents() [][]byte { return [][]byte{[]byte(document), []byte(documentV1)} }
