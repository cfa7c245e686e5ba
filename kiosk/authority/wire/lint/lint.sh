#!/bin/sh
# Lints openapi.yaml with the one version of the linter that package-lock.json
# names. Node and npm are installed from Debian where they are missing. The
# linter lives outside of the source tree, in bin/lint-contract.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../../.." && pwd)
missing=""
command -v node >/dev/null || missing="nodejs"
command -v npm >/dev/null || missing="$missing npm"
if [ -n "$missing" ]; then
	if [ "$(id -u)" != 0 ]; then
		echo "missing; install and try again: apt-get install --no-install-recommends $missing" >&2
		exit 1
	fi
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq
	# shellcheck disable=SC2086
	apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi
to="$root/bin/lint-contract"
if ! cmp -s "$here/package-lock.json" "$to/installed"; then
	rm -rf "$to"
	mkdir -p "$to"
	cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$to/"
	(cd "$to" && npm ci --no-progress --loglevel=error)
	cp "$here/package-lock.json" "$to/installed"
fi
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true NO_COLOR=1
out=$(mktemp)
trap 'rm -f "$out"' EXIT
"$to/node_modules/.bin/redocly" lint --config "$here/redocly.yaml" "$here/../openapi.yaml" >"$out" 2>&1 || { cat "$out"; exit 1; }
# Nothing is allowed to be a mere warning.
if grep -qiE '[1-9][0-9]* (warning|problem)|warning was|explicitly ignored' "$out"; then cat "$out"; exit 1; fi
grep -q 'valid' "$out" || { cat "$out"; echo "the linter said nothing" >&2; exit 1; }
echo "openapi.yaml: the linter finds nothing"
