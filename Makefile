# Needs Python 3.11 or newer, make and git; no Node, no TeX.  `make help` lists the commands.

VENV  := .venv
PY    := $(VENV)/bin/python
STAMP := $(VENV)/.installed
BENCH := .venv-bench
SITE  := _build/html

# Which Python makes the environment: make book PYTHON=/usr/bin/python3.12
PYTHON ?=
# Port of `make serve`; chapters for `make notebooks`:
#   make notebooks FILES=book/networks/losses.ipynb
PORT  ?= 8000
FILES ?=
# Code that runs in the page: where its Python comes from. By default from Pyodide's own distribution;
# with LIVE=bundle it lies beside the site, copied from the folder PYODIDE:
#   make book LIVE=bundle PYODIDE=/folder/with/its/files
export LIVE PYODIDE PYODIDE_BASE
# Pages of `make speed`, all if none are named; CHECK=1 holds the limits.
PAGES ?=
CHECK ?=
# Processes of `make test` and `make mutants`.
JOBS  ?= 2
# How often `make test-again` runs the notebooks.
TIMES ?= 10
# Where the site will be published, and where errors are reported; both may be left out:
#   make book SITE_URL=https://example.org/book/ REPOSITORY_URL=https://example.org/code/book
SITE_URL       ?=
REPOSITORY_URL ?=
export SITE_URL REPOSITORY_URL
# What `make mutants` changes, how many places of it, and which draw:
#   make mutants FILES="nnbook/data nnbook/tree.py" COUNT=50 SEED=7
COUNT ?= 100
SEED  ?= 0
# How notebooks are run and compared.
NBVAL := --nbval --nbval-current-env --nbval-sanitize-with tests/nbval_sanitize.cfg --nbval-cell-timeout 300
# The tests that need no book.
FAST  := --ignore=tests/book --ignore=tests/site nnbook tests

# What the site is made of. Every page shows the table of contents, so when that or the settings
# change, all pages are built again; otherwise the changed ones.
FRAME   := _toc.yml _config.yml $(wildcard book/*.yml) $(shell find book/_ext book/_static -type f -not -name '*.pyc')
# What readers run in the page: it goes beside the pages, which stay as they are.
RUN     := book/live.toml $(shell find book/_web nnbook -type f -not -name '*.pyc')
SOURCES := $(FRAME) $(RUN) $(shell find book -type f '(' -name '*.ipynb' -o -name '*.md' -o -name '*.bib' ')' \
             -not -path '*/.*')
ALL      = $(if $(filter $(FRAME) $(STAMP),$?),--all)

# One thread per process in tests and runs: two processes share the cores, and sums are then taken
# in the same order everywhere. On x86 the order also depends on OpenBLAS's kernel; we name one that
# every processor of the last ten years has, since some runs magnify the last digit.
# Bytecode is kept, whatever the machine is set to: hundreds of processes import the package.
ONE_THREAD := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 OPENBLAS_CORETYPE=Haswell \
  PYTHONDONTWRITEBYTECODE=

.DEFAULT_GOAL := help
.PHONY: help book pdf speed serve checksums test test-fast test-again test-site test-browser test-pages mutants mutants-book check experiments lab notebooks test-oracle bench lock clean distclean FORCE

help: ## list these commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

book: $(SITE)/index.html ## build the site into _build/html
	@echo "The book is built. Open $(SITE)/index.html in a browser, or run: make serve"

# Whether the last build had Python beside it.
LIVE_STAMP := _build/.live
ifneq ($(LIVE),$(shell cat $(LIVE_STAMP) 2>/dev/null))
$(SITE)/index.html: FORCE
endif

$(SITE)/index.html: $(STAMP) $(SOURCES)
	@$(VENV)/bin/jupyter-book build . --quiet $(ALL)
	@echo "$(LIVE)" > $(LIVE_STAMP)
	@touch $@

pdf: book ## print the book and the formula sheet as PDFs (needs Chromium or Chrome; minutes)
	@$(PY) tools/pdf.py $(SITE)
	@$(PY) tools/bookpdf.py $(SITE)

speed: book ## what the pages weigh and how fast they stand, as a table (needs Chromium or Chrome)
	@$(PY) tools/sitespeed.py $(SITE) $(PAGES) $(if $(CHECK),--check)

serve: book ## build the site and serve it on localhost
	@echo "http://localhost:$(PORT)/  (stop with Ctrl-C)"
	@$(PY) -m http.server $(PORT) --bind 127.0.0.1 --directory $(SITE)

# One pytest run holds everything: ruff, unit tests and doctests, every notebook run again and
# compared with its stored outputs, the site built with warnings as errors and opened in a browser,
# and the book's checks. Without a browser the last lines say what was left out.
test: $(STAMP) ## run everything: lint, tests, all notebooks, the site, the book's checks
	@$(ONE_THREAD) $(PY) -m pytest -n $(JOBS) --dist loadscope --no-loadscope-reorder \
	  $(NBVAL) nnbook tests book

# An output that differs once in ten runs is a bug that a single run rarely meets.
test-again: $(STAMP) ## run all notebooks (or FILES=...) TIMES times over and compare; the first failure ends it
	@for time in $$(seq $(TIMES)); do \
	  echo "Time $$time of $(TIMES)"; \
	  $(ONE_THREAD) $(PY) -m pytest -q -n $(JOBS) --dist loadscope $(NBVAL) $(or $(FILES),book) || exit 1; \
	done; echo "$(TIMES) times without a failure"

# The site that lies in _build/html, with the addresses that it was built with. Code in its pages
# comes from the network, so `make test` tries that on a site of its own.
test-site: $(STAMP) ## test the site that `make book` built
	@$(PY) tools/sitecheck.py
	@$(ONE_THREAD) NNBOOK_SITE=$(SITE) $(PY) -m pytest -q -n $(JOBS) --dist loadscope \
	  tests/site/test_pages.py tests/site/test_search.py tests/book/test_site.py

checksums: ## write the checksums of all files of the site into its SHA256SUMS
	@cd $(SITE) && rm -f SHA256SUMS && find . -type f -not -path '*/.*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum > ../SHA256SUMS \
	  && mv ../SHA256SUMS . && sha256sum --check --quiet SHA256SUMS

test-fast: $(STAMP) ## the package's unit tests and doctests alone
	@$(ONE_THREAD) $(PY) -m pytest -n $(JOBS) --dist loadscope --no-loadscope-reorder $(FAST)

# Each process runs one notebook after the other, in a page of its own.
test-browser: $(STAMP) ## run every notebook whole in a browser (or FILES=...) and compare; about an hour
	@$(ONE_THREAD) FILES="$(FILES)" $(PY) -m pytest -n $(JOBS) --dist load -m whole tests/site/test_notebooks_in_browser.py

# `make test` judges half of the pages in either.
test-pages: $(STAMP) ## judge colours and sizes of every page wide and light, narrow and dark; minutes
	@$(ONE_THREAD) $(PY) -m pytest -n $(JOBS) --dist load -m whole tests/site/test_pages.py

mutants: $(STAMP) ## change COUNT places of nnbook (or FILES=...) at random; the fast tests should notice
	@$(ONE_THREAD) $(PY) tools/mutants.py --count=$(COUNT) --seed=$(SEED) --jobs=$(JOBS) \
	  --tests="$(FAST)" $(or $(FILES),nnbook)

mutants-book: $(STAMP) ## change COUNT places of each kind in the book (or FILES=...); its checks should notice
	@$(ONE_THREAD) $(PY) tools/bookmutants.py --count=$(COUNT) --seed=$(SEED) --jobs=$(JOBS) $(FILES)

check: $(STAMP) ## the checks of the stored notebooks that take a second, without running anything
	@$(PY) tools/bookcheck.py && $(PY) tools/prosecheck.py && $(PY) -m experiments.run --check

lab: $(STAMP) ## open JupyterLab on the chapters
	@$(PY) -m jupyterlab --notebook-dir=book

notebooks: $(STAMP) ## run all notebooks (or FILES=...), store them in canonical form, write the ledger
	@$(ONE_THREAD) $(PY) tools/notebooks.py $(FILES)

experiments: $(STAMP) ## run the studies anew (or STUDY=name; SMALL=1 for a quick look that stores nothing)
	@$(ONE_THREAD) $(PY) -m experiments.run $(if $(SMALL),--small) $(STUDY)

test-oracle: $(VENV)/.oracle ## compare with PyTorch (downloads torch the first time)
	@$(PY) -m pytest -m oracle tests

bench: $(BENCH)/.installed ## time the package beside PyTorch and scikit-learn, in an environment of its own (minutes)
	@$(BENCH)/bin/python -m benchmarks --write

lock: $(STAMP) ## resolve all versions anew and write requirements.txt
	@$(PY) tools/lock.py

clean: ## remove the built site and caches
	@rm -rf _build .pytest_cache .ruff_cache .mypy_cache .hypothesis
	@find . -name __pycache__ -not -path './.venv*' -prune -exec rm -rf {} +

distclean: clean ## remove the environments too
	@rm -rf $(VENV) $(BENCH) *.egg-info

# The environment. It is made again when the two files change, or when the folder has moved.
ifneq ($(wildcard $(STAMP)),)
ifneq ($(shell cat $(STAMP)),$(CURDIR))
$(STAMP): FORCE
endif
endif

# $(call environment,folder) makes a virtual environment there, unless there is one that works.
define environment
	@for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11 python); do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found="$$python"; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "error: Python 3.11 or newer is needed and was not found$(if $(PYTHON), as $(PYTHON)); install it, or name it: make $(or $(firstword $(MAKECMDGOALS)),book) PYTHON=/path/to/python3" >&2; exit 1; \
	fi; \
	if ! "$$found" -c 'import venv, ensurepip' 2>/dev/null; then \
	  echo "error: $$found cannot make virtual environments; install its venv module (on Debian or Ubuntu: apt install python3-venv)" >&2; exit 1; \
	fi; \
	if ! $(1)/bin/python -c 'import sys, pip; sys.exit(sys.prefix != "$(CURDIR)/$(1)" or sys.version_info < (3, 11))' 2>/dev/null; then \
	  echo "Making $(1) with $$($$found --version)"; \
	  rm -rf $(1) && "$$found" -m venv $(1) || exit 1; \
	fi
endef

$(STAMP): requirements.txt pyproject.toml
	$(call environment,$(VENV))
	@echo "Installing the pinned packages (a few minutes the first time)"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@echo "$(CURDIR)" > $@

$(VENV)/.oracle: $(STAMP)
	@$(PY) -m pip install --quiet --disable-pip-version-check -e '.[oracle]'
	@touch $@

# Where the book has a package too, its version; constraints may not have extras, and would ask for
# hashes of all other packages if they had any.
$(BENCH)/.installed: requirements.txt pyproject.toml
	$(call environment,$(BENCH))
	@echo "Installing PyTorch and scikit-learn"
	@sed -e '/^ *--hash/d' -e 's/ *\\$$//' -e 's/\[[^]]*\]//' requirements.txt > $(BENCH)/constraints.txt
	@$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check -c $(BENCH)/constraints.txt -e '.[bench]'
	@touch $@
