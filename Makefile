# Every verb sets up what it needs. VENV is shared by all of them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo up test test-fast faults check format reference bench pins clean

help: ## list the verbs
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(VENV)/.runtime: requirements.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "setting up $(VENV) (once, about a minute)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $@

demo: $(VENV)/.runtime ## feed a few hundred traces through the tiers and show what was found
	@$(BIN)/metronis demo

up: $(VENV)/.runtime ## run the embedded stack in the foreground
	@$(BIN)/metronis up

test: $(VENV)/.dev ## every test, the slow ones too
	$(BIN)/python -m pytest

test-fast: $(VENV)/.dev ## the tests that take seconds
	$(BIN)/python -m pytest -m "not slow"

FAULTS ?= 30
SEEDS ?= 50000

faults: $(VENV)/.dev ## kill it: FAULTS faults for each layout, SEEDS simulated histories, the kill tests
	METRONIS_TEST_FAULTS=$(FAULTS) METRONIS_TEST_SEEDS=$(SEEDS) $(BIN)/python -m pytest tests/faults

check: $(VENV)/.dev ## format, lint, types, import directions, generated files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m metronis.reference --check

format: $(VENV)/.dev ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

reference: $(VENV)/.runtime ## write the generated pages again
	$(BIN)/python -m metronis.reference

bench: $(VENV)/.dev ## measure everything and write bench/results, about an hour on a quiet machine
	@for name in pipeline gateway latency domain_accuracy $(addprefix kafka.,throughput transactions exactly_once hop faust_baseline); do \
	  $(BIN)/python -m bench.$$name || exit 1; done
	@for name in domains validators; do $(BIN)/python -m bench.$$name --save || exit 1; done

pins: ## resolve the requirements again (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q \
	  pyproject.toml requirements.in -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q --extra dev --extra train \
	  -c requirements.txt pyproject.toml requirements.in -o requirements-dev.txt

clean: ## remove the environment and the data of the demo
	rm -rf $(VENV) data
