# Everything happens in one virtual environment, .venv; `make help` lists the targets.
# Another Python: make run PYTHON=python3.12

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
SUITABLE = import sys; sys.exit(sys.version_info < (3, 11))
# The first Python that is new enough; looked for only when an environment is made.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if $$python -c '$(SUITABLE)' 2>/dev/null; then echo $$python; break; fi; done)
# Turns pip's log into one growing line, so that a wait of minutes shows that it goes on.
PROGRESS := awk '/^ *Collecting / { printf "%s ", $$2; fflush() } \
	/^Installing collected/ { printf "\n  unpacking ...\n"; fflush() } END { print "" }'
INSTALL = $(BIN)/python -m pip install --disable-pip-version-check --progress-bar off --constraint constraints.txt

.PHONY: help run desk test lint bench stress load lock lowest world wheel web clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/.charts ## install what the program needs and print the brief on the Beijing summit
	@$(BIN)/multipolar brief

desk: $(VENV)/.charts ## install what the program needs and open the desk in a browser
	@$(BIN)/multipolar desk

# By file: what a file's tests compile is compiled in one process only. In the order of tests/conftest.py.
TWO = -n 2 --dist loadfile --no-loadscope-reorder

test: $(VENV)/.test browser ## run the tests on two processes
	$(BIN)/python -m pytest $(TWO) -q

# Tests of the page drive Debian's Chromium; where it is not there and cannot be installed, they are skipped and say so.
.PHONY: browser
browser:
	@if ! command -v chromium >/dev/null && command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  echo "Installing Chromium for the tests of the desk's page (once; a minute or two)"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	    chromium fonts-noto-core >/dev/null; fi

WEB := src/multipolar/desk/web
web: $(VENV)/.made ## check, test and rebuild the desk's page from desk/web (needs Node 20.19 or newer); users need no Node
	@echo "Installing what the page is built with (once; a minute)"
	@cd $(WEB) && npm ci --no-audit --no-fund --loglevel=error
	cd $(WEB) && npm run check && npm run test && npm run build
	$(BIN)/python $(WEB)/sources.py --write

lint: $(VENV)/.lint ## style, types, and imports that point downwards only
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.bench ## times against the machine's limit and against gegravity, and of the desk
	$(BIN)/python -m benchmarks

WORLDS ?= 10000
stress: $(VENV)/.test ## solve 10,000 random worlds and check every answer; WORLDS=300 for fewer
	$(BIN)/python -m benchmarks.stress $(WORLDS) --processes 2

PEOPLE ?= 50
SECONDS_OF_LOAD ?= 300
load: $(VENV)/.test ## 50 people moving sliders on the desk for five minutes; PEOPLE=10 SECONDS_OF_LOAD=30 for less
	$(BIN)/python -m benchmarks.load --people $(PEOPLE) --seconds $(SECONDS_OF_LOAD)

world: $(VENV)/.charts ## rebuild the reference world from its sources
	$(BIN)/python -m multipolar.world.reference.build

# An extra is named like its stamp file, so that a second `make` installs nothing.
$(VENV)/.charts $(VENV)/.test $(VENV)/.lint $(VENV)/.bench: $(VENV)/.%: pyproject.toml constraints.txt | $(VENV)/.made
	@echo "Installing multipolar with what $* needs into $(VENV) (once; a minute or two):"
	@printf '  '; $(INSTALL) --editable '.[charts,desk,$*]' | $(PROGRESS)
	@touch $@

$(VENV)/.made:
	@$(MAKE) --no-print-directory environment ENVIRONMENT=$(VENV)

.PHONY: environment
environment:
	@if [ -z "$(PYTHON)" ]; then echo "Multipolar needs Python 3.11 or newer, and none was found. Install one" \
	  "(Debian, Ubuntu: apt install python3 python3-venv) or name yours: make run PYTHON=/path/to/python3" >&2; exit 1; fi
	@$(PYTHON) -c '$(SUITABLE)' 2>/dev/null || { echo "Multipolar needs Python 3.11 or newer;" \
	  "PYTHON=$(PYTHON) is $$($(PYTHON) --version 2>/dev/null || echo no Python at all)." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) lacks the module venv or ensurepip." \
	  "Install it (Debian, Ubuntu: apt install python3-venv) and try again." >&2; exit 1; }
	@echo "Making the virtual environment $(ENVIRONMENT) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear $(ENVIRONMENT)
	@touch $(ENVIRONMENT)/.made

# The oldest versions that pyproject.toml allows, and multipolar as a wheel rather than from src/: what a user installs.
lowest: ## run the quick tests with the lowest allowed versions
	@$(MAKE) --no-print-directory environment ENVIRONMENT=.venv-lowest
	@printf '  '; .venv-lowest/bin/python -m pip install --disable-pip-version-check --progress-bar off \
	  --constraint constraints-lowest.txt '.[charts,desk,test]' | $(PROGRESS)
	.venv-lowest/bin/python -m pytest $(TWO) -q -m 'not slow'

wheel: $(VENV)/.made ## build the wheel into dist/
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

# uv resolves for every Python and platform at once, with the same versions on each where it can. It does not read
# pip's settings, so the index and the certificates that pip is told to use, if any, are handed on.
UV = index=$$($(BIN)/python -m pip config get global.index-url 2>/dev/null || true); \
	certificate=$$($(BIN)/python -m pip config get global.cert 2>/dev/null || true); \
	env $${index:+UV_DEFAULT_INDEX="$$index"} $${certificate:+SSL_CERT_FILE="$$certificate"} \
	$(BIN)/uv pip compile --quiet --no-annotate --custom-compile-command 'make lock'
PLATFORMS = x86_64-manylinux_2_28 aarch64-manylinux_2_28 aarch64-apple-darwin x86_64-pc-windows-msvc

lock: $(VENV)/.made ## renew constraints.txt and constraints-lowest.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9'
	@$(UV) pyproject.toml --python-version 3.11 --universal --fork-strategy fewest --upgrade --all-extras \
	  --output-file constraints.txt
	@$(UV) pyproject.toml --python-version 3.11 --resolution lowest-direct --upgrade --extra charts --extra desk --extra test \
	  --output-file constraints-lowest.txt
	@for python in 3.11 3.12 3.13 3.14; do for platform in $(PLATFORMS); do \
	  echo "checking that every pin has a wheel for Python $$python on $$platform"; \
	  $(UV) constraints.txt --only-binary :all: --python-version $$python --python-platform $$platform >/dev/null; \
	done; done

clean: ## remove environments, caches and built files
	rm -rf $(VENV) .venv-lowest dist build out .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
