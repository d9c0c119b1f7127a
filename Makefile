# Two commands on a fresh machine with Python and make: `make run` and `make test`.
# Of the Pythons that lotkeeper allows, on the path or among those of pyenv, the one on which pairs need the least memory
# (docs/performance.md, "Memory"). Another one: make PYTHON=python3.13
PYENV_ROOT ?= $(HOME)/.pyenv
FIND_PYTHON := for version in 3.12 3.13 3.11; do for each in python$$version $(PYENV_ROOT)/versions/$$version.*/bin/python3; \
	do $$each -c 'import ensurepip, venv' 2>/dev/null && echo $$each && exit; done; done; echo python3
PYTHON ?= $(shell $(FIND_PYTHON))
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --no-input --disable-pip-version-check
# Python compiles what it imports; to compile all of the test libraries at once takes longer than to install them.
# The lock files name every package: nothing has to be resolved.
INSTALL := $(PIP) install --no-compile --no-deps
LOCKED := $(INSTALL) --require-hashes --requirement
COMPILE := $(BIN)/python -m piptools compile --quiet --no-header --no-annotate --no-emit-index-url \
	--no-emit-find-links --strip-extras --allow-unsafe --generate-hashes
UPGRADE ?= --upgrade
IMAGE_LOCK := deploy/container/requirements.lock
IMAGE_EXTRAS := --extra alerts --extra postgresql --extra tui
# Every process of the system and every test worker imports the same files: their byte code is kept.
unexport PYTHONDONTWRITEBYTECODE
WORKERS ?= 2
# Many tests without a system wait as well, for a socket, a clock or the database server.
UNIT_WORKERS ?= 4
# End-to-end tests mostly wait, for other processes and for time: three times as many as cores keep the cores busy.
E2E_WORKERS ?= 6
ORDERS ?= 100000
SEEDS ?= 10000
SEED ?= 1
ROUNDS ?= 200
CUTS ?= 100

# Each test worker reads the files that it is given, and to read all of them takes a while.
E2E_FILES = $(filter-out tests/standby/%,$(shell grep -rlE --include='test_*.py' 'mark\.e2e' tests))
# The libraries of the page, as npm has them; what is kept of them, and its checksums, stand in VENDOR.
VENDOR := lotkeeper/web/page/site/vendor
CHARTS := lightweight-charts@5.2.1
PLOTS := uplot@1.6.32

LONG_FILES = $(filter-out tests/standby/%,$(shell grep -rlE --include='test_*.py' 'mark\.long' tests))  # two hosts: make standby

LONGEST_FILES = $(shell grep -rlE --include='test_*.py' 'mark\.longest' tests)

# Output that Python does not buffer makes one of Thespian's own tests fail, on any base.
CONFORM_WORKERS ?= 4  # its tests wait a second or two for an answer
CONFORM := env -u PYTHONUNBUFFERED $(BIN)/python -m pytest --pyargs thespian.test -q -p no:cacheprovider \
	-p tests.lotkeeper.engine.conformance.plugin -n $(CONFORM_WORKERS) --dist worksteal

.PHONY: $(shell grep -ohE '^[a-z0-9-]+:' Makefile | tr -d ':')  # every target with a plain name

help:  ## what can be made
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.run  ## the demonstration: no key, no network but the package index
	$(BIN)/lotkeeper demo

test:  ## what is checked at each change; WITH=long: and all of `make long`, in less time than one after the other
	$(MAKE) --no-print-directory --jobs 2 $(VENV)/.test
	$(MAKE) --no-print-directory --jobs 3 --output-sync=target quick
	$(MAKE) --no-print-directory $(if $(filter long,$(WITH)),e2e-and-long,e2e)

e2e-and-long: conform-quick
	$(BIN)/python -m pytest -m "(e2e or long) and not longest" $(sort $(E2E_FILES) $(LONG_FILES)) \
		-n $(E2E_WORKERS) --dist worksteal

quick: lint types unit  ## all of it but the tests with a whole system; some of these mostly wait, so: -j 3

lint: $(VENV)/.test  ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.test  ## type hints
	$(BIN)/mypy

unit: $(VENV)/.compiled  ## tests without a running system
	$(BIN)/python -m pytest -m "not e2e and not long and not longest" -n $(UNIT_WORKERS)

e2e: $(VENV)/.test  ## tests of the whole system, with real processes
	$(BIN)/python -m pytest -m "e2e and not long and not longest" $(E2E_FILES) -n $(E2E_WORKERS) --dist worksteal

long: conform-quick  ## the longest tests: further faults, recorded market data, crashes while sending, two machines
	$(BIN)/python -m pytest -m "long and not longest" $(LONG_FILES) -n $(E2E_WORKERS) --dist worksteal

