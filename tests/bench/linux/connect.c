// Allocating, programming and requesting the messages of one function that no driver holds.
// SPDX-License-Identifier: MIT OR GPL-2.0-only
#include "measures.h"
#include "samples.h"
#include <linux/interrupt.h>
#include <linux/mm.h>
#include <linux/pci.h>

enum { CONNECT_MESSAGES = 4000, CONNECT_ROUNDS_MAXIMUM = 200, CONNECT_NAME = 32 };

struct connect_samples {
    struct samples *allocate, *request, *both;
};

static irqreturn_t connect_handler(int irq, void *context)
{
    return IRQ_HANDLED;
}

static int connect_request_all(struct pci_dev *device, u32 count)
{
    for (u32 i = 0; i < count; i++) {
        int result = request_irq(pci_irq_vector(device, i), connect_handler, 0, "bench", device);
        if (!result)
            continue;
        while (i--)
            free_irq(pci_irq_vector(device, i), device);
        return result;
    }
    return 0;
}

static int connect_once(struct pci_dev *device, u32 count, struct connect_samples *samples)
{
    u64 start = rdtsc();
    int result = pci_alloc_irq_vectors(device, count, count, PCI_IRQ_MSIX);
    u64 allocated = rdtsc();

    if (result < 0)
        return result;
    result = connect_request_all(device, count);
    u64 requested = rdtsc();
    if (!result) {
        samples_add(samples->allocate, allocated - start);
        samples_add(samples->request, requested - allocated);
        samples_add(samples->both, requested - start);
        for (u32 i = 0; i < count; i++)
            free_irq(pci_irq_vector(device, i), device);
    }
    pci_free_irq_vectors(device);
    return result;
}

static void connect_report(struct connect_samples *samples, u32 count)
{
    char name[CONNECT_NAME];

    snprintf(name, sizeof(name), "connect_%u_allocate", count);
    samples_report(samples->allocate, name, "instructions", count);
    snprintf(name, sizeof(name), "connect_%u_request", count);
    samples_report(samples->request, name, "instructions", count);
    snprintf(name, sizeof(name), "connect_%u", count);
    samples_report(samples->both, name, "instructions", count);
}

static int connect_measure_device(struct pci_dev *device, u32 count)
{
    struct connect_samples samples = {samples_allocate(), samples_allocate(), samples_allocate()};
    u32 rounds = clamp(CONNECT_MESSAGES / count, 3U, (u32)CONNECT_ROUNDS_MAXIMUM);
    int result = samples.allocate && samples.request && samples.both ? 0 : -ENOMEM;

    while (!result && rounds--)
        result = connect_once(device, count, &samples);
    if (!result)
        connect_report(&samples, count);
    else
        pr_err("bench: connecting %u messages: error %d\n", count, result);
    kvfree(samples.allocate);
    kvfree(samples.request);
    kvfree(samples.both);
    return result;
}

// The NVMe controller with the largest table, when that is large enough; its driver must not be loaded.
static struct pci_dev *connect_find(u32 count)
{
    struct pci_dev *device = NULL, *widest = NULL;

    while ((device = pci_get_class(PCI_CLASS_STORAGE_EXPRESS, device))) {
        int size = pci_msix_vec_count(device);
        if (device->driver || size < (int)count || (widest && size <= pci_msix_vec_count(widest)))
            continue;
        pci_dev_put(widest);
        widest = pci_dev_get(device);
    }
    return widest;
}

int connect_measure(u32 count)
{
    struct pci_dev *device = connect_find(count);

    if (!device) {
        pr_err("bench: no free function with %u messages\n", count);
        return -ENODEV;
    }
    int result = pci_enable_device(device);
    if (!result) {
        pci_set_master(device);
        result = connect_measure_device(device, count);
        pci_disable_device(device);
    }
    pci_dev_put(device);
    return result;
}
