// Device memory and ports of a machine that is not there.

#include "tests/fakes/mmio.h"
#include "tests/fakes/events.h"
#include <stdlib.h>
#include <string.h>

enum { REGION_COUNT = 8, PORT_COUNT = 0x10000 };

struct region {
    uint64_t base;
    size_t size;
    char *memory;
};

static struct region regions[REGION_COUNT];
static uint32_t region_count;
static uint32_t mapped_bytes;
static void (*refused)(void);
static uint32_t ports[PORT_COUNT];
static bool kept[PORT_COUNT];
static uint8_t widths[PORT_COUNT];

void *fake_memory_add(uint64_t base, size_t size)
{
    struct region *region = &regions[region_count++];
    *region = (struct region){.base = base, .size = size, .memory = calloc(1, size)};
    return region->memory;
}

void fake_mmio_reset(void)
{
    while (region_count)
        free(regions[--region_count].memory);
    mapped_bytes = 0;
    refused = NULL;
    memset(ports, 0xff, sizeof(ports));
    memset(kept, 0, sizeof(kept));
    memset(widths, 0, sizeof(widths));
}

void fake_mmio_refused_hook(void (*hook)(void))
{
    refused = hook;
}

uint32_t fake_mmio_mapped_bytes(void)
{
    return mapped_bytes;
}

void fake_host_answer(uint16_t port, uint32_t value)
{
    ports[port] = value;
}

void fake_host_keep(uint16_t port, uint32_t value)
{
    ports[port] = value;
    kept[port] = true;
}

enum result mmio_map(struct physical base, uint64_t size, volatile void **pointer)
{
    event_add(EVENT_MEMORY_MAP, base.address, size);
    for (uint32_t i = 0; i < region_count; i++) {
        const struct region *region = &regions[i];
        if (base.address < region->base || base.address - region->base + size > region->size)
            continue;
        mapped_bytes += (uint32_t)size;
        *pointer = region->memory + (base.address - region->base);
        return RESULT_OK;
    }
    if (refused)
        refused();
    return RESULT_NO_MEMORY;
}

static uint64_t physical_of(const volatile void *address)
{
    const volatile char *at = address;
    for (uint32_t i = 0; i < region_count; i++)
        if (at >= regions[i].memory && at < regions[i].memory + regions[i].size)
            return regions[i].base + (uint64_t)(at - regions[i].memory);
    return ~UINT64_C(0);
}

static const struct fake_window *window;

void fake_mmio_window(const struct fake_window *chosen)
{
    window = chosen;
}

static bool is_in_window(const volatile void *address)
{
    return window && (uint64_t)address - window->base < window->size;
}

static uint64_t place_of(const volatile void *address)
{
    return is_in_window(address) ? (uint64_t)address - window->base : physical_of(address);
}

#define DEFINE_MEMORY(width)                                                                                           \
    uint##width##_t mmio_read##width(const volatile void *address)                                                     \
    {                                                                                                                  \
        uint64_t where = place_of(address);                                                                            \
        uint##width##_t value =                                                                                        \
            is_in_window(address) ? (uint##width##_t)window->read(where) : *(const volatile uint##width##_t *)address; \
        event_add(EVENT_MEMORY_READ, where, value);                                                                    \
        return value;                                                                                                  \
    }                                                                                                                  \
    void mmio_write##width(volatile void *address, uint##width##_t value)                                              \
    {                                                                                                                  \
        event_add(EVENT_MEMORY_WRITE, place_of(address), value);                                                       \
        if (is_in_window(address))                                                                                     \
            window->write(place_of(address), (uint32_t)value);                                                         \
        else                                                                                                           \
            *(volatile uint##width##_t *)address = value;                                                              \
    }

DEFINE_MEMORY(8)
DEFINE_MEMORY(16)
DEFINE_MEMORY(32)
DEFINE_MEMORY(64)

static void (*port_hook)(uint16_t port);

void fake_port_hook(void (*before_read)(uint16_t port))
{
    port_hook = before_read;
}

#define DEFINE_PORT(width)                                     \
    uint##width##_t io_read##width(uint16_t port)              \
    {                                                          \
        if (port_hook)                                         \
            port_hook(port);                                   \
        event_add(EVENT_PORT_READ, port, ports[port]);         \
        return (uint##width##_t)ports[port];                   \
    }                                                          \
    void io_write##width(uint16_t port, uint##width##_t value) \
    {                                                          \
        event_add(EVENT_PORT_WRITE, port, value);              \
        ports[port] = kept[port] ? ports[port] : value;        \
        widths[port] = width;                                  \
    }

uint32_t fake_port_width(uint16_t port)
{
    return widths[port];
}

DEFINE_PORT(8)
DEFINE_PORT(16)
DEFINE_PORT(32)
