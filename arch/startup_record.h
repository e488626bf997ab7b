// The start-up data behind the real-mode code of ap_start.asm, which reads it; smp.c fills it.
#ifndef ARCH_STARTUP_RECORD_H
#define ARCH_STARTUP_RECORD_H

#include "kernel/lib/types.h"

struct startup_record {
    uint64_t gdt[3]; // null, 64-bit code at 0x08, data at 0x10
    struct {
        uint16_t limit;
        uint32_t base;
    } __attribute__((packed)) gdt_pointer; // as LGDT reads it in real mode
    struct {
        uint32_t offset;
        uint16_t selector;
    } __attribute__((packed)) long_jump; // as a far jump through memory reads it
    uint32_t cr0;
    uint32_t cr3;
    uint32_t cr4;
    uint32_t efer;
    uint64_t stack;
    uint64_t entry;
    uint64_t argument;
};

#endif
