# make demo         an MP3 of the shipped hip-thrust program, made by the offline voice
# make test         the tests
# make check        what CI runs: formatter, linter, types, tests
# make test-all     the tests on every Python from 3.10 to 3.13 that is found
# make bench-start  how fast "mmc --help" starts
# make clean        removes what the above made
#
# PYTHON=/path/to/python3 chooses the interpreter.

export PYTHON
BIN = .venv/bin

.PHONY: demo test check lint types test-all bench-start clean

demo: .venv/installed
	$(BIN)/mmc export hip-thrust -o hip-thrust.mp3

test: .venv/installed-dev
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

check: lint types test

lint: .venv/installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: .venv/installed-dev
	$(BIN)/mypy

test-all:
	tools/test-all

bench-start: .venv/installed-dev
	$(BIN)/python bench/start.py

clean:
	rm -rf .venv .venv-3.* build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis hip-thrust.mp3

# Stamps: a second run installs nothing unless the dependencies have changed.
.venv/installed: pyproject.toml tools/make-venv
	tools/make-venv .venv
	@touch $@

.venv/installed-dev: pyproject.toml tools/make-venv
	tools/make-venv .venv dev
	@touch $@ .venv/installed
