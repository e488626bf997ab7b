# What the drivers need built besides their sources: the console font (package fonts-spleen), unpacked for NASM's incbin.

FONT := $(or $(FONT),$(shell tests/install/find.sh font))

$(BUILD)/drivers/screen/font.psf: $(FONT)
	@mkdir -p $(@D)
	$(SAY) GEN $@
	$(QUIET)gzip -dcf $< > $@

$(BUILD)/drivers/screen/font.o: $(BUILD)/drivers/screen/font.psf
