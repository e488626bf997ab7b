// How far a typed word is from one that is meant.
#ifndef KERNEL_LIB_EDIT_DISTANCE_H
#define KERNEL_LIB_EDIT_DISTANCE_H

#include "kernel/lib/types.h"

enum { EDIT_DISTANCE_LENGTH = 32, EDIT_DISTANCE_FAR = 255 };

// The least number of single characters put in, left out, replaced, or exchanged with their neighbour that make one
// word of the other. EDIT_DISTANCE_FAR where one is longer than EDIT_DISTANCE_LENGTH. Pure.
uint32_t edit_distance(const char *left, const char *right);

#endif
