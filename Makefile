# What a developer can do here. `make help` lists it.
GO ?= go
FUZZTIME ?= 10000x
RUNS ?= 1000
# Public sources that the heavy targets read; see CONTRIBUTING.md.
REGISTRY_MODULES ?=
TREES ?=
PEERS ?=
# OpenTofu or Terraform, and the folder of its provider azapi, built from source.
TOFU ?=
AZAPI ?=
TIME ?= 1h

.PHONY: help build test check lint fuzz race bench bench-tree conformance understanding bench-gateway bench-render tofu image faults soak overshoot

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

bench: ## print the speed numbers of the engines
	$(GO) test -run '^$$' -bench . -benchtime 1x ./access ./estate ./format/... ./rule

bench-tree: build ## time check over a real tree: CPU seconds and memory (needs REGISTRY_MODULES)
	@if [ -z "$(REGISTRY_MODULES)" ]; then echo "SKIPPED: bench-tree needs a clone of Azure/bicep-registry-modules: make bench-tree REGISTRY_MODULES=DIR"; \
	else ./.ci/bench-tree "$(REGISTRY_MODULES)"; fi

conformance: ## compare Bicep with its compiled twin (needs REGISTRY_MODULES)
	@if [ -z "$(REGISTRY_MODULES)" ]; then echo "SKIPPED: conformance needs a clone of Azure/bicep-registry-modules with its tags: make conformance REGISTRY_MODULES=DIR"; \
	else $(GO) run ./internal/conformance -registry "$(REGISTRY_MODULES)"; fi

understanding: ## count the real account declarations that are understood (needs TREES)
	@if [ -z "$(TREES)" ]; then echo "SKIPPED: understanding needs folders with templates: make understanding TREES=\"DIR...\""; \
	else $(GO) run ./internal/understanding $(TREES); fi

bench-render: ## time render of 10 regions, 50 models and 200 teams in each format
	$(GO) test -run '^$$' -bench Render -benchtime 3x ./cli

soak: build ## run the gateway under load and faults for TIME (default 1h; needs redis-server, and root for a full disk under the binary)
	$(GO) build -o bin/soak ./internal/soak
	nice bin/soak -palisade bin/palisade -time $(TIME)

overshoot: build ## measure how far 64 connections get beyond a limit of 1,000 tokens a minute
	$(GO) build -o bin/soak ./internal/soak
	bin/soak -palisade bin/palisade -overshoot

bench-gateway: build ## compare a call through serve with a bare proxy, and with PEERS="-peer name=N,url=U,pid=P …"
	$(GO) run ./internal/gatewaybench -palisade bin/palisade $(PEERS)

tofu: ## have OpenTofu deploy the samples to a simulated Azure (needs TOFU and AZAPI)
	@if [ -z "$(TOFU)" ] || [ -z "$(AZAPI)" ]; then echo "SKIPPED: tofu needs OpenTofu or Terraform and a folder with terraform-provider-azapi: make tofu TOFU=PROGRAM AZAPI=DIR"; \
	else PALISADE_TOFU="$(TOFU)" PALISADE_AZAPI="$(AZAPI)" $(GO) test -count 1 -timeout 30m -v -run 'TestTerraform(Validates|Applies)' ./cli; fi

image: ## build the image and run it, and the systemd unit (needs ENGINE=docker|podman, and SYSTEMD=an image that boots)
	@if [ -z "$(ENGINE)" ]; then echo "SKIPPED: image needs an engine and the base images: make image ENGINE=podman SYSTEMD=IMAGE [BUILD_FLAGS=…] [RUN_FLAGS=…]"; \
	else PALISADE_ENGINE="$(ENGINE)" PALISADE_ENGINE_BUILD="$(BUILD_FLAGS)" PALISADE_ENGINE_RUN="$(RUN_FLAGS)" PALISADE_SYSTEMD="$(SYSTEMD)" $(GO) test -count 1 -timeout 30m -v -run 'TestImage|TestUnit' ./cli; fi

faults: ## deploy RUNS times to a simulated Azure that fails at random (default 1000)
	FAULT_RUNS=$(RUNS) $(GO) test -count 1 -timeout 60m -v -run 'TestFaults|TestDeployFaults' ./azure ./cli
