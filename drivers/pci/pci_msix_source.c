// MSI-X as a message source: programming the table of one function.

#include "drivers/pci/pci_msix_source.h"
#include "arch/mmio.h"
#include "drivers/pci/pci.h"
#include "drivers/pci/pci_msix.h"
#include "drivers/pci/pci_msix_probe.h"
#include "drivers/pci/pci_registers.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"

#define CONTROL_BITS (PCI_MSIX_ENABLE | PCI_MSIX_FUNCTION_MASK)

struct pci_msix {
    struct message_source source;
    volatile uint8_t *table; // NULL until the first open
    volatile uint8_t *pba;
    bool is_open;
    bool is_known;     // entries from `used` on were masked by this kernel and not written since
    uint32_t used;     // entries below may be open
    uint16_t control;  // message control, as it was read last
    uint32_t vendor[]; // of each entry, vector control without its mask bit, when the table was not known
};

static struct pci_msix *msix_of(struct message_source *source)
{
    return CONTAINER_OF(source, struct pci_msix, source);
}

RARE static enum result fail(const struct message_source *source, enum result result, const char *reason)
{
    char text[DEVICE_ADDRESS_TEXT];
    log_error("msix: %s: %s", pci_address_format(device_of_source(source)->address, text), reason);
    return result;
}

RARE static enum result fail_read_back(const struct message_source *source, const char *reason)
{
    if (pci_read16(device_of_source(source), PCI_VENDOR_ID) == PCI_GONE16)
        return fail(source, RESULT_GONE, "the function is gone");
    return fail(source, RESULT_MISMATCH, reason);
}

static uint16_t control_offset(const struct device *device)
{
    return (uint16_t)(device->msix.offset + PCI_MSIX_CONTROL);
}

// Reads message control. Other enable or function mask bits than this kernel wrote mean a reset: the table is then
// lost.
static uint16_t control_read(struct pci_msix *msix)
{
    const struct device *device = device_of_source(&msix->source);
    uint16_t control = pci_read16(device, control_offset(device));
    msix->is_known = msix->is_known && ((control ^ msix->control) & CONTROL_BITS) == 0;
    msix->control = control;
    return control;
}

// Changes the enable and function mask bits of message control as it was read last, all others being read-only, and
// reads back, which also waits until the function has taken the change.
static enum result control_set(struct message_source *source, uint16_t bits)
{
    struct pci_msix *msix = msix_of(source);
    struct device *device = device_of_source(source);
    uint16_t offset = control_offset(device);
    pci_write16(device, offset, (uint16_t)((msix->control & ~CONTROL_BITS) | bits));
    uint16_t control = pci_read16(device, offset);
    msix->control = control;
    device->msix.enabled = control & PCI_MSIX_ENABLE;
    device->msix.function_masked = control & PCI_MSIX_FUNCTION_MASK;
    if (control != PCI_GONE16 && (control & CONTROL_BITS) == bits)
        return RESULT_OK;
    msix->is_known = false;
    return fail_read_back(source, "message control did not keep what was written");
}

static volatile uint8_t *entry_of(struct message_source *source, uint32_t index)
{
    struct pci_msix *msix = msix_of(source);
    bool is_there = msix->is_open && index < source->capacity;
    return is_there ? msix->table + (size_t)index * PCI_MSIX_ENTRY_SIZE : NULL;
}

// Answers what vector control holds now, as far as this CPU knows. No write where the bit stands as wanted already.
static uint32_t entry_mask(volatile uint8_t *entry, bool masked)
{
    uint32_t control = mmio_read32(entry + PCI_MSIX_ENTRY_CONTROL);
    uint32_t wanted = masked ? control | PCI_MSIX_ENTRY_MASKED : control & ~(uint32_t)PCI_MSIX_ENTRY_MASKED;
    if (wanted != control)
        mmio_write32(entry + PCI_MSIX_ENTRY_CONTROL, wanted);
    return wanted;
}

static struct message_words entry_read(const volatile uint8_t *entry)
{
    uint64_t low = mmio_read32(entry + PCI_MSIX_ENTRY_LOW);
    uint64_t high = mmio_read32(entry + PCI_MSIX_ENTRY_HIGH);
    return (struct message_words){.address = {high << 32 | low}, .data = mmio_read32(entry + PCI_MSIX_ENTRY_DATA)};
}

static uint32_t vendor_bits(uint32_t control)
{
    return control & ~(uint32_t)PCI_MSIX_ENTRY_MASKED;
}

static void table_take_over(struct pci_msix *msix)
{
    for (uint32_t i = 0; i < msix->source.capacity; i++)
        msix->vendor[i] = vendor_bits(entry_mask(msix->table + (size_t)i * PCI_MSIX_ENTRY_SIZE, true));
    msix->is_known = true;
    msix->used = 0;
}

