# What the core needs built besides its sources: the names of PCI devices (package pci.ids), as a table in C, and its own.

PCI_IDS := $(or $(PCI_IDS),$(shell tests/install/find.sh pci.ids))

$(BUILD)/kernel/inventory/pci_ids_table.c: kernel/inventory/pci_ids.py $(PCI_IDS)
	@mkdir -p $(@D)
	$(SAY) GEN $@
	$(QUIET)$(PYTHON) kernel/inventory/pci_ids.py $(PCI_IDS) > $@

# Looked at by every make, written only when it says something else: a new commit compiles two files anew, and links.
$(BUILD)/version_build.h: FORCE
	$(QUIET)kernel/version.sh $(VERSION) $@

$(BUILD)/kernel/version.o: $(BUILD)/version_build.h
$(BUILD)/kernel/version.o: KERNEL_CFLAGS += -I$(BUILD)

FORCE:
.PHONY: FORCE
