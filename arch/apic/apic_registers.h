// The local APIC's registers by their x2APIC numbers (Intel SDM vol. 3, table 11-6): MSR 0x800 + n in x2APIC mode, byte
// offset n * 16 in xAPIC mode.
#ifndef ARCH_APIC_APIC_REGISTERS_H
#define ARCH_APIC_APIC_REGISTERS_H

#include "kernel/lib/types.h"

enum apic_register {
    APIC_ID = 0x02,
    APIC_VERSION = 0x03,
    APIC_TPR = 0x08,
    APIC_PPR = 0x0a,
    APIC_EOI = 0x0b,
    APIC_SVR = 0x0f,
    APIC_ISR = 0x10, // eight registers of 32 vectors, read only
    APIC_TMR = 0x18,
    APIC_IRR = 0x20,
    APIC_ESR = 0x28,
    APIC_LVT_CMCI = 0x2f,
    APIC_ICR = 0x30,
    APIC_ICR_HIGH = 0x31, // xAPIC only
    APIC_LVT_TIMER = 0x32,
    APIC_LVT_THERMAL = 0x33,
    APIC_LVT_PERFORMANCE = 0x34,
    APIC_LVT_LINT0 = 0x35,
    APIC_LVT_LINT1 = 0x36,
    APIC_LVT_ERROR = 0x37,
    APIC_TIMER_INITIAL = 0x38,
    APIC_TIMER_CURRENT = 0x39,
    APIC_TIMER_DIVIDE = 0x3e,
};

#define MSR_X2APIC_BASE       UINT32_C(0x800)
#define MSR_TSC_DEADLINE      UINT32_C(0x6e0)
#define MSR_APIC_BASE         UINT32_C(0x1b)
#define MSR_APIC_BASE_BSP     BIT(8)
#define MSR_APIC_BASE_EXTD    BIT(10) // x2APIC mode
#define MSR_APIC_BASE_ENABLE  BIT(11)
#define MSR_APIC_BASE_ADDRESS BITS(51, 12)

#define MSR_ARCH_CAPABILITIES               UINT32_C(0x10a)
#define MSR_ARCH_CAPABILITIES_XAPIC_DISABLE BIT(21) // the next register exists
#define MSR_XAPIC_DISABLE_STATUS            UINT32_C(0xbd)
#define MSR_XAPIC_DISABLE_STATUS_LOCKED     BIT(0) // x2APIC mode cannot be left

// CR8 and the task priority at PASSIVE: class 1, which no kernel vector has. Classes 0 and 1 are the processor's own
// exceptions: a message with one of their vectors stays in the IRR and is never delivered as an exception.
#define APIC_CLASS_PASSIVE UINT32_C(1)
#define APIC_TPR_CLASS     BITS(7, 4)

#define APIC_SVR_ENABLE             BIT(8)
#define APIC_VERSION_LVT            BITS(23, 16) // number of LVT entries - 1
#define APIC_LVT_MASKED             BIT(16)
#define APIC_LVT_DELIVERY           BITS(10, 8)
#define APIC_LVT_DELIVERY_SMI       FIELD_PUT(APIC_LVT_DELIVERY, 2)
#define APIC_LVT_DELIVERY_NMI       FIELD_PUT(APIC_LVT_DELIVERY, 4)
#define APIC_LVT_ACTIVE_LOW         BIT(13)
#define APIC_LVT_TIMER_TSC_DEADLINE FIELD_PUT(BITS(18, 17), 2)
#define APIC_TIMER_DIVIDE_BY_1      UINT32_C(0xb)
#define APIC_ICR_DELIVERY_NMI       FIELD_PUT(BITS(10, 8), 4)
#define APIC_ICR_DELIVERY_INIT      FIELD_PUT(BITS(10, 8), 5)
#define APIC_ICR_DELIVERY_STARTUP   FIELD_PUT(BITS(10, 8), 6)
#define APIC_ICR_LEVEL_ASSERT       BIT(14)
#define APIC_ICR_PENDING            BIT(12) // xAPIC only
#define APIC_XAPIC_ID               BITS(31, 24)

#endif
