# Two commands do the work, from a clean clone: `make demo` and `make test`; `make crawl` is the demo's crawl on the real site.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo crawl test lint bench soak record pictures docs mutants clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.installed  ## crawl the stand-in site into an archive in .data/demo, or in MONGODB_URI, and show what was kept
	$(BIN)/python -m tests.demo

crawl: $(VENV)/.installed  ## crawl CMoney's column; ARGS="-a max_articles=20" goes to cmoney crawl
	$(BIN)/cmoney crawl column $(ARGS)

WORKERS ?= 4
test: $(VENV)/.installed-test  ## run the tests, WORKERS at a time; ARGS="-k tickers" goes to pytest
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

lint: $(VENV)/.installed-lint  ## style, types, who may import whom, and dead code
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture

bench: $(VENV)/.installed-test  ## measure, as ratios in one run, and keep the table in docs/benchmarks.md
	$(BIN)/python -m tests.benchmarks

SECONDS ?= 600
soak: $(VENV)/.installed-test  ## end commands by signals at random points for SECONDS, and see that nothing is lost
	$(BIN)/python -m tests.soak --seconds $(SECONDS) $(ARGS)

record: $(VENV)/.installed-test  ## take the article pages of a recording into tests/recorded: make record FILE=survey/exchanges.warc.gz
	$(BIN)/python -m tests.record $(FILE)

pictures: $(VENV)/.installed-test  ## make the pictures in docs/ anew, from a crawl of the stand-in site
	$(BIN)/python -m tests.pictures

docs: $(VENV)/.installed-docs  ## build docs/ as a site with the library's reference, in build/site
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

mutants: $(VENV)/.installed-mutants  ## change the core a little here and there, and show what no test notices; ARGS="pipelines --sample 40"
	nice $(BIN)/python -m tests.mutants $(ARGS)

clean:  ## remove what make has made
	rm -rf $(VENV) build *.egg-info

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or later is needed: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --editable '.[web]'
	touch $@

$(VENV)/.installed-test: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --editable '.[browser,test]'
	touch $(VENV)/.installed $@

$(VENV)/.installed-docs: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --editable '.[docs]'
	touch $(VENV)/.installed $@

$(VENV)/.installed-lint: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --editable '.[browser,test,lint]'
	touch $(VENV)/.installed $(VENV)/.installed-test $@

$(VENV)/.installed-mutants: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --editable '.[browser,test,mutants]'
	touch $(VENV)/.installed $(VENV)/.installed-test $@

.PHONY: deploy-check
deploy-check: $(VENV)/.installed-test  ## build the egg, deploy it to a real scrapyd on loopback, and crawl the stand-in site with it
	$(BIN)/python -m pytest -m "slow or not slow" tests/deploy/test_scrapyd.py $(ARGS)

COMPILE := $(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-annotate --python-version 3.11.14 \
  --only-binary :all: --custom-compile-command "make lock"

.PHONY: lock audit
lock: $(VENV)/.installed-lock  ## lock what deploy/Dockerfile installs: newest versions that pyproject.toml allows, with the hashes of all their files
	$(COMPILE) --output-file deploy/requirements.lock pyproject.toml --no-binary feedgen \
	  --extra browser --extra coverage --extra dask --extra distributed --extra export --extra monitoring \
	  --extra search --extra web
	$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' \
	  | $(COMPILE) --output-file deploy/build.lock -

audit: $(VENV)/.installed-lock  ## compare the lock with a public database of advisories, which has to be reachable
	$(BIN)/pip-audit --strict --disable-pip --require-hashes --requirement deploy/requirements.lock $(ARGS)

$(VENV)/.installed-lock: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --editable '.[lock]'
	touch $(VENV)/.installed $@
