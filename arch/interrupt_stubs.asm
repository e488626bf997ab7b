; The hot path. One stub a vector: save, find the slot, count, call the service routine, end of interrupt, restore.
;
; Interrupts are on while the routine runs: the local APIC holds off this vector's level and those below until the end of interrupt,
; so only a higher level nests. They go off again before the end of interrupt, or a device that never rests could nest on its own
; level for as long as the stack lasts.

%include "offsets.inc"

bits 64
default abs

%define STUB_FIRST 32
%define STUB_COUNT (256 - STUB_FIRST)
%define STUB_SIZE 64 ; one cache line

; The nine registers a C function may change. With the processor's own five that makes 14 words: the stack is aligned to 16
; at the call.
%macro SAVE 0
    push rax
    push rcx
    push rdx
    push rsi
    push rdi
    push r8
    push r9
    push r10
    push r11
%endmacro

%macro RESTORE 0
    pop r11
    pop r10
    pop r9
    pop r8
    pop rdi
    pop rsi
    pop rdx
    pop rcx
    pop rax
%endmacro

%macro END_OF_INTERRUPT_xapic 0
    mov dword [LOCAL_APIC_EOI], 0
%endmacro

%macro END_OF_INTERRUPT_x2apic 0
    mov ecx, X2APIC_EOI
    xor eax, eax
    xor edx, edx
    wrmsr
%endmacro

%macro STUB 2 ; mode, vector
interrupt_stub_%1_%2:
    SAVE
    mov rdi, [gs:PROCESSOR_SLOTS + %2 * SLOT_SIZE + SLOT_OBJECT]
    inc qword [gs:PROCESSOR_SLOTS + %2 * SLOT_SIZE + SLOT_COUNT]
    sti
    call [rdi + INTERRUPT_ROUTINE]
    cli
    END_OF_INTERRUPT_%1
    RESTORE
    iretq
    times STUB_SIZE - ($ - interrupt_stub_%1_%2) int3 ; a stub that outgrows its cache line does not assemble
%endmacro

%macro STUBS 1 ; mode
section .text
align STUB_SIZE
%assign vector STUB_FIRST
%rep STUB_COUNT
    STUB %1, %[vector]
    %assign vector vector + 1
%endrep

section .rodata
align 8
global interrupt_stub_table_%1
interrupt_stub_table_%1:
%assign vector STUB_FIRST
%rep STUB_COUNT
    dq interrupt_stub_%1_%[vector]
    %assign vector vector + 1
%endrep
%endmacro

STUBS xapic
STUBS x2apic

section .text
align STUB_SIZE
global interrupt_stub_spurious
interrupt_stub_spurious:
    inc qword [gs:PROCESSOR_SLOTS + SPURIOUS_VECTOR * SLOT_SIZE + SLOT_COUNT]
    iretq
