// Interrupts that nobody owned: each (CPU, vector) they came on, how often, and what they probably were.
#ifndef KERNEL_DIAGNOSE_UNKNOWN_H
#define KERNEL_DIAGNOSE_UNKNOWN_H

#include "kernel/lib/types.h"

enum unknown_class {
    UNKNOWN_HELD,     // requested at the local APIC and not taken: its vector is one of the processor's exceptions
    UNKNOWN_STALE,    // an entry of a device still sends there, against its record
    UNKNOWN_FIRMWARE, // what the firmware had left pending, in service or wired to that vector
    UNKNOWN_LEGACY,   // the row of the 8259 pair, which is masked
    UNKNOWN_LATE,     // the vector was somebody's before
    UNKNOWN_FOREIGN,  // nothing known sends there: a forged message, or a device this kernel does not see
    UNKNOWN_CLASS_COUNT
};

enum { UNKNOWN_DETAIL = 80 };

struct unknown {
    uint32_t cpu;
    uint32_t vector;
    uint64_t count;
    uint64_t first; // nanoseconds since the kernel was entered
    uint64_t last;
    enum unknown_class class;    // what it probably was: the first class of the list that fits
    char detail[UNKNOWN_DETAIL]; // the evidence in words
};

// Keeps one arrival. From the interrupt itself, any CPU; costs a short search. True for the first of its CPU and
// vector. The class is decided at once, by a deferred call on the boot CPU that reads every message's entry, and stays
// whatever becomes of the evidence; another arrival a tenth of a second later or more decides it anew.
bool unknown_note(uint32_t cpu, uint32_t vector);

// The kept ones, in order of their first arrival; arrivals that found no room are only counted. Any CPU, but for
// unknown_get(): boot CPU, PASSIVE.
uint32_t unknown_total(void);
struct unknown unknown_get(uint32_t index);
uint64_t unknown_dropped(void);

// The messages with vectors of the processor's exceptions that wait at a CPU's local APIC, one bit a vector; those with
// the same vector are one there. 0 for a CPU that does not answer. PASSIVE, boot CPU.
uint32_t unknown_held(uint32_t cpu);
struct unknown unknown_held_get(uint32_t cpu, uint32_t vector);

const char *unknown_class_name(enum unknown_class class); // "held", "stale", "firmware", "legacy", "late", "foreign"

#endif
