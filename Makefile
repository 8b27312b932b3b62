# Two commands do everything: `make run` and `make test`.

PORT ?= 8501
PYTHON ?= python3
PY := .venv/bin/python

.PHONY: run test quick lint clean

run: .venv/run.stamp
	@$(PY) -m monitor up --port $(PORT)

# Lint, types and the whole suite, the browser tests among them.
test: .venv/test.stamp lint
	@$(PY) -m pytest -q -n 2 -m "not browser"
	@$(PY) -m pytest -q -m browser

# The fast suite alone: under a minute.
quick: .venv/test.stamp
	@$(PY) -m pytest -q -n 2 -m "not slow and not browser"

lint: .venv/test.stamp
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

clean:
	rm -rf .venv

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make run PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.txt | .venv/bin/python
	@echo "Installing what the program needs (once) …"
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/test.stamp: requirements.txt requirements-dev.txt | .venv/bin/python
	@echo "Installing what the tests need (once) …"
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ .venv/run.stamp
