# Programs of this machine, not of the kernel: unit tests and fuzz targets. Each names the project's sources it links on
# a line "// sources: ..."; those are compiled once per kind, under sanitizers. Run from the root: make unit, make fuzz.

BUILD ?= build
PYTHON ?= /usr/bin/python3
UNIT_CC ?= gcc
FUZZ_CC ?= clang
ONLY ?= *
FUZZ_SECONDS ?= 10
FUZZ_RUNS ?= 300000

QUIET := @
SAY = @printf '  %-8s %s\n'

.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

include kernel/kernel.mk

HOST_CFLAGS := -std=gnu11 -g -O1 -fno-omit-frame-pointer -I. -iquote tests/fakes -DPCI_IDS='"$(PCI_IDS)"' \
               -Wall -Wextra -Werror -Wno-unused-parameter -Wno-missing-field-initializers
# gcc sees through the formats that tests of the formatter get wrong on purpose.
UNIT_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -Wno-format-overflow -Wno-format-truncation
FUZZ_SANITIZE := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all

unit_tests := $(patsubst tests/unit/test_%.c,%,$(wildcard tests/unit/test_$(ONLY).c))
fuzz_targets := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_$(ONLY).c))
unit_programs := $(unit_tests:%=$(BUILD)/unit/%)
fuzz_programs := $(fuzz_targets:%=$(BUILD)/fuzz/%)

# What every program may use, as an archive: kernel/ but the composition root, and but what the host's C library has.
# The linker takes what is asked for, so a fake that is linked before it stands in for the whole file it replaces.
kernel_sources := $(filter-out kernel/main%.c kernel/lib/memory.c,$(wildcard kernel/*.c kernel/*/*.c)) \
                  kernel/inventory/pci_ids_table.c

# $(call sources_of,FILE): what its "// sources:" lines name: fakes, and what is linked from the other rooms.
sources_of = $(shell sed -n 's|^// sources:||p' $(1))

# A program that does not build is one failure; the others run all the same.
# ONLY= that chooses nothing is an error that names what there is.
named = $(sort $(patsubst tests/$(1)_%.c,%,$(wildcard tests/$(1)_*.c)))
ifeq ($(filter unit,$(MAKECMDGOALS))$(unit_tests),unit)
$(error there is no unit test '$(ONLY)'; there are $(call named,unit/test))
endif
ifeq ($(filter fuzz,$(MAKECMDGOALS))$(fuzz_targets),fuzz)
$(error there is no fuzz target '$(ONLY)'; there are $(call named,fuzz/fuzz))
endif

unit:
	@rm -f $(unit_programs)
	@$(MAKE) --no-print-directory -s -k -f tests/host.mk unit-programs; \
	$(PYTHON) tests/host.py unit $(BUILD) $(unit_programs)

fuzz:
	@rm -f $(fuzz_programs)
	@$(MAKE) --no-print-directory -s -k -f tests/host.mk fuzz-programs; \
	$(PYTHON) tests/host.py --seconds $(FUZZ_SECONDS) --runs $(FUZZ_RUNS) --zoo '$(ZOO)' fuzz $(BUILD) $(fuzz_programs)

unit-programs: $(unit_programs)
fuzz-programs: $(fuzz_programs)

# $(call program,KIND,FILE.c,NAME): the program and what it is linked from.
define program
$(BUILD)/$(1)/$(3): $(patsubst %.c,$(BUILD)/$(1)/objects/%.o,$(2) $(call sources_of,$(2))) $(BUILD)/$(1)/kernel.a
endef
$(foreach name,$(unit_tests),$(eval $(call program,unit,tests/unit/test_$(name).c,$(name))))
$(foreach name,$(fuzz_targets),$(eval $(call program,fuzz,tests/fuzz/fuzz_$(name).c,$(name))))

# The product's pure half on a dump of a machine: all but what reads registers, and the driver of ports.
rehearse_sources := $(wildcard tests/rehearse/*.c arch/acpi/*.c) arch/firmware_claims.c arch/firmware_tables.c \
                    arch/topology.c drivers/usb_handover.c drivers/xhci/xhci_handoff.c drivers/register_wait.c \
                    arch/apic/apic_mode.c arch/apic/message_format.c arch/interrupt/delivery.c \
                    $(filter-out drivers/pci/pci_config.c drivers/pci/pci_port.c,$(wildcard drivers/pci/*.c))
$(BUILD)/unit/rehearse: $(rehearse_sources:%.c=$(BUILD)/unit/objects/%.o) $(BUILD)/unit/kernel.a
	$(SAY) LD $@
	@$(UNIT_CC) $(UNIT_SANITIZE) $^ -o $@

$(unit_programs):
	$(SAY) LD $@
	@$(UNIT_CC) $(UNIT_SANITIZE) $^ -lcmocka -lz -o $@

$(fuzz_programs):
	$(SAY) LD $@
	@$(FUZZ_CC) -fsanitize=fuzzer,address,undefined $^ -lz -o $@

$(BUILD)/%/kernel.a:
	@rm -f $@
	@ar rcs $@ $^

$(BUILD)/unit/kernel.a: $(kernel_sources:%.c=$(BUILD)/unit/objects/%.o)
$(BUILD)/fuzz/kernel.a: $(kernel_sources:%.c=$(BUILD)/fuzz/objects/%.o)

$(BUILD)/unit/objects/%.o: %.c tests/host.mk
	@mkdir -p $(@D)
	@$(UNIT_CC) $(HOST_CFLAGS) $(UNIT_SANITIZE) -MMD -MP -c $< -o $@

$(BUILD)/unit/objects/%.o: $(BUILD)/%.c tests/host.mk
	@mkdir -p $(@D)
	@$(UNIT_CC) $(HOST_CFLAGS) $(UNIT_SANITIZE) -MMD -MP -c $< -o $@

$(BUILD)/fuzz/objects/%.o: $(BUILD)/%.c tests/host.mk
	@mkdir -p $(@D)
	@$(FUZZ_CC) $(HOST_CFLAGS) $(FUZZ_SANITIZE) -MMD -MP -c $< -o $@

$(BUILD)/fuzz/objects/%.o: %.c tests/host.mk
	@mkdir -p $(@D)
	@$(FUZZ_CC) $(HOST_CFLAGS) $(FUZZ_SANITIZE) -MMD -MP -c $< -o $@

-include $(shell find $(BUILD)/unit/objects $(BUILD)/fuzz/objects -name '*.d' 2>/dev/null)

.PHONY: unit fuzz unit-programs fuzz-programs
