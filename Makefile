# `make` explains itself. Everything is set up by what needs it; nothing has to be done by hand before.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
export PYTHONPATH := $(CURDIR):$(CURDIR)/asterisk
# Some machines forbid Python to keep what it has compiled; then each of the hundreds of daemons of the tests compiles all of it.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup lab demo demo-desk test test-short law-cases desk-pictures lint bench bench-large soak pictures dist format clean

help: ## explain the targets
	@echo "Gatekeeper - the guard of an Asterisk call centre's outbound side"
	@echo
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## make the virtual environment with the pinned packages

$(STAMP): pyproject.toml constraints.txt
	@echo "==> virtual environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { \
	  $(PYTHON) -m venv --clear --without-pip $(VENV) && $(PYTHON) -m lab.bootstrap $(VENV); } || \
	  { echo "No virtual environment could be made; on Debian: apt install python3-venv" >&2; exit 2; }
	@echo "==> installing the pinned packages (half a minute)"
	@$(BIN)/python -m pip install --quiet --use-pep517 --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

lab: $(STAMP) ## fetch Asterisk 22, Asterisk 16 and SIPp into build/lab (no root needed)
	@$(BIN)/python -m lab fetch

demo: $(STAMP) ## one million numbers, a real Asterisk, a SIPp carrier, and calls of every sort
	@$(BIN)/python -m lab.demo

demo-desk: $(STAMP) ## the same, and keep the desk open at the end, for a browser
	@$(BIN)/python -m lab.demo --keep-desk

# Four workers for two cores: more than half of a test's time is waiting, for a call to end, a daemon or a deadline.
SIDE_BY_SIDE := --numprocesses 4 --dist loadfile --no-loadscope-reorder --durations 15

test: $(STAMP) lab ## pass every test, on Asterisk 22 and 16
	@echo "==> tests"
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(PYTEST_ARGS)

# What another Python could make otherwise: the parts without a telephone, the event loops, TLS, and one real Asterisk.
SHORT := cli/test_ownership.py agi/test_exchange.py agi/test_fastagi.py agi/test_hostile.py agi/test_protocol.py agi/test_script.py \
  ami/test_action.py ami/test_inspect.py ami/test_proxy.py ami/test_session.py ami/test_targets.py \
  ami/test_transports.py ami/test_wire.py config contacts install/test_deb.py journal/test_met.py journal/test_query.py lab/test_ports.py \
  lists/test_index.py lists/test_kinds.py lists/test_versions.py phone/test_normaliser.py phone/test_properties.py \
  policy screening scrub/test_csv.py storage test_eager.py lint lab/test_asterisk.py

test-short: $(STAMP) ## a minute of the tests: pure parts, event loops, and one Asterisk of each release
	@echo "==> a short form of the tests"
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(addprefix tests/,$(SHORT)) $(PYTEST_ARGS)

law-cases: $(STAMP) ## decide a table of cases under the law: make law-cases CASES=FILE
	@$(BIN)/python -m tests.law.cases.run "$(CASES)"

desk-pictures: $(STAMP) lab ## take pictures of all of the desk's pages, into build/pictures, and anew those that docs/pictures has
	@GATEKEEPER_PICTURES=$(CURDIR)/build/pictures $(BIN)/python -m pytest tests/desk $(PYTEST_ARGS)
	@$(BIN)/python -m tests.desk.pictures build/pictures docs/pictures

lint: $(STAMP) ## ruff, mypy --strict, the contracts of the layers, what the oldest Python gets wrong
	@echo "==> ruff"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@echo "==> mypy"
	@$(BIN)/mypy
	@echo "==> import-linter"
	@$(BIN)/lint-imports
	@echo "==> what the oldest Python gets wrong"
	@$(BIN)/python tests/lint/oldest_python.py gatekeeper asterisk tests

bench: $(STAMP) lab ## measure against the peers; the table goes to build/bench.json too
	@$(BIN)/python tests/bench/run.py $(BENCH_ARGS)

bench-large: $(STAMP) ## the size of the US registry, 258 million numbers: twenty minutes, 10 GB of disk
	@$(BIN)/python tests/bench/large.py $(BENCH_ARGS)

soak: $(STAMP) lab ## the long runs: 20,000 originates over the proxy, races for a capped call, 10,000 calls and floods at the SIP gate, ten minutes of fuzzing for each core, the package by lintian, the time to the first guarded call, millions of drawn numbers, requests of every sort to /v1, all properties with new draws
	@$(BIN)/python tests/soak/run.py
	@$(BIN)/python -c 'import atheris' 2>/dev/null || { echo "atheris has no wheel for this machine: no fuzzing"; exit 0; }; \
	  for core in proxy_core sip_core; do mkdir -p build/fuzz/$$core && \
	    $(BIN)/python tests/fuzz/$$core.py -max_total_time=600 -max_len=4096 -artifact_prefix=build/ build/fuzz/$$core || exit 1; done
	@GATEKEEPER_SOAK=1000000 $(BIN)/python -m pytest --timeout 0 tests/phone/test_fast_path.py
	@GATEKEEPER_SOAK=1000 $(BIN)/python -m pytest --timeout 0 tests/api/test_contract.py
	@GATEKEEPER_DRAWS=new $(BIN)/python -m pytest --timeout 0 --numprocesses 2 $$(grep -rl hypothesis tests --include='test_*.py')

pictures: $(STAMP) lab ## take the pictures of the terminal anew that docs/pictures has
	@$(BIN)/python -m tests.install.pictures

dist: $(STAMP) ## build source archive, wheel and Debian package into build/dist (no root needed)
	@rm -rf build/dist build/sounds && mkdir -p build/dist
	@echo "==> spoken reasons"
	@$(BIN)/python -m package.voices build/sounds
	@echo "==> source archive and wheel"
	@$(BIN)/python -c 'import setuptools.build_meta as b; b.build_sdist("build/dist")' >/dev/null
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-build-isolation --no-deps --no-index \
	  --wheel-dir build/dist build/dist/*.tar.gz
	@command -v dpkg-deb >/dev/null || { echo "dpkg-deb is not here: no Debian package"; exit 0; }; \
	  echo "==> Debian package, for the Python of this virtual environment"; \
	  $(BIN)/python -m package build/dist/*.whl build/dist

format: $(STAMP) ## format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean: ## remove what was built, fetched and measured
	rm -rf build $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
