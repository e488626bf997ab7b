; The console font, as it was unpacked by drivers/drivers.mk: 8x16 pixels, PSF with a Unicode table.

section .rodata
align 16

global font_bytes:data
global font_length:data
font_bytes:
    incbin "font.psf"
font_end:

align 4
font_length:
    dd font_end - font_bytes

section .note.GNU-stack noalloc noexec nowrite progbits
