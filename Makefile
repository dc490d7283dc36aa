# Every command of the project. `make run` and `make test` need Python 3.11 to 3.13, git and make.
SHELL := /bin/sh
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
DATA ?= data
VENV := .venv
PY := $(VENV)/bin/python
PIP := PYTHONWARNINGS=ignore $(PY) -m pip --quiet --quiet --disable-pip-version-check
PLUGINS := $(sort $(dir $(wildcard plugins/*/setup.cfg)))
PACKAGES := forum $(filter-out %.egg-info,$(wildcard plugins/*/forum_*))
CATALOGS := $(patsubst %.po,%.mo,$(wildcard forum/translations/*/LC_MESSAGES/*.po \
	plugins/*/forum_*/translations/*/LC_MESSAGES/*.po))
FRONTEND := $(VENV)/.frontend

# Tests start hundreds of processes: none should have to compile the forum again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run test lint types docs pictures bench soak assets dist catalogs constraints clean

help: ## show this screen
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/.done ## make the virtual environment and install what is needed

run: setup $(FRONTEND) $(CATALOGS) ## start the demo federation on http://127.0.0.1:8000
	@test -f $(DATA)/demo.json || { \
		echo "Making the demo federation, half a minute, once …"; \
		$(PY) -m forum.cli demo --dir $(DATA) --now $$(date -u +%Y-%m-%dT%H:%M:%S) >/dev/null; }
	@echo "Log in as one of these (address, password, who it is):"
	@$(PY) -c "import json; [print('  {email:32} {password:34} {role}'.format(**one)) \
	for one in json.load(open('$(DATA)/demo.json', encoding='utf-8'))['personas'].values()]"
	@exec $(PY) -m forum.cli serve --dir $(DATA) --host $(HOST) --port $(PORT)

test: setup $(FRONTEND) $(CATALOGS) ## run every test on SQLite and PostgreSQL
	$(PY) -m pytest -n 3

lint: setup ## check style, format and who imports whom
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports

types: setup ## check the types
	$(VENV)/bin/mypy $(PACKAGES)

docs: setup ## write docs/hooks.md and docs/events.md from the code
	$(PY) -m forum.testing.reference

pictures: setup $(FRONTEND) $(CATALOGS) ## take the pictures of the README anew, in a browser
	$(PY) -m tests.journeys.browser.pictures

bench: setup $(FRONTEND) $(CATALOGS) ## measure against the floors of the same run
	$(PY) -m benchmarks

soak: setup $(FRONTEND) $(CATALOGS) ## run the long loops (kills, races, random worlds) and second looks
	$(PY) -m pytest -m soak -n 3

assets: setup ## fetch and bundle fonts and form helpers; `make run` does it once
	@$(BUILD_FRONTEND)
	@touch $(FRONTEND)

dist: setup $(CATALOGS) ## build the wheels of the core and of every plugin
	@test -f forum/static/vendor/manifest.json || { $(BUILD_FRONTEND); }
	rm -rf build dist plugins/*/build  # setuptools would pack what an earlier build left behind
	$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist . $(PLUGINS)

catalogs: setup ## bring the catalogues up to date with the texts; list what is to translate
	$(PY) -m forum.testing.catalogs forum=forum $(foreach p,$(filter-out %.egg-info,$(wildcard plugins/*/forum_*)),\
	$(patsubst forum_%,%,$(notdir $(p)))=$(p))
	@$(MAKE) --no-print-directory $(CATALOGS)

constraints: setup ## resolve all dependencies anew into constraints.txt
	{ echo '-e .[dev,assets]'; for p in $(PLUGINS); do echo "-e ./$$p"; done; } > $(VENV)/all.in
	CUSTOM_COMPILE_COMMAND='make constraints' $(VENV)/bin/pip-compile --quiet --upgrade \
	--strip-extras --allow-unsafe --no-header --no-emit-index-url --no-emit-options --no-annotate \
	--output-file $(VENV)/all.txt $(VENV)/all.in
	{ echo '# Made by `make constraints`; fits Python 3.11 to 3.13.'; grep -E '^[a-z0-9]' $(VENV)/all.txt; } > constraints.txt

clean: ## remove everything that was built, but not the data
	rm -rf $(VENV) build dist node_modules forum/static/vendor .mypy_cache .ruff_cache .pytest_cache
	find forum plugins -name '*.mo' -delete 2>/dev/null || true

# A virtual environment whose Python has gone is made anew.
ifeq ($(shell $(PY) -c 'print(1)' 2>/dev/null),)
$(shell rm -f $(VENV)/.done)
endif

# Setup: the first of these Pythons that fits; Debian ships `venv` as a package of its own.
$(VENV)/.done: setup.cfg constraints.txt $(addsuffix setup.cfg,$(PLUGINS))
	@fits='import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))'; \
	for p in $(PYTHON) python3.13 python3.12 python3.11; do \
		"$$p" -c "$$fits" 2>/dev/null || continue; fit=$$p; \
		"$$p" -c 'import ensurepip, venv' 2>/dev/null && python=$$p && break; \
	done; \
	if test -z "$$fit"; then \
		echo "No Python 3.11, 3.12 or 3.13 found; install one or run: make PYTHON=/path/to/python3.12" >&2; exit 1; \
	elif test -z "$$python"; then \
		echo "$$fit has no venv module; on Debian or Ubuntu run: apt-get install python3-venv" >&2; exit 1; \
	fi; \
	echo "Setting up, about a minute, once …"; \
	test -x $(PY) || "$$python" -m venv $(VENV)
	@$(PIP) install --upgrade -c constraints.txt pip setuptools
	@$(PIP) install -c constraints.txt --no-build-isolation -e '.[dev]' $(addprefix -e ,$(PLUGINS))
	@touch $@

# Front-end packages: npm from the path, else the one from PyPI. The site works without them, so
# `make run` tries once and goes on; wheels are never built without.
BUILD_FRONTEND = { npm --version >/dev/null 2>&1 \
	|| $(PIP) install -c constraints.txt --no-build-isolation -e '.[assets]'; } \
	&& $(PY) -m forum.cli assets build >/dev/null

$(FRONTEND): $(VENV)/.done $(wildcard package.json package-lock.json)
	@{ $(BUILD_FRONTEND); } || echo "Went on without fonts and form helpers: the site works, with plain forms." \
	"To try again: make assets" >&2
	@touch $@

%.mo: %.po | $(VENV)/.done
	@$(VENV)/bin/pybabel --quiet compile --input-file=$< --output-file=$@
