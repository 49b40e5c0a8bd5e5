# Every target sets up .venv first where it is missing or older than setup.cfg.
PYTHON ?= python3
BIN      := .venv/bin
STAMP    := .venv/.installed
COMPILED := .venv/.compiled
# Tests run on so many cores; a file's tests stay together and share what they prepare.
WORKERS ?= 2

.PHONY: install run test test-all bench lint clean

install: $(STAMP)

$(STAMP): setup.cfg pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[mpi,test]'
	# Native rivals of the kernels; where one has no wheel its comparison is skipped.
	-$(BIN)/python -m pip install --quiet --editable '.[native]'
	touch $(STAMP)

# A step of its own: compiling the core takes longer, and more memory, than the quarter itself.
$(COMPILED): $(STAMP)
	$(BIN)/hpcsim simulate nanjing-quarter --set horizon_days=1 --no-report > /dev/null
	touch $(COMPILED)

run: $(COMPILED)
	$(BIN)/hpcsim simulate lublin:days=90,load=0.85 --cores 35000 --policy easy --out runs/lublin-quarter
	$(BIN)/hpcsim simulate nanjing-quarter --out runs/nanjing-quarter

test: $(STAMP)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

test-all: $(STAMP)
	$(BIN)/python -m pytest -m "slow or not slow"

bench: $(STAMP)
	$(BIN)/python -m pytest benchmarks --benchmark-only -m "slow or not slow"

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

clean:
	rm -rf .venv runs build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
