# `make` alone lists what can be done.
.DEFAULT_GOAL := help
VENV := .venv
PYTHON := $(VENV)/bin/python

help:  ## List what can be done.
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name what; do printf '  make %-11s%s\n' "$$name" "$$what"; done

# One virtual environment; filled anew only when the locked requirements change.
$(VENV)/.local: requirements-local.txt | system
	$(INSTALL) requirements-local.txt
	touch $@
$(VENV)/.dev: requirements-dev.txt | system
	$(INSTALL) requirements-dev.txt
	touch $@
INSTALL = test -x $(PYTHON) || python3 -m venv $(VENV); $(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r

system:
	@bash deploy/install.sh

up: $(VENV)/.local  ## Start the whole system here; DEMO=0 leaves it empty.
	@$(PYTHON) -m deploy.local up $(if $(filter 0,$(DEMO)),--empty)

down: $(VENV)/.local  ## Stop everything that `make up` started; the data stays.
	@$(PYTHON) -m deploy.local down

reset: $(VENV)/.local  ## Stop everything and delete the data.
	@$(PYTHON) -m deploy.local reset

status: $(VENV)/.local  ## Show every process of the installation.
	@$(PYTHON) -m deploy.local status

demo: $(VENV)/.local  ## Submit more: N=10000 at once, RATE=2 a second in real time.
	@$(PYTHON) -m deploy.demonstration replay $(if $(N),--initiatives $(N)) $(if $(RATE),--rate $(RATE))

verify: $(VENV)/.local  ## Recount every figure and compare.
	@$(PYTHON) -m deploy.local run metrics verify

lint: $(VENV)/.dev  ## Format, style, types, walls between rooms, dependencies.
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/deptry .

test: $(VENV)/.dev  ## The tests on servers of their own; FULL=1 also what takes minutes.
	$(PYTHON) -m pytest -q -n 2 --dist loadscope $(if $(filter-out 0,$(FULL)),--full)

contracts: $(VENV)/.dev  ## Write schemas and AsyncAPI from the contract models.
	$(PYTHON) -m deploy.contracts

chaos: $(VENV)/.dev  ## Harm an installation of its own, then check: MINUTES=30 SEED=1 SCENARIO=poison.
	$(PYTHON) -m tests.chaos $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED)) $(if $(SCENARIO),--scenario $(SCENARIO))

bench: $(VENV)/.dev  ## Measure the main job beside public programs; FULL=1 takes half an hour, PART=rollup that alone.
	$(PYTHON) -m tests.benchmarks $(if $(FULL),--full) $(if $(PART),--part $(PART))

screens: $(VENV)/.dev  ## Write a picture of every page to .local/screens.
	$(PYTHON) -m tests.browser.screens

.PHONY: help bench chaos system up down reset status demo verify lint test contracts screens
