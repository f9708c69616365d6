# make run    builds and starts Konklave; prints the address to open
# make test   checks everything; needs some minutes on two cores
# make help   lists the rest

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X main.version=$(VERSION)
GO_BUILD := CGO_ENABLED=0 go build -trimpath -ldflags
WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print 2>/dev/null)

.PHONY: help
help: ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 23

.PHONY: run
run: build ## build, start and print the address to open
	@KONKLAVE_DEMO=$${KONKLAVE_DEMO:-true} exec bin/konklave

.PHONY: build
ifeq ($(BUILT),) # scripts/together builds before its lanes begin, which would disturb each other
build: tools web/dist/index.html ## build the web client and bin/konklave
	@mkdir -p bin
	$(GO_BUILD) "$(LDFLAGS)" -o bin/konklave .
endif

# --- the web client ---------------------------------------------------------------------------------------------------

# npm runs no scripts of packages: none of them needs any.
NPM_CI := npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

web/node_modules/.installed: web/package-lock.json web/package.json | tools
	cd web && $(NPM_CI)
	@touch $@

web/dist/index.html: web/node_modules/.installed $(WEB_SOURCES)
	cd web && npm run --silent build
	@touch web/dist/.gitkeep $@

# The packages of all that is made with Node.js.
INSTALLED := web/node_modules/.installed test/e2e/node_modules/.installed test/interop/node_modules/.installed

# --- tests ------------------------------------------------------------------------------------------------------------

# Calls of real clients by real clocks: see scripts/together.
export AGAIN := test-hostile test-interop-go test-interop test-acme test-call test-ways test-browsers test-pages

# What needs the processor comes first, then what must not be disturbed much, then what mostly waits.
.PHONY: test
test: test-tools ## check everything: format, vet, staticcheck, Go, web client, browsers, networks
	@$(MAKE) --no-print-directory format vet staticcheck build $(INSTALLED) bin/nets bin/sdk-guest
	@scripts/together "test-web test-go"
	@scripts/together "test-hostile test-interop" "test-interop-go test-acme test-deb" "test-fuzz"
	@scripts/together "test-call test-ways" "test-browsers" "test-pages"
	@scripts/summary bin/results

.PHONY: format
format:
	@echo "== gofmt"
	@wrong=$$(git ls-files '*.go' | xargs -r gofmt -l); \
	if [ -n "$$wrong" ]; then echo "not formatted, run gofmt -w on:"; echo "$$wrong"; exit 1; fi

.PHONY: vet
vet:
	@echo "== go vet"
	@go vet -race ./... # as the tests are built: nothing is compiled for this alone

.PHONY: staticcheck
staticcheck:
	@echo "== staticcheck"
	@GOFLAGS="$$(go env GOFLAGS) -race" go tool staticcheck ./...

.PHONY: test-go
test-go: build test-tools ## Go tests with the race detector, without those of whole calls
	@echo "== Go tests"
	@go test -race -timeout 8m -json $$(go list ./... | grep -v '/test/call$$') | go run ./scripts/gotest

HOSTILE = ^($(shell sed -nE 's/^func (Test[A-Za-z0-9]+).*/\1/p' test/call/hostile*_test.go | paste -sd '|'))$$

.PHONY: test-call
test-call: ## whole calls between Go clients, with the race detector
	@echo "== calls in Go"
	@go test -race -timeout 8m -skip '$(HOSTILE)' -json ./test/call | go run ./scripts/gotest

.PHONY: test-hostile
test-hostile: ## the same calls beside hostile clients
	@echo "== calls beside hostile clients"
	@go test -race -timeout 8m -run '$(HOSTILE)' -json ./test/call | go run ./scripts/gotest

.PHONY: test-fuzz
test-fuzz: tools ## every fuzz target a thousand times; make fuzz takes an hour
	@echo "== fuzz targets, briefly"
	@FUZZTIME=1000x FUZZBUILD=race nice -n 19 scripts/fuzz | { grep -v '^fuzz: \|^warning: ' || true; }

.PHONY: test-web
test-web: web/node_modules/.installed ## types and tests of the web client
	@echo "== web client"
	@cd web && npm run --silent check && npm run --silent test

.PHONY: test-browsers
test-browsers: build test-tools bin/sdk-guest $(INSTALLED) ## calls between real browsers, and with each SDK
	@echo "== browsers"
	@cd test/e2e && npm test --silent

.PHONY: test-pages
test-pages: build test-tools $(INSTALLED) ## what browsers do with meetings and pages, where little depends on media
	@echo "== pages in browsers"
	@cd test/e2e && npm run --silent pages

.PHONY: test-ways
test-ways: build test-tools bin/nets bin/sdk-guest $(INSTALLED) ## calls through networks of all sorts, in namespaces
	@echo "== ways through"
	@cd test/e2e && npm run --silent ways

# Always built: go knows what has changed.
.PHONY: bin/nets bin/sdk-guest
ifeq ($(BUILT),)
bin/nets:
	@CGO_ENABLED=0 go build -trimpath -o $@ ./test/nets

bin/sdk-guest:
	@CGO_ENABLED=0 go -C test/interop-go build -trimpath -o ../../$@ ./guest
endif

test/e2e/node_modules/.installed: test/e2e/package-lock.json test/e2e/package.json | tools
	cd test/e2e && $(NPM_CI)
	@touch $@

