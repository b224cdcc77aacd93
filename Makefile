# What a developer can do here. `make help` lists it.
GO ?= go
FUZZTIME ?= 5s
# Public sources that the heavy targets read; see CONTRIBUTING.md.
REGISTRY_MODULES ?=

.PHONY: help build test check lint fuzz race bench conformance

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

build: ## build bin/palisade
	$(GO) build -o bin/palisade ./cmd/palisade

test: ## run all tests
	$(GO) test ./...

check: lint race fuzz ## what CI does: lint, tests with the race detector, short fuzz runs

lint: ## gofmt, go vet, staticcheck (pinned in go.mod)
	@test -z "$$(gofmt -l . | tee /dev/stderr)" || { echo "gofmt these files"; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

race: ## run all tests with the race detector
	$(GO) test -race ./...

fuzz: ## run every fuzz target for FUZZTIME
	@./.ci/fuzz $(FUZZTIME)

bench: ## print the speed numbers
	$(GO) test -run '^$$' -bench . -benchmem ./...

conformance: ## compare Bicep with its compiled twin over Azure/bicep-registry-modules
	@test -n "$(REGISTRY_MODULES)" || { echo "SKIPPED: conformance needs a clone of Azure/bicep-registry-modules: make conformance REGISTRY_MODULES=DIR"; exit 0; }
