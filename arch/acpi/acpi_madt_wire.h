// The MADT as it lies in memory (ACPI 6.5, 5.2.12): packed records, to be copied out, never cast to.
#ifndef ARCH_ACPI_ACPI_MADT_WIRE_H
#define ARCH_ACPI_ACPI_MADT_WIRE_H

#include "arch/acpi/acpi_table.h"

enum acpi_madt_type {
    MADT_LOCAL_APIC = 0,
    MADT_IOAPIC = 1,
    MADT_OVERRIDE = 2,
    MADT_NMI_SOURCE = 3,
    MADT_LOCAL_NMI = 4,
    MADT_ADDRESS_OVERRIDE = 5,
    MADT_LOCAL_X2APIC = 9,
    MADT_LOCAL_X2APIC_NMI = 10,
    MADT_TYPE_COUNT,
    MADT_TYPE_STANDARD_COUNT = 0x20, // ACPI 6.6 has types up to 1Dh
};

enum {
    MADT_DUAL_8259 = 1 << 0,
    MADT_PROCESSOR_ENABLED = 1 << 0,
    MADT_PROCESSOR_ONLINE_CAPABLE = 1 << 1,
    MADT_BUS_ISA = 0,
    MADT_BROADCAST8 = 0xff,
};
#define MADT_BROADCAST32 UINT32_C(0xffffffff)

// MPS INTI flags: two fields of the same four codes. The first code is active high or edge, the second active low or
// level.
#define MADT_INTI_POLARITY BITS(1, 0)
#define MADT_INTI_MODE     BITS(3, 2)
#define MADT_INTI_DEFINED  BITS(3, 0)
enum { MADT_INTI_CONFORMS = 0, MADT_INTI_FIRST = 1, MADT_INTI_RESERVED = 2, MADT_INTI_SECOND = 3 };

struct acpi_madt_wire_header {
    uint8_t header[ACPI_HEADER_SIZE];
    uint32_t local_apic;
    uint32_t flags;
} __attribute__((packed));
_Static_assert(sizeof(struct acpi_madt_wire_header) == 44, "wire size");

struct acpi_madt_wire_local_apic {
    uint8_t type;
    uint8_t length;
    uint8_t uid;
    uint8_t apic_id;
    uint32_t flags;
} __attribute__((packed));
_Static_assert(sizeof(struct acpi_madt_wire_local_apic) == 8, "wire size");

struct acpi_madt_wire_ioapic {
    uint8_t type;
    uint8_t length;
    uint8_t id;
    uint8_t reserved;
    uint32_t address;
    uint32_t gsi_base;
} __attribute__((packed));
_Static_assert(sizeof(struct acpi_madt_wire_ioapic) == 12, "wire size");

struct acpi_madt_wire_override {
    uint8_t type;
    uint8_t length;
    uint8_t bus;
    uint8_t source;
    uint32_t gsi;
    uint16_t flags;
} __attribute__((packed));
_Static_assert(sizeof(struct acpi_madt_wire_override) == 10, "wire size");

struct acpi_madt_wire_nmi_source {
    uint8_t type;
    uint8_t length;
    uint16_t flags;
    uint32_t gsi;
} __attribute__((packed));
_Static_assert(sizeof(struct acpi_madt_wire_nmi_source) == 8, "wire size");

struct acpi_madt_wire_local_nmi {
    uint8_t type;
    uint8_t length;
    uint8_t uid;
    uint16_t flags;
    uint8_t lint;
} __attribute__((packed));
_Static_assert(sizeof(struct acpi_madt_wire_local_nmi) == 6, "wire size");

struct acpi_madt_wire_address_override {
    uint8_t type;
    uint8_t length;
    uint16_t reserved;
    uint64_t address;
} __attribute__((packed));
_Static_assert(sizeof(struct acpi_madt_wire_address_override) == 12, "wire size");

struct acpi_madt_wire_local_x2apic {
    uint8_t type;
    uint8_t length;
    uint16_t reserved;
    uint32_t apic_id;
    uint32_t flags;
    uint32_t uid;
} __attribute__((packed));
_Static_assert(sizeof(struct acpi_madt_wire_local_x2apic) == 16, "wire size");

struct acpi_madt_wire_local_x2apic_nmi {
    uint8_t type;
    uint8_t length;
    uint16_t flags;
    uint32_t uid;
    uint8_t lint;
    uint8_t reserved[3];
} __attribute__((packed));
_Static_assert(sizeof(struct acpi_madt_wire_local_x2apic_nmi) == 12, "wire size");

#endif
