# Figures: Signalbox beside Debian's Linux on one emulated machine, and how cost grows with the machine.

BENCH := $(BUILD)/bench
BENCH_BOOTS ?= 3

bench: ## Signalbox beside Debian's Linux: one table, the README's too; figures in build/bench/bench.json
	@tests/install.sh build machine bench
	@+$(BUILD_ALL)
	@$(PYTHON) tests/bench/measure.py $(BENCH)/signalbox.json
	@+$(SUBMAKE) $(BENCH)/linux.json
	@$(PYTHON) tests/bench/table.py $(BENCH) README.md

bench-check: ## Fail when an instruction count grew by more than 2 % over tests/bench/baseline.json, or beyond its budget
	@tests/install.sh build machine
	@+$(BUILD_ALL)
	@$(PYTHON) tests/bench/check.py tests/bench/baseline.json

bench-baseline: ## Measure, and make that the baseline
	@tests/install.sh build machine
	@+$(BUILD_ALL)
	@$(PYTHON) tests/bench/check.py --write tests/bench/baseline.json

bench-linux: ## Measure Debian's Linux anew: build/bench/linux.json (BENCH_BOOTS=3 boots of each machine)
	@rm -f $(BENCH)/linux.json
	@+$(SUBMAKE) $(BENCH)/linux.json

# Its figures hold for as long as what measures them does, and the machine; a newer Linux comes with `rm -r build/bench`.
$(BENCH)/linux.json: $(wildcard tests/bench/linux/*) tests/bench/linux.sh tests/bench/linux.py tests/bench/bench_machines.py
	@tests/install.sh machine bench
	@mkdir -p $(BENCH)
	@tests/bench/linux.sh $(BENCH)
	@$(PYTHON) tests/bench/linux.py $(BENCH) $(BENCH_BOOTS)

FIGURE ?= connect_1
CPUS ?= 2

bench-where: ## Function by function, where the instructions of a figure are (FIGURE=connect_1 CPUS=2)
	@tests/install.sh build machine
	@+$(BUILD_ALL)
	@$(PYTHON) tests/bench/by_function.py $(FIGURE) $(CPUS)

bench-scale: ## How costs grow, 1 to 255 processors, 10 to 4000 messages: table, scale.json, scale.svg (minutes; SCALE=cpus-16: one)
	@tests/install.sh build machine bench
	@+$(BUILD_ALL)
	@mkdir -p $(BENCH)
	@$(PYTHON) tests/bench/scale.py $(BENCH) README.md $(SCALE)

.PHONY: bench bench-check bench-baseline bench-linux bench-where bench-scale
