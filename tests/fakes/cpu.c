// A processor's registers, remembered and listed.

#include "tests/fakes/cpu.h"
#include "arch/apic/apic_registers.h"
#include "arch/paging/paging.h"
#include "tests/fakes/events.h"
#include "tests/fakes/mmio.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { STEP = 100, VECTORS_A_REGISTER = 32, IN_SERVICE_REGISTERS = 8, X2APIC_END = 0x840 };

struct fake_cpu fake_cpu;

static void in_service_end(void)
{
    for (int i = IN_SERVICE_REGISTERS - 1; i >= 0; i--) {
        uint32_t *bits = &fake_cpu.apic[APIC_ISR + i];
        if (!*bits)
            continue;
        *bits &= ~(UINT32_C(1) << (VECTORS_A_REGISTER - 1 - __builtin_clz(*bits)));
        return;
    }
}

static uint32_t apic_get(uint32_t number)
{
    assert_in_range(number, 0, FAKE_APIC_REGISTERS - 1);
    if (number == APIC_ICR && fake_cpu.pending_reads) {
        fake_cpu.pending_reads--;
        return APIC_ICR_PENDING;
    }
    return fake_cpu.apic[number];
}

static void apic_put(uint32_t number, uint32_t value)
{
    assert_in_range(number, 0, FAKE_APIC_REGISTERS - 1);
    if (number == APIC_EOI)
        in_service_end();
    fake_cpu.apic[number] = number == APIC_ESR ? fake_cpu.errors : value;
    if (number == APIC_ESR)
        fake_cpu.errors = 0;
}

static uint32_t page_read(uint64_t offset)
{
    assert_int_equal(offset % 16, 0);
    return apic_get((uint32_t)offset / 16);
}

static void page_write(uint64_t offset, uint32_t value)
{
    assert_int_equal(offset % 16, 0);
    apic_put((uint32_t)offset / 16, value);
}

void fake_cpu_reset(void)
{
    static const struct fake_window page = {ARCH_LOCAL_APIC_VIRTUAL, 0x1000, page_read, page_write};

    fake_cpu = (struct fake_cpu){.tsc_step = STEP};
    fake_mmio_reset();
    fake_mmio_window(&page);
    event_clear();
}

static struct fake_msr *msr_find(uint32_t number)
{
    for (uint32_t i = 0; i < fake_cpu.msr_count; i++)
        if (fake_cpu.msrs[i].number == number)
            return &fake_cpu.msrs[i];
    return NULL;
}

void fake_msr_set(uint32_t number, uint64_t value)
{
    struct fake_msr *msr = msr_find(number);

    if (!msr) {
        assert_true(fake_cpu.msr_count < FAKE_MSRS);
        msr = &fake_cpu.msrs[fake_cpu.msr_count++];
    }
    *msr = (struct fake_msr){number, value};
}

static bool is_x2apic(uint32_t number)
{
    return number >= MSR_X2APIC_BASE && number < X2APIC_END;
}

uint64_t msr_read(uint32_t number)
{
    uint64_t value = 0;

    if (is_x2apic(number)) {
        value = apic_get(number - MSR_X2APIC_BASE);
    } else {
        const struct fake_msr *msr = msr_find(number);
        if (!msr)
            fail_msg("MSR 0x%x does not exist here", number);
        value = msr->value;
    }
    event_add(EVENT_MSR_READ, number, value);
    return value;
}

void msr_write(uint32_t number, uint64_t value)
{
    event_add(EVENT_MSR_WRITE, number, value);
    if (is_x2apic(number))
        apic_put(number - MSR_X2APIC_BASE, (uint32_t)value);
    else
        fake_msr_set(number, value);
}

#define DEFINE_CONTROL(number)                         \
    uint64_t cr##number##_read(void)                   \
    {                                                  \
        return fake_cpu.cr##number;                    \
    }                                                  \
    void cr##number##_write(uint64_t value)            \
    {                                                  \
        event_add(EVENT_CONTROL_WRITE, number, value); \
        fake_cpu.cr##number = value;                   \
    }

DEFINE_CONTROL(0)
DEFINE_CONTROL(3)
DEFINE_CONTROL(4)
DEFINE_CONTROL(8)

uint64_t cr2_read(void)
{
    return fake_cpu.cr2;
}

struct cpuid_registers cpuid_read(uint32_t leaf, uint32_t subleaf)
{
    const struct cpuid_registers *leaves = leaf >> 31 ? fake_cpu.extended : fake_cpu.cpuid;

    assert_in_range(leaf & 0x7fffffff, 0, FAKE_CPUID_LEAVES - 1);
    return leaves[leaf & 0x7fffffff];
}

uint32_t cpuid_extended_features(void)
{
    return cpuid_read(CPUID_EXTENDED_FEATURES, 0).edx;
}

uint64_t tsc_read(void)
{
    return fake_cpu.tsc += fake_cpu.tsc_step;
}

uint64_t rflags_read(void)
{
    return fake_cpu.interrupts_on ? RFLAGS_IF : 0;
}

void cpu_cli(void)
{
    event_add(EVENT_INTERRUPTS_OFF, 0, 0);
    fake_cpu.interrupts_on = false;
}

void cpu_sti(void)
{
    event_add(EVENT_INTERRUPTS_ON, 0, 0);
    fake_cpu.interrupts_on = true;
}

void cpu_hlt(void)
{
    event_add(EVENT_HALT, 0, 0);
    if (fake_cpu.on_halt)
        fake_cpu.on_halt();
}

void cpu_sti_hlt(void)
{
    cpu_sti();
    cpu_hlt();
}

void cpu_fence(void)
{
    event_add(EVENT_FENCE, 0, 0);
}

void cpu_pause(void)
{
    if (fake_cpu.on_pause)
        fake_cpu.on_pause();
}

void tlb_invalidate(uint64_t address) {}

void segments_load(uint16_t code, uint16_t data)
{
    event_add(EVENT_SEGMENTS_LOAD, code, data);
}

void gdtr_write(const struct descriptor_pointer *pointer)
{
    event_add(EVENT_GDT_LOAD, pointer->base, pointer->limit);
}

void idtr_write(const struct descriptor_pointer *pointer)
{
    event_add(EVENT_IDT_LOAD, pointer->base, pointer->limit);
}

struct descriptor_pointer idtr_read(void)
{
    return (struct descriptor_pointer){0};
}

void task_register_write(uint16_t selector)
{
    event_add(EVENT_TASK_LOAD, 0, selector);
}

void cpu_breakpoint(void)
{
    event_add(EVENT_BREAKPOINT, 0, 0);
}

uint32_t processor_number(void)
{
    return fake_cpu.number;
}

void processor_waited_add(uint64_t cycles) {}

uint64_t processor_waited(void)
{
    return 0;
}

void processor_idle_since_set(uint64_t cycles) {}

uint64_t processor_idle_since(void)
{
    return 0;
}
