# Everything Dateline needs on a fresh machine: Python 3.11 or newer, a C++ compiler, make. `make help` lists the rest.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
AXE := .venv/axe/package/axe.min.js
AXE_VERSION := 4.14.1
DEMO := .dateline/demo
EVAL := .dateline/eval
TRAINING := .dateline/training
QUESTIONS ?= 3000
# A worker takes a whole file at a time: its tests share what the file sets up.
PYTEST := -n auto --maxprocesses 4 --dist loadfile

# llama.cpp is compiled once, for this processor, without its tools for images, network and web.
export CMAKE_ARGS ?= -DGGML_NATIVE=ON -DLLAVA_BUILD=OFF -DLLAMA_OPENSSL=OFF -DLLAMA_ALL_WARNINGS=OFF
export CMAKE_BUILD_PARALLEL_LEVEL ?= $(shell nproc 2>/dev/null || echo 2)

.DEFAULT_GOAL := help
.PHONY: demo check check-tests test properties chat lint eval bench train-ranker train-cross-encoder train-reader wheel help clean

demo: $(READY) ## The cited answer to "How many drones hit Kyiv?" over seeds/
	@echo '--- dateline ingest seeds'
	@DATELINE_DATA_DIR=$(DEMO) $(BIN)/dateline ingest seeds
	@echo '--- dateline "How many drones hit Kyiv?"'
	@DATELINE_DATA_DIR=$(DEMO) $(BIN)/dateline "How many drones hit Kyiv?"

check: $(READY) ## The inner loop: style, types, contracts, and all tests that load no model and open no browser
	@$(MAKE) --no-print-directory -j 2 check-tests lint

check-tests: $(READY)
	@echo '--- tests without models and browser'
	@$(BIN)/python -m pytest $(PYTEST) -q -m 'not model and not browser' --hypothesis-profile=few

test: $(READY) $(AXE) ## The whole test suite, with the real models and, where there is one, a real Chromium
	@echo '--- tests'
	@$(BIN)/python -m pytest $(PYTEST)

properties: $(READY) ## The property tests drawn freely, with many examples; `make test` draws the same few each time
	@echo '--- property tests, drawn freely'
	@$(BIN)/python -m pytest $(PYTEST) -m hypothesis --hypothesis-profile=free

chat: $(READY) ## The chat page, over seeds/ (your own articles: dateline ingest FOLDER; dateline chat)
	@DATELINE_DATA_DIR=$(DEMO) $(BIN)/dateline ingest --quiet seeds
	@DATELINE_DATA_DIR=$(DEMO) $(BIN)/dateline chat

lint: $(READY) ## Style, formatting, types, and who may import whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

eval: $(READY) ## Measure the answers to seeds/questions.jsonl, and fail where they have become worse
	@echo '--- dateline eval seeds/questions.jsonl --articles seeds --gate bench/seeds-gate.toml'
	@DATELINE_CONFIG=/dev/null DATELINE_DATA_DIR=$(EVAL) $(BIN)/dateline eval seeds/questions.jsonl --articles seeds --gate bench/seeds-gate.toml

bench: $(READY) ## Starting, the model rewritten, follow-ups; with DATA=folder of the data sets also search, answers and reading
	@$(BIN)/python -m bench.startup
	@$(BIN)/python -m bench.requantise
	@$(BIN)/python -m bench.followups
	@$(BIN)/python -m bench.chat
ifdef DATA
	@$(BIN)/python -m bench.search $(DATA) --scale 0
	@$(BIN)/python -m bench.search $(DATA) --work .dateline/bench/scale
	@$(BIN)/python -m bench.eval $(DATA)
	@$(BIN)/python -m bench.reading $(DATA)
endif

train-ranker: $(READY) ## DATA=folder of the data sets: the ranker's weights, from the rows whose licence allows it
	@$(BIN)/python -m training.evidence $(DATA) --work $(TRAINING) --limit $(QUESTIONS)
	@$(BIN)/python -m training.ranker_training --work $(TRAINING) --limit $(QUESTIONS) --out $(TRAINING)/ranker.safetensors
	@$(BIN)/python -m bench.ranker $(DATA) $(TRAINING)/ranker.safetensors

