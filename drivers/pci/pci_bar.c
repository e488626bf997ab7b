// Base address registers: pure decoding, and the sizing sequence.

#include "drivers/pci/pci_bar.h"
#include "drivers/pci/pci.h"
#include "drivers/pci/pci_registers.h"
#include "kernel/runtime/log.h"

enum {
    BAR_IS_IO = 1 << 0,
    BAR_PREFETCHABLE = 1 << 3,
    BAR_TYPE_32 = 0,
    BAR_TYPE_BELOW_1M = 1,
    BAR_TYPE_64 = 2,
    ENDPOINT_BAR_COUNT = 6,
    BRIDGE_BAR_COUNT = 2,
    PORT_COUNT = 0x10000,
};

#define BAR_TYPE    BITS(2, 1)
#define IO_BASE     UINT64_C(0xfffffffc)
#define MEMORY_BASE (~UINT64_C(0xf))
#define HIGH_HALF   UINT64_C(0xffffffff00000000)

static struct pci_bar_decoded decoded_none(uint32_t slots, const char *note)
{
    return (struct pci_bar_decoded){.slots = slots, .note = note};
}

// `mask` has the bits that could be set, and ones above the register's own width. The lowest is the size. A register
// that kept its value, with holes in the mask, is a constant.
static struct pci_bar_decoded decode_range(struct bar bar, uint64_t mask, bool is_kept, uint32_t slots)
{
    bar.size = mask & (~mask + 1);
    bool has_holes = (mask | (bar.size - 1)) != ~UINT64_C(0);
    if (is_kept && has_holes)
        return decoded_none(slots, "keeps a fixed value");
    return (struct pci_bar_decoded){.bar = bar, .slots = slots};
}

// Bits 31..16 of an I/O BAR may be unimplemented: a PC has 16 bits of I/O address.
static struct pci_bar_decoded decode_io(struct pci_bar_words words)
{
    uint64_t mask = words.probe & IO_BASE;
    if (mask == 0)
        return decoded_none(1, "I/O without address bits");
    mask |= mask >> 16 ? HIGH_HALF : HIGH_HALF | 0xffff0000;
    struct bar bar = {.kind = BAR_IO, .base = {words.value & IO_BASE}};
    return decode_range(bar, mask, words.value == words.probe, 1);
}

static struct pci_bar_decoded decode_memory32(struct pci_bar_words words)
{
    uint64_t mask = words.probe & MEMORY_BASE;
    if (mask == 0)
        return decoded_none(1, "memory without address bits");
    struct bar bar = {
        .kind = BAR_MEM32,
        .base = {words.value & MEMORY_BASE},
        .prefetchable = words.probe & BAR_PREFETCHABLE,
    };
    return decode_range(bar, HIGH_HALF | mask, words.value == words.probe, 1);
}

static struct pci_bar_decoded decode_below_1m(struct pci_bar_words words)
{
    struct pci_bar_decoded decoded = decode_memory32(words);
    if (!decoded.note)
        decoded.note = "legacy type: below 1 MiB only";
    return decoded;
}

static struct pci_bar_decoded decode_memory64(struct pci_bar_words low, struct pci_bar_words high)
{
    uint64_t mask = ((uint64_t)high.probe << 32 | low.probe) & MEMORY_BASE;
    if (mask == 0)
        return decoded_none(2, "memory without address bits");
    struct bar bar = {
        .kind = BAR_MEM64,
        .base = {((uint64_t)high.value << 32 | low.value) & MEMORY_BASE},
        .prefetchable = low.probe & BAR_PREFETCHABLE,
    };
    return decode_range(bar, mask, low.value == low.probe && high.value == high.probe, 2);
}

struct pci_bar_decoded pci_bar_decode(const struct pci_bar_words *words, uint32_t slots_left)
{
    if (words->probe == 0)
        return decoded_none(1, NULL);
    if (words->probe & BAR_IS_IO)
        return words->probe == PCI_GONE32 ? decoded_none(1, "answers all ones") : decode_io(*words);
    uint64_t type = FIELD_GET(BAR_TYPE, words->probe);
    if (type == BAR_TYPE_32)
        return decode_memory32(*words);
    if (type == BAR_TYPE_BELOW_1M)
        return decode_below_1m(*words);
    if (type != BAR_TYPE_64)
        return decoded_none(1, "reserved memory type");
    return slots_left < 2 ? decoded_none(1, "64-bit in the last register") : decode_memory64(words[0], words[1]);
}

bool pci_bar_is_usable(const struct bar *bar)
{
    bool is_memory = bar->kind == BAR_MEM32 || bar->kind == BAR_MEM64;
    return is_memory && !bar->refusal && bar->base.address && bar->size &&
           bar->base.address + (bar->size - 1) >= bar->base.address;
}

bool pci_bar_is_port(const struct bar *bar)
{
    return bar->kind == BAR_IO && !bar->refusal && bar->base.address && bar->base.address < PORT_COUNT && bar->size &&
           bar->size <= PORT_COUNT - bar->base.address;
}

static uint32_t slot_total(const struct device *device)
{
    if (device->header_type == PCI_HEADER_BRIDGE)
        return BRIDGE_BAR_COUNT;
    bool probe = device->header_type == PCI_HEADER_ENDPOINT && device->class_code >> 8 != PCI_CLASS_HOST_BRIDGE;
    return probe ? ENDPOINT_BAR_COUNT : 0;
}

static struct pci_bar_words slot_probe(const struct device *device, uint16_t offset)
{
    struct pci_bar_words words = {.value = pci_read32(device, offset)};
    pci_write32(device, offset, PCI_GONE32);
    words.probe = pci_read32(device, offset);
    pci_write32(device, offset, words.value);
    return words;
}

// Nothing may log between the two writes to the command register: the console may be behind this very function.
static bool slots_probe(const struct device *device, struct pci_bar_words *words, uint32_t slots)
{
    uint16_t command = pci_read16(device, PCI_COMMAND);
    if (command == PCI_GONE16)
        return false;
    pci_write16(device, PCI_COMMAND, (uint16_t)(command & ~(PCI_COMMAND_MEMORY | PCI_COMMAND_IO)));
    for (uint32_t i = 0; i < slots; i++)
        words[i] = slot_probe(device, (uint16_t)(PCI_BASE_ADDRESS + 4 * i));
    pci_write16(device, PCI_COMMAND, command);
    return true;
}

static void note_log(const struct device *device, uint32_t index, const char *note)
{
    if (!note)
        return;
    char text[DEVICE_ADDRESS_TEXT];
    log_warning("pci: %s: BAR %u: %s", pci_address_format(device->address, text), index, note);
}

void pci_bar_read_all(struct device *device)
{
    struct pci_bar_words words[DEVICE_BAR_COUNT] = {0};
    uint32_t slots = slot_total(device);
    if (slots == 0 || !slots_probe(device, words, slots))
        return;
    for (uint32_t i = 0; i < slots;) {
        struct pci_bar_decoded decoded = pci_bar_decode(&words[i], slots - i);
        device->bars[i] = decoded.bar;
        note_log(device, i, decoded.note);
        i += decoded.slots;
    }
}
