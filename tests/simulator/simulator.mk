# build/simulator: the core, in the very objects the kernel is linked from, on the host of tests/simulator/. What routing
# does not reach (the console and its tools) falls away in linking, and with it what only those need of a host.

SIMULATOR_CC ?= gcc
SIMULATOR_CFLAGS := -std=gnu11 -g -O2 -fno-pie -I. -Wall -Wextra -Werror -Wno-unused-parameter

simulator_core := $(patsubst %.c,$(BUILD)/%.o,$(filter-out kernel/main%.c,$(filter kernel/%,$(C_SOURCES)) arch/apic/line_share.c))
simulator_objects := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/simulator/*.c))

simulate: ## What routing costs on 4 CPUs and on 4096: one table, figures in build/simulator.json
	@[ "$$(uname -m)" = x86_64 ] || { echo "simulate: runs the kernel's own objects, so on x86-64 only"; exit 1; }
	@tests/install.sh build simulate
	@+$(SUBMAKE) $(BUILD)/simulator
	@$(PYTHON) tests/simulator/simulate.py $(BUILD)/simulator $(BUILD)/simulator.json

$(BUILD)/simulator: $(simulator_core) $(simulator_objects)
	$(SAY) LD $@
	$(QUIET)$(SIMULATOR_CC) -no-pie -Wl,--gc-sections $^ -o $@

$(BUILD)/tests/simulator/%.o: tests/simulator/%.c
	@mkdir -p $(@D)
	$(SAY) CC $<
	$(QUIET)$(SIMULATOR_CC) $(SIMULATOR_CFLAGS) -MMD -MP -c $< -o $@

-include $(simulator_objects:.o=.d)

.PHONY: simulate