// In a known table only used entries are written: a table has up to 2048.
static void table_mask(struct pci_msix *msix)
{
    if (!msix->is_known || msix->source.is_suspect) {
        table_take_over(msix);
        msix->source.is_suspect = false;
    }
    for (uint32_t i = 0; i < msix->used; i++)
        entry_mask(msix->table + (size_t)i * PCI_MSIX_ENTRY_SIZE, true);
    msix->used = 0;
}

static enum result place_map(const struct device *device, uint8_t bar, uint32_t offset, uint32_t size,
                             volatile uint8_t **pointer)
{
    volatile void *mapped;
    struct physical base = {device->bars[bar].base.address + offset};
    enum result result = mmio_map(base, size, &mapped);
    if (result == RESULT_OK)
        *pointer = mapped;
    return result;
}

// After the first open only the function's own decode is set again: a reset clears it.
static enum result table_map(struct pci_msix *msix)
{
    struct device *device = device_of_source(&msix->source);
    const struct msix_shape *shape = &device->msix;
    if (msix->pba) {
        pci_memory_decode(device, true);
        return RESULT_OK;
    }
    enum result result = pci_bar_reach(device, shape->table_bar);
    if (result != RESULT_OK)
        return result;
    result = place_map(device, shape->table_bar, shape->table_offset, pci_msix_table_bytes(shape), &msix->table);
    if (result == RESULT_OK)
        result = place_map(device, shape->pba_bar, shape->pba_offset, pci_msix_pba_bytes(shape), &msix->pba);
    return result == RESULT_OK ? RESULT_OK : fail(&msix->source, result, "table or PBA cannot be mapped");
}

// MSI-X is enabled with the function mask set before the table is accessed: some functions respond to table accesses
// only while enabled, and none may send what firmware or a reset left in it.
static enum result msix_open(struct message_source *source, uint32_t wanted, uint32_t *granted)
{
    struct pci_msix *msix = msix_of(source);
    if (source->refusal)
        return RESULT_UNSUPPORTED;
    enum result result = table_map(msix);
    if (result != RESULT_OK)
        return result;
    control_read(msix);
    result = control_set(source, PCI_MSIX_ENABLE | PCI_MSIX_FUNCTION_MASK);
    if (result != RESULT_OK) {
        if (result != RESULT_GONE)
            (void)control_set(source, PCI_MSIX_FUNCTION_MASK);
        return result;
    }
    table_mask(msix);
    msix->is_open = true;
    *granted = wanted < source->capacity ? wanted : source->capacity;
    return RESULT_OK;
}

// Masked, low, high, data, control: a function must not fetch an entry of which one half is new. The read-back also
// pushes the writes to the function, and messages it sent before ahead of the answer.
static enum result msix_write(struct message_source *source, uint32_t index, struct message_words words)
{
    volatile uint8_t *entry = entry_of(source, index);
    if (!entry || words.address.address & 3)
        return fail(source, RESULT_INVALID, "no such entry, or an address that is not aligned");
    uint32_t control = entry_mask(entry, true);
    mmio_write32(entry + PCI_MSIX_ENTRY_LOW, (uint32_t)words.address.address);
    mmio_write32(entry + PCI_MSIX_ENTRY_HIGH, (uint32_t)(words.address.address >> 32));
    mmio_write32(entry + PCI_MSIX_ENTRY_DATA, words.data);
    mmio_write32(entry + PCI_MSIX_ENTRY_CONTROL, control);
    struct message_words found = entry_read(entry);
    bool is_masked = mmio_read32(entry + PCI_MSIX_ENTRY_CONTROL) & PCI_MSIX_ENTRY_MASKED;
    if (is_masked && message_words_equal(found, words))
        return RESULT_OK;
    return fail_read_back(source, "a table entry did not keep what was written");
}

static enum result msix_read(struct message_source *source, uint32_t index, struct message_words *words)
{
    const volatile uint8_t *entry = entry_of(source, index);
    if (!entry)
        return RESULT_INVALID;
    *words = entry_read(entry);
    return RESULT_OK;
}

static enum result msix_mask(struct message_source *source, uint32_t index, bool masked)
{
    volatile uint8_t *entry = entry_of(source, index);
    if (!entry)
        return RESULT_INVALID;
    if (!masked && index >= msix_of(source)->used)
        msix_of(source)->used = index + 1;
    entry_mask(entry, masked);
    bool is_masked = mmio_read32(entry + PCI_MSIX_ENTRY_CONTROL) & PCI_MSIX_ENTRY_MASKED;
    return is_masked == masked ? RESULT_OK : fail_read_back(source, "a mask bit did not keep what was written");
}

static enum result msix_status(struct message_source *source, uint32_t index, bool *masked, bool *pending)
{
    const volatile uint8_t *entry = entry_of(source, index);
    if (!entry)
        return RESULT_INVALID;
    *masked = mmio_read32(entry + PCI_MSIX_ENTRY_CONTROL) & PCI_MSIX_ENTRY_MASKED;
    *pending = mmio_read32(msix_of(source)->pba + index / 32 * 4) >> index % 32 & 1;
    return RESULT_OK;
}

static enum result msix_detail(struct message_source *source, uint32_t index, struct message_detail *detail)
{
    const volatile uint8_t *entry = entry_of(source, index);
    if (!entry)
        return RESULT_INVALID;
    *detail = (struct message_detail){
        .mode = source->mode,
        .polarity = source->polarity,
        .vendor = vendor_bits(mmio_read32(entry + PCI_MSIX_ENTRY_CONTROL)),
        .vendor_at_open = msix_of(source)->vendor[index],
    };
    return RESULT_OK;
}

static uint32_t probe_read(void *context, uint32_t entry, uint32_t offset)
{
    volatile uint8_t *table = context;
    return mmio_read32(table + (size_t)entry * PCI_MSIX_ENTRY_SIZE + offset);
}

static void probe_write(void *context, uint32_t entry, uint32_t offset, uint32_t value)
{
    volatile uint8_t *table = context;
    mmio_write32(table + (size_t)entry * PCI_MSIX_ENTRY_SIZE + offset, value);
}

static uint32_t pending_count(const struct pci_msix *msix)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < msix->source.capacity; i++)
        count += mmio_read32(msix->pba + i / 32 * 4) >> i % 32 & 1;
    return count;
}

// While the function mask is set no message leaves; pending messages leave when it is cleared.
static enum result msix_probe(struct message_source *source, struct message_probe *probe)
{
    struct pci_msix *msix = msix_of(source);
    const struct device *device = device_of_source(source);
    uint16_t control = control_read(msix);
    volatile uint8_t *table;
    if (!msix->is_open || control == PCI_GONE16)
        return RESULT_INVALID;
    uint32_t bytes = pci_msix_page_bytes(&device->msix, device->bars);
    if (place_map(device, device->msix.table_bar, device->msix.table_offset, bytes, &table) != RESULT_OK)
        return RESULT_NO_MEMORY;
    struct probe_table words = {probe_read, probe_write, (void *)table, source->capacity,
                                bytes / PCI_MSIX_ENTRY_SIZE - source->capacity};
    enum result result = control_set(source, PCI_MSIX_ENABLE | PCI_MSIX_FUNCTION_MASK);
    if (result == RESULT_OK)
        result = pci_msix_probe(&words, probe);
    probe->pending = result == RESULT_OK ? pending_count(msix) : 0;
    enum result restored = control_set(source, control & CONTROL_BITS);
    return result == RESULT_OK ? restored : result;
}

// Line off first, or else a due interrupt could leave both ways. Function mask cleared last.
static enum result msix_start(struct message_source *source, bool bus_master)
{
    if (!msix_of(source)->is_open)
        return fail(source, RESULT_INVALID, "started while closed");
    pci_messages_enable(device_of_source(source), bus_master);
    return control_set(source, PCI_MSIX_ENABLE);
}

static void msix_close(struct message_source *source)
{
    struct pci_msix *msix = msix_of(source);
    if (!msix->is_open)
        return;
    control_read(msix);
    // control_set has logged that the function is gone; its table cannot be read.
    if (control_set(source, PCI_MSIX_ENABLE | PCI_MSIX_FUNCTION_MASK) == RESULT_OK) {
        table_mask(msix);
        (void)control_set(source, PCI_MSIX_FUNCTION_MASK);
    }
    msix->is_open = false;
}

static const struct message_source_operations msix_operations = {
    .open = msix_open,
    .write = msix_write,
    .read = msix_read,
    .mask = msix_mask,
    .status = msix_status,
    .detail = msix_detail,
    .probe = msix_probe,
    .start = msix_start,
    .close = msix_close,
};

struct message_source *pci_msix_source_create(struct device *device)
{
    size_t vendor = device->msix.table_size * sizeof(uint32_t);
    struct pci_msix *msix = heap_allocate(sizeof(*msix) + vendor);
    if (!msix)
        return NULL;
    msix->source = (struct message_source){
        .operations = &msix_operations,
        .device = &device->irq,
        .can_mask = true,
        .kind = MESSAGE_MSIX,
        .capacity = device->msix.table_size,
        .refusal = pci_msix_check(&device->msix, device->bars),
    };
    return &msix->source;
}
