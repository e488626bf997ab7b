# The loader (one EFI application that carries the kernel), the USB image, and the way onto a stick.

# GNU-EFI: its linker script, its start code with the libraries beside it or one directory up, its headers. GNU_EFI=PREFIX
# names the one to take.
EFI_FILES := $(shell GNU_EFI='$(GNU_EFI)' tests/install/find.sh gnu-efi)
EFI_SCRIPT := $(word 1,$(EFI_FILES))
EFI_START := $(word 2,$(EFI_FILES))
EFI_LIBRARIES := $(patsubst %,-L %,$(dir $(EFI_START)) $(dir $(EFI_START))..)
EFI_HEADERS := $(dir $(word 3,$(EFI_FILES)))

BOOT_CFLAGS := -std=gnu11 -Os -g -ffreestanding -fpic -fshort-wchar -mno-red-zone -mgeneral-regs-only -fno-strict-aliasing \
               -fno-common -fno-stack-protector -fcf-protection=none -fno-asynchronous-unwind-tables \
               -DGNU_EFI_USE_MS_ABI -I. -isystem $(EFI_HEADERS) -isystem $(EFI_HEADERS)x86_64 \
               $(WARNINGS)
ifneq ($(IS_CLANG),)
BOOT_CFLAGS += --target=x86_64-none-elf
endif

# An EFI application is linked as a shared object, then made a PE file.
EFI_LINK := $(LD) -nostdlib -z noexecstack -znocombreloc -shared -Bsymbolic --no-undefined --no-warn-rwx-segments \
            -T $(EFI_SCRIPT) $(EFI_START)
EFI_PE := $(OBJCOPY) --strip-all -j .text -j .rodata -j .sdata -j .data -j .dynamic -j .rel -j '.rel.*' -j .rela \
          -j '.rela.*' -j .reloc -j .sbat --target efi-app-x86_64

# The budget of the one file; a debug build carries a check before every operation and is let off.
EFI_LIMIT := $(if $(filter 1,$(DEBUG)),1048576,655360)

