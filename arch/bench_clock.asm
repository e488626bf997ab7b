; The benchmark's clock readings: around a doorbell's store, in a service routine, and after the interrupt.

%include "offsets.inc"

bits 64
default rel

; One reading. Keeps eax; costs the same everywhere (measured by bench_host_measure()); all earlier instructions have completed when
; the clock is read.
%macro CLOCK 1
    mov r8d, eax
    lfence
    rdtsc
    mov [%1], eax
    mov [%1 + 4], edx
    mov eax, r8d
%endmacro

section .bss align=64
global bench_start, bench_entered, bench_left, bench_end, bench_original
bench_start:    resq 1
bench_entered:  resq 1
bench_left:     resq 1
bench_end:      resq 1
bench_original: resq 1 ; the object whose routine is the body

section .text
global bench_nothing, bench_nops_100, bench_nops_10000, bench_ring, bench_routine, bench_bare_xapic, bench_bare_x2apic

%macro NOPS 2 ; name, count
bench_%1:
    CLOCK bench_start
    times %2 nop
    CLOCK bench_end
    ret
%endmacro

NOPS nothing, 0
NOPS nops_100, 100
NOPS nops_10000, 10000

; rdi: doorbell, esi: value, rdx: looks at most. Answers the looks that were left, 0 when no message came. An interrupt taken right
; after the store: the first reading is the end. A later interrupt: the reading after the interrupted look is the end, so the end
; never precedes the routine's last reading.
bench_ring:
    mov rcx, rdx
    CLOCK bench_start
    mov [rdi], esi
.look:
    CLOCK bench_end
    mov rax, [bench_left]
    test rax, rax
    jz .again
    cmp rax, [bench_end]
    jbe .done
.again:
    dec rcx
    jnz .look
.done:
    mov rax, rcx
    ret

; Replaces a driver's service routine and calls it.
bench_routine:
    CLOCK bench_entered
    sub rsp, 8
    mov rdi, [bench_original]
    call [rdi + INTERRUPT_ROUTINE]
    add rsp, 8
    CLOCK bench_left
    ret

; The shortest stub: no slot, no count, one fixed routine, interrupts off throughout.
%macro BARE 1 ; mode
align 64
bench_bare_%1:
    push rax
    push rcx
    push rdx
    push rsi
    push rdi
    push r8
    push r9
    push r10
    push r11
    call bench_routine
%ifidn %1, xapic
    mov dword [abs LOCAL_APIC_EOI], 0
%else
    mov ecx, X2APIC_EOI
    xor eax, eax
    xor edx, edx
    wrmsr
%endif
    pop r11
    pop r10
    pop r9
    pop r8
    pop rdi
    pop rsi
    pop rdx
    pop rcx
    pop rax
    iretq
%endmacro

BARE xapic
BARE x2apic
