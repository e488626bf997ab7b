// Parsing of typed numbers: decimal, or hexadecimal with 0x.
#ifndef KERNEL_LIB_NUMBER_H
#define KERNEL_LIB_NUMBER_H

#include "kernel/lib/types.h"

// Reads the whole of `text`. False, *value unchanged: no digits, another character, or more than 64 bits.
MUST_USE bool number_parse(const char *text, uint64_t *value);

// The value of a hexadecimal digit of either case; -1 for any other character.
int number_digit(char character);

#endif
