# Figures: Signalbox beside Debian's Linux on one emulated machine, and how cost grows with the machine.

BENCH := $(BUILD)/bench
BENCH_BOOTS ?= 3

bench-linux: ## Measure Debian's Linux: build/bench/linux.json (BENCH_BOOTS=3 boots of each machine)
	@tests/install.sh machine bench
	@mkdir -p $(BENCH)
	@tests/bench/linux.sh $(BENCH)
	@$(PYTHON) tests/bench/linux.py $(BENCH) $(BENCH_BOOTS)

.PHONY: bench-linux
