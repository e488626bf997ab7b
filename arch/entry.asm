; Where the loader jumps in, and the change of stacks.
bits 64

BOOT_STACK_SIZE equ 32 * 1024

extern kernel_main
extern stack_guard_initialise
global kernel_entry
global stack_switch

section .bss align=16
boot_stack:
        resb BOOT_STACK_SIZE
boot_stack_top:

; rdi: struct handoff, identity mapped. Interrupts are off, .bss is zero.
section .text.entry progbits alloc exec nowrite align=16
kernel_entry:
        cld
        lea     rsp, [rel boot_stack_top]
        xor     ebp, ebp                    ; ends the chain of frames
        mov     rbx, rdi
        call    stack_guard_initialise      ; before the first function that is guarded
        mov     rdi, rbx
        call    kernel_main
        ud2

; rdi: end of the new stack, rsi: function, rdx: its argument
section .text.stack_switch progbits alloc exec nowrite align=16
stack_switch:
        mov     rsp, rdi
        xor     ebp, ebp
        mov     rdi, rdx
        call    rsi
        ud2
