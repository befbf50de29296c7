# Alur. `make run` starts it, `make test` proves it; `make help` lists the rest.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run venv test test-browser test-model test-faults check bench wheel clean frontend catalogues test-tools

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
PYTEST := $(BIN)/python -m pytest
ARGS ?=
# What fits into a minute beside lint and types; `make test` runs everything.
QUICK := $(addprefix tests/unit/,feel dmn form worktime ground catalog bpmn project)
STEP = @echo "» $(1)"

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

run: venv frontend ## set everything up and serve on 127.0.0.1:8000
	$(call STEP,database)
	@$(BIN)/alur migrate
	$(call STEP,demo data)
	@$(BIN)/alur demo
	@exec $(BIN)/alur serve

venv: $(VENV)/.runtime ## the virtual environment with alur in it

# A stamp holds the text of setup.cfg's [options] as it was installed: other edits reinstall nothing.
DECLARED = sed -n '/^\[options/,/^\[tool/p' setup.cfg

$(VENV)/.runtime: setup.cfg pyproject.toml | $(BIN)/python
	@if [ "$$($(DECLARED))" != "$$(cat $@ 2>/dev/null)" ]; then \
	  echo "» Python packages (a minute or two the first time)"; \
	  $(PIP) -e . && $(DECLARED) > $@; else touch $@; fi

$(VENV)/.test: setup.cfg pyproject.toml | $(VENV)/.runtime
	@if [ "$$($(DECLARED))" != "$$(cat $@ 2>/dev/null)" ]; then \
	  echo "» Python packages for tests (a minute or two the first time)"; \
	  $(PIP) -e '.[test,scale]' && $(DECLARED) > $@; else touch $@; fi

$(BIN)/python:
	@for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "» virtual environment with $$($$python --version)"; \
	    $$python -m venv $(VENV) && exit 0; \
	    rm -rf $(VENV); echo "$$python cannot make a virtual environment; on Debian: apt install python3-venv" >&2; exit 1; \
	  fi; done; \
	echo "Alur needs Python 3.11 or newer; none of python3, python3.11 … python3.14 is." >&2; exit 1

frontend: venv
	@$(BIN)/python frontend/install.py

catalogues: venv
	@$(BIN)/python -m webapp.i18n

test-tools: venv $(VENV)/.test
	@$(BIN)/python frontend/install.py --tests
	@$(BIN)/python -m tests.support.browser

test: test-tools ## all tests, both databases, one browser journey
	$(PYTEST) -n 2 -m "not browser or journey" $(ARGS)

test-browser: test-tools ## every journey in a real browser
	$(PYTEST) -m browser tests/browser $(ARGS)

test-model: venv $(VENV)/.test ## 2,000 random diagrams against an independent model of BPMN, and planted faults
	$(BIN)/python -m tests.conformance.model $(ARGS)
	$(PYTEST) tests/conformance/model

test-faults: venv $(VENV)/.test ## kills, races, outages and planted faults at full size: an hour
	$(BIN)/python -m tests.faults $(ARGS)

check: venv $(VENV)/.test ## lint, types, import contracts and quick tests in less than a minute
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(PYTEST) -n 2 -m "not slow" $(QUICK) $(ARGS)

bench: venv ## the performance figures, as ratios of one run
	$(BIN)/python -m benchmarks $(ARGS)

wheel: venv frontend catalogues ## an installable package with the front-end files in it
	@$(PIP) build
	$(BIN)/python -m build --wheel --outdir dist .

clean: ## everything built, except the data under var/
	rm -rf $(VENV) build dist alur.egg-info test-results frontend/node_modules webapp/static/vendor
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find engine webapp tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
