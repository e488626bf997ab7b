# What the core needs built besides its sources: the names of PCI devices (package pci.ids), as a table in C.

PCI_IDS ?= /usr/share/misc/pci.ids

$(BUILD)/kernel/inventory/pci_ids_table.c: kernel/inventory/pci_ids.py $(PCI_IDS)
	@mkdir -p $(@D)
	$(SAY) GEN $@
	$(QUIET)$(PYTHON) kernel/inventory/pci_ids.py $(PCI_IDS) > $@
