// Files QEMU hands to its guest (fw_cfg, port interface).

#include "boot/fw_cfg.h"
#include "arch/cpu_registers.h"
#include "arch/mmio.h"

enum { PORT_SELECTOR = 0x510, PORT_DATA = 0x511 };
enum { KEY_SIGNATURE = 0x0000, KEY_DIRECTORY = 0x0019 };
enum { FILE_NAME_SIZE = 56, FILE_LIMIT = 4096 };

#define CPUID_HYPERVISOR BIT(31) // leaf 1, ECX

struct entry {
    uint32_t size;
    uint16_t key;
    char name[FILE_NAME_SIZE];
};

static void read_bytes(uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        bytes[i] = io_read8(PORT_DATA);
}

static uint32_t read_big_endian(unsigned width)
{
    uint32_t value = 0;
    while (width-- > 0)
        value = value << 8 | io_read8(PORT_DATA);
    return value;
}

// The next entry of the directory; its fields come in exactly this order.
static struct entry read_entry(void)
{
    struct entry entry;
    entry.size = read_big_endian(4);
    entry.key = (uint16_t)read_big_endian(2);
    (void)read_big_endian(2); // reserved
    read_bytes((uint8_t *)entry.name, sizeof(entry.name));
    return entry;
}

static bool is_named(const struct entry *entry, const char *name)
{
    for (size_t i = 0; i < FILE_NAME_SIZE; i++) {
        if (entry->name[i] != name[i])
            return false;
        if (name[i] == '\0')
            return true;
    }
    return false;
}

static bool is_present(void)
{
    static const uint8_t signature[] = {'Q', 'E', 'M', 'U'};
    if (!(cpuid_read(1, 0).ecx & CPUID_HYPERVISOR))
        return false;
    io_write16(PORT_SELECTOR, KEY_SIGNATURE);
    for (size_t i = 0; i < sizeof(signature); i++)
        if (io_read8(PORT_DATA) != signature[i])
            return false;
    return true;
}

bool fw_cfg_read(const char *name, uint8_t *bytes, size_t capacity, size_t *size)
{
    if (!is_present())
        return false;
    io_write16(PORT_SELECTOR, KEY_DIRECTORY);
    uint32_t count = read_big_endian(4);
    for (uint32_t i = 0; i < count && i < FILE_LIMIT; i++) {
        struct entry entry = read_entry();
        if (!is_named(&entry, name))
            continue;
        *size = entry.size < capacity ? entry.size : capacity;
        io_write16(PORT_SELECTOR, entry.key);
        read_bytes(bytes, *size);
        return true;
    }
    return false;
}