.PHONY: test-interop
test-interop: build test/interop/node_modules/.installed ## LiveKit's SDKs for Node.js against the built binary
	@echo "== SDKs for Node.js"
	@cd test/interop && npm test --silent

test/interop/node_modules/.installed: test/interop/package-lock.json test/interop/package.json | tools
	cd test/interop && $(NPM_CI)
	@touch $@

.PHONY: test-interop-go
test-interop-go: build ## LiveKit's SDK for Go against the built binary; a module of its own, slow to compile at first
	@echo "== SDK for Go (when it is compiled for the first time, this takes some minutes)"
	@go -C test/interop-go test -count=1 -parallel 4 -timeout 3m -json ./... | go run ./scripts/gotest

.PHONY: test-acme
test-acme: build ## the built binary gets a certificate from Pebble, an authority for tests; a module of its own
	@echo "== certificates"
	@cd test/acme && go vet ./... && go test -count=1 -timeout 5m ./...

# --- the Debian package -----------------------------------------------------------------------------------------------

# Tags v1.2.3 are versions; between them the day and the commit tell which is newer.
DEB_VERSION ?= $(shell git describe --tags --exact-match --match 'v[0-9]*' 2>/dev/null | sed 's/^v//' | grep . || git log -1 --date=format:%Y%m%d%H%M%S --format='0.0.0~git%cd.%h' 2>/dev/null || echo 0.0.0~unknown)
DEB_CONFFILE ?= konklave.yaml

# Version 2.45 is the last that needs no module of a host which proxies of Go modules may refuse.
bin/nfpm: packaging/tools/go.mod packaging/tools/go.sum | tools
	@echo "== nfpm, which makes packages (when it is compiled for the first time, this takes a minute)"
	@go -C packaging/tools build -o ../../bin/nfpm github.com/goreleaser/nfpm/v2/cmd/nfpm

.PHONY: deb
deb: tools web/dist/index.html bin/nfpm ## Debian package in bin/deb, with the service, settings in /etc/konklave and data in /var/lib/konklave
	@mkdir -p bin/deb
	@$(GO_BUILD) "$(LDFLAGS) -X main.configFile=/etc/konklave/konklave.yaml" -o bin/deb/konklave .
	@scripts/notices > bin/deb/THIRD-PARTY
	@gzip -9nc packaging/konklave.8 > bin/deb/konklave.8.gz
	@cd packaging && VERSION=$(DEB_VERSION) ARCH=$$(go env GOARCH) CONFFILE=$(DEB_CONFFILE) \
		SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct 2>/dev/null || date +%s) ../bin/nfpm package --packager deb --target ../bin/deb/

.PHONY: test-deb
test-deb: deb ## the Debian package is installed, used, upgraded, removed and purged in a folder
	@echo "== Debian package"
	@go test -count=1 -json -run Debian ./test/operation | go run ./scripts/gotest

RUNS ?= 5
LIVEKIT ?=

.PHONY: bench
bench: build ## cost of forwarding beside Janus and a bare forwarder; LIVEKIT=/path measures a LiveKit server too; needs a quiet machine with two cores
	@go run ./bench -runs $(RUNS) -beside raw,janus,livekit -livekit "$(LIVEKIT)"

.PHONY: record
record: build test-tools test/e2e/node_modules/.installed ## what Chromium sends of a camera, for the benchmark to replay; needs a quiet machine
	@cd test/e2e && bash netns.sh node record.mjs

.PHONY: ways
ways: build test-tools bin/nets bin/sdk-guest $(INSTALLED) ## how long Chromium takes to the first picture, by each way through
	@cd test/e2e && bash netns.sh node ways/bench.mjs

.PHONY: join
join: build test-tools test/e2e/node_modules/.installed ## how long Chromium takes to join and show a picture
	@cd test/e2e && bash netns.sh node join.mjs

DURATION ?= 10m

.PHONY: soak
soak: build ## people come and go for DURATION (10m): does the server keep anything of them?
	@go run ./bench -soak $(DURATION)

.PHONY: abuse
abuse: build ## hostile clients on one core, a call beside them: what does it notice? Takes some minutes
	@go run ./bench -abuse

.PHONY: fuzz
fuzz: tools ## every fuzz target, an hour in all, or each for FUZZTIME=5m; make test runs each only briefly
	@FUZZTIME=$(FUZZTIME) scripts/fuzz

.PHONY: profile
profile: web/dist/index.html ## where the CPU time of forwarding goes, into docs/profiles; needs perf, and root for the kernel's part
	@mkdir -p bin docs/profiles
	@CGO_ENABLED=0 go build -trimpath -ldflags "-X main.version=$(VERSION)" -o bin/konklave-symbols .
	@go run ./bench -profile docs/profiles -scenarios a100,a100r,b100,c10 -window 10s -binary bin/konklave-symbols

.PHONY: bench-go
bench-go: tools ## benchmarks of the Go packages
	@go test -run '^$$' -bench . -benchmem ./internal/...

# --- what the machine must have ---------------------------------------------------------------------------------------

.PHONY: tools
tools:
	@scripts/need

.PHONY: test-tools
test-tools: tools
	@scripts/need-for-tests

.PHONY: clean
clean: ## remove what was built and installed here, not the data directory
	rm -rf bin web/node_modules test/interop/node_modules test/e2e/node_modules test/e2e/out
	find web/dist -mindepth 1 ! -name .gitkeep -delete
