// Exceptions in words. Pure.
#ifndef ARCH_INTERRUPT_EXCEPTION_TEXT_H
#define ARCH_INTERRUPT_EXCEPTION_TEXT_H

#include "arch/interrupt/exception.h"

// "#PF page fault"; vectors the manuals keep for themselves are "reserved exception".
const char *exception_name(uint64_t vector);

// One line without its newline: name, place, and the error code taken apart; `fault_address` is CR2. Answers the
// length that was wanted, as snprintf does.
size_t exception_describe(const struct exception_frame *frame, uint64_t fault_address, char *text, size_t capacity);

#endif
