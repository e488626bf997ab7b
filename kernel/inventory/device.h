// The inventory: one plain record per PCI function. drivers/pci/pci_scan.c fills it; the core and the console read it.
#ifndef KERNEL_INVENTORY_DEVICE_H
#define KERNEL_INVENTORY_DEVICE_H

#include "kernel/core/message.h"

struct board_line;
struct device;
struct driver;
struct message_set;

// SSSS:BB:DD.F: segment, bus, device, function.
struct pci_address {
    uint16_t segment;
    uint8_t bus;
    uint8_t device;
    uint8_t function;
};

enum { DEVICE_BAR_COUNT = 6, DEVICE_ADDRESS_TEXT = 13 }; // "0000:00:00.0" and its end

enum bar_kind { BAR_NONE, BAR_MEM32, BAR_MEM64, BAR_IO };

// A decoded base address register. The upper half of a 64-bit pair stays BAR_NONE.
struct bar {
    enum bar_kind kind;
    struct physical base; // a port number for BAR_IO
    uint64_t size;        // bytes
    bool prefetchable;
    const char *refusal; // why it must not be used: "lies over RAM"; NULL: it may be
};

// A range of addresses that a bridge forwards to its secondary bus.
struct bridge_window {
    uint64_t base;
    uint64_t size; // 0: closed
};

enum { DEVICE_WINDOW_COUNT = 2 }; // memory, prefetchable memory

struct capability {
    uint16_t id;
    uint16_t offset;
};

struct capability_list {
    struct capability *items;
    uint32_t count;
    const char *fault; // why the walk ended early ("loops at 0x50"), NULL for a proper end
};

struct msi_shape {
    uint16_t offset; // 0: the function has no such capability
    uint32_t maximum;
    bool is_64bit;
    bool maskable;
    bool enabled; // as last read
};

struct msix_shape {
    uint16_t offset; // 0: the function has no such capability
    uint32_t table_size;
    uint8_t table_bar;
    uint32_t table_offset;
    uint8_t pba_bar;
    uint32_t pba_offset;
    bool enabled;         // as last read
    bool function_masked; // as last read
};

// A function's configuration space, read at one moment.
struct device_reading {
    bool is_present;     // it answers with the recorded IDs; otherwise the rest is zero
    uint8_t power_state; // D0 to D3 as 0 to 3; 0 where it has no power management capability
    bool memory_decode;
    bool bus_master;
    bool line_disabled;
    bool msi_enabled;
    uint32_t msi_granted; // messages, of Multiple Message Enable; 0 without the capability
    bool msix_enabled;
    bool function_masked;
    uint32_t table_size;                               // 0 without the capability
    struct bridge_window windows[DEVICE_WINDOW_COUNT]; // of a bridge
    bool passes_all;                                   // a subtractive bridge: forwards unclaimed addresses
};

// A function's interrupt line, INTA to INTD, at the function itself. PASSIVE.
struct device_line {
    void (*enable)(struct device *device, bool on);   // clears or sets the interrupt disable bit; reads back
    bool (*is_asserted)(const struct device *device); // interrupt status; true also while the line is disabled
    void (*bus_master)(struct device *device, bool on);
};

// Bits of configuration space that a drill changes without the kernel's record.
enum device_switch {
    DEVICE_MEMORY_DECODE,
    DEVICE_BUS_MASTER,
    DEVICE_MSIX_ENABLE,
    DEVICE_FUNCTION_MASK,
    DEVICE_MSI_ENABLE
};

struct device {
    struct irq_device irq;          // the part the routing core sees
    char name[DEVICE_ADDRESS_TEXT]; // the address as text, written by device_add()
    struct device *next;            // ascending address
    struct device *next_alike;      // of the same bus and device number; inventory only
    struct device *next_bridge;     // of the bridges with the same secondary bus number; inventory only
    void *config;                   // its memory-mapped configuration space; NULL: reached by ports only
    struct pci_address address;
    uint16_t vendor_id;
    uint16_t device_id;
    uint16_t subsystem_vendor;
    uint16_t subsystem_device;
    uint32_t class_code; // 24 bits: class, subclass, interface
    uint8_t revision;
    uint8_t header_type; // without the multi-function bit
    uint8_t interrupt_pin;
    uint16_t command;      // as last read
    bool line_disabled;    // the interrupt disable bit as the kernel last wrote it
    bool keeps_bus_master; // the firmware's bus master setting stays: a display, a chipset function
    uint8_t primary_bus, secondary_bus, subordinate_bus; // header type 1 only
    struct bar bars[DEVICE_BAR_COUNT];
    struct capability_list capabilities;
    struct capability_list extended_capabilities;
    struct msi_shape msi;
    struct msix_shape msix;
    const struct device_line *line; // NULL: no interrupt pin
    uint32_t line_gsi;              // the GSI measured for the line, 0: not measured
    const struct board_line *board; // NULL: a PCI function (kernel/inventory/board_device.h)
    const struct driver *driver;
    void *driver_state;
    void (*refresh)(struct device *device);                                    // re-reads what is marked "as last read"
    void (*read)(const struct device *device, struct device_reading *reading); // reads only. PASSIVE
    uint32_t (*read32)(const struct device *device, uint16_t offset); // one aligned register, all ones: nothing there
    enum result (*disturb)(struct device *device, enum device_switch bit, bool on); // see drivers/pci/pci_disturb.h
};

#define device_for_each(d) for (struct device *d = device_first(); d; d = d->next)

// Adds a record in ascending address; the inventory owns it from then on. Address, header type and a bridge's bus
// numbers must be set. PASSIVE.
void device_list(struct device *device);

// Adds a record that is no PCI function: device_find() answers it, the list does not hold it. PASSIVE.
void device_list_aside(struct device *device);

// Adds a record with its message sources set, and registers it with the core. PASSIVE.
void device_add(struct device *device);

// Removes a record that is not registered with the core; the caller owns it again. PASSIVE.
void device_remove(struct device *device);

struct device *device_first(void);
uint32_t device_total(void);

// The device of the core's view; of a set; of a source.
static inline struct device *device_behind(const struct irq_device *irq)
{
    return CONTAINER_OF(irq, struct device, irq);
}

static inline struct device *device_of(const struct message_set *set)
{
    return device_behind(set->device);
}

static inline struct device *device_of_source(const struct message_source *source)
{
    return device_behind(source->device);
}

// NULL: no such function was found.
struct device *device_find(struct pci_address address);

// The bridge whose secondary bus this is; NULL for a root bus.
struct device *device_bridge_to(uint16_t segment, uint8_t bus);

// The bridge whose secondary bus this function sits on, NULL on a root bus.
struct device *device_parent(const struct device *device);

// Reads "SSSS:BB:DD.F" or "BB:DD.F" (hex); leading zeros may be left out: "0:6.0". RESULT_INVALID for anything else,
// trailing characters included.
MUST_USE enum result pci_address_parse(const char *text, struct pci_address *address);

// Writes "SSSS:BB:DD.F"; `text` must hold DEVICE_ADDRESS_TEXT bytes. Returns `text`.
char *pci_address_format(struct pci_address address, char *text);

#endif
