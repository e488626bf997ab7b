; The stubs of vectors 0 to 31: each leaves the same frame (struct exception_frame) on the stack. A message with such a vector
; pushes no error code; in a stub that expects one, each frame word from the error code on then holds the value of the word above
; it.
%include "offsets.inc"

bits 64

%assign EXCEPTION_COUNT 32

extern exception_handle
global exception_stub_table

section .text.exception_stubs progbits alloc exec nowrite align=16
%assign vector 0
%rep EXCEPTION_COUNT
        align 16
exception_stub_%+vector:
%if ((EXCEPTION_WITH_ERROR_CODE >> vector) & 1) == 0
        push    qword 0
%endif
        push    qword vector
        jmp     exception_common
%assign vector vector + 1
%endrep

        align 16
exception_common:
        push    rax
        push    rbx
        push    rcx
        push    rdx
        push    rsi
        push    rdi
        push    rbp
        push    r8
        push    r9
        push    r10
        push    r11
        push    r12
        push    r13
        push    r14
        push    r15
        cld
        mov     rdi, rsp                    ; aligned: the processor aligned it, 22 quadwords were pushed since
        mov     rbx, rsp
        and     rsp, -16                    ; 21 for a message in a stub that expects an error code
        call    exception_handle
        mov     rsp, rbx
        test    al, al                      ; the pops leave the flags alone
        pop     r15
        pop     r14
        pop     r13
        pop     r12
        pop     r11
        pop     r10
        pop     r9
        pop     r8
        pop     rbp
        pop     rdi
        pop     rsi
        pop     rdx
        pop     rcx
        pop     rbx
        pop     rax
        jnz     .no_error_code
        add     rsp, 16                     ; vector and error code
        iretq
.no_error_code:
        add     rsp, 8
        iretq

section .rodata.exception_stub_table progbits alloc noexec nowrite align=8
exception_stub_table:
%assign vector 0
%rep EXCEPTION_COUNT
        dq      exception_stub_%+vector
%assign vector vector + 1
%endrep
