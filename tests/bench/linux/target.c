// The devices that fire at a store.
// SPDX-License-Identifier: MIT OR GPL-2.0-only
#include "target.h"
#include <linux/interrupt.h>

enum {
    EDU_VENDOR = 0x1234,
    EDU_DEVICE = 0x11e8,
    EDU_RAISE = 0x60,
    EDU_ACKNOWLEDGE = 0x64,
    EDU_CAUSE = 2,

    ROCKER_VENDOR = 0x1b36,
    ROCKER_DEVICE = 0x0006,
    ROCKER_TEST_IRQ = 0x20,
};

static int target_request(struct target *target, unsigned int kind, irq_handler_t handler, void *context)
{
    int result = pci_alloc_irq_vectors(target->device, 1, 1, kind);

    if (result < 0)
        return result;
    target->irq = pci_irq_vector(target->device, 0);
    result = request_irq(target->irq, handler, 0, "bench", context);
    if (result)
        pci_free_irq_vectors(target->device);
    return result;
}

static int target_map(struct target *target)
{
    int result = pci_enable_device(target->device);

    if (result)
        return result;
    pci_set_master(target->device);
    target->registers = pci_iomap(target->device, 0, 0);
    return target->registers ? 0 : -ENOMEM;
}

static int target_open(struct target *target, u32 vendor, u32 id, unsigned int kind, irq_handler_t handler,
                       void *context)
{
    *target = (struct target){.device = pci_get_device(vendor, id, NULL)};
    if (!target->device) {
        pr_err("bench: no device %04x:%04x\n", vendor, id);
        return -ENODEV;
    }

    int result = target_map(target);
    if (!result)
        result = target_request(target, kind, handler, context);
    if (result) {
        pr_err("bench: device %04x:%04x: error %d\n", vendor, id, result);
        pci_dev_put(target->device);
    }
    return result;
}

int target_open_edu(struct target *target, irq_handler_t handler, void *context)
{
    int result = target_open(target, EDU_VENDOR, EDU_DEVICE, PCI_IRQ_MSI, handler, context);

    if (result)
        return result;
    target->doorbell = target->registers + EDU_RAISE;
    target->acknowledge = target->registers + EDU_ACKNOWLEDGE;
    target->value = EDU_CAUSE;
    return 0;
}

int target_open_rocker(struct target *target, irq_handler_t handler, void *context)
{
    int result = target_open(target, ROCKER_VENDOR, ROCKER_DEVICE, PCI_IRQ_MSIX, handler, context);

    if (result)
        return result;
    target->doorbell = target->registers + ROCKER_TEST_IRQ;
    return 0;
}

void target_close(struct target *target, void *context)
{
    free_irq(target->irq, context);
    pci_free_irq_vectors(target->device);
    pci_iounmap(target->device, target->registers);
    pci_dev_put(target->device);
}

void target_quiet(struct target *target)
{
    if (target->acknowledge)
        writel(target->value, target->acknowledge);
}
