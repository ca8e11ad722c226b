# `make demo` and `make test` make their own environment; nothing else has to be set up.
SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
PY := $(VENV)/bin/python

.PHONY: help demo test prove mutants quick check fix bench budgets messages clean styles
help:
	@echo "make demo    start a demonstration with made-up people on port $(PORT)"
	@echo "make test    run the tests, but for the proofs"
	@echo "make prove   run the proofs, which take minutes: real processes killed, outages, dumps searched"
	@echo "make mutants takes each protection out once and runs the test that must see it"
	@echo "make quick   run all tests but those that drive browsers or start processes"
	@echo "make check   format, lint, types, imports, migrations, templates"
	@echo "make bench   print ratios measured in one run"
	@echo "make budgets walks each job in a browser and counts clicks, pages, words and screens beside what is allowed"
	@echo "make messages  collect the words of the pages for translation, and compile them (needs gettext)"

# uv trusts the machine's certificates, so that an organisation's own certificate authority works.
export UV_SYSTEM_CERTS ?= $(if $(wildcard /etc/ssl/certs/ca-certificates.crt),true,false)

# The environment comes from the lock file. Where python3 -m venv lacks pip (a bare Debian), pip installs uv itself.
$(VENV)/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	 { echo "BRIK needs Python 3.11 or newer; set PYTHON to it, for example: make PYTHON=python3.11" >&2; exit 1; }
	@echo "Making a Python environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || $(PYTHON) -m venv --clear --without-pip $(VENV)
	@$(PY) -m pip --version >/dev/null 2>&1 && $(PY) -m pip install -q --disable-pip-version-check uv \
	 || $(PYTHON) -m pip --python $(PY) install -q --disable-pip-version-check uv \
	 || { echo "BRIK needs pip: run \"apt install python3-pip\"." >&2; exit 1; }

$(VENV)/.synced: $(VENV)/bin/uv pyproject.toml uv.lock
	@echo "Fetching the packages of uv.lock …"
	@UV_PROJECT_ENVIRONMENT=$(VENV) UV_PYTHON_DOWNLOADS=never $(VENV)/bin/uv sync --quiet --locked --inexact
	@touch $@

demo: $(VENV)/.synced
	@exec env BRIK_DEMO=1 PORT=$(PORT) $(PY) manage.py demo

test: $(VENV)/.synced
	@exec $(PY) -m tests $(TESTS)

prove: $(VENV)/.synced
	@exec $(PY) -m tests --prove

mutants: $(VENV)/.synced
	@exec $(PY) -m tests.mutants $(MUTANTS)

quick: $(VENV)/.synced
	@$(PY) -m tests -q -n 2 -m "not browser and not processes"

# mypy's Django plug-in reads the settings and no database; mypy would not stop the one that BRIK_DEMO starts.
check: $(VENV)/.synced
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	SECRET_KEY=none DATABASE_URL=postgresql://none@127.0.0.1/none $(VENV)/bin/mypy brik consent followup tests
	$(VENV)/bin/lint-imports
	BRIK_DEMO=1 $(PY) manage.py makemigrations --check --dry-run
	keys=$$(mktemp -d) && trap 'rm -r "$$keys"' EXIT && export KEY_DIR=$$keys/keys \
	 SECRET_KEY=$$(od -An -N48 -tx1 /dev/urandom | tr -d ' \n') DATABASE_URL=postgresql://none@127.0.0.1/test_none \
	 && $(PY) manage.py create_keys && $(PY) manage.py check --deploy --fail-level WARNING
	$(VENV)/bin/djlint --check --quiet templates
	$(VENV)/bin/djlint --lint --quiet templates
	! LC_ALL=C.UTF-8 grep -rnE '^.{141}' templates

fix: $(VENV)/.synced
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/djlint --reformat --quiet --warn templates

bench: $(VENV)/.synced
	@BRIK_DEMO=1 $(PY) -m tests.bench

budgets: $(VENV)/.synced
	@exec $(PY) -m tests.budgets

# Cuts the vendored design system down to what the house uses; its output is committed, and a test compares.
styles: $(VENV)/.synced
	BRIK_DEMO=1 $(PY) manage.py make_styles

# Needs gettext. Its output is committed: a machine that only runs BRIK has no gettext.
messages: $(VENV)/.synced
	BRIK_DEMO=1 $(PY) manage.py makemessages -l nn -l en -l ar --no-location --no-wrap -i $(VENV) -i tests -i .data
	cd brik/pages && BRIK_DEMO=1 ../../$(PY) ../../manage.py compilemessages

clean:
	rm -rf $(VENV) .data .keys
