// Interrupts without an owner: each (CPU, vector) they came on, how often, and their probable cause.
#ifndef KERNEL_DIAGNOSE_UNKNOWN_H
#define KERNEL_DIAGNOSE_UNKNOWN_H

#include "kernel/lib/types.h"

enum unknown_class {
    UNKNOWN_HELD,     // requested at the local APIC and never taken: the vector belongs to a processor exception
    UNKNOWN_STALE,    // an entry of a device still sends there, against its record
    UNKNOWN_FIRMWARE, // left by the firmware: pending, in service, or a pin wired to that vector
    UNKNOWN_LEGACY,   // a row of the 8259 pair, which is masked
    UNKNOWN_LATE,     // the vector had an owner before
    UNKNOWN_FOREIGN,  // no known source: a forged message, or a device this kernel does not see
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

// Records one arrival. Called from the interrupt itself, any CPU; costs a short search. True for the first arrival of
// its CPU and vector. The class is decided by a deferred call on the boot CPU that reads every message's entry, and is
// kept when the evidence goes; an arrival at least 100 ms later decides it again.
bool unknown_note(uint32_t cpu, uint32_t vector);

// The recorded ones, in order of first arrival; arrivals beyond the capacity are only counted. Any CPU; unknown_get():
// boot CPU, PASSIVE.
uint32_t unknown_total(void);
struct unknown unknown_get(uint32_t index);
uint64_t unknown_dropped(void);

// Messages pending at a CPU's local APIC on vectors of processor exceptions, one bit a vector; several on one vector
// set one bit. 0 for a CPU that does not answer. PASSIVE, boot CPU.
uint32_t unknown_held(uint32_t cpu);
struct unknown unknown_held_get(uint32_t cpu, uint32_t vector);

const char *unknown_class_name(enum unknown_class class); // "held", "stale", "firmware", "legacy", "late", "foreign"

#endif
