; What shim and Secure Boot's revocations know this program by: a table of its own, one line a component (shim's
; SBAT.md). The second number is the generation: it grows when a fault is mended that let others past Secure Boot.

        section .sbat progbits alloc noexec nowrite align=4096

        db "sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md", 10
        db "signalbox,1,Signalbox,signalbox,", VERSION, ",README.TXT", 10
