# The EFI application that installs ACPI tables and starts the product, for machines whose firmware is to have others.

all: $(BUILD)/tests/tables.efi

MACHINE_TABLES_OBJECTS := $(BUILD)/tests/machine/tables/tables.o $(BUILD)/boot/efi_library.o

$(BUILD)/tests/machine/tables/%.o: tests/machine/tables/%.c Makefile boot/boot.mk
	@mkdir -p $(@D)
	$(SAY) CC $<
	$(QUIET)$(CC) $(BOOT_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/tests/machine/tables/tables.elf: $(MACHINE_TABLES_OBJECTS)
	$(SAY) LD $@
	$(QUIET)$(EFI_LINK) $(MACHINE_TABLES_OBJECTS) $(EFI_LIBRARIES) -lefi -lgnuefi -o $@

$(BUILD)/tests/tables.efi: $(BUILD)/tests/machine/tables/tables.elf boot/finish_pe.sh
	$(SAY) EFI $@
	$(QUIET)$(EFI_PE) $< $@
	$(QUIET)boot/finish_pe.sh $@

-include $(MACHINE_TABLES_OBJECTS:.o=.d)