BOOT_SOURCES := $(wildcard boot/*.c)
# What the loader and the kernel have in common is compiled for each: its own flags, its own place under $(BUILD)/boot.
BOOT_LIBRARY := kernel/lib/crc32.c kernel/lib/kept_report.c kernel/lib/output.c
BOOT_ASM_SOURCES := $(filter-out boot/kernel_image.asm boot/needs_uefi.asm,$(wildcard boot/*.asm))
BOOT_OBJECTS := $(BOOT_SOURCES:%.c=$(BUILD)/%.o) $(BOOT_LIBRARY:%.c=$(BUILD)/boot/%.o) \
                $(BOOT_ASM_SOURCES:%.asm=$(BUILD)/%.o) $(BUILD)/boot/kernel_image.o

$(BUILD)/boot/%.o: boot/%.c Makefile boot/boot.mk
	@mkdir -p $(@D)
	$(SAY) CC $<
	$(QUIET)$(CC) $(BOOT_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/boot/kernel/%.o: kernel/%.c Makefile boot/boot.mk
	@mkdir -p $(@D)
	$(SAY) CC $< for boot
	$(QUIET)$(CC) $(BOOT_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/boot/%.o: boot/%.asm Makefile boot/boot.mk
	@mkdir -p $(@D)
	$(SAY) NASM $<
	$(QUIET)$(NASM) -f elf64 -Werror $< -o $@

$(BUILD)/boot/version.o: $(BUILD)/version_build.h
$(BUILD)/boot/version.o: BOOT_CFLAGS += -I$(BUILD)

# The symbol table stays: the kernel names its functions in a backtrace with it.
$(BUILD)/boot/kernel.stripped: $(BUILD)/kernel.elf
	@mkdir -p $(@D)
	$(QUIET)$(OBJCOPY) --strip-debug $< $@

# Deflated as far as it goes, without a name or a time; boot/gzip.c takes nothing else.
$(BUILD)/boot/kernel.gz: $(BUILD)/boot/kernel.stripped
	$(SAY) DEFLATE $@
	$(QUIET)libdeflate-gzip -12 -c $< > $@

$(BUILD)/boot/kernel_image.o: boot/kernel_image.asm $(BUILD)/boot/kernel.gz Makefile boot/boot.mk
	$(SAY) NASM $<
	$(QUIET)$(NASM) -f elf64 -Werror -I $(BUILD)/boot/ $< -o $@

$(BUILD)/boot/sbat.o: boot/sbat.asm Makefile boot/boot.mk
	$(SAY) NASM $<
	$(QUIET)$(NASM) -f elf64 -Werror -DVERSION='"$(VERSION)"' $< -o $@

$(BUILD)/boot/loader.elf: $(BOOT_OBJECTS)
	$(SAY) LD $@
	$(QUIET)$(EFI_LINK) $(BOOT_OBJECTS) $(EFI_LIBRARIES) -lefi -lgnuefi -o $@

$(BUILD)/BOOTX64.EFI: $(BUILD)/boot/loader.elf boot/finish_pe.sh
	$(SAY) EFI $@
	$(QUIET)$(EFI_PE) $< $@
	$(QUIET)boot/finish_pe.sh $@ $(EFI_LIMIT)

# For people with other editors than ours: lines end as DOS ends them.
$(BUILD)/README.TXT: boot/README.TXT $(BUILD)/version_build.h
	$(SAY) GEN $@
	$(QUIET)sed "s/@NAME@/$$(sed -n 's/^#define VERSION_NAME *"\(.*\)"/\1/p' $(BUILD)/version_build.h)/; \
	     s/$$/$$(printf '\r')/" $< > $@

ON_VOLUME := $(BUILD)/BOOTX64.EFI boot/signalbox.cfg $(BUILD)/README.TXT

$(BUILD)/boot/needs_uefi.bin: boot/needs_uefi.asm
	$(SAY) NASM $<
	$(QUIET)$(NASM) -f bin -Werror $< -o $@

$(BUILD)/signalbox.img: $(ON_VOLUME) $(BUILD)/boot/needs_uefi.bin boot/image.sh boot/volume.sh
	$(SAY) IMAGE $@
	$(QUIET)boot/image.sh $(ON_VOLUME) $(BUILD)/boot/needs_uefi.bin $@

$(BUILD)/signalbox.iso: $(ON_VOLUME) $(BUILD)/boot/needs_uefi.bin boot/iso.sh boot/volume.sh
	$(SAY) ISO $@
	$(QUIET)boot/iso.sh $(ON_VOLUME) $(BUILD)/boot/needs_uefi.bin $@

# Signed with a key of one's own, for machines whose Secure Boot knows it: the file, and the image with it.
$(BUILD)/signed/BOOTX64.EFI: $(BUILD)/BOOTX64.EFI $(KEY) $(CERT)
	@mkdir -p $(@D)
	$(SAY) SIGN $@
	$(QUIET)sbsign --key '$(KEY)' --cert '$(CERT)' --output $@ $<

$(BUILD)/signed/signalbox.img: $(BUILD)/signed/BOOTX64.EFI boot/signalbox.cfg $(BUILD)/README.TXT $(BUILD)/boot/needs_uefi.bin
	$(SAY) IMAGE $@
	$(QUIET)boot/image.sh $^ $@

sign: ## Sign file and image for Secure Boot with a key of yours: make sign KEY=db.key CERT=db.pem, into build/signed
	@[ -r '$(KEY)' ] && [ -r '$(CERT)' ] || { echo 'sign: make sign KEY=FILE CERT=FILE, both in PEM' >&2; exit 1; }
	@tests/install.sh build sign
	@+$(SUBMAKE) $(BUILD)/signed/signalbox.img
	@sbverify --cert '$(CERT)' $(BUILD)/signed/BOOTX64.EFI

usb: $(BUILD)/signalbox.img ## Write the image to a USB stick: make usb DEVICE=/dev/sdX (YES=1 asks nothing)
	@boot/usb.sh $< '$(DEVICE)' '$(YES)'

# What is given to others. Nothing of an older version stays in there.
$(BUILD)/dist/SHA256SUMS: $(BUILD)/signalbox.img $(BUILD)/signalbox.iso $(BUILD)/kernel.elf
	$(SAY) DIST $(@D)
	$(QUIET)rm -rf $(@D) && mkdir $(@D)
	$(QUIET)cp $(BUILD)/signalbox.img $(@D)/signalbox-$(VERSION).img
	$(QUIET)cp $(BUILD)/signalbox.iso $(@D)/signalbox-$(VERSION).iso
	$(QUIET)cp $(BUILD)/BOOTX64.EFI $(BUILD)/kernel.elf $(BUILD)/README.TXT $(@D)
	$(QUIET)cd $(@D) && sha256sum -- * > SHA256SUMS

dist: ## What others are given, in build/dist: USB image, hybrid ISO, .efi, kernel.elf, README.TXT, SHA256SUMS
	@tests/install.sh build dist
	@+$(SUBMAKE) $(BUILD)/dist/SHA256SUMS
	@cat $(BUILD)/dist/SHA256SUMS

.PHONY: usb dist sign

-include $(BOOT_OBJECTS:.o=.d)
