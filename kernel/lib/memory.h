// The byte and string routines of the C library that the compiler may call on its own: same names, same contracts.
#ifndef KERNEL_LIB_MEMORY_H
#define KERNEL_LIB_MEMORY_H

#include "kernel/lib/types.h"

void *memcpy(void *restrict to, const void *restrict from, size_t length);
void *memmove(void *to, const void *from, size_t length);
void *memset(void *to, int byte, size_t length);
int memcmp(const void *left, const void *right, size_t length);
size_t strlen(const char *text);
int strcmp(const char *left, const char *right);
int strncmp(const char *left, const char *right, size_t length);

#endif
