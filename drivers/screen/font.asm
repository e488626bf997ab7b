; The console fonts, as they were unpacked by drivers/drivers.mk: PSF with a Unicode table. struct font_file is in
; drivers/screen/font_choice.h.

section .rodata

%macro FONT 1
        %defstr SIZE %1
        %strcat NAME "font-", SIZE, ".psf"
        align 16
font_%1:
        incbin NAME
font_%1_end:
%endmacro

        FONT 8x16
        FONT 12x24
        FONT 16x32

align 8
global font_files:data
font_files:
        dq      font_8x16, font_8x16_end - font_8x16
        dq      font_12x24, font_12x24_end - font_12x24
        dq      font_16x32, font_16x32_end - font_16x32

section .note.GNU-stack noalloc noexec nowrite progbits
