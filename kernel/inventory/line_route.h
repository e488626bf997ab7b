// Measures which IOAPIC pin a device's interrupt line arrives at. The firmware describes it in AML, which this kernel
// does not run; instead the device asserts its line, and one pin after the other is tested.
#ifndef KERNEL_INVENTORY_LINE_ROUTE_H
#define KERNEL_INVENTORY_LINE_ROUTE_H

#include "kernel/inventory/device.h"

enum { LINE_ISA_COUNT = 16, LINE_ISA_NONE = UINT32_MAX };

// One IOAPIC pin.
struct line_pin {
    uint32_t gsi;
    uint32_t isa_irq;   // the ISA IRQ that arrives there, LINE_ISA_NONE for none
    bool is_overridden; // an MADT override describes the IRQ's wiring
    bool mode_conforms; // the override leaves it to the bus, as is polarity_conforms
    bool polarity_conforms;
    bool is_reserved;         // SCI, NMI
    bool is_live;             // a connected device uses it
    enum interrupt_mode mode; // as wired; level-sensitive and active low by default
    enum interrupt_polarity polarity;
};

// What measuring needs of the machine. PASSIVE, boot CPU.
struct line_pins {
    // Fills in pin `index`; false past the last.
    bool (*describe)(uint32_t index, struct line_pin *pin);

    // Masks all pins in use, or unmasks them again. A level asserted meanwhile is delivered then.
    void (*hold)(bool on);

    // Reserves one pin for measuring, masked; one at a time. On failure the pin is unchanged.
    enum result (*open)(const struct line_pin *pin);

    // Unmasks the pin for at most `nanoseconds` and masks it again; returns whether an interrupt came.
    bool (*listen)(const struct line_pin *pin, uint64_t nanoseconds);

    // Restores the pin.
    void (*close)(const struct line_pin *pin);

    // The message source of a device whose line arrives at this pin; NULL when memory is out.
    struct message_source *(*create)(struct device *device, const struct line_pin *pin);
};

// The order in which pins are tested; never those of LINE_RANK_NEVER. On a PC with IOAPIC, PCI lines arrive at GSI 16
// and above (some chipsets repeat them below), else at an ISA IRQ that no legacy device owns and that the MADT does not
// declare edge-triggered.
enum line_rank { LINE_RANK_PCI, LINE_RANK_ISA, LINE_RANK_COUNT, LINE_RANK_NEVER = LINE_RANK_COUNT };
enum line_rank line_route_rank(const struct line_pin *pin);

// Sets the functions for measuring. Once, before line_route_find(). NULL: no IOAPIC.
void line_route_attach(const struct line_pins *pins);

// Measures where a device's line arrives, records it in device->line_gsi, and gives the device its line source. A pin
// is accepted when it answers, is silent while the line is released, and answers again. Takes some milliseconds, during
// which lines in use are masked: one shared with the device would get interrupts without an owner. Leaves the device
// silent, its line disabled and the pins restored. RESULT_UNSUPPORTED: no pin, no driver that can assert the line, no
// IOAPIC; RESULT_FAILED: the driver could not; RESULT_NOT_FOUND: no pin answered, logged; RESULT_NO_MEMORY. PASSIVE,
// boot CPU.
MUST_USE enum result line_route_find(struct device *device);

// Gives a device whose line is known its line source: `number` below 16 is an ISA IRQ, else a GSI. Mode and polarity
// are those of the MADT's override where it says them, else as given. RESULT_NOT_FOUND: no pin has that line;
// RESULT_NO_MEMORY. PASSIVE, boot CPU.
MUST_USE enum result line_route_fixed(struct device *device, uint32_t number, enum interrupt_mode mode,
                                      enum interrupt_polarity polarity);

#endif
