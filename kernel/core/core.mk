# The routing core alone, for another kernel: make core leaves build/core with libsignalbox-core.a, the headers it is used
# by in include/signalbox, and CONTENTS, which says what it needs and gives. Plain sections, no link-time code, no stack
# guard; every symbol of the outside begins with signalbox_, all others are local.

NM ?= $(CROSS_COMPILE)nm
SIZE ?= $(CROSS_COMPILE)size
CORE_CFLAGS ?= -O2 -mcmodel=kernel -fno-pic -fno-pie -mno-red-zone -mgeneral-regs-only
CORE_FIXED_CFLAGS := -std=gnu11 -ffreestanding -fno-strict-aliasing -fno-common -fcf-protection=none -fno-stack-protector \
                     -fno-asynchronous-unwind-tables -I. $(WARNINGS)

core_sources := $(wildcard kernel/core/*.c) kernel/lib/output.c kernel/lib/result.c
core_objects := $(core_sources:%.c=$(BUILD)/core/objects/%.o)
core_headers := $(addprefix kernel/core/,core.h core_hooks.h core_selftest.h core_vectors.h cpu.h cpu_tally.h dpc.h host.h \
                interrupt.h interrupt_lock.h irq.h irq_device.h irq_move.h irq_program.h irql.h message.h message_source.h \
                policy.h) kernel/lib/result.h kernel/lib/types.h
core_exported := $(addprefix $(BUILD)/core/include/signalbox/,$(notdir $(core_headers)))

core: ## The routing core as an archive with its headers, for another kernel: build/core
	@tests/install.sh build
	@+$(SUBMAKE) $(BUILD)/core/CONTENTS
	@cat $(BUILD)/core/CONTENTS

$(BUILD)/core/objects/%.o: %.c kernel/core/core.mk
	@mkdir -p $(@D)
	$(SAY) CC $@
	$(QUIET)$(CC) $(CORE_FIXED_CFLAGS) $(CORE_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/core/core.o: $(core_objects)
	$(QUIET)$(LD) -r -o $@ $^

$(BUILD)/core/names: $(BUILD)/core/core.o kernel/core/export.py $(core_headers)
	$(QUIET)NM=$(NM) $(PYTHON) kernel/core/export.py names $< $(core_headers) > $@

$(BUILD)/core/libsignalbox-core.a: $(BUILD)/core/core.o $(BUILD)/core/names
	$(SAY) CORE $@
	$(QUIET)sed -n 's/^s //p' $(BUILD)/core/names > $(BUILD)/core/symbols
	$(QUIET)cut -d ' ' -f 1 $(BUILD)/core/symbols > $(BUILD)/core/kept
	$(QUIET)$(OBJCOPY) --keep-global-symbols=$(BUILD)/core/kept $< $(BUILD)/core/signalbox-core.o
	$(QUIET)$(OBJCOPY) --redefine-syms=$(BUILD)/core/symbols $(BUILD)/core/signalbox-core.o
	$(QUIET)rm -f $@
	$(QUIET)$(AR) rcsD $@ $(BUILD)/core/signalbox-core.o

define core_header
$(BUILD)/core/include/signalbox/$(notdir $(1)): $(1) $(BUILD)/core/names
	@mkdir -p $$(@D)
	$$(QUIET)$$(PYTHON) kernel/core/export.py header $(BUILD)/core/names $(1) > $$@
endef
$(foreach header,$(core_headers),$(eval $(call core_header,$(header))))

$(BUILD)/core/CONTENTS: $(BUILD)/core/libsignalbox-core.a $(core_exported)
	$(QUIET)NM=$(NM) SIZE=$(SIZE) $(PYTHON) kernel/core/export.py page $(BUILD)/core/names $< > $@

-include $(core_objects:.o=.d)

.PHONY: core
