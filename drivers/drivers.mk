# What the drivers need built besides their sources: the console fonts (package fonts-spleen), unpacked for NASM's incbin.
# FONT names the one of 8x16. The larger ones lie beside it; where one does not, FONT is drawn enlarged.

FONT := $(or $(FONT),$(shell tests/install/find.sh font))
FONT_FILES := $(patsubst %,$(BUILD)/drivers/screen/font-%.psf,8x16 12x24 16x32)

$(BUILD)/drivers/screen/font-%.psf: $(FONT)
	@mkdir -p $(@D)
	$(SAY) GEN $@
	$(QUIET)gzip -dcf $(or $(wildcard $(subst 8x16,$*,$(FONT))),$(FONT)) > $@

$(BUILD)/drivers/screen/font.o: $(FONT_FILES)
