; The boot code of the image's protective master boot record (UEFI 2.10, 5.2.3): what a BIOS starts, which UEFI firmware
; never does. It says what is needed and, at a key, starts the machine again.

        bits 16
        org 0x7c00

; BIOS calls: int 0x10, AH 0x0e prints AL; int 0x16, AH 0 waits for a key. The reset vector is at ffff:0000.
        xor     ax, ax
        mov     ds, ax
        mov     ss, ax
        mov     sp, 0x7c00
        sti
        cld
        mov     si, text
.next:  lodsb
        test    al, al
        jz      .wait
        mov     ah, 0x0e
        mov     bx, 7
        int     0x10
        jmp     .next
.wait:  xor     ah, ah
        int     0x16
        jmp     0xffff:0

text:   db 13, 10, "Signalbox needs UEFI firmware, and this PC started it by its BIOS.", 13, 10
        db "Choose the stick's entry that begins with UEFI: in the boot menu, or switch", 13, 10
        db "the BIOS emulation (CSM, Legacy) off in the setup. A key starts again.", 13, 10, 0

        times 440 - ($ - $$) db 0 ; the boot code's room: the disk's signature and the partitions follow
