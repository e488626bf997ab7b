// Configuration spaces that are not there.

#include "tests/fakes/pci_config.h"
#include "tests/fakes/events.h"
#include <stdlib.h>
#include <string.h>

enum {
    COMMAND = 0x04,
    STATUS = 0x06,
    HEADER_TYPE = 0x0e,
    BARS = 0x10,
    BARS_END = 0x28,
    BUSES = 0x18,
    POINTER = 0x34,
    HAS_LIST = 0x10, // of the status register's low byte
    SEGMENT_COUNT = 4,
};

struct range {
    uint16_t segment;
    uint8_t first_bus;
    uint8_t last_bus;
};

static struct fake_function *functions;
static struct range ranges[SEGMENT_COUNT];
static uint32_t range_count;
static uint32_t accesses;

void fake_config_reset(void)
{
    while (functions) {
        struct fake_function *next = functions->next;
        free(functions);
        functions = next;
    }
    ranges[0] = (struct range){.last_bus = 255};
    range_count = 1;
    accesses = 0;
}

uint32_t fake_config_accesses(void)
{
    return accesses;
}

void fake_config_segment(uint16_t segment, uint8_t first_bus, uint8_t last_bus)
{
    ranges[range_count++] = (struct range){segment, first_bus, last_bus};
}

void fake_config_put(struct fake_function *function, uint16_t offset, uint32_t width, uint32_t value)
{
    memcpy(&function->bytes[offset], &value, width);
}

uint32_t fake_config_get(const struct fake_function *function, uint16_t offset, uint32_t width)
{
    uint32_t value = 0;
    memcpy(&value, &function->bytes[offset], width);
    return value;
}

void fake_config_writable(struct fake_function *function, uint16_t offset, uint32_t width, uint32_t mask)
{
    memcpy(&function->writable[offset], &mask, width);
}

struct fake_function *fake_function_add(uint16_t segment, uint8_t bus, uint8_t device, uint8_t function, uint32_t id)
{
    struct fake_function *added = calloc(1, sizeof(*added));
    added->next = functions;
    functions = added;
    added->address = (struct pci_address){segment, bus, device, function};
    fake_config_put(added, 0, 4, id);
    fake_config_writable(added, COMMAND, 2, 0x0547);
    return added;
}

void fake_config_bar(struct fake_function *function, uint32_t index, uint64_t value, uint64_t size)
{
    uint16_t offset = (uint16_t)(BARS + 4 * index);
    uint64_t mask = ~(size - 1) & ~(value & 1 ? UINT64_C(3) : UINT64_C(15));
    fake_config_put(function, offset, 4, (uint32_t)value);
    fake_config_writable(function, offset, 4, (uint32_t)mask);
    if ((value & 7) != 4)
        return;
    fake_config_put(function, offset + 4, 4, (uint32_t)(value >> 32));
    fake_config_writable(function, offset + 4, 4, (uint32_t)(mask >> 32));
}

void fake_config_capability(struct fake_function *function, uint8_t offset, uint8_t id, uint16_t control)
{
    function->bytes[STATUS] |= HAS_LIST;
    fake_config_put(function, offset, 4, (uint32_t)control << 16 | (uint32_t)function->bytes[POINTER] << 8 | id);
    function->bytes[POINTER] = offset;
}

void fake_config_msi(struct fake_function *function, uint8_t offset, uint16_t control)
{
    uint8_t after_address = offset + (control & 0x80 ? 12 : 8);
    fake_config_capability(function, offset, 0x05, control);
    fake_config_writable(function, offset + 2, 2, 0x0071);
    fake_config_writable(function, offset + 4, 4, 0xfffffffc);
    if (control & 0x80)
        fake_config_writable(function, offset + 8, 4, 0xffffffff);
    fake_config_writable(function, after_address, 2, 0xffff);
    if (control & 0x100)
        fake_config_writable(function, after_address + 4, 4, 0xffffffff);
}

void fake_config_msix(struct fake_function *function, uint8_t offset, uint16_t control, uint32_t table, uint32_t pba)
{
    fake_config_capability(function, offset, 0x11, control);
    fake_config_writable(function, offset + 2, 2, 0xc000);
    fake_config_put(function, offset + 4, 4, table);
    fake_config_put(function, offset + 8, 4, pba);
}

void fake_config_bridge(struct fake_function *function, uint8_t primary, uint8_t secondary, uint8_t subordinate)
{
    function->bytes[HEADER_TYPE] = 1;
    fake_config_put(function, 0x08, 4, 0x06040000);
    fake_config_put(function, BUSES, 4, (uint32_t)subordinate << 16 | (uint32_t)secondary << 8 | primary);
}

uint32_t pci_config_segment_total(void)
{
    return range_count;
}

uint16_t pci_config_segment(uint32_t index)
{
    return ranges[index].segment;
}

bool pci_config_reaches(uint16_t segment, uint8_t bus)
{
    for (uint32_t i = 0; i < range_count; i++)
        if (ranges[i].segment == segment && bus >= ranges[i].first_bus && bus <= ranges[i].last_bus)
            return true;
    return false;
}

// NULL where nobody answers.
static struct fake_function *function_reach(struct pci_address address)
{
    struct fake_function *function = functions;
    accesses++;
    while (function && (function->address.segment != address.segment || function->address.bus != address.bus ||
                        function->address.device != address.device || function->address.function != address.function))
        function = function->next;
    if (!function)
        return NULL;
    function->accesses++;
    return function->gone_after && function->accesses > function->gone_after ? NULL : function;
}

static uint32_t config_read(struct pci_address address, uint16_t offset, uint32_t width)
{
    struct fake_function *function = function_reach(address);
    if (function && function->not_ready && offset == 0) {
        function->not_ready--;
        return 0xffff0001;
    }
    return function && offset + width <= sizeof(function->bytes) ? fake_config_get(function, offset, width) : ~0u;
}

static void probe_count(struct fake_function *function, uint16_t offset, uint32_t value)
{
    bool is_probe = offset >= BARS && offset < BARS_END && value == ~0u;
    if (is_probe && function->bytes[COMMAND] & 3)
        function->decoded_probes++;
}

static void config_write(struct pci_address address, uint16_t offset, uint32_t width, uint32_t value)
{
    struct fake_function *function = function_reach(address);
    event_add(EVENT_CONFIG_WRITE, offset, value);
    if (!function || offset + width > sizeof(function->bytes))
        return;
    if (offset < STATUS + 2 && offset + width > STATUS)
        function->status_writes++;
    probe_count(function, offset, value);
    for (uint32_t i = 0; i < width; i++) {
        uint8_t mask = function->writable[offset + i];
        uint8_t *byte = &function->bytes[offset + i];
        *byte = (uint8_t)((*byte & ~mask) | (value >> 8 * i & mask));
    }
    if (function->on_write)
        function->on_write(function, offset, value);
}

#define DEFINE_ACCESS(width)                                                                         \
    uint##width##_t pci_config_read##width(struct pci_address address, uint16_t offset)              \
    {                                                                                                \
        return (uint##width##_t)config_read(address, offset, width / 8);                             \
    }                                                                                                \
    void pci_config_write##width(struct pci_address address, uint16_t offset, uint##width##_t value) \
    {                                                                                                \
        config_write(address, offset, width / 8, value);                                             \
    }

DEFINE_ACCESS(8)
DEFINE_ACCESS(16)
DEFINE_ACCESS(32)

volatile void *pci_config_map(struct pci_address address)
{
    return NULL;
}
