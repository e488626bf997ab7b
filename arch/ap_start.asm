; A processor's first instructions: copied to a page below 1 MiB, entered in real mode with CS = page / 16 by a start-up command,
; left in 64-bit mode in the kernel. Uses nothing but the record behind it in the same page.

%include "offsets.inc"

section .rodata
global ap_start_begin, ap_start_long, ap_start_record, ap_start_end

%define RECORD(field) (ap_start_record - ap_start_begin + STARTUP_ %+ field)

align 16
ap_start_begin:
bits 16
    cli
    cld
    mov ax, cs
    mov ds, ax
    mov eax, [RECORD(CR4)]       ; physical address extension first: paging cannot be 64-bit without it
    mov cr4, eax
    mov eax, [RECORD(CR3)]
    mov cr3, eax
    mov ecx, 0xc0000080          ; IA32_EFER
    mov eax, [RECORD(EFER)]
    xor edx, edx
    wrmsr
    o32 lgdt [RECORD(GDT_POINTER)]
    mov eax, [RECORD(CR0)]       ; protection and paging together: real mode to 64-bit mode in one step
    mov cr0, eax
    jmp far dword [RECORD(LONG_JUMP)]

bits 64
ap_start_long:
    mov ax, 0x10
    mov ds, ax
    mov es, ax
    mov ss, ax
    xor ebp, ebp
    mov rsp, [rel ap_start_record + STARTUP_STACK]
    mov rdi, [rel ap_start_record + STARTUP_ARGUMENT]
    mov rax, [rel ap_start_record + STARTUP_ENTRY]
    call rax                     ; never returns; a call leaves the stack as a C function expects it
    ud2

align 16
ap_start_record:
    times STARTUP_RECORD_SIZE db 0
ap_start_end:
