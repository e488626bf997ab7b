// Which pin a device's interrupt line arrives at: measured. The firmware's answer is a program in AML, which this
// kernel does not run; instead the device is made to assert its line, and one pin after the other is asked.
#ifndef KERNEL_INVENTORY_LINE_ROUTE_H
#define KERNEL_INVENTORY_LINE_ROUTE_H

#include "kernel/inventory/device.h"

enum { LINE_ISA_COUNT = 16, LINE_ISA_NONE = UINT32_MAX };

// What is known of one IOAPIC pin.
struct line_pin {
    uint32_t gsi;
    uint32_t isa_irq;         // the ISA IRQ that arrives there, LINE_ISA_NONE for none
    bool is_overridden;       // the MADT says how that IRQ is wired
    bool is_reserved;         // SCI, NMI
    bool is_live;             // a connected device uses it
    enum interrupt_mode mode; // as wired; level-sensitive and active low where nothing else is known
    enum interrupt_polarity polarity;
};

// What measuring needs of the machine below. PASSIVE, boot CPU.
struct line_pins {
    // Fills in pin `index`; false beyond the last.
    bool (*describe)(uint32_t index, struct line_pin *pin);

    // Masks all pins in use, or undoes that. A level that is asserted meanwhile is delivered then.
    void (*hold)(bool on);

    // Takes one pin for measuring, masked; one at a time. On failure the pin is as it was.
    enum result (*open)(const struct line_pin *pin);

    // Unmasks it for at most `nanoseconds` and masks it again; answers whether an interrupt came.
    bool (*listen)(const struct line_pin *pin, uint64_t nanoseconds);

    // The pin is as it was before.
    void (*close)(const struct line_pin *pin);

    // The message source of a device whose line arrives at this pin; NULL when memory is out.
    struct message_source *(*create)(struct device *device, const struct line_pin *pin);
};

// In this order pins are asked; LINE_RANK_NEVER ones are not. Lines of PCI devices arrive at GSI 16 and above on a PC
// with IOAPIC (some chipsets repeat them below), else at one of the ISA IRQs that no device of the old PC owns and the
// MADT does not call an edge.
enum line_rank { LINE_RANK_PCI, LINE_RANK_ISA, LINE_RANK_COUNT, LINE_RANK_NEVER = LINE_RANK_COUNT };
enum line_rank line_route_rank(const struct line_pin *pin);

// Gives the pins to measure with. Once, before line_route_find(). NULL: no IOAPIC.
void line_route_attach(const struct line_pins *pins);

// Measures where a device's line arrives, records it in device->line_gsi, and gives the device its line source. A pin
// is believed when it answers, is silent while the line is released, and answers again. Ends within some milliseconds,
// for which lines in use are held up: one that the device shares would see interrupts that nobody answers. The device
// is left silent and its line disabled, the pins are left as they were. RESULT_UNSUPPORTED: no pin, no driver that can
// assert the line, no IOAPIC; RESULT_FAILED: the driver could not; RESULT_NOT_FOUND: no pin answered, logged;
// RESULT_NO_MEMORY. PASSIVE, boot CPU.
MUST_USE enum result line_route_find(struct device *device);

#endif
