; Reads a model-specific register that may not exist: #GP at raw_msr_try is answered by going on at raw_msr_failed.
bits 64

global raw_msr_read, raw_msr_try, raw_msr_failed

section .text.raw_msr progbits alloc exec nowrite align=16
; bool raw_msr_read(uint32_t number, uint64_t *value)
raw_msr_read:
        mov     ecx, edi
raw_msr_try:
        rdmsr
        mov     [rsi], eax
        mov     [rsi + 4], edx
        mov     eax, 1
        ret
raw_msr_failed:
        xor     eax, eax
        ret
