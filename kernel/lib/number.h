// Numbers as people type them: decimal, or hexadecimal behind 0x.
#ifndef KERNEL_LIB_NUMBER_H
#define KERNEL_LIB_NUMBER_H

#include "kernel/lib/types.h"

// Reads the whole of `text`. False, and *value as it was, for no digits, a foreign character or more than 64 bits.
MUST_USE bool number_parse(const char *text, uint64_t *value);

// The value of a hexadecimal digit of either case; -1 for any other character.
int number_digit(char character);

#endif
