# Set-up and daily commands. `make` or `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
JOBS ?= 2
BIN := .venv/bin
STUDY := data/sample/study.yaml

.PHONY: help venv report test evidence format lock clean

help: ## List the commands
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

venv: .venv/.ready ## Build .venv from the hash-pinned lock

.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "outcomes needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) -V 2>&1). Try: make venv PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing. On Debian: apt-get install python3-venv"; exit 1; }
	@rm -rf .venv
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

report: venv ## Run every report of the sample trial and print the path of the index page
	$(BIN)/outcomes batch run $(STUDY) -j $(JOBS)

test: venv ## Lint, types, room contracts and all tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n $(JOBS) --dist loadfile

evidence: venv ## Run the long simulations that are missing or older than their code (resumable)
	$(BIN)/python -m tests.evidence.runner

format: venv ## Format the code and sort imports
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## Compile requirements.lock again (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --quiet -o requirements.lock

clean: ## Remove caches and everything the reports wrote
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .benchmarks .import_linter_cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
	find reports -mindepth 1 ! -name README.md -delete