longest: $(VENV)/.test  ## tests of a minute or more each, and further schedules of each kind
	$(BIN)/python -m pytest -m longest $(LONGEST_FILES) -n $(E2E_WORKERS) --dist worksteal

pythons: $(VENV)/.test  ## the tests of each change on each other Python that is allowed and here (some ten minutes each)
	$(BIN)/python -m tests.pythons

older-debian: $(VENV)/.test  ## the commands of docs/deployment.md and the steps of the container on Debian 12; for root
	DEBIAN=bookworm $(BIN)/python -m pytest -m long tests/deploy -n $(WORKERS) --dist worksteal

coverage: $(VENV)/.test  ## lines and branches that the tests without a running system reach
	$(BIN)/python -m pytest -m "not e2e" -n $(WORKERS) --cov --cov-branch --cov-report=term-missing:skip-covered

assets:  ## the chart libraries of the page, fetched again by npm and checked
	folder=$$(mktemp -d) && trap 'rm -r "$$folder"' EXIT && \
	npm pack --silent --pack-destination "$$folder" $(CHARTS) $(PLOTS) && cd "$$folder" && \
	for each in *.tgz; do mkdir "$${each%%-[0-9]*}" && tar -xzf "$$each" -C "$${each%%-[0-9]*}" --strip-components 1; done && \
	cd - && cp "$$folder"/lightweight-charts/dist/lightweight-charts.standalone.production.mjs $(VENDOR)/ && \
	cp "$$folder"/lightweight-charts/LICENSE $(VENDOR)/lightweight-charts.LICENSE.txt && \
	cp "$$folder"/uplot/dist/uPlot.iife.min.js "$$folder"/uplot/dist/uPlot.min.css $(VENDOR)/ && \
	cp "$$folder"/uplot/LICENSE $(VENDOR)/uPlot.LICENSE.txt
	cd $(VENDOR) && sha256sum --check --strict SHA256SUMS

docs: $(VENV)/.test  ## the documents as one site in build/site; a link that leads nowhere is an error
	$(BIN)/sphinx-build --builder html --conf-dir docs/site --nitpicky --fail-on-warning --quiet --fresh-env \
		. build/site

messages: $(VENV)/bin/python  ## docs/reference/messages.md, from the code
	$(BIN)/python docs/make_messages.py

conform: $(VENV)/.test  ## Thespian's own tests on the engine's system base
	$(CONFORM)

conform-quick: $(VENV)/.test  ## the quicker ones of these
	$(CONFORM) --quick

proof: $(VENV)/.test  ## the engine's promises in full: 400,000 messages, 100 rounds of kills (some minutes)
	LOTKEEPER_PROOF=1 $(BIN)/python -m pytest tests/lotkeeper/engine/test_proof.py

crashes: $(VENV)/.test  ## ROUNDS writers of records killed on each database engine, from SEED on (some minutes)
	$(BIN)/python -m tests.persistence.crashes --engine sqlite --rounds $(ROUNDS) --seed $(SEED)
	$(BIN)/python -m tests.persistence.crashes --engine postgresql --rounds $(ROUNDS) --seed $(SEED)

conservation: $(VENV)/.test  ## ORDERS random orders at the embedded exchange, of every kind: no asset made or lost
	LOTKEEPER_CONSERVATION_ORDERS=$(ORDERS) $(BIN)/python -m pytest tests/binance_sim/matching/test_conservation.py -n $(WORKERS)

bench: $(VENV)/.test  ## fill to SELL at 0, 20, 100 and 250 ms beside python-binance and bare scripts (some minutes)
	$(BIN)/python -m benchmarks.money_rules
	$(BIN)/python -m benchmarks.fast_path
	$(BIN)/python -m benchmarks.fill_to_sell

bench-pairs: $(VENV)/.test  ## 40 to 200 pairs: a burst, a restart, memory and idle cost, a busy market (some minutes)
	$(BIN)/python -m benchmarks.many_pairs

bench-deaths: $(VENV)/.test  ## each actor killed amid BUYs: how long they wait for their SELLs (some minutes)
	$(BIN)/python -m benchmarks.deaths

mutants: $(VENV)/.test  ## whether the tests of the money rules can fail: each wrong line has to be noticed (some minutes)
	$(BIN)/python -m tests.mutants

fuzz: $(VENV)/.test  ## 100,000 inputs to the decoder, and as many to the rules of prices (some minutes)
	FUZZ_EXAMPLES=100000 $(BIN)/python -m pytest tests/actors/test_any_frame.py --timeout 7200

bench-market: $(VENV)/.test  ## market data: frames a second beside a bare loop, the age of a price
	$(BIN)/python -m benchmarks.market_data

simulate: $(VENV)/.test  ## SEEDS schedules of faults and crashes in virtual time: the promise holds in all (some minutes)
	$(BIN)/python -m tests.simulation --seeds $(SEEDS) --workers $(WORKERS)

