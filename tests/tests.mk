# Installing, running, testing, checking: the targets a person types. Each installs what it lacks first.

PYTHON := $(or $(PYTHON),$(shell tests/install/find.sh python))
QEMU ?= qemu-system-x86_64
ACCEL ?= tcg
# Not what was found: it may have been missing when make began, and who needs it finds it by itself.
export QEMU ACCEL OVMF OVMF_CODE OVMF_VARS BUILD SMP MEM APPEND EXTRA MACHINE SOAK_MINUTES SOAK_SEED SOAK_MACHINE
export PYTHONDONTWRITEBYTECODE := 1
# Debian keeps mkfs.vfat and sgdisk where only root's PATH looks.
export PATH := $(PATH):/usr/sbin:/sbin

# All processors, unless the caller has said how many jobs.
SUBMAKE = $(MAKE) --no-print-directory $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell getconf _NPROCESSORS_ONLN))
# Products are built by a make of their own, after the installation: nothing of it may be looked up before.
BUILD_ALL = $(SUBMAKE) all

install: ## Install what building, running, testing and checking need
	@tests/install.sh build run machine test trace lint

run: ## Boot in QEMU: to the prompt, or without a terminal through the self-test
	@tests/install.sh build run
	@+$(BUILD_ALL)
	@$(PYTHON) tests/run

debug: ## Boot in QEMU, waiting for gdb
	@tests/install.sh build run
	@+$(BUILD_ALL)
	@$(PYTHON) tests/run --debug

test: ## Everything that must pass: unit, a short fuzz, trace tools, machine, Bochs, bench-check
	@tests/install.sh build machine test trace dist bochs
	@rm -rf $(BUILD)/results
	@+$(BUILD_ALL)
	@+$(SUBMAKE) unit; $(SUBMAKE) lift; $(SUBMAKE) fuzz; $(SUBMAKE) tools; $(SUBMAKE) machine; \
	$(SUBMAKE) bochs-test; $(SUBMAKE) bench-check; \
	$(PYTHON) tests/summary.py $(BUILD)/results unit core fuzz tools machine bochs bench

test-busy: ## The same while two endless loops run beside it
	@+tests/busy.sh $(MAKE) --no-print-directory test

unit: ## Host unit tests under AddressSanitizer and UBSan (ONLY=NAME for one)
	@tests/install.sh build machine test
	@+$(SUBMAKE) -f tests/host.mk unit

fuzz: ## Fuzz targets, briefly (ONLY=NAME, FUZZ_SECONDS=N for one, for longer; ZOO=DIR: real tables as seeds)
	@tests/install.sh build machine test
	@+$(SUBMAKE) -f tests/host.mk fuzz

machine: ## Machine tests in QEMU, two machines at a time (PYTEST='-k WORD' for some)
	@tests/install.sh build machine test trace dist
	@+$(BUILD_ALL) $(BUILD)/dist/SHA256SUMS
	@$(PYTHON) -m pytest -c tests/machine/pytest.ini --rootdir tests/machine tests/machine $(PYTEST)

soak: ## Prove for SOAK_MINUTES=30 while processors go off and on, figures in build/soak.json; then make fresh
	@tests/install.sh build machine
	@+$(BUILD_ALL)
	@$(PYTHON) tests/soak.py $(BUILD)/soak.json
	@+$(MAKE) --no-print-directory fresh

fresh: ## Both commands on bare Debian 12 and 13, in either order: build/fresh (as root; FRESH=12:run:root for one)
	@tests/install/fresh.sh $(BUILD)/fresh $(FRESH)

lint: ## Rules of the rooms, the core's edge, headers, layout, cppcheck, scripts
	@tests/install.sh build machine test lint
	@+$(BUILD_ALL)
	@$(PYTHON) tests/lint/lint.py

.PHONY: install run debug test test-busy unit fuzz machine soak fresh lint
include tests/machine/tables/tables.mk
include tests/lift/lift.mk
include tests/rehearse/rehearse.mk
include tests/simulator/simulator.mk
include tests/trace/trace.mk
include tests/bench/bench.mk
include tests/bochs/bochs.mk
