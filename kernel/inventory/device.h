// The inventory: one plain record per PCI function. drivers/pci/pci_scan.c fills it; the core and the console read it.
#ifndef KERNEL_INVENTORY_DEVICE_H
#define KERNEL_INVENTORY_DEVICE_H

#include "kernel/core/message.h"

struct device;
struct driver;
struct message_set;

// SSSS:BB:DD.F, as people write it.
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
    const char *refusal; // why nobody may use it: "lies over RAM"; NULL for no reason
};

// What a bridge passes on to the bus below it.
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
    const char *fault; // what ended the walk early ("loops at 0x50"), NULL for a proper end
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

// What a function's configuration space holds at this moment.
struct device_reading {
    bool is_present;     // it answers with the ids of its record; otherwise all that follows is zero
    uint8_t power_state; // D0 to D3 as 0 to 3; 0 where it has no power management capability
    bool memory_decode;
    bool bus_master;
    bool line_disabled;
    bool msi_enabled;
    uint32_t msi_granted; // messages, of multiple message enable; 0 without the capability
    bool msix_enabled;
    bool function_masked;
    uint32_t table_size;                               // 0 without the capability
    struct bridge_window windows[DEVICE_WINDOW_COUNT]; // of a bridge
    bool passes_all;                                   // a bridge that passes on what nobody else takes, too
};

// A function's interrupt line, INTA to INTD, as far as the function itself goes. PASSIVE.
struct device_line {
    void (*enable)(struct device *device, bool on);   // lets the function assert it, or not; reads back
    bool (*is_asserted)(const struct device *device); // the function's own word; true also while it is not enabled
    void (*bus_master)(struct device *device, bool on);
};

// Bits of a function's configuration space that a drill turns behind the kernel's back.
enum device_switch { DEVICE_MEMORY_DECODE, DEVICE_BUS_MASTER, DEVICE_MSIX_ENABLE, DEVICE_FUNCTION_MASK };

struct device {
    struct irq_device irq;          // the part the routing core sees
    char name[DEVICE_ADDRESS_TEXT]; // its address, written out by device_add()
    struct device *next;            // ascending address
    struct device *next_alike;      // of the same bus and device number; this and the next are the inventory's own
    struct device *next_bridge;     // among those that lead to a bus of this number
    void *config;                   // its configuration space in memory; NULL where only ports reach it
    struct pci_address address;
    uint16_t vendor_id;
    uint16_t device_id;
    uint16_t subsystem_vendor;
    uint16_t subsystem_device;
    uint32_t class_code; // 24 bits: class, subclass, interface
    uint8_t revision;
    uint8_t header_type; // without the multi-function bit
    uint8_t interrupt_pin;
    uint16_t command;                                    // as last read
    bool line_disabled;                                  // as the kernel last left its interrupt disable bit
    bool keeps_bus_master;                               // as the firmware left it: a display, a chipset function
    uint8_t primary_bus, secondary_bus, subordinate_bus; // header type 1 only
    struct bar bars[DEVICE_BAR_COUNT];
    struct capability_list capabilities;
    struct capability_list extended_capabilities;
    struct msi_shape msi;
    struct msix_shape msix;
    const struct device_line *line; // NULL where it has no interrupt pin
    uint32_t line_gsi;              // where the line was measured to arrive, 0 while it was not
    const struct driver *driver;
    void *driver_state;
    void (*refresh)(struct device *device);                                    // re-reads what is marked "as last read"
    void (*read)(const struct device *device, struct device_reading *reading); // changes nothing. PASSIVE
    enum result (*disturb)(struct device *device, enum device_switch bit, bool on); // as drivers/pci/pci_disturb.h says
};

#define device_for_each(d) for (struct device *d = device_first(); d; d = d->next)

// Lists a record in ascending address. Address, header type and a bridge's bus numbers stand by then. The record is the
// inventory's from now on. PASSIVE.
void device_list(struct device *device);

// Lists a record whose message sources stand, and makes it the core's as well. PASSIVE.
void device_add(struct device *device);

// Takes a record that is listed only out again. It is the caller's. PASSIVE.
void device_remove(struct device *device);

struct device *device_first(void);
uint32_t device_total(void);

// The record behind the core's view of a device; of a set; of a source.
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

// NULL when no such function was found.
struct device *device_find(struct pci_address address);

// The bridge whose secondary bus this is; NULL for a root bus.
struct device *device_bridge_to(uint16_t segment, uint8_t bus);

// The bridge whose secondary bus this function sits on, NULL on a root bus.
struct device *device_parent(const struct device *device);

// Reads "SSSS:BB:DD.F" or "BB:DD.F" (hex). RESULT_INVALID for anything else, trailing characters included.
MUST_USE enum result pci_address_parse(const char *text, struct pci_address *address);

// Writes "SSSS:BB:DD.F"; `text` must hold DEVICE_ADDRESS_TEXT bytes. Answers `text`.
char *pci_address_format(struct pci_address address, char *text);

#endif
