; One call into the firmware: its page tables, its calling convention, a stack that both address spaces map.
bits 64

FIRMWARE_STACK_SIZE equ 32 * 1024           ; UEFI 2.10, 2.3.4: run-time services need 4 KiB
CR0_WP              equ 16
SHADOW_SPACE        equ 32                  ; the Microsoft convention's room for four register arguments

global firmware_call

section .bss align=16
firmware_stack:
        resb FIRMWARE_STACK_SIZE
firmware_stack_top:

; rdi: CR3 of the firmware, rsi: service, rdx: four arguments
section .text.firmware_call progbits alloc exec nowrite align=16
firmware_call:
        push    rbp
        mov     rbp, rsp
        push    rbx
        push    r12
        push    r13
        pushfq
        cli
        mov     rbx, cr3                    ; callee-saved in that convention too: rbx, rbp, r12 to r15
        mov     r12, cr0
        mov     r13, rsp
        mov     rax, rsi
        mov     rcx, [rdx]                  ; read before CR3 changes: the arguments are not mapped after
        mov     r8, [rdx + 16]
        mov     r9, [rdx + 24]
        mov     rdx, [rdx + 8]

        lea     rsp, [rel firmware_stack_top]
        mov     cr3, rdi
        mov     rsi, r12                    ; firmware may write where its tables say read-only
        btr     rsi, CR0_WP
        mov     cr0, rsi
        cld
        sub     rsp, SHADOW_SPACE
        call    rax

        mov     cr0, r12
        mov     cr3, rbx                    ; before rsp: the old stack is mapped here only
        mov     rsp, r13
        popfq
        pop     r13
        pop     r12
        pop     rbx
        pop     rbp
        ret
