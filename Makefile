# Every target sets up first when needed. `make run` and `make test` are all that a newcomer needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp
PYTEST := $(BIN)/pytest
# Temporary files of the tests: in memory where there are 4 GB of it, since a disk takes 6 ms for each commit.
MEMORY := $(shell test "$$(df -k --output=avail /dev/shm 2>/dev/null | tail -n 1)" -gt 4000000 2>/dev/null \
  && echo TMPDIR=/dev/shm)

.PHONY: setup run test lint unit browser coverage bench fuzz soak nightly screenshots pictures api-docs facade
.PHONY: docs third-party bundle appimage release clean

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt packaging/system-packages.sh
	packaging/system-packages.sh --test
	test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

# With a display: the demo site in a window. Without: the same tour off screen, as screenshots.
run: $(STAMP)
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" = Darwin ]; then $(BIN)/goop-console demo; \
	else $(BIN)/goop-console demo --screenshots screenshots; fi

# What CI runs: the style and the walls, then the tests, then those by which the rooms that guard a site are
# measured (packaging/check_coverage.py). What it leaves to `nightly` is listed in docs/testing.md.
test: lint unit coverage

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Three processes: a third of the tests' time they wait for something.
unit: $(STAMP)
	$(MEMORY) $(PYTEST) -q -n 3 --dist worksteal $$($(BIN)/python packaging/check_coverage.py --ignored)

coverage: $(STAMP)
	$(MEMORY) $(BIN)/python packaging/check_coverage.py

# Every action of every bundled template in a real browser, as everybody; a part of it is in `make test`.
browser: $(STAMP)
	$(MEMORY) $(PYTEST) -o addopts="--import-mode=importlib" tests/browser tests/browser_all -q --timeout 300

bench: $(STAMP)
	$(PYTEST) -o addopts="--import-mode=importlib" tests/bench -q --timeout 600 --benchmark-columns=median,rounds

fuzz: $(STAMP)
	GOOP_FUZZ=10000 $(PYTEST) tests/engine/fuzz -q --timeout 3600

# Eight callers of hostile scripts for five minutes; Goop2's manner of writing and ours on one data.db for ten.
soak: $(STAMP)
	SOAK_SECONDS=$(or $(SOAK_SECONDS),300) $(PYTEST) tests/engine/soak -q --timeout 3600
	SOAK_SECONDS=$(or $(SOAK_SECONDS),600) $(PYTEST) tests/engine/beside/test_side_by_side.py -q --timeout 3600

nightly: $(STAMP)
	GOOP_NIGHTLY=1 $(MEMORY) $(PYTEST) -q -n 2 --dist worksteal --timeout 7200
	$(BIN)/python packaging/check_coverage.py

screenshots: $(STAMP)
	$(BIN)/goop-console demo --screenshots screenshots

# docs/tour.png, the README's picture that moves.
pictures: $(STAMP)
	$(BIN)/python packaging/tour_picture.py

api-docs: $(STAMP)
	$(BIN)/python -c "from lua_engine.api.reference import markdown; print(markdown(), end='')" > docs/lua-api.md
	$(BIN)/python packaging/write_sdk_reference.py

facade: $(STAMP)
	$(BIN)/python packaging/facade_page.py

# The documents as a site in dist/docs, with the tour's pictures.
docs: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[docs]'
	$(BIN)/python packaging/docs_site.py

third-party: $(STAMP)
	$(BIN)/python packaging/third_party.py

# What people download, in dist/ (docs/packaging.md).
bundle:
	packaging/system-packages.sh
	PYTHON=$(PYTHON) packaging/bundle.sh

# An AppImage of what `make bundle` made, with a runtime that a person has fetched (docs/packaging.md).
appimage:
	build-env/bin/python packaging/appimage.py "$(RUNTIME)" "$(SHA256)"

# The version, the changelog's day, everything in dist/, the notes (RELEASING.md): make release VERSION=1.2.0
release:
	packaging/system-packages.sh
	$(PYTHON) packaging/release.py "$(VERSION)"

clean:
	rm -rf build build-env dist $(VENV) screenshots .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .import_linter_cache
