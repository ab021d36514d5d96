# The two commands a newcomer needs are `make run` and `make test`; everything else hangs on them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OLD_CLIENT := .venv-old-client
PIP := -m pip install --quiet --disable-pip-version-check --no-input
JOBS ?= 2
export DAGSTER_HOME ?= $(CURDIR)/.dagster
export DBT_SEND_ANONYMOUS_USAGE_STATS := false

FUZZ ?= 10000

.PHONY: fuzz run test lint lint-python lint-types lint-layers lint-sql bench kills sbom audit licences dev example written setup setup-dev clean

run: setup
	$(BIN)/denominator refresh
	$(BIN)/denominator report

test: setup-dev $(OLD_CLIENT)/.done lint
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup --no-loadscope-reorder

# each by itself, so that `make -j` has them beside each other
lint: lint-python lint-types lint-layers lint-sql

lint-python: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

lint-types: setup-dev
	$(BIN)/mypy

lint-layers: setup-dev
	$(BIN)/lint-imports

lint-sql: setup-dev
	PYTHONWARNINGS=ignore $(BIN)/sqlfluff lint --processes $(JOBS) dbt/models dbt/tests

bench: setup-dev
	$(BIN)/python -m dagster_project.bench
	$(BIN)/python tests/bench/reconciliation.py
	$(BIN)/python tests/bench/poet.py
	$(BIN)/python tests/bench/questions.py --warehouse data/warehouse
	$(BIN)/python tests/bench/report.py

# what is in the locks: a bill of materials, licences, and known vulnerabilities by advisories that
# lie on this machine (make audit ADVISORIES=all.zip)
sbom: setup-dev
	$(BIN)/python tests/supply/sbom.py data/warehouse/sbom

licences: setup-dev
	$(BIN)/python tests/supply/licences.py

audit: setup-dev
	$(BIN)/python tests/supply/audit.py $(ADVISORIES)

# 200 kills, in at most 45 minutes on two cores
kills: setup-dev
	$(BIN)/python tests/kills.py --moments 200 --to $(or $(TO),kills.json)

dev: setup
	$(BIN)/denominator prepare
	$(BIN)/dagster dev

example: setup-dev
	$(BIN)/python -m dagster_project.example data/raw

# damaged files by the thousand: none may change a figure in silence, none may stop a refresh
fuzz: setup-dev
	PYTHONPATH=tests $(BIN)/python -m fuzz --count $(FUZZ) --packs 4 --jobs $(JOBS) --to data/fuzz $(FUZZ_OPTIONS)

# what is written down of the code and the YAML, and held to them by tests
written: setup-dev
	$(BIN)/denominator refresh
	$(BIN)/denominator dictionary --to docs/dictionary
	$(BIN)/python tests/defs/snapshot.py > tests/defs/definitions.txt

setup: $(VENV)/.run
setup-dev: $(VENV)/.dev

# The check comes first: an old Python fails deep inside some package otherwise.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "This needs Python 3.11 or newer; $(PYTHON) is `$(PYTHON) --version 2>&1`. Say which: make run PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python $(PIP) --require-hashes -r requirements.lock
	$(BIN)/python $(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(BIN)/python $(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

# A DuckDB client of two years ago, to open the published file with. It has no wheel for the newest
# Pythons: there the test that needs it says so.
$(OLD_CLIENT)/.done: tests/old_client/requirements.lock | $(VENV)/bin/python
	$(BIN)/python -m venv $(OLD_CLIENT)
	-$(OLD_CLIENT)/bin/python $(PIP) --require-hashes --only-binary :all: -r $<
	@touch $@

clean:
	rm -rf $(VENV) $(OLD_CLIENT) dbt/target .mypy_cache .ruff_cache .pytest_cache
