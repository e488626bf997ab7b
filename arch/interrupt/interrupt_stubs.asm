; The hot path. One stub a vector: save, find the slot, count, call the service routine, end of interrupt, restore. Another set of
; stubs records entry and exit as well; the loaded IDT selects the set, so no stub tests whether tracing is on.
;
; Interrupts are on while the routine runs: the local APIC holds off this vector's level and those below until the end of interrupt,
; so only a higher level nests. They go off again before the end of interrupt, or else a repeating device could nest on its own
; level until the stack overflows.

%include "offsets.inc"

bits 64
default abs

extern arrival_checked

%define STUB_FIRST 32
%define STUB_COUNT (256 - STUB_FIRST)
%define STUB_SIZE 64 ; one cache line

%define TRACED_STUB_SIZE 16
%define LEGACY_COUNT 16
%define LEGACY_STUB_SIZE 16

; The nine registers a C function may change; the stub itself pushes the first, rax. With the processor's own five that makes 14
; words: the stack is aligned to 16 at the call.
%macro SAVE_REST 0
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

; rcx: the place of the next record in this processor's ring. One instruction takes it, so an NMI that records as well gets another.
%macro RECORD_PLACE 0
    mov ecx, TRACE_RECORD_SIZE
    xadd [gs:PROCESSOR_TRACE + TRACE_RING_POSITION], rcx
    and rcx, [gs:PROCESSOR_TRACE + TRACE_RING_MASK]
    add rcx, [gs:PROCESSOR_TRACE + TRACE_RING_RECORDS]
%endmacro

; The time into the record at rcx. Changes rax and rdx.
%macro RECORD_TIME 0
    rdtsc
    mov [rcx + TRACE_RECORD_CYCLES], eax
    mov [rcx + TRACE_RECORD_CYCLES + 4], edx
%endmacro

%macro RECORD_ENTRY_plain 0
%endmacro

%macro RECORD_EXIT_plain 0
%endmacro

; eax holds the slot's offset, which is the kind "entry" as well: kinds stand in the high byte, and this one is 0.
%macro RECORD_ENTRY_traced 0
    RECORD_PLACE
    mov [rcx + TRACE_RECORD_WORD], eax
    mov eax, [rdi + INTERRUPT_NUMBER]
    mov [rcx + TRACE_RECORD_NUMBER], eax
    RECORD_TIME
%endmacro

; al holds the routine's answer. The exit record names no slot: it belongs to the last entry without an exit.
%macro RECORD_EXIT_traced 0
    RECORD_PLACE
    mov [rcx + TRACE_RECORD_NUMBER], eax
    mov dword [rcx + TRACE_RECORD_WORD], TRACE_EXIT << TRACE_KIND_SHIFT
    RECORD_TIME
%endmacro

; All but the first push. The slot stands at `gs:slot`.
%macro INTERRUPT 3 ; mode, plain or traced, slot
    SAVE_REST
    mov rdi, [gs:%3 + SLOT_OBJECT]
    inc qword [gs:%3 + SLOT_COUNT]
    RECORD_ENTRY_%2
    sti
    call [rdi + INTERRUPT_ROUTINE]
    cli
    RECORD_EXIT_%2
    END_OF_INTERRUPT_%1
    RESTORE
    iretq
%endmacro

%macro STUB 2 ; mode, vector
interrupt_stub_%1_%2:
    push rax
    INTERRUPT %1, plain, PROCESSOR_SLOTS + %2 * SLOT_SIZE
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

; A jump to shared code costs time but makes 224 stubs take 4 KiB instead of 28, without a symbol each.
%macro TRACED_STUBS 1 ; mode
section .text
align STUB_SIZE
interrupt_traced_%1:
    INTERRUPT %1, traced, rax + PROCESSOR_SLOTS

align STUB_SIZE
global interrupt_traced_stubs_%1
interrupt_traced_stubs_%1:
%assign vector STUB_FIRST
%rep STUB_COUNT
    push rax
    mov eax, vector * SLOT_SIZE
    jmp near interrupt_traced_%1
    times (vector - STUB_FIRST + 1) * TRACED_STUB_SIZE - ($ - interrupt_traced_stubs_%1) int3
    %assign vector vector + 1
%endrep
%endmacro

STUBS xapic
STUBS x2apic
TRACED_STUBS xapic
TRACED_STUBS x2apic

; These vectors may arrive without being in service: arrival.c checks before it sends an end of interrupt. Rare, so both IDTs lead
; here and C does the rest.
%macro CHECKED_STUB 1 ; vector
    push rax
    mov eax, %1
    jmp near interrupt_checked
%endmacro

section .text
align STUB_SIZE
interrupt_checked:
    SAVE_REST
    mov edi, eax
    call arrival_checked
    RESTORE
    iretq

align STUB_SIZE
global interrupt_stub_spurious
interrupt_stub_spurious:
    CHECKED_STUB SPURIOUS_VECTOR

align STUB_SIZE
global interrupt_stubs_legacy
interrupt_stubs_legacy:
%assign vector 0
%rep LEGACY_COUNT
    CHECKED_STUB LEGACY_VECTOR + vector
    %assign vector vector + 1
    times vector * LEGACY_STUB_SIZE - ($ - interrupt_stubs_legacy) int3
%endrep
