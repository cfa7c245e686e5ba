# Every command a maintainer needs.

GO  ?= go
OUT ?= demo-out

# What links no window toolkit runs under the race detector; what links it
# draws from one goroutine, and the toolkit's test driver is itself not clean.
# Which is which go list says. What starts no goroutine, in its tests neither,
# has nothing to race with, and its walks take three to nine times as long under
# the detector: ALONE, which rules_test.go holds to that.
PACKAGES = $(GO) list -f '{{.ImportPath}} {{join .Deps " "}}' ./...
ALONE    = ./kiosk ./kiosk/staff ./ui/layout ./assets/slip ./assets/text ./cmd/authority-sandbox/internal/life ./cmd/authority-sandbox/internal/consent ./kiosk/staff/login
PLAIN    = $$($(PACKAGES) | awk '!/fyne\.io/ && $$1 != "multicopy.example" {print $$1}' | grep -vxF "$$($(GO) list $(ALONE))")
WINDOW   = $$($(PACKAGES) | awk '/fyne\.io/ {print $$1}')

SHELL := bash

# A run that fails, and a run that matches no test, have failed. Programs of
# tests are linked without the tables of a debugger (-w), which no test reads:
# a tenth of a link's processor time.
define gotest
	@set -o pipefail; log=$$(mktemp); trap 'rm -f "$$log"' EXIT; \
	$(GO) test -ldflags=-w -timeout 20m $(1) 2>&1 | tee "$$log" || exit 1; \
	awk '/^ok / && !/no tests to run/ {n++} END {exit !n}' "$$log" || { echo "no test ran"; exit 1; }
endef

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | sort | expand -t 18

.PHONY: deps
deps: ## install the Debian packages that building and the demo need
	@sh .ci/deps

.PHONY: judges
judges: ## install the programs that the tests measure us by too: OpenSC, libnfc, PostgreSQL, age, poppler, GnuTLS, jose, curl
	@sh .ci/deps judges

.PHONY: browser
browser: ## install the browser that walks through the phone page: Chromium, without a window around it
	@sh .ci/deps browser

.PHONY: weights
weights: deps ## fetch the weights of the face step's networks into bin/weights, where they are not there (5.8 MB of 23 MB; never committed)
	@sh .ci/weights

.PHONY: build
build: deps ## build the programs into bin/
	$(GO) build -o bin/ ./cmd/kiosk ./cmd/kiosk-demo ./cmd/authority-sandbox ./cmd/authority-conformance ./cmd/pn532-check ./cmd/verifier-demo

.PHONY: demo
demo: build weights ## the real firmware: by hand where there is a display; five scripted visits, proved, and a night of maintenance, where not; then a lost phone, and a bank
	bin/kiosk-demo run --out $(OUT) $(if $(FACES),--faces "$(abspath $(FACES))")
	bin/kiosk-demo phone --out $(OUT)/phone
	bin/verifier-demo run --out $(OUT)/bank --scripted

.PHONY: demo-phone
demo-phone: build ## a phone gets certificates from a card, is used, lost, held at a kiosk at night and released; openssl says what they are
	bin/kiosk-demo phone --out $(OUT)/phone

.PHONY: demo-bank
demo-bank: build ## a bank, its platform and a person's card in a browser, and a page that shows who knows what
	rm -rf $(OUT)/bank
	bin/verifier-demo run --out $(OUT)/bank

.PHONY: demo-selftest
demo-selftest: build ## the demo's proofs fail when a ledger byte is changed and when a secret is planted
	bin/kiosk-demo selftest --out $(OUT)

.PHONY: memscan
memscan: build ## (root) the firmware's memory during a visit: one copy of each secret, none after its wipe
	bin/kiosk-demo memscan --out $(OUT)

# Most of the time goes to tests that wait for programs they started, so that more of them run at once than there are cores.
.PHONY: test
test: judges browser weights static ## every test
	$(call gotest,. )
	$(call gotest,-race -p 3 -parallel 6 $(PLAIN))
	$(call gotest,-p 4 -parallel 6 $(ALONE) $(WINDOW))
	@$(MAKE) --no-print-directory sim

