# Signalbox. `make help` lists the targets; boot/boot.mk, tests/tests.mk hold those of their rooms.

# Nothing where the plain compiler makes x86-64 ELF.
CROSS_COMPILE := $(or $(CROSS_COMPILE),$(shell tests/install/find.sh cross))
ifeq ($(origin CC),default)
CC := $(CROSS_COMPILE)gcc
endif
ifeq ($(origin LD),default)
LD := $(CROSS_COMPILE)ld
endif
LINK := $(CROSS_COMPILE)gcc
OBJCOPY := $(CROSS_COMPILE)objcopy
OBJDUMP := $(CROSS_COMPILE)objdump
NASM ?= nasm
BUILD ?= build
DEBUG ?= 0
V ?= 0
VERSION := 0.1

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

# A line a product; V=1 shows the commands instead.
ifeq ($(V),0)
QUIET := @
SAY = @printf '  %-8s %s\n'
else
SAY := @true
endif

# ---- the kernel ------------------------------------------------------------------------------------------------------

IS_CLANG := $(findstring clang,$(shell $(CC) --version 2>/dev/null))

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wundef -Wvla -Wpointer-arith \
            -Wwrite-strings -Wswitch-enum -Wno-unused-parameter -Wno-missing-field-initializers
KERNEL_CFLAGS := -std=gnu11 -O3 -g -ffreestanding -fno-pic -fno-pie -mcmodel=kernel -mno-red-zone \
                 -mgeneral-regs-only -fno-strict-aliasing -fno-common -fcf-protection=none -fno-omit-frame-pointer \
                 -fno-asynchronous-unwind-tables -fstack-protector-strong -mstack-protector-guard=global \
                 -ffunction-sections -fdata-sections -I. \
                 -ffile-prefix-map=$(CURDIR)=. -ffile-prefix-map=$(BUILD)=build $(WARNINGS)
ifneq ($(IS_CLANG),)
KERNEL_CFLAGS += --target=x86_64-none-elf -ftrivial-auto-var-init=pattern
else
KERNEL_CFLAGS += -ftrivial-auto-var-init=zero
endif
ifeq ($(DEBUG),1)
KERNEL_CFLAGS += -fsanitize=undefined -fsanitize-undefined-trap-on-error
else ifeq ($(IS_CLANG),)
# The kernel is one program: a call from one of its files into another, the core's into its port too, is inlined where
# that pays. The objects hold plain code as well, for whoever links them into something else.
# Across files the compiler takes results for values that may never have been set.
LINK_TIME := -flto -flto-partition=one -Wno-maybe-uninitialized
$(BUILD)/%.o: KERNEL_CFLAGS += -flto -ffat-lto-objects
# The compiler's calls of these come after the linker has chosen what it needs.
$(BUILD)/arch/stack_guard.o: KERNEL_CFLAGS += -fno-lto
endif

# Where incbin and %include find what was made on the way; assembly outside these two rooms includes nothing.
NASM_FLAGS := -Werror -I $(BUILD)/arch/ -I $(BUILD)/drivers/screen/

C_SOURCES := $(filter-out arch/offsets.c,$(wildcard $(foreach room,kernel arch drivers,$(room)/*.c $(room)/*/*.c)))
MADE_SOURCES := kernel/inventory/pci_ids_table.c
ASM_SOURCES := $(wildcard $(foreach room,arch drivers,$(room)/*.asm $(room)/*/*.asm))
OBJECTS := $(C_SOURCES:%.c=$(BUILD)/%.o) $(MADE_SOURCES:%.c=$(BUILD)/%.o) $(ASM_SOURCES:%.asm=$(BUILD)/%.o)

all: $(BUILD)/BOOTX64.EFI $(BUILD)/signalbox.img ## Build everything

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(SAY) CC $<
	$(QUIET)$(CC) $(KERNEL_CFLAGS) -MMD -MP -c $< -o $@

# Sources that were made on the way.
$(BUILD)/%.o: $(BUILD)/%.c Makefile
	$(SAY) CC $<
	$(QUIET)$(CC) $(KERNEL_CFLAGS) -MMD -MP -c $< -o $@

# NASM drops included files from the dependencies it writes beside an object, so they come from a call of their own.
$(BUILD)/%.o: %.asm $(BUILD)/arch/offsets.inc Makefile
	@mkdir -p $(@D)
	$(SAY) NASM $<
	$(QUIET)$(NASM) $(NASM_FLAGS) -M -MT $@ $< > $(@:.o=.d)
	$(QUIET)$(NASM) -f elf64 -g -F dwarf $(NASM_FLAGS) $< -o $@

# The assembler's view of the C structures: compiled to assembly, the marked strings become definitions.
$(BUILD)/arch/offsets.inc: arch/offsets.c Makefile
	@mkdir -p $(@D)
	$(SAY) GEN $@
	$(QUIET)$(CC) $(filter-out -g,$(KERNEL_CFLAGS)) -MMD -MP -MT $@ -MF $(BUILD)/arch/offsets.d -S $< -o $(BUILD)/arch/offsets.s
	$(QUIET)sed -n 's/^.*"@define \([A-Za-z0-9_]*\) \$$*\(-\{0,1\}[0-9]*\)@.*$$/%define \1 \2/p' $(BUILD)/arch/offsets.s > $@

$(BUILD)/kernel.elf: $(OBJECTS) linker.ld
	$(SAY) LD $@
	$(QUIET)$(LINK) $(if $(LINK_TIME),$(KERNEL_CFLAGS) $(LINK_TIME)) -static -nostdlib -Wl,-z,max-page-size=4096 \
	      -Wl,-z,noexecstack -Wl,--gc-sections -Wl,--build-id=none -Wl,-T,linker.ld -Wl,-Map=$(BUILD)/kernel.map \
	      $(OBJECTS) -o $@
	$(QUIET)$(OBJDUMP) -d -M intel $@ > $(BUILD)/kernel.dis

-include $(OBJECTS:.o=.d) $(BUILD)/arch/offsets.d

clean: ## Remove everything that was built
	rm -rf $(BUILD)

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: all clean help

include kernel/kernel.mk
include kernel/core/core.mk
include drivers/drivers.mk
include boot/boot.mk
include tests/tests.mk
