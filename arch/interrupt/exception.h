// The processor's own exceptions, vectors 0 to 31 (Intel SDM vol. 3, chapter 6): described, then panic.
#ifndef ARCH_INTERRUPT_EXCEPTION_H
#define ARCH_INTERRUPT_EXCEPTION_H

#include "kernel/lib/types.h"

enum {
    EXCEPTION_NMI = 2,
    EXCEPTION_DOUBLE_FAULT = 8,
    EXCEPTION_GENERAL_PROTECTION = 13,
    EXCEPTION_PAGE_FAULT = 14,
    EXCEPTION_MACHINE_CHECK = 18,
    EXCEPTION_COUNT = 32
};

// What exception_stubs.asm leaves on the stack, from its lowest address up.
struct exception_frame {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
    uint64_t rbp, rdi, rsi, rdx, rcx, rbx, rax;
    uint64_t vector;
    uint64_t error_code; // 0 for exceptions without one
    uint64_t rip, cs, rflags, rsp, ss;
};
_Static_assert(offsetof(struct exception_frame, rax) == 14 * 8, "order of the pushes");
_Static_assert(offsetof(struct exception_frame, vector) == 15 * 8, "pushed by the stub");
_Static_assert(offsetof(struct exception_frame, rip) == 17 * 8, "pushed by the processor");
_Static_assert(sizeof(struct exception_frame) % 16 == 0, "the stub calls with an aligned stack");

// Where IDT entry `vector` points.
extern const uint64_t exception_stub_table[EXCEPTION_COUNT];

// The interrupt stack (GDT_IST_...) that IDT entry `vector` names.
uint32_t exception_ist_of(uint32_t vector);

// The vectors whose exceptions push an error code: Intel SDM vol. 3, table 6-1; AMD vol. 2, 8.2.
#define EXCEPTION_WITH_ERROR_CODE (BIT(8) | BITS(14, 10) | BIT(17) | BIT(21) | BITS(30, 29))

// Called by the stubs. Comes back only from an NMI that has a handler, and from a message that named this vector: then
// true when the frame lacks the error code the stub expects.
bool exception_handle(struct exception_frame *frame);

// From now on NMIs go to `handler`, on the CPU that took one, on the NMI stack; NULL makes them fatal again.
void exception_nmi_attach(void (*handler)(struct exception_frame *frame));

// The frame of this processor's fatal exception, NULL without one. Any IRQL.
const struct exception_frame *exception_fatal_frame(void);

#endif
