#!/bin/sh
# What others make of openapi.yaml: a linter finds nothing in it, nor in verifier.yaml and
# app.yaml, and two generators, for Go and for TypeScript, make code of it that compiles and
# that use.go and use.ts can use. package-lock.json and the lines below name the one
# version of each. Everything made is outside of the source tree, in
# bin/lint-contract.
set -eu
go_generator=github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2
go_runtime=github.com/oapi-codegen/runtime@v1.9.0
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../../.." && pwd)
to="$root/bin/lint-contract"
sh "$root/.ci/npm" "$here" "$to"
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true NO_COLOR=1
out=$(mktemp)
trap 'rm -f "$out"' EXIT
for document in "$here/../openapi.yaml" "$root/cmd/authority-sandbox/verifier.yaml" "$root/cmd/authority-sandbox/app.yaml"; do
	"$to/node_modules/.bin/redocly" lint --config "$here/redocly.yaml" "$document" >"$out" 2>&1 || { cat "$out"; exit 1; }
	# Nothing is allowed to be a mere warning.
	if grep -qiE '[1-9][0-9]* (warning|problem)|warning was|explicitly ignored' "$out"; then cat "$out"; exit 1; fi
	grep -q 'valid' "$out" || { cat "$out"; echo "the linter said nothing" >&2; exit 1; }
	echo "$(basename "$document"): the linter finds nothing"
done

# TypeScript.
"$to/node_modules/.bin/openapi-typescript" "$here/../openapi.yaml" --output "$to/contract.ts" >"$out" 2>&1 || { cat "$out"; exit 1; }
cp "$here/use.ts.txt" "$to/use.ts"
"$to/node_modules/.bin/tsc" --noEmit --strict --target es2022 --moduleResolution node "$to/contract.ts" "$to/use.ts"
echo "openapi.yaml: openapi-typescript makes types of it that compile"

# Go, in a module of its own: nothing of it is in the product's go.mod.
rm -rf "$to/go"
mkdir -p "$to/go"
cp "$here/use.go.txt" "$to/go/use_test.go"
cd "$to/go"
{
	go mod init contract
	go run "$go_generator" -generate types,client,std-http -package contract -o contract.go "$here/../openapi.yaml"
	go get "$go_runtime"
	go mod tidy
} >"$out" 2>&1 || { cat "$out"; exit 1; }
go vet ./...
go test ./... >"$out" 2>&1 || { cat "$out"; exit 1; }
echo "openapi.yaml: oapi-codegen makes a client and a server of it that compile"
