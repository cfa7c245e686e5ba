# Every command a maintainer needs. One place for the build tags: x11 because
# the toolkit has no touch on Wayland, migrated_fynedo because all drawing goes
# through fyne.Do.
export GOFLAGS := -tags=x11,migrated_fynedo

GO  ?= go
OUT ?= demo-out

# What links no window toolkit runs under the race detector; what links it
# draws from one goroutine, and the toolkit's test driver is itself not clean.
PLAIN  = ./kiosk/... ./devices/... ./offline/... ./assets/... ./ui/plan/... ./cmd/internal/... ./cmd/authority-sandbox/... ./cmd/authority-conformance ./cmd/kiosk-demo/internal/...
WINDOW = ./ui ./cmd/kiosk ./cmd/kiosk-demo

SHELL := bash

# A run that fails, and a run that matches no test, have failed.
define gotest
	@set -o pipefail; log=$$(mktemp); trap 'rm -f "$$log"' EXIT; \
	$(GO) test -timeout 20m $(1) 2>&1 | tee "$$log" || exit 1; \
	if ! grep '^ok ' "$$log" | grep -qv 'no tests to run'; then echo "no test ran"; exit 1; fi
endef

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | sort | expand -t 18

.PHONY: deps
deps: ## install the Debian packages that building and the demo need
	@sh .ci/deps

.PHONY: judges
judges: ## install the programs that the tests measure us by too: OpenSC, libnfc, PostgreSQL
	@sh .ci/deps judges

.PHONY: build
build: deps ## build the programs into bin/
	$(GO) build -o bin/ ./cmd/kiosk ./cmd/kiosk-demo ./cmd/authority-sandbox ./cmd/authority-conformance

.PHONY: demo
demo: build ## the real firmware: by hand where there is a display; five scripted visits, proved, where not
	bin/kiosk-demo run -out $(OUT)

.PHONY: demo-selftest
demo-selftest: build ## the demo's proofs fail when a ledger byte is changed and when a secret is planted
	bin/kiosk-demo selftest -out $(OUT)

.PHONY: memscan
memscan: build ## (root) the firmware's memory during a visit: one copy of each secret, none after its wipe
	bin/kiosk-demo memscan -out $(OUT)

.PHONY: test
test: judges static ## every test
	$(call gotest,. )
	$(call gotest,-race -parallel 6 $(PLAIN))
	$(call gotest,$(WINDOW))
	@$(MAKE) --no-print-directory sim

.PHONY: static
static: deps ## formatting, vet, staticcheck
	@list=$$(git ls-files -co --exclude-standard '*.go' | xargs gofmt -l); test -z "$$list" || { echo "not formatted: $$list"; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

.PHONY: fuzz
fuzz: judges ## every fuzz target for FUZZTIME (default 20s) each
	@set -e; for p in $$($(GO) list ./...); do for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz' || true); do \
		echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(or $(FUZZTIME),20s) $$p; done; done

.PHONY: play
play: build ## play every scenario without a window and print the stories
	bin/kiosk-demo play cmd/kiosk-demo/scenarios/*.txt

.PHONY: random
random: build ## VISITS (default 1000) visits in which anything may happen, without a window
	bin/kiosk-demo random -visits $(or $(VISITS),1000)

.PHONY: walk
walk: ## every reachable state of Step against every invariant, with a census
	$(call gotest,./kiosk -run EveryReachableState -count=1 -v)

.PHONY: map
map: ## draw the map of all places from the walk of Step
	$(GO) test ./kiosk -run TestMapIsCurrent -count=1 -map=$(CURDIR)/assets/pictures/map.svg

.PHONY: mutants
mutants: ## every hand-made mistake must die by the invariant or test that it names
	$(GO) run ./kiosk/mutants

.PHONY: sim
sim: ## VISITS (default 100000; 1000000 on demand) simulated visits with everything that goes wrong
	$(call gotest,./kiosk/run -run '^TestSim$$' -count=1 -timeout 0 -v -visits $(or $(VISITS),100000) -seed $(or $(SEED),1))

.PHONY: check
check: static lint-contract ## rules, static checks, contract, walk, goldens, mutants
	$(call gotest,-count=1 .)
	@$(GO) test -count=1 -cover ./kiosk | tee .cover.log; grep -q 'coverage: 100.0%' .cover.log; status=$$?; rm -f .cover.log; exit $$status
	$(call gotest,-count=1 ./kiosk/... ./assets/... ./ui/plan/... ./devices/apdu ./devices/jpki ./devices/pn532 ./offline -run 'Golden|ForEver|AsAgreed|Glyph|Replay|Map|AScreenSays')
	$(GO) run ./kiosk/mutants

.PHONY: interop
interop: judges ## OpenSC and libnfc judge the virtual card and the virtual reader
	$(call gotest,-count=1 ./devices/interop)

.PHONY: bench-card
bench-card: judges ## APDUs, bytes and time of one job and one reset, beside their bound and OpenSC
	$(GO) test ./devices/interop -run '^$$' -bench '^BenchmarkCard$$' -benchtime 1x

.PHONY: lint-contract
lint-contract: ## a linter from npm finds nothing in the contract document
	sh kiosk/authority/lint/lint.sh

.PHONY: generate
generate: ## write the contract's Go types anew from openapi.yaml
	cd kiosk/authority && $(GO) generate

.PHONY: conformance
conformance: ## the conformance suite against our sandbox, and broken authorities that it must catch
	$(call gotest,./cmd/authority-conformance -v)

.PHONY: gallery
gallery: ## every screen as a picture in one page; renews README's pictures
	sh .ci/gallery gallery

.PHONY: font
font: deps ## make the committed subset of Noto Sans CJK JP anew from Debian's package
	sh assets/font/make.sh

.PHONY: notices
notices: ## write THIRD-PARTY.txt from what the programs link
	sh .ci/notices