.PHONY: loaded
loaded: build judges browser weights ## the demo, a part of the gallery and every test that waits, twice, beside eight busy processes
	@bash .ci/loaded

.PHONY: short
short: deps ## the tests that need neither OpenSC, libnfc, PostgreSQL, an X server nor a browser
	$(GO) test -short ./...

.PHONY: static
static: deps ## formatting; in every module of the tree: go.mod is tidy, vet, staticcheck
	@list=$$(git ls-files -co --exclude-standard '*.go' | xargs gofmt -l); test -z "$$list" || { echo "not formatted: $$list"; exit 1; }
	$(GO) build -o bin/staticcheck honnef.co/go/tools/cmd/staticcheck
	@set -ex; for m in $$(git ls-files 'go.mod' '*/go.mod'); do (cd $$(dirname $$m) && $(GO) mod tidy -diff && $(GO) vet ./... && $(CURDIR)/bin/staticcheck ./...); done

.PHONY: bare
bare: ## (root) what runs on every submission, on a clone of HEAD in a fresh root of Debian 12 that has Go and nothing else
	@bash .ci/deps deb
	@bash .ci/bare

.PHONY: vulnerabilities
vulnerabilities: deps ## what the programs link against the Go vulnerability database, or against VULNERABILITIES.md alone
	@bash .ci/vulnerabilities

.PHONY: fuzz
fuzz: judges ## every fuzz target for FUZZTIME (default 20s) each
	@set -e; for p in $$($(GO) list ./...); do for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz' || true); do \
		echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(or $(FUZZTIME),20s) -fuzzminimizetime 1s $$p; done; done

