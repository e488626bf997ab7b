// Hostile configuration space through the whole reading of a function, and its sources through every operation. Table
// and PBA are as large as was asked for, so that an access outside the mapped range is caught.
// sources: drivers/pci/pci.c drivers/pci/pci_bar.c drivers/pci/pci_capability.c drivers/pci/pci_command.c
// sources: drivers/pci/pci_disturb.c drivers/pci/pci_function.c drivers/pci/pci_leftover.c drivers/pci/pci_line.c
// sources: drivers/pci/pci_msi.c drivers/pci/pci_msi_probe.c drivers/pci/pci_msi_source.c drivers/pci/pci_msix.c
// sources: drivers/pci/pci_msix_probe.c drivers/pci/pci_msix_source.c drivers/pci/pci_power.c
// sources: drivers/pci/pci_reading.c drivers/pci/pci_window.c

#include "arch/mmio.h"
#include "drivers/pci/pci_bar.h"
#include "drivers/pci/pci_config.h"
#include "drivers/pci/pci_function.h"
#include "drivers/pci/pci_leftover.h"
#include "kernel/core/wait.h"
#include "kernel/inventory/driver.h"
#include "kernel/inventory/firmware.h"
#include "kernel/inventory/message_probe.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"
#include <stdlib.h>
#include <string.h>

enum { SPACE = 4096, MAPPING_COUNT = 3 }; // the table, the PBA, and what of the table's page a probe looks at

// The first half of the input is what stands in the registers, the second which bits a write changes.
static uint8_t bytes[SPACE];
static uint8_t writable[SPACE];
static void *mappings[MAPPING_COUNT];
static uint32_t mapping_count;

static void check(bool is_true)
{
    if (!is_true)
        abort();
}

static uint32_t space_read(uint16_t offset, uint32_t width)
{
    uint32_t value = 0;
    check(offset + width <= SPACE && offset % width == 0);
    memcpy(&value, &bytes[offset], width);
    return value;
}

static void space_write(uint16_t offset, uint32_t width, uint32_t value)
{
    check(offset + width <= SPACE && offset % width == 0);
    check(offset + width <= 6 || offset > 7); // the status register is write 1 to clear
    check(offset < 0x100 || width == 2);      // of the extended space only the control of virtual functions
    for (uint32_t i = 0; i < width; i++)
        bytes[offset + i] =
            (uint8_t)((bytes[offset + i] & ~writable[offset + i]) | (value >> 8 * i & writable[offset + i]));
}

volatile void *pci_config_map(struct pci_address address)
{
    return NULL;
}

uint8_t pci_config_read8(struct pci_address address, uint16_t offset)
{
    return (uint8_t)space_read(offset, 1);
}

uint16_t pci_config_read16(struct pci_address address, uint16_t offset)
{
    return (uint16_t)space_read(offset, 2);
}

uint32_t pci_config_read32(struct pci_address address, uint16_t offset)
{
    return space_read(offset, 4);
}

void pci_config_write8(struct pci_address address, uint16_t offset, uint8_t value)
{
    space_write(offset, 1, value);
}

void pci_config_write16(struct pci_address address, uint16_t offset, uint16_t value)
{
    space_write(offset, 2, value);
}

void pci_config_write32(struct pci_address address, uint16_t offset, uint32_t value)
{
    space_write(offset, 4, value);
}

enum result mmio_map(struct physical base, uint64_t size, volatile void **pointer)
{
    check(mapping_count < MAPPING_COUNT && size <= 2048 * 16 + PAGE_SIZE);
    mappings[mapping_count] = calloc(1, size);
    *pointer = mappings[mapping_count++];
    return RESULT_OK;
}

void *heap_allocate(size_t size)
{
    return calloc(1, size);
}

void heap_free(void *object)
{
    free(object);
}

void log_write(enum log_level level, const char *format, ...) {}

void firmware_record(const char *item, uint64_t value, const char *where_format, ...) {}

static void message_try(struct message_source *source, uint32_t index)
{
    const struct message_source_operations *operations = source->operations;
    struct message_words words = {{0xfee01000}, 0x40};
    struct message_detail detail;
    bool masked, pending;
    if (operations->write(source, index, words) == RESULT_OK) {
        check(operations->read(source, index, &words) == RESULT_OK);
        check(words.address.address == 0xfee01000 && words.data == 0x40);
    }
    (void)operations->mask(source, index, false);
    (void)operations->status(source, index, &masked, &pending);
    (void)operations->detail(source, index, &detail);
}

static void probe_try(struct message_source *source)
{
    static struct probe_entry entries[2048];
    struct message_probe probe = {.entries = entries};
    (void)source->operations->probe(source, &probe);
    check(probe.entry_count <= source->capacity);
}

static void source_try(struct message_source *source)
{
    uint32_t granted;
    if (!source)
        return;
    check(source->capacity >= 1 && source->capacity <= 2048);
    if (source->operations->open(source, source->capacity, &granted) == RESULT_OK) {
        check(granted >= 1 && granted <= source->capacity);
        message_try(source, 0);
        message_try(source, granted - 1);
        message_try(source, granted);
        probe_try(source);
        (void)source->operations->start(source, true);
    }
    source->operations->close(source);
    free(source);
}

static void bars_check(const struct device *device)
{
    for (uint32_t i = 0; i < DEVICE_BAR_COUNT; i++) {
        const struct bar *bar = &device->bars[i];
        check(bar->kind == BAR_NONE || (bar->size & (bar->size - 1)) == 0);
        check(bar->kind != BAR_MEM64 || (i + 1 < DEVICE_BAR_COUNT && bar[1].kind == BAR_NONE));
    }
}

static void capabilities_check(const struct capability_list *list, uint16_t low, uint32_t limit)
{
    check(list->count <= limit);
    for (uint32_t i = 0; i < list->count; i++)
        check(list->items[i].offset >= low && list->items[i].offset % 4 == 0);
}

void wait_pause(uint64_t nanoseconds) {}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    memset(bytes, 0, sizeof(bytes));
    memset(writable, 0xff, sizeof(writable));
    size_t half = size / 2 < SPACE ? size / 2 : SPACE;
    memcpy(bytes, data, half);
    memcpy(writable, data + half, half);
    mapping_count = 0;

    static const struct driver driver;
    struct device *device = pci_function_create((struct pci_address){.bus = 1});
    capabilities_check(&device->capabilities, 0x40, 48);
    capabilities_check(&device->extended_capabilities, 0x100, 960);
    device->driver = &driver;
    pci_leftover_record(device);
    pci_leftover_quiet(device);
    pci_bar_read_all(device);
    bars_check(device);
    (void)pci_function_is_present(device);
    pci_function_attach_sources(device);
    device->refresh(device);
    source_try(device->irq.sources[MESSAGE_MSIX]);
    source_try(device->irq.sources[MESSAGE_MSI]);
    while (mapping_count)
        free(mappings[--mapping_count]);
    pci_function_destroy(device);
    return 0;
}
