# The product in Bochs, and the application that gives its firmware ACPI tables.

TABLES_OBJECTS := $(BUILD)/tests/bochs/tables.o $(BUILD)/boot/efi_library.o $(BUILD)/boot/volume.o

bochs: ## Boot in Bochs, a stricter PC: self-test, lines, two processors; then the figures of both local APIC modes
	@+$(SUBMAKE) bochs-test
	@$(PYTHON) tests/bochs/modes.py README.md

bochs-test:
	@tests/install.sh build machine test bochs
	@+$(BUILD_ALL) $(BUILD)/tables.efi
	@$(PYTHON) -m pytest -c tests/bochs/pytest.ini --rootdir tests/bochs tests/bochs $(PYTEST)

$(BUILD)/tests/bochs/tables.o: tests/bochs/tables.c Makefile boot/boot.mk
	@mkdir -p $(@D)
	$(SAY) CC $<
	$(QUIET)$(CC) $(BOOT_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/tests/bochs/tables.elf: $(TABLES_OBJECTS)
	$(SAY) LD $@
	$(QUIET)$(EFI_LINK) $(TABLES_OBJECTS) $(EFI_LIBRARIES) -lefi -lgnuefi -o $@

$(BUILD)/tables.efi: $(BUILD)/tests/bochs/tables.elf boot/finish_pe.sh
	$(SAY) EFI $@
	$(QUIET)$(EFI_PE) $< $@
	$(QUIET)boot/finish_pe.sh $@

.PHONY: bochs bochs-test

-include $(BUILD)/tests/bochs/tables.d
