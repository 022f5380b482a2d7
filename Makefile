# make demo         an MP3 of the shipped hip-thrust program, made by the offline voice
# make test         the tests
# make soak         the long forms of tests: hours of kills, faults and playing (docs/reliability.md)
# make check        what CI runs: formatter, linter, types, tests
# make test-all     the tests on every Python from 3.10 to 3.13 that is found
# make sound-server a sound server for a machine without sound: "mmc play" plays to it,
#                   make sound-server WAV=heard.wav keeps what it heard
# make bench        what exports cost beside their peers, into bench/RESULTS.md (half an hour;
#                   QUICK=1 takes some minutes and writes nothing)
# make bench-start  how fast "mmc --help" starts
# make bench-play   what playing live costs, and how well it keeps time (needs a sound server's parts)
# make pictures     draws the pictures of the README anew, into docs/pictures
# make fuzz         five minutes of bytes from a machine that looks for trouble, for all that reads
#                   bytes of others; SECONDS=3600 takes an hour (Linux, Python 3.11 or newer)
# make mutants      the code changed in small ways: do the tests notice? An hour of one processor
# make clean        removes what the above made
#
# PYTHON=/path/to/python3 chooses the interpreter. EXTRAS=dev,simpleaudio installs simpleaudio as
# well, which needs a compiler and ALSA's headers; its tests are skipped without it.

export PYTHON
BIN = .venv/bin
EXTRAS = dev
DEV = .venv/installed-$(EXTRAS)

.PHONY: demo test soak check lint types test-all sound-server bench bench-start bench-play pictures fuzz mutants clean

demo: .venv/installed
	$(BIN)/mmc export hip-thrust -o hip-thrust.mp3

test: $(DEV)
	tools/run-tests $(BIN)/python

soak: $(DEV)
	MMC_TEST_DEEP=1 $(BIN)/python -m pytest -m slow

check: lint types test

lint: $(DEV)
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(DEV)
	$(BIN)/mypy

test-all:
	tools/test-all

sound-server: $(DEV)
	$(BIN)/python -m tests.sound_server $(if $(WAV),--record $(WAV))

bench-start: $(DEV)
	$(BIN)/python bench/start.py

bench: $(DEV)
	$(BIN)/python -m bench $(if $(QUICK),--quick)

fuzz: .venv/installed-fuzz
	$(BIN)/python -m fuzz.fetch || echo "Without the texts of toml-test, then."
	$(BIN)/python -m fuzz --seconds $(or $(SECONDS),300)

mutants:
	tools/mutants

bench-play: $(DEV)
	$(BIN)/python bench/play.py

pictures: $(DEV)
	$(BIN)/python -m tools.make_pictures

clean:
	rm -rf .venv .venv-3.* .venv-mutants fuzz/toml-test \
	    build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis hip-thrust.mp3

# Stamps: a second run installs nothing unless the dependencies have changed.
.venv/installed: pyproject.toml tools/make-venv
	tools/make-venv .venv
	@touch $@

$(DEV): pyproject.toml tools/make-venv
	tools/make-venv .venv $(EXTRAS)
	@touch $@ .venv/installed

.venv/installed-fuzz: pyproject.toml tools/make-venv
	tools/make-venv .venv fuzz
	@touch $@ .venv/installed
