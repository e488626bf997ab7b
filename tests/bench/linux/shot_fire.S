// The instructions that are timed, and nothing between them that the compiler could add to.
// SPDX-License-Identifier: MIT OR GPL-2.0-only
#include "shot.h"
#include <linux/linkage.h>
#include <linux/objtool.h>

.macro READING where
    rdtsc
    movl %eax, \where(%r8)
    movl %edx, \where + 4(%r8)
.endm

    .text

// rdi: doorbell, esi: value, rdx: shot. The interrupt comes between the store and the instruction after it.
SYM_FUNC_START(shot_fire)
    movq %rdx, %r8
    READING SHOT_FIRED
    movl %esi, (%rdi)
    READING SHOT_RETURNED
    RET
SYM_FUNC_END(shot_fire)

// edi: interrupt, rsi: shot. No ENDBR and no prologue: the first reading is the handler's first instruction.
SYM_START(shot_handler, SYM_L_GLOBAL, SYM_A_ALIGN)
    ANNOTATE_NOENDBR
    rdtsc
    movl %eax, SHOT_ENTERED(%rsi)
    movl %edx, SHOT_ENTERED + 4(%rsi)
    rdtsc
    movl %eax, SHOT_LEFT(%rsi)
    movl %edx, SHOT_LEFT + 4(%rsi)
    movl $1, %eax // IRQ_HANDLED
    RET
SYM_FUNC_END(shot_handler)

// Answers what two readings around so many nops differ by.
.macro NOPS name, count
SYM_FUNC_START(\name)
    subq $16, %rsp
    movq %rsp, %r8
    READING 0
    .rept \count
    nop
    .endr
    READING 8
    movq 8(%r8), %rax
    subq 0(%r8), %rax
    addq $16, %rsp
    RET
SYM_FUNC_END(\name)
.endm

    NOPS shot_nops_0, 0
    NOPS shot_nops_100, 100
