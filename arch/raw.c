// Reads registers as they are.

#include "kernel/diagnose/raw.h"
#include "arch/apic/apic.h"
#include "arch/apic/ioapic.h"
#include "arch/cpu_registers.h"
#include "arch/mmio.h"
#include "arch/paging/paging.h"

// `entries`: LVT entries the version register must name for it to exist (Intel SDM vol. 3, 11.5.1).
static const struct {
    const char *name;
    uint8_t number, count, entries;
} apic_list[] = {
    {"ID", APIC_ID, 1, 0},
    {"VERSION", APIC_VERSION, 1, 0},
    {"TPR", APIC_TPR, 1, 0},
    {"PPR", APIC_PPR, 1, 0},
    {"SVR", APIC_SVR, 1, 0},
    {"ISR", APIC_ISR, 8, 0},
    {"TMR", APIC_TMR, 8, 0},
    {"IRR", APIC_IRR, 8, 0},
    {"ESR", APIC_ESR, 1, 0},
    {"LVT_CMCI", APIC_LVT_CMCI, 1, 7},
    {"ICR", APIC_ICR, 1, 0},
    {"LVT_TIMER", APIC_LVT_TIMER, 1, 0},
    {"LVT_THERMAL", APIC_LVT_THERMAL, 1, 6},
    {"LVT_PERFORMANCE", APIC_LVT_PERFORMANCE, 1, 5},
    {"LVT_LINT0", APIC_LVT_LINT0, 1, 0},
    {"LVT_LINT1", APIC_LVT_LINT1, 1, 0},
    {"LVT_ERROR", APIC_LVT_ERROR, 1, 0},
    {"TIMER_INITIAL", APIC_TIMER_INITIAL, 1, 0},
    {"TIMER_CURRENT", APIC_TIMER_CURRENT, 1, 0},
    {"TIMER_DIVIDE", APIC_TIMER_DIVIDE, 1, 0},
};

void raw_cpuid_read(uint32_t leaf, uint32_t subleaf, struct raw_cpuid *registers)
{
    struct cpuid_registers found = cpuid_read(leaf, subleaf);

    *registers = (struct raw_cpuid){found.eax, found.ebx, found.ecx, found.edx};
}

bool raw_apic_read(uint32_t index, struct raw_apic_register *found)
{
    uint32_t entries = (uint32_t)FIELD_GET(APIC_VERSION_LVT, apic()->read(APIC_VERSION)) + 1;

    for (size_t i = 0; i < ARRAY_COUNT(apic_list); i++) {
        if (apic_list[i].entries > entries)
            continue;
        if (index < apic_list[i].count) {
            uint32_t number = apic_list[i].number + index;
            *found = (struct raw_apic_register){apic_list[i].name, number, apic()->read((enum apic_register)number)};
            return true;
        }
        index -= apic_list[i].count;
    }
    return false;
}

bool raw_ioapic_get(uint32_t index, struct raw_ioapic *found)
{
    struct ioapic_shape shape;

    if (!ioapic_get(index, &shape))
        return false;
    *found = (struct raw_ioapic){shape.id, shape.version, shape.gsi_base, shape.pin_count};
    return true;
}

uint64_t raw_ioapic_entry(uint32_t index, uint32_t pin)
{
    return ioapic_entry_read(index, pin);
}

enum result raw_memory_read(struct physical address, uint32_t *value)
{
    const void *pointer;
    enum result result = paging_map_firmware(address, sizeof(*value), &pointer);

    if (result == RESULT_OK)
        *value = *(const volatile uint32_t *)pointer;
    return result;
}

enum result raw_device_read(struct physical address, uint32_t *value)
{
    volatile void *pointer;
    enum result result = mmio_map(address, sizeof(*value), &pointer);

    if (result == RESULT_OK)
        *value = mmio_read32(pointer);
    return result;
}
