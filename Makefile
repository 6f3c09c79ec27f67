# make app: the app in the browser.   make test: every check and test.   Both make .venv, and only when it has to change.

PYTHON ?= python3
BIN := .venv/bin
PROCESSES ?= 2
NODE := PATH="$(CURDIR)/$(BIN):$$PATH"

.PHONY: app test check js browser pytest texts

app: .venv/app
	$(BIN)/streamlit run app.py

# The checks run beside the first tests: mypy uses one core only, and the browser tests often wait.
test: .venv/dev
	@$(MAKE) --no-print-directory --jobs=2 check js pytest

# Every test of Python. The files start in the order of their names, so the browser tests, which take longest, come first.
# Then the share of the lines of model/ that the tests run: of each folder, and of each file below 90 %.
pytest: browser
	$(BIN)/python -m pytest --numprocesses=$(PROCESSES) --dist=loadfile --no-loadscope-reorder --cov --cov-report=json
	@$(BIN)/python -m tests.coverage_summary

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The browser parts: types, style, and unit tests against what PyTorch computes. Node comes from the Python wheel.
js: node_modules/.package-lock.json .venv/dev
	@$(NODE) npm run check
	@$(BIN)/python -m tests.js.write_vectors .cache/js
	@$(NODE) npm test

browser: .venv/dev
	@$(BIN)/python -m tests.browser.install

# After texts have changed: brings locale/*/LC_MESSAGES/messages.po up to date, where new ones wait to be translated.
texts: .venv/dev
	$(BIN)/pybabel -q extract -F pyproject.toml --no-location --sort-output --omit-header -o .cache/messages.pot .
	$(BIN)/pybabel -q update -i .cache/messages.pot -d locale --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width=120

node_modules/.package-lock.json: package.json package-lock.json | .venv/dev
	@$(NODE) npm ci --silent || { echo "The tools for JavaScript are missing: npm could not reach its registry." >&2; exit 1; }
	@touch $@

.venv/python:
	$(PYTHON) -m venv .venv
	@touch $@

.venv/app: requirements.txt | .venv/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/dev: requirements.txt requirements-dev.txt | .venv/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ .venv/app
