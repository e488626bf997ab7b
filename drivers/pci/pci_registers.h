// The registers of PCI configuration space by the names of the specification: offsets, bits, capability numbers.
// PCI Local Bus 3.0, 6.1 and 6.8; PCI Express Base 4.0, 7.5 to 7.8 and 9.3.
#ifndef DRIVERS_PCI_PCI_REGISTERS_H
#define DRIVERS_PCI_PCI_REGISTERS_H

enum {
    PCI_VENDOR_ID = 0x00,
    PCI_COMMAND = 0x04,
    PCI_STATUS = 0x06, // write 1 to clear: never written here
    PCI_REVISION_ID = 0x08,
    PCI_HEADER_TYPE = 0x0e,
    PCI_BASE_ADDRESS = 0x10,
    PCI_PRIMARY_BUS = 0x18, // header type 1, as are the next two
    PCI_SECONDARY_BUS = 0x19,
    PCI_SUBORDINATE_BUS = 0x1a,
    PCI_MEMORY_WINDOW = 0x20,       // header type 1, as are the next three: base low, limit high
    PCI_PREFETCHABLE_WINDOW = 0x24, // likewise
    PCI_PREFETCHABLE_BASE_HIGH = 0x28,
    PCI_PREFETCHABLE_LIMIT_HIGH = 0x2c,
    PCI_SUBSYSTEM_ID = 0x2c, // header type 0: vendor low, device high
    PCI_CAPABILITIES = 0x34,
    PCI_INTERRUPT_PIN = 0x3d,
    PCI_HEADER_SIZE = 0x40,
    PCI_STANDARD_SIZE = 0x100,  // bytes of the conventional space; the extended list starts there
    PCI_EXTENDED_SIZE = 0x1000, // bytes of the whole space
};

enum {
    PCI_COMMAND_IO = 1 << 0,
    PCI_COMMAND_MEMORY = 1 << 1,
    PCI_COMMAND_BUS_MASTER = 1 << 2,
    PCI_COMMAND_INTX_DISABLE = 1 << 10,
    PCI_STATUS_INTERRUPT = 1 << 3,
    PCI_STATUS_CAPABILITIES = 1 << 4,
};

enum {
    PCI_HEADER_ENDPOINT = 0,
    PCI_HEADER_BRIDGE = 1,
    PCI_HEADER_MULTIFUNCTION = 0x80,
    PCI_CLASS_DISPLAY = 0x03,         // upper byte of the class code
    PCI_CLASS_BRIDGE = 0x06,          // likewise
    PCI_CLASS_COMMUNICATION = 0x07,   // likewise: serial ports
    PCI_CLASS_SYSTEM = 0x08,          // likewise: IOAPIC, HPET and the like
    PCI_CLASS_HOST_BRIDGE = 0x0600,   // upper 16 bits of it
    PCI_CLASS_USB = 0x0c03,           // likewise
    PCI_CLASS_SUBTRACTIVE = 0x060401, // a bridge with subtractive decode
};

enum {
    PCI_CAPABILITY_POWER = 0x01,
    PCI_CAPABILITY_MSI = 0x05,
    PCI_CAPABILITY_SUBSYSTEM = 0x0d,
    PCI_CAPABILITY_EXPRESS = 0x10,
    PCI_CAPABILITY_MSIX = 0x11,
};

enum {
    PCI_CAPABILITY_ARI = 0x0e, // extended, as is the next
    PCI_CAPABILITY_SRIOV = 0x10,
};

// Power management, PCI Bus Power Management Interface 1.2, 3.2.4: control and status register.
enum {
    PCI_POWER_CONTROL = 4,
    PCI_POWER_STATE = 3 << 0,
    PCI_POWER_NO_SOFT_RESET = 1 << 3,
    PCI_POWER_PME_STATUS = 1 << 15, // write 1 to clear
};

// PCI Express Base 4.0, 7.5.3: offsets in the capability; device/port type in bits 7:4 of its flags.
enum {
    PCI_EXPRESS_FLAGS = 0x02,
    PCI_EXPRESS_CAPABILITIES2 = 0x24,
    PCI_EXPRESS_CONTROL2 = 0x28,
    PCI_EXPRESS_ROOT_PORT = 4,
    PCI_EXPRESS_DOWNSTREAM_PORT = 6,
    PCI_EXPRESS_ARI_FORWARDING = 1 << 5, // of both registers
};

// 7.8.7 and 9.3.3: alternative routing ID, single root I/O virtualization.
enum {
    PCI_ARI_CAPABILITY = 0x04, // next function number in its upper byte
    PCI_SRIOV_CONTROL = 0x08,
    PCI_SRIOV_ENABLE = 1 << 0,
    PCI_SRIOV_MEMORY = 1 << 3,
};

// What a read of an absent function returns.
#define PCI_GONE8  0xffu
#define PCI_GONE16 0xffffu
#define PCI_GONE32 0xffffffffu

// The vendor ID that stands for "not ready yet" (PCI Express Base 4.0, 2.3.2).
#define PCI_NOT_READY 0x0001u

#endif
