# `make` alone lists what can be done.
.DEFAULT_GOAL := help
VENV := .venv
PYTHON := $(VENV)/bin/python

help:  ## List what can be done.
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name what; do printf '  make %-11s%s\n' "$$name" "$$what"; done

# One virtual environment; made anew only when the locked requirements change.
$(VENV)/.stamp: requirements-dev.txt
	python3 -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

lint: $(VENV)/.stamp  ## Format, style, types, walls between rooms, dependencies.
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/deptry .

test: $(VENV)/.stamp  ## All tests, on a PostgreSQL and a Kafka of their own.
	$(PYTHON) -m pytest -q -n 2 --dist loadscope

contracts: $(VENV)/.stamp  ## Write schemas and AsyncAPI from the contract models.
	$(PYTHON) -m deploy.contracts

.PHONY: help lint test contracts
