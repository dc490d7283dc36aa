PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PLUGINS := $(wildcard plugins/*/setup.cfg)
EDITABLE := -e .[dev] $(foreach p,$(PLUGINS),-e $(dir $(p)))

.PHONY: help setup run test lint types bench soak constraints
help: ## show the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/.done ## virtual environment and dependencies
$(VENV)/.done: setup.cfg constraints.txt $(PLUGINS)
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --upgrade pip setuptools
	$(PY) -m pip install --quiet -c constraints.txt $(EDITABLE)
	touch $@

test: setup ## everything a change must pass
	$(PY) -m pytest -q -n 2

lint: setup ## style, imports
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

types: setup ## static types
	$(VENV)/bin/mypy forum
