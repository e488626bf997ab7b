; The way into the kernel without UEFI: QEMU's multiboot option ROM enters here with the image in place (direct.py).
;
; All that could be computed beforehand is in the image: page tables, the kernel's segments, the handoff record. What
; only the running machine knows is filled in here: where its ACPI tables are, and when the kernel was entered.
; Defined by the caller: BASE, ROOT, STACK_TOP, HANDOFF (physical), HANDOFF_RSDP, HANDOFF_ENTRY_CYCLES (offsets), ENTRY (virtual).

MULTIBOOT_MAGIC  equ 0x1badb002
MULTIBOOT_PLACES equ 1 << 16            ; the places below count, there is no ELF header
RSDP_FIRST       equ 0xe0000            ; ACPI 6.5, 5.2.5.1: on 16-byte boundaries of the BIOS' memory
RSDP_END         equ 0x100000
CR0_PROTECTION   equ 1
CR0_PAGING       equ 1 << 31
CR4_PAE          equ 1 << 5
MSR_EFER         equ 0xc0000080
EFER_LONG_MODE   equ 1 << 8
EFER_NO_EXECUTE  equ 1 << 11

org BASE
bits 32
header:
        dd      MULTIBOOT_MAGIC, MULTIBOOT_PLACES, -(MULTIBOOT_MAGIC + MULTIBOOT_PLACES)
        dd      header, header, 0, 0, start ; all of the file, nothing behind it

start:
        cli
        cld
        mov     edi, RSDP_FIRST
.look:
        cmp     dword [edi], 'RSD '
        jne     .next
        cmp     dword [edi + 4], 'PTR '
        je      .found
.next:
        add     edi, 16
        cmp     edi, RSDP_END
        jb      .look
        xor     edi, edi                ; the record says that there is none
.found:
        mov     [HANDOFF + HANDOFF_RSDP], edi

        mov     eax, cr4
        or      eax, CR4_PAE
        mov     cr4, eax
        mov     ecx, MSR_EFER
        rdmsr
        or      eax, EFER_LONG_MODE | EFER_NO_EXECUTE
        wrmsr
        mov     eax, ROOT
        mov     cr3, eax
        mov     eax, cr0
        or      eax, CR0_PROTECTION | CR0_PAGING
        mov     cr0, eax
        lgdt    [gdt_pointer]
        jmp     8:long_mode

bits 64
long_mode:
        mov     eax, 16
        mov     ds, eax
        mov     es, eax
        mov     ss, eax
        mov     rsp, STACK_TOP
        xor     ebp, ebp
        mov     edi, HANDOFF
        mov     rsi, ENTRY
        rdtsc
        shl     rdx, 32
        or      rax, rdx
        mov     [rdi + HANDOFF_ENTRY_CYCLES], rax
        call    rsi
        ud2

align 8
gdt:
        dq      0, 0x00af9a000000ffff, 0x00cf92000000ffff ; none, code of 64 bits, data
gdt_pointer:
        dw      gdt_pointer - gdt - 1
        dd      gdt
