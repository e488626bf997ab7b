// Takes the place of arch/cpu_registers.h, so that every access to a processor's registers is listed in
// tests/fakes/events.h. A test includes this first and then the .c file it tests. The local APIC answers in both modes:
// as MSRs, and to 32-bit accesses to its page by tests/fakes/mmio.h.
#ifndef TESTS_FAKES_CPU_H
#define TESTS_FAKES_CPU_H

#define ARCH_CPU_REGISTERS_H  // the real ones stay out
#define ARCH_PROCESSOR_SELF_H //

#include "arch/cpu_bits.h"

enum { FAKE_APIC_REGISTERS = 0x40, FAKE_CPUID_LEAVES = 0x20, FAKE_MSRS = 16 };

struct fake_cpu {
    uint32_t apic[FAKE_APIC_REGISTERS]; // by register number; an end of interrupt clears the highest bit in service
    uint32_t errors;                    // what the error register shows after the next write to it
    uint32_t pending_reads;             // reads of the command register that find the last command still there
    struct cpuid_registers cpuid[FAKE_CPUID_LEAVES];
    struct cpuid_registers extended[FAKE_CPUID_LEAVES]; // from 0x80000000 on
    struct fake_msr {
        uint32_t number;
        uint64_t value;
    } msrs[FAKE_MSRS];
    uint32_t msr_count;
    uint64_t cr0, cr2, cr3, cr4, cr8;
    bool interrupts_on;
    uint32_t number;
    uint64_t tsc, tsc_step; // what each reading adds
    void (*on_pause)(void);
    void (*on_halt)(void);
};
extern struct fake_cpu fake_cpu;

// All zero but for the clock's step, the events and device memory forgotten.
void fake_cpu_reset(void);
void fake_msr_set(uint32_t number, uint64_t value); // one that is read and was not set fails the test

uint32_t processor_number(void); // fake_cpu.number
void processor_waited_add(uint64_t cycles);
uint64_t processor_waited(void);
void processor_idle_since_set(uint64_t cycles);
uint64_t processor_idle_since(void);

uint64_t cr0_read(void);
void cr0_write(uint64_t value);
uint64_t cr2_read(void);
uint64_t cr3_read(void);
void cr3_write(uint64_t value);
uint64_t cr4_read(void);
void cr4_write(uint64_t value);
uint64_t cr8_read(void);
void cr8_write(uint64_t value);
uint64_t msr_read(uint32_t number);
void msr_write(uint32_t number, uint64_t value);
struct cpuid_registers cpuid_read(uint32_t leaf, uint32_t subleaf);
uint32_t cpuid_extended_features(void);
uint64_t tsc_read(void);
uint64_t rflags_read(void);
void cpu_cli(void);
void cpu_sti(void);
void cpu_hlt(void);
void cpu_sti_hlt(void);
void cpu_fence(void);
void cpu_pause(void);
void tlb_invalidate(uint64_t address);
void segments_load(uint16_t code, uint16_t data);
void gdtr_write(const struct descriptor_pointer *pointer);
void idtr_write(const struct descriptor_pointer *pointer);
struct descriptor_pointer idtr_read(void);
void task_register_write(uint16_t selector);
void cpu_breakpoint(void);

#endif