probes: $(VENV)/.test  ## what SEEDS schedules reach: cells of the tables, decisions, causes, todos, incidents (some minutes)
	$(BIN)/python -m tests.simulation --probes --seeds $(SEEDS) --workers $(WORKERS)

planted: $(VENV)/.test  ## whether the simulation can fail: each of some forty bugs planted by hand has to be found
	$(BIN)/python -m tests.simulation.planted

standby: $(VENV)/.test  ## two hosts in network namespaces: what each must show, then CUTS random cuts from SEED on; for root (half an hour)
	$(BIN)/python -m pytest -m long tests/standby/test_two_hosts.py
	$(BIN)/python -m tests.standby --cuts $(CUTS) --seed $(SEED)

bench-engine: $(VENV)/.test  ## the engine beside Thespian's bases: hops, floods, crowds
	$(BIN)/python -m benchmarks.engine
	$(BIN)/python -m benchmarks.engine.crowd

bench-faults: $(VENV)/.test  ## faults of connections: how long until all is proven again (some minutes)
	$(BIN)/python -m benchmarks.faults

bench-history: $(VENV)/.test  ## a million orders, three million trades, on SQLite and PostgreSQL: pages, writes, a start (some 15 minutes)
	$(BIN)/python -m benchmarks.history

bench-lots: $(VENV)/.test  ## many lots on one pair beside few on another: fill to SELL, cost of the keeper (some 15 minutes)
	$(BIN)/python -m benchmarks.many_lots

bench-exits: $(VENV)/.test  ## fill to SELL, policy by policy: the default beside each other one (some 15 minutes)
	$(BIN)/python -m benchmarks.exit_policies

bench-fleet: $(VENV)/.test  ## ten services on one address, with the budget broker and without it (some 40 minutes)
	$(BIN)/python -m benchmarks.fleet

bench-cold: $(VENV)/.test  ## BUYs filled while the service was down: when all have their SELLs after a start, by pairs
	$(BIN)/python -m benchmarks.cold_start

drill: $(VENV)/.run  ## ROUNDS seeded rounds of faults and kills with real processes, from SEED on, each judged
	$(BIN)/lotkeeper drill --seed $(SEED) --rounds $(ROUNDS)

soak: $(VENV)/.test  ## an hour at 2,000 messages a second: memory and descriptors
	$(BIN)/python -m benchmarks.engine.soak

bench-memory: $(VENV)/.test  ## memory of a further pair where the kernel merges equal pages, and what it costs (some 40 minutes)
	$(BIN)/python -m benchmarks.merged_memory

bench-page: $(VENV)/.test  ## the page in Chromium: work for an update, and memory, with 100 pairs and 10,000 lots
	$(BIN)/python -m benchmarks.page

bench-paper: $(VENV)/.test  ## orders and market frames a second of the embedded exchange
	$(BIN)/python -m benchmarks.binance_sim

lock: $(VENV)/.test  ## new pinned versions with their hashes, from the ranges in setup.cfg; UPGRADE= keeps those that stand
	$(PIP) install pip-tools
	$(COMPILE) $(UPGRADE) --extra test --output-file requirements-test.lock setup.cfg
	$(COMPILE) $(UPGRADE) --constraint requirements-test.lock --output-file requirements.lock setup.cfg
	$(COMPILE) $(UPGRADE) --constraint requirements-test.lock $(IMAGE_EXTRAS) --output-file $(IMAGE_LOCK) setup.cfg
	sed -i '1i # The versions that are tested; made from setup.cfg by `make lock`.' \
		requirements-test.lock requirements.lock $(IMAGE_LOCK)

release: $(VENV)/.test  ## VERSION=0.3.0: the commit, the tag and the artefacts of a release in dist/; `none`: artefacts of this commit
	$(PIP) install cyclonedx-bom
	$(BIN)/python -m release $(VERSION)

clean:  ## removes what was made
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
		{ echo "lotkeeper needs Python 3.11, 3.12 or 3.13; name one with: make PYTHON=python3.13 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; rm -rf $(VENV); exit 1; }

$(VENV)/.run: $(VENV)/bin/python requirements.lock setup.cfg pyproject.toml
	$(LOCKED) requirements.lock
	$(INSTALL) --editable .
	@touch $@

# What the tests need beside that; it can be installed at the same time.
$(VENV)/.tools: $(VENV)/bin/python requirements.lock requirements-test.lock
	grep -vxFf requirements.lock requirements-test.lock > $@.lock
	$(LOCKED) $@.lock
	@touch $@

$(VENV)/.test: $(VENV)/.run $(VENV)/.tools
	@touch $@

# Byte code of the tests and all that they import, so that not each worker makes it at the same time.
$(VENV)/.compiled: $(VENV)/.test
	$(BIN)/python -m pytest --collect-only -q > /dev/null
	@touch $@
