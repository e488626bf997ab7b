; The last instructions of the loader.

bits 64
default rel

section .text
global enter_jump

; void enter_jump(uint64_t root, uint64_t entry, struct handoff *handoff, uint64_t *entry_cycles), System V convention.
; Interrupts are off. This code stays mapped across the change of CR3: the firmware's half is the same in both. The
; stack is as after a call, so the entry may be plain code; a zero frame pointer ends backtraces.
enter_jump:
    mov r8, rdx
    rdtsc
    shl rdx, 32
    or rax, rdx
    mov [rcx], rax
    mov cr3, rdi
    mov rdi, r8
    xor ebp, ebp
    cld
    jmp rsi
