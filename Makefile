# Liasse: an IHE XDS.b Document Registry and Repository. `make help` lists the targets.
GO      ?= go
BIN     := bin/liasse
FUZZTIME ?= 30s
export CGO_ENABLED = 1

.PHONY: help run demo build deps deps-test test test-short fuzz bench generate check clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

run: build ## build, show a lot going in and out, and go on serving on loopback
	@$(BIN) demo --serve

demo: build ## the same, ending with exit status 0 (or 1)
	@$(BIN) demo

build: deps ## leave the program in bin/liasse
	@mkdir -p bin
	$(GO) build -trimpath -o $(BIN) ./cmd/liasse

deps: ## install what building needs (Debian, as root), or name it
	@./scripts/deps.sh build

deps-test: ## install the witnesses the tests run against: xmllint, xmlsec1, openssl, PostgreSQL
	@./scripts/deps.sh test

test: deps deps-test ## every test, under 10 minutes on 2 cores
	$(GO) vet ./...
	$(GO) test -timeout 9m ./...

test-short: deps ## the quick ones, in a minute and a half
	$(GO) test -short -timeout 2m ./...

fuzz: deps ## every fuzz target for FUZZTIME (30s)
	@GO=$(GO) FUZZTIME=$(FUZZTIME) ./scripts/fuzz.sh

bench: build ## the figures of docs/performance.md
	@$(BIN) bench

generate: ## write docs/rules.md and docs/tolerances.md anew from the catalogue
	$(GO) test ./internal/server -run TestGeneratedDocs -update

check: ## format and vet
	@test -z "$$($(GO)fmt -l . )" || { gofmt -l .; exit 1; }
	$(GO) vet ./...

clean: ## remove what was built
	rm -rf bin