.PHONY: play
play: build ## play every scenario without a window and print the stories
	bin/kiosk-demo play cmd/kiosk-demo/scenarios/*.txt

.PHONY: e2e
e2e: build ## every scenario on the real window with a real pointer; errors in English too, each flow in four more languages; some by a clumsy resident
	bin/kiosk-demo e2e --jobs $(or $(JOBS),2) cmd/kiosk-demo/scenarios/*.txt

.PHONY: faults
faults: build ## ten faults on the real window: the clerk's screen and kiosk doctor say the same code; the last line says how many
	bin/kiosk-demo faults --out $(OUT)

.PHONY: random
random: build ## VISITS (default 1000) visits in which anything may happen, without a window
	$(GO) build -o bin/ ./cmd/proving/visits
	bin/visits random --visits $(or $(VISITS),1000)

.PHONY: walk
walk: ## every reachable state of Step against every invariant, with a census
	$(call gotest,./kiosk -run EveryReachableState -count=1 -v)

.PHONY: map
map: ## draw the map of all places from the walk of Step
	$(GO) test ./kiosk -run TestMapIsCurrent -count=1 -map=$(CURDIR)/assets/pictures/map.svg

.PHONY: codes
codes: ## write the page of every code with cause and cure, CODES.md, anew
	$(GO) test ./assets/text -run '^TestPageOfCodesIsCurrent$$' -count=1 -update

.PHONY: configuration
configuration: ## write the page of every key of the configuration, CONFIGURATION.md, anew
	$(GO) test ./kiosk/config -run '^TestPageOfKeysIsCurrent$$' -count=1 -update

.PHONY: attacked
attacked: judges ## the tests of what broke under attack, by item; the last line says how many hold
	$(GO) run ./cmd/proving/attacked

.PHONY: mutants
mutants: ## every hand-made mistake must die by the invariant or test that it names
	$(GO) run ./cmd/proving/mutants

.PHONY: sim
sim: ## VISITS (default 100000; 1000000 on demand) simulated visits with everything that goes wrong
	$(call gotest,./kiosk/run -run '^TestSimulatedVisitsKeepEveryPromise$$' -count=1 -timeout 0 -v -visits $(or $(VISITS),100000) -seed $(or $(SEED),1))

.PHONY: check
check: static lint-contract lint-certificates ## rules, static checks, contract, walk, goldens, mutants
	$(call gotest,-count=1 .)
	@for p in ./kiosk ./cmd/authority-sandbox/internal/life; do $(GO) test -count=1 -cover $$p | tee .cover.log; grep -q 'coverage: 100.0%' .cover.log; status=$$?; rm -f .cover.log; [ $$status = 0 ] || exit $$status; done
	$(call gotest,-count=1 ./kiosk/... ./assets/... ./ui/layout/... ./devices/apdu ./devices/jpki ./devices/pn532 ./offline ./offline/record ./offline/export ./cmd/kiosk -run 'Golden|ForEver|AsAgreed|Glyph|Replay|Map|ScreensSay')
	$(GO) run ./cmd/proving/mutants

.PHONY: interop
interop: judges ## OpenSC and libnfc judge the virtual card and reader; OpenSSL and GnuTLS the status of certificates
	$(call gotest,-count=1 ./devices/interop)
	$(call gotest,-count=1 ./cmd/authority-sandbox -run '^Test(OpenSSL|GnuTLS)Believes' -v)

.PHONY: bench-card
bench-card: judges ## APDUs, bytes and time of one job and one reset, beside their bound and OpenSC
	$(GO) test ./devices/interop -run '^$$' -bench '^BenchmarkCard$$' -benchtime 1x

.PHONY: secretscan
secretscan: build ## SESSIONS (default 1000) with known secrets: nothing of them is left in any file
	$(GO) build -o bin/ ./cmd/proving/visits
	bin/visits secrets --sessions $(or $(SESSIONS),1000) --worlds 8

.PHONY: soak
soak: ## DAYS (default 30) days of three kiosks, an authority and a bad network: each record counted once
	$(call gotest,./cmd/proving/soak -run '^TestCountedOnce$$' -count=1 -timeout 0 -v -days $(or $(DAYS),30) -day 2s -visits 200 -seed $(or $(SEED),0))

.PHONY: fleet
fleet: ## 33,000 kiosks meet an authority after an outage, in virtual time; plots in fleet-out, the README's picture
	$(GO) run ./cmd/proving/fleet --out fleet-out --picture assets/pictures/fleet.svg

.PHONY: bench-ledger
bench-ledger: ## one durable append beside the floor of the disk, bbolt and modernc.org/sqlite; calls, acknowledgements, size
	@sh .ci/deps ledger
	cd cmd/proving/bench && export CGO_CFLAGS="-O2 -g -DHAVE_FDATASYNC=1" && $(GO) test . && $(GO) run .

.PHONY: powercut
powercut: ## (root) CUTS (default 200) power cuts under a ledger that is written, in three ways; then a full disk
	@sh .ci/deps ledger
	$(GO) build -o bin/powercut ./cmd/proving/powercut
	bin/powercut --cuts $(or $(CUTS),200)
	bin/powercut --cuts $(or $(CUTS),200) --cache
	bin/powercut --cuts $(or $(CUTS),200) --cache --errors
	bin/powercut --full

.PHONY: bench-face
bench-face: weights ## FACES=folder: how often the matcher takes two people for one, and one for two, on a labelled set, its time a picture and a visit, a photo as a card holds it, photos turned by hand; draws the curve
	@test -n "$(FACES)" || { echo "FACES=folder is missing: a folder for each person with PGM pictures, such as the ORL database of Olivetti Research Laboratory (1994)"; exit 2; }
	$(GO) test ./cmd/authority-sandbox/internal/face -run '^$$' -bench '^BenchmarkFace$$' -benchtime 1x -faces="$(abspath $(FACES))" -curve="$(CURDIR)/assets/pictures/face-errors.svg" | grep -v bench_test.go

.PHONY: dashboard
dashboard: deps ## draw the Grafana dashboard's panels as Prometheus answers them for six hours of ten kiosks with three faults
	@sh .ci/deps watch
	@set -e; d=$$(mktemp -d); trap 'rm -rf "$$d"' EXIT; \
	$(GO) test ./cmd/authority-sandbox -run DashboardsMetrics -count=1 -scrapes=$$d/scrapes; \
	$(GO) run ./cmd/proving/dashboard --scrapes $$d/scrapes --dashboard cmd/authority-sandbox/watch/dashboard.json --out assets/pictures/dashboard.svg

.PHONY: bench-authority
bench-authority: judges ## audit records/s, resets/s and connections/s on both stores of the sandbox, and under SERIALIZABLE, side by side
	$(GO) test ./cmd/authority-sandbox -run '^$$' -bench '^BenchmarkAuthority$$' -benchtime 1x

.PHONY: bench-status
bench-status: judges ## OCSP answers/s, lists and their memory with a million people, beside a bare signature, openssl ocsp and crypto/x509
	@set -o pipefail; $(GO) test ./cmd/authority-sandbox -run '^$$' -bench '^BenchmarkStatus$$' -benchtime 1x -timeout 20m | \
	awk '/^bench-status: / {last = $$0; next} {print} END {if (last == "") exit 1; print last}'

.PHONY: bench-latest
bench-latest: judges ## a bank's questions decided in a second with a million people who moved, on both stores, beside a bare signature and a bare commit
	@set -o pipefail; $(GO) test ./cmd/authority-sandbox -run '^$$' -bench '^BenchmarkLatest$$' -benchtime 1x -timeout 40m | \
	awk '/^bench-latest: / {last = $$0; next} {print} END {if (last == "") exit 1; print last}'

.PHONY: who-knows-what
who-knows-what: browser ## draw README's picture of what authority, platform and bank know, in a browser
	@dir=$$(mktemp -d) && $(GO) test ./cmd/verifier-demo -run '^TestEveryPageKeepsItsRulesInABrowser$$' -count=1 -pictures $$dir && cp $$dir/who-knows-what.png assets/pictures/23-who-knows-what.png && rm -rf $$dir

.PHONY: withdrawals
withdrawals: judges ## ROUNDS (default 10,000) withdrawals among a bank's questions and moves, on both stores; none is followed by a disclosure
	$(GO) test ./cmd/authority-sandbox/internal/domain -run '^TestNoDisclosureIsLaterThanItsWithdrawal$$' -rounds $(or $(ROUNDS),10000) -count=1 -v -timeout 90m

.PHONY: bench-ui
bench-ui: build ## start, taps, idle processor and memory of the real window beside the smallest window of its toolkit
	bin/kiosk-demo bench-ui $(if $(TAPS),--taps $(TAPS)) $(if $(LANGUAGES),--languages $(LANGUAGES))

.PHONY: bench-reader
bench-reader: build ## a real PN532 on PORT reads a card once; without CONSENT it says what that costs
	bin/kiosk-demo bench --port "$(PORT)" --consent "$(CONSENT)"

.PHONY: reconnect
reconnect: ## 10,000 reconnections of the reader without a leaked descriptor or goroutine
	$(call gotest,./devices/pn532 -run '^TestReconnectingLeaksNothing$$' -count=1 -reconnections 10000)

.PHONY: lint-contract
lint-contract: ## a linter finds nothing in the contract document; generators for Go and TypeScript make code of it
	sh kiosk/authority/wire/lint/lint.sh

.PHONY: lint-certificates
lint-certificates: ## zlint finds in the profile's certificates and revocation lists what it is expected to find
	cd cmd/authority-sandbox/internal/pki/lint && $(GO) test -count=1 .

.PHONY: lint-alerts
lint-alerts: ## promtool checks the alert rules for the authority's and the kiosk's metrics, tests them, and reads a kiosk's page
	@sh .ci/deps watch
	cd cmd/authority-sandbox/watch && promtool check rules alerts.yml && promtool test rules alerts_test.yml
	cd cmd/kiosk/watch && promtool check rules alerts.yml && promtool test rules alerts_test.yml
	promtool check metrics <cmd/internal/metrics/testdata/metrics.txt

.PHONY: generate
generate: ## write the contract's Go types anew from openapi.yaml
	$(GO) generate ./kiosk/authority/wire

.PHONY: e2e-phone
e2e-phone: browser ## every step of the phone page in Chromium, ja and en, 320 and 390 px wide: PICTURES=folder keeps a picture of each
	@set -o pipefail; $(GO) test ./cmd/kiosk-demo/internal/phone -run '^TestEveryStepKeepsItsRulesInABrowser$$' -count=1 -v $(if $(PICTURES),-pictures $(abspath $(PICTURES))) | \
	awk '/e2e-phone: [0-9]+ checks/ {sub(/^ +/, ""); last = $$0; next} {print} END {if (last == "") exit 1; print last}'

.PHONY: e2e-face
e2e-face: browser weights ## the face step of the demo before Chromium's camera, with drawn heads; FACES=folder: with films made of ORL's people too; PICTURES=folder
	$(GO) test ./cmd/kiosk-demo/internal/demo -count=1 -run '^TestTheFaceStepOfTheDemo' -v -faces="$(if $(FACES),$(abspath $(FACES)))" -pictures="$(if $(PICTURES),$(abspath $(PICTURES)))"

.PHONY: e2e-certs
e2e-certs: browser ## every step of the page about a phone's certificates in Chromium, by the keyboard: PICTURES=folder keeps a picture of each
	$(GO) test ./cmd/kiosk-demo/internal/demo -run '^TestEveryStepOfThePageKeepsItsRulesInABrowser$$' -count=1 -v $(if $(PICTURES),-pictures $(abspath $(PICTURES)))

.PHONY: conformance
conformance: ## the conformance suite against our sandbox, and broken authorities that it must catch
	$(call gotest,./cmd/authority-conformance -v)

.PHONY: gallery
gallery: pictures ## every screen as a picture in one page, beside those of commit BASE where given, of groups with ONLY (10-ja-n); renews README's pictures
	ONLY=$(ONLY) sh .ci/gallery gallery $(BASE)

.PHONY: speech
speech: ## (espeak-ng) clips of what every screen says, into SPEECH (build/speech), in LANGUAGES (ja,en) or all, with the companies of NAMES (a file); only what changed; the last line is their size
	@sh .ci/deps speech
	@$(GO) test ./ui/layout -run '^TestSpeechIsMadeOnceAndThenOnlyWhatChanged$$' -count=1 -timeout 2h -v -speech=$(abspath $(or $(SPEECH),build/speech)) -languages="$(LANGUAGES)" -names="$(if $(NAMES),$(abspath $(NAMES)))" | grep -o 'speech: .*\|names: .*\|^FAIL.*\|.*espeak.*'

.PHONY: early
early: ## the page of getting ready as a picture for each panel, into EARLY (build/early), for the appliance's initramfs
	mkdir -p $(or $(EARLY),build/early)
	CGO_ENABLED=0 $(GO) test -tags test ./ui -run '^TestEveryScreenIsPainted$$' -count=1 -gallery $(abspath $(or $(EARLY),build/early)) -only ja-n-starting.png

.PHONY: pictures
pictures: ## README's pictures alone, in seconds
	CGO_ENABLED=0 $(GO) test -tags test ./ui -run '^TestReadmePicturesAreCurrent$$' -count=1 -renew

.PHONY: font
font: deps ## make the committed subset of Noto Sans CJK JP anew from Debian's package
	sh assets/font/make.sh

MAN ?= $(CURDIR)/dist/man
COMPLETION ?= $(CURDIR)/dist/completion

.PHONY: man
man: ## man pages of all programs into MAN (default dist/man)
	$(GO) test ./cmd/kiosk ./cmd/kiosk-demo ./cmd/authority-sandbox ./cmd/authority-conformance ./cmd/pn532-check ./cmd/verifier-demo -run 'Commands?AndFlags' -count=1 -man=$(MAN)

.PHONY: completion
completion: build ## completion for bash, zsh and fish of all programs into COMPLETION (default dist/completion)
	@set -e; for p in kiosk kiosk-demo authority-sandbox authority-conformance pn532-check verifier-demo; do \
		mkdir -p $(COMPLETION)/bash $(COMPLETION)/zsh $(COMPLETION)/fish; \
		bin/$$p completion bash >$(COMPLETION)/bash/$$p; bin/$$p completion zsh >$(COMPLETION)/zsh/_$$p; bin/$$p completion fish >$(COMPLETION)/fish/$$p.fish; done

.PHONY: release
release: build ## dist/: stripped programs, man pages, completions, notes, checksums
	.ci/release

.PHONY: deb
deb: release ## (root) Debian packages in dist/deb: made, judged by lintian, installed, run and removed in a fresh root
	@sh .ci/deps deb
	.ci/deb

VM ?= $(CURDIR)/out/vm

# Which disks of the appliance are made, and which of them have a window: the others need neither the program
# that has one, which takes minutes to build, nor clips of speech, nor pictures.
KINDS    = $(or $(KIND),text next broken screen newer kiosk plain)
WINDOWED = $(filter-out text next broken,$(KINDS))

.PHONY: machine
machine: deps
	@sh .ci/deps image
	$(GO) build -trimpath -ldflags '-s -w -buildid=' -o bin/ $(if $(WINDOWED),./cmd/kiosk) ./cmd/authority-sandbox ./cmd/proving/boot
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w -buildid=' -o bin/ ./cmd/kiosk-init

.PHONY: vm
vm: LANGUAGES ?= ja,en
vm: SPEECH ?= $(VM)/speech
vm: EARLY ?= $(VM)/early
vm: SHADERS ?= $(VM)/shaders
vm: machine $(if $(WINDOWED),speech early) ## (root) disks of the appliance on a base of Debian 12, in VM (default out/vm): two slots with signed kernels and verified roots
	OUT=$(VM) SPEECH=$(abspath $(SPEECH)) EARLY=$(abspath $(EARLY)) SHADERS=$(abspath $(SHADERS)) sh buildroot/vm/make $(KINDS)

.PHONY: shaders
shaders: machine ## start the screen machine of VM until its attract screen, and keep what its drawing compiled in SHADERS (VM/shaders); the next make vm takes it along
	bin/boot shaders --vm $(VM) --out out/boot --to $(or $(SHADERS),$(VM)/shaders)

.PHONY: boot
boot: machine ## start what make vm made in an emulator and look at it; ONLY=names of checks, CUTS=how many cuts of the power (5; 19 are every 5 % of an update); logs, pictures and report.txt in out/boot
	bin/boot --vm $(VM) --out out/boot $(if $(ONLY),--only $(ONLY)) $(if $(CUTS),--cuts $(CUTS))

# What the machine without a screen shows in minutes. Where VM is kept from run to run, Debian's tree and what has not changed are not made again.
.PHONY: boot-short
boot-short: ## (root) the part of make vm and make boot that runs on every submission
	@$(MAKE) --no-print-directory vm KIND=text
	@$(MAKE) --no-print-directory boot KIND=text CUTS=1 ONLY=ready,reset,closed,read-only,confined,flip,unsigned,cuts,watchdog,rebuilt

.PHONY: reproducible
reproducible: machine ## (root) the appliance's slot made twice from one commit, each with an empty build cache: the same bytes
	OUT=$(VM) sh buildroot/vm/reproducible

.PHONY: bill
bill: ## what the appliance is made of, in out/vm/bill: Go modules as CycloneDX, Debian packages, licence texts; after make vm
	OUT=$(VM) sh buildroot/vm/bill

.PHONY: image-check
image-check: ## the external tree of buildroot/ against a checkout of Buildroot at BUILDROOT, without a download
	@sh .ci/deps buildroot
	@sh buildroot/check "$(BUILDROOT)"

.PHONY: figures
figures: deps ## measure what takes a minute and renew FIGURES.md; ROW=name for one that takes longer; BEFORE=commit prints both that and now
	$(GO) run ./cmd/proving/figures --row "$(ROW)" --before "$(BEFORE)"

.PHONY: notices
notices: ## write THIRD-PARTY.txt from what the programs link
	sh .ci/notices