train-cross-encoder: $(READY) ## DATA=folder of the data sets: one network that ranks, reads and checks claims; resumable; MORE=more options
	@$(BIN)/python -m training.cross_encoder_training $(DATA) --work $(TRAINING) --out $(TRAINING)/cross-encoder $(MORE)
	@$(BIN)/python -m training.learning_curve $(TRAINING)/cross-encoder-*/log.jsonl
	@$(BIN)/python -m bench.edits $(DATA) $(TRAINING)/cross-encoder

train-reader: $(READY) ## DATA=folder of the data sets: the reader's adapter, from the same rows
	@$(BIN)/python -m training.evidence $(DATA) --work $(TRAINING) --limit $(QUESTIONS)
	@$(BIN)/python -m training.replies --work $(TRAINING) --limit $(QUESTIONS) --out $(TRAINING)/replies.jsonl --answers-only
	@$(BIN)/python -m training.reader_training $(TRAINING)/replies.jsonl --work $(TRAINING)/reader --out $(TRAINING)/reader.gguf

# The rules of axe-core for the tests of the page; without npm these tests are left out, but not in CI.
$(AXE): $(READY)
	@mkdir -p .venv/axe
	@if command -v npm >/dev/null; then \
	  echo '--- set-up: axe-core $(AXE_VERSION)'; \
	  cd .venv/axe && npm pack --silent axe-core@$(AXE_VERSION) >/dev/null && tar xzf axe-core-$(AXE_VERSION).tgz package/axe.min.js && touch package/axe.min.js; \
	else echo 'make: no npm found: the accessibility rules are not tested'; fi

.PHONY: lock
lock: $(READY) ## requirements.lock from pyproject.toml, pins kept; UPGRADE=--upgrade takes the newest of all
	@$(PIP_INSTALL) uv==$(UV_VERSION)
	@cp requirements.lock .venv/requirements.before
	@echo '--- uv pip compile: every version that pyproject.toml allows, for Python 3.11 and newer, with the hashes of all its files'
	@$(BIN)/uv pip compile --quiet $(UPGRADE) --universal --python-version 3.11 --generate-hashes --no-annotate \
	  --extra dev --no-emit-package pip --custom-compile-command 'make lock' pyproject.toml --output-file requirements.lock >/dev/null
	@echo '--- versions that changed (none where nothing follows)'
	@diff .venv/requirements.before requirements.lock | grep -E '^[<>] [a-z]' || true

wheel: $(READY) ## dist/dateline-*.whl
	@$(BIN)/python -m build --wheel --no-isolation

help: ## This list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:[^#]*##/\t/' | expand -t 10

clean: ## Remove what make made: .venv, the demo index, build leftovers
	rm -rf .venv .dateline dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis

UV_VERSION := 0.13.9
PIP_INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps
$(READY): requirements-torch-cpu.lock requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "make: found $$($(PYTHON) --version), expected Python 3.11 or newer: set PYTHON=/path/to/python3.11"; exit 1; }
	@command -v c++ >/dev/null || \
	  { echo "make: no C++ compiler found, expected one to build llama.cpp: install g++ (Debian: build-essential)"; exit 1; }
	@echo '--- set-up: .venv with the versions of requirements.lock; the first time it compiles llama.cpp (about 6 minutes)'
	@$(PYTHON) -m venv .venv
	@if [ "$$(uname)" = Linux ]; then $(PIP_INSTALL) --require-hashes -r requirements-torch-cpu.lock 2>.venv/torch.log || \
	  { echo '--- no CPU build of torch where pip looks: uv fetches one from where PyTorch keeps them'; \
	    $(PIP_INSTALL) uv==$(UV_VERSION) && \
	    $(BIN)/uv pip install --quiet --python $(BIN)/python --torch-backend cpu --no-deps torch==2.13.0; } || \
	  { cat .venv/torch.log; echo 'make: expected torch==2.13.0+cpu: name its index or folder in PIP_EXTRA_INDEX_URL or PIP_FIND_LINKS'; exit 1; }; fi
	@$(PIP_INSTALL) --require-hashes -r requirements.lock
	@$(PIP_INSTALL) --no-build-isolation --editable .
	@touch $@
