// A device for the test of one driver: BAR 0 is a window of registers in tests/fakes/mmio.h, its messages come from a
// fake source of one kind. Takes the place of drivers/pci/pci.h's functions.
#ifndef TESTS_FAKES_DRIVEN_DEVICE_H
#define TESTS_FAKES_DRIVEN_DEVICE_H

#include "kernel/inventory/driver.h"
#include "tests/fakes/message_source.h"
#include "tests/fakes/register_events.h"

#define DRIVEN_BASE UINT64_C(0x1000) // of the window, for fake_mmio_window()

struct driven_device {
    struct device device;
    struct fake_source source;
    uint64_t bar_size; // what is mapped at most
};

extern struct driven_device driven;

// A machine of one CPU with this device, no event listed yet; on_ipi delivers.
void driven_device_start(uint16_t vendor, uint16_t device, enum message_kind kind, uint32_t messages);

// Frees what routes it; the driver's state is the test's.
void driven_device_end(void);

// The message arrives.
void driven_device_deliver(uint32_t index);

#endif
