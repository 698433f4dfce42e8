# What a developer does with muslrun, one word each. `make` alone explains.
#
# ABIS chooses guest ABIs: quick (five), main (every one with an engine), all, or a list of names.

ABIS ?= main
CACHE := $(or $(MUSLRUN_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/muslrun)

# Fetches Go where there is none, so it is asked only by the targets that need it, and once.
GO = $(eval GO := $(shell images/toolchain/go.sh))$(or $(GO),$(error no Go to build with, see above))
export PKG_CONFIG_PATH := $(CACHE)/engine-libs/pkgconfig:$(PKG_CONFIG_PATH)
# Go's build cache does not look into the libraries; this makes it see when they are others.
export CGO_CPPFLAGS = -DENGINE_LIBS=$(shell cat $(CACHE)/engine-libs/pkgconfig/*.pc 2>/dev/null | cksum | cut -d ' ' -f 1)
export MUSLRUN_ABIS = $(ABIS)

sets = $(if $(filter quick,$(ABIS)),--quick,$(if $(filter main,$(ABIS)),,$(if $(filter all,$(ABIS)),--all,--abis "$(ABIS)")))
setup = images/toolchain/setup.sh $(sets)

.PHONY: help
help: ## Show this
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
	@echo '  ABIS=quick     five ABIs, for a first try; ABIS=main (default), ABIS=all or ABIS="mips s390x ..."'

.PHONY: run
run: setup build ## Compile the examples for every ABI, run them, print a table (first time: ABIS=quick takes 5 minutes)
	@$(GO) run ./tests/examples

.PHONY: build
build: engine ## Build bin/muslrun, with the Unicorn engine
	@$(GO) build -tags unicorn -trimpath -o bin/muslrun ./cmd/muslrun

.PHONY: pure
pure: ## Build bin/muslrun-pure: no cgo, one static file, without Unicorn
	@CGO_ENABLED=0 $(GO) build -trimpath -o bin/muslrun-pure ./cmd/muslrun

# Front-ends are compared with qemu-user by one goroutine, for minutes: the race detector has nothing to find there.
fronts = /emu/native/(arm64|mips|or1k|ppc|riscv|sh)$$

.PHONY: test
test: build pure ## Vet, unit tests, and the conformance of the ABIs that setup has made
	$(GO) vet -tags unicorn ./...
	$(GO) test -tags unicorn -race $$($(GO) list -tags unicorn ./... | grep -vE '/tests/conformance|$(fronts)')
	$(GO) test $$($(GO) list ./emu/native/... | grep -E '$(fronts)')
	cd tests/conformance && $(GO) test -timeout 60m

.PHONY: bench
bench: build ## Compare with qemu-user and native: BENCH="--abis riscv64 --workloads sieve,fib --runs 5 --scale 20"
	@$(GO) run ./tests/bench $(BENCH)

.PHONY: go
go: # first, because a machine that cannot fetch Go should say so at once
	@test -x "$(GO)"

.PHONY: setup
setup: go ## Install what is missing: compilers, musl, busybox and lua for ABIS, Unicorn, qemu-user, Go
	@PATH="$(dir $(GO)):$$PATH" $(setup)

.PHONY: runtimes
runtimes: ## Only musl and a compiler wrapper for ABIS
	@$(setup) musl

.PHONY: engine
engine: ## Only the libraries of the Unicorn engine
	@images/toolchain/setup.sh engine

.PHONY: abis
abis: build ## List the ABIs with their engines
	@bin/muslrun abis

.PHONY: table
table: build ## Measure what runs and write the table into README.md
	@$(GO) run ./tests/examples --readme README.md

.PHONY: lint
lint: ## gofmt, vet, and golangci-lint where it is installed
	@test -z "$$(gofmt -l . | tee /dev/stderr)"
	@$(GO) vet -tags unicorn ./...
	@if command -v golangci-lint >/dev/null; then golangci-lint run --build-tags unicorn; \
	else echo 'golangci-lint is not installed: not run'; fi

FUZZTIME ?= 20s
.PHONY: fuzz
fuzz: ## Run every fuzz target for FUZZTIME (20s)
	@grep -rl --include='*_test.go' '^func Fuzz' . | while read -r file; do \
		for name in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\).*/\1/p' "$$file"); do \
			echo "$$file $$name"; \
			$(GO) test -tags unicorn -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) "$${file%/*}" || exit 1; \
		done; done

.PHONY: generate
generate: ## Make the generated files again
	@$(GO) generate ./...

.PHONY: clean
clean: ## Remove bin/ and what the tests built; the compilers and musl stay in the cache
	rm -rf bin $(CACHE)/tests
