// MSI as a message source: programming the capability of one function.

#include "drivers/pci/pci_msi_source.h"
#include "drivers/pci/pci.h"
#include "drivers/pci/pci_msi.h"
#include "drivers/pci/pci_msi_probe.h"
#include "drivers/pci/pci_registers.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"

struct pci_msi {
    struct message_source source;
    uint32_t granted; // 0 while closed
};

static struct pci_msi *msi_of(struct message_source *source)
{
    return CONTAINER_OF(source, struct pci_msi, source);
}

static uint16_t control_read(const struct device *device)
{
    return pci_read16(device, pci_msi_register(&device->msi, PCI_MSI_CONTROL));
}

// Answers what the register holds then. The read also pushes messages sent before ahead of its answer.
static uint16_t control_write(struct device *device, uint16_t control)
{
    pci_write16(device, pci_msi_register(&device->msi, PCI_MSI_CONTROL), control);
    uint16_t found = control_read(device);
    device->msi.enabled = found != PCI_GONE16 && found & PCI_MSI_ENABLE;
    return found;
}

static uint32_t mask_read(const struct device *device)
{
    return pci_read32(device, pci_msi_register(&device->msi, PCI_MSI_MASK));
}

static void mask_write(const struct device *device, uint32_t mask)
{
    pci_write32(device, pci_msi_register(&device->msi, PCI_MSI_MASK), mask);
}

// The bits of the block's messages; those of messages not granted are reserved.
static uint32_t mask_all(const struct pci_msi *msi)
{
    return (uint32_t)BITS(msi->granted - 1, 0);
}

static enum result fail(const struct message_source *source, enum result result, const char *reason)
{
    char text[DEVICE_ADDRESS_TEXT];
    log_error("msi: %s: %s", pci_address_format(device_of_source(source)->address, text), reason);
    return result;
}

static enum result fail_read_back(const struct message_source *source)
{
    if (pci_read16(device_of_source(source), PCI_VENDOR_ID) == PCI_GONE16)
        return fail(source, RESULT_GONE, "the function is gone");
    return fail(source, RESULT_MISMATCH, "the capability did not keep what was written");
}

static enum result msi_open(struct message_source *source, uint32_t wanted, uint32_t *granted)
{
    struct device *device = device_of_source(source);
    struct pci_msi *msi = msi_of(source);
    if (source->refusal)
        return RESULT_UNSUPPORTED;
    uint32_t count = pci_msi_grant(wanted, source->capacity);
    uint64_t multiple = FIELD_PUT(PCI_MSI_MULTIPLE_ENABLE, (uint32_t)__builtin_ctz(count));
    uint64_t kept = control_read(device) & ~(PCI_MSI_MULTIPLE_ENABLE | PCI_MSI_ENABLE);
    // Disabled until start: a function without mask bits has no other way to stay silent while it is written.
    uint16_t found = control_write(device, (uint16_t)(kept | multiple));
    if ((found & (PCI_MSI_MULTIPLE_ENABLE | PCI_MSI_ENABLE)) != multiple)
        return fail_read_back(source);
    msi->granted = count;
    if (device->msi.maskable)
        mask_write(device, mask_all(msi));
    *granted = count;
    return RESULT_OK;
}

static struct message_words words_read(const struct device *device)
{
    const struct msi_shape *shape = &device->msi;
    uint64_t low = pci_read32(device, pci_msi_register(shape, PCI_MSI_ADDRESS_LOW));
    uint64_t high = shape->is_64bit ? pci_read32(device, pci_msi_register(shape, PCI_MSI_ADDRESS_HIGH)) : 0;
    return (struct message_words){.address = {high << 32 | low},
                                  .data = pci_read16(device, pci_msi_register(shape, PCI_MSI_DATA))};
}

static void words_write(const struct device *device, struct message_words words)
{
    const struct msi_shape *shape = &device->msi;
    pci_write32(device, pci_msi_register(shape, PCI_MSI_ADDRESS_LOW), (uint32_t)words.address.address);
    if (shape->is_64bit)
        pci_write32(device, pci_msi_register(shape, PCI_MSI_ADDRESS_HIGH), (uint32_t)(words.address.address >> 32));
    pci_write16(device, pci_msi_register(shape, PCI_MSI_DATA), (uint16_t)words.data);
}

// The function may send between two writes, so the words must form a live route after each write: data, then the
// address, one access each, unchanged words not written. The caller guarantees that old address with new data is live.
// Only one half of the address may change, or else a message could leave with one half old and one new.
static enum result words_write_live(const struct message_source *source, struct message_words words)
{
    const struct device *device = device_of_source(source);
    const struct msi_shape *shape = &device->msi;
    struct message_words found = words_read(device);
    uint64_t changed = found.address.address ^ words.address.address;

    if (changed & BITS(31, 0) && changed & BITS(63, 32))
        return fail(source, RESULT_UNSUPPORTED, "both halves of the address would change while messages may leave");
    if (found.data != words.data) {
        pci_write16(device, pci_msi_register(shape, PCI_MSI_DATA), (uint16_t)words.data);
        // New address with old data is no live route.
        if (words_read(device).data != words.data)
            return fail_read_back(source);
    }
    if (changed & BITS(31, 0))
        pci_write32(device, pci_msi_register(shape, PCI_MSI_ADDRESS_LOW), (uint32_t)words.address.address);
    if (changed & BITS(63, 32))
        pci_write32(device, pci_msi_register(shape, PCI_MSI_ADDRESS_HIGH), (uint32_t)(words.address.address >> 32));
    return RESULT_OK;
}

// NULL when this layout can hold the words.
static const char *words_check(const struct pci_msi *msi, struct message_words words)
{
    if (words.address.address & 3 || words.data & (msi->granted - 1))
        return "address or data is not aligned";
    if (words.data >> 16)
        return "data is wider than 16 bits";
    if (words.address.address >> 32 && !device_of_source(&msi->source)->msi.is_64bit)
        return "address above 4 GiB, the capability has 32 bits";
    return NULL;
}

static enum result words_verify(const struct message_source *source, struct message_words words)
{
    return message_words_equal(words_read(device_of_source(source)), words) ? RESULT_OK : fail_read_back(source);
}

// A message that becomes due while masked stays pending and leaves afterwards. If the words do not read back, the
// messages stay masked.
static enum result write_masked(const struct pci_msi *msi, struct message_words words)
{
    const struct device *device = device_of_source(&msi->source);
    uint32_t mask = mask_read(device);
    mask_write(device, mask_all(msi));
    words_write(device, words);
    enum result result = words_verify(&msi->source, words);
    if (result == RESULT_OK)
        mask_write(device, mask);
    return result;
}

static enum result msi_write(struct message_source *source, uint32_t index, struct message_words words)
{
    struct pci_msi *msi = msi_of(source);
    struct device *device = device_of_source(source);
    if (index != 0 || msi->granted == 0)
        return fail(source, RESULT_INVALID, "written while closed, or at an index but 0");
    const char *reason = words_check(msi, words);
    if (reason)
        return fail(source, RESULT_UNSUPPORTED, reason);
    uint16_t control = control_read(device);
    if (control == PCI_GONE16)
        return fail_read_back(source);
    if (!(control & PCI_MSI_ENABLE)) {
        words_write(device, words);
        return words_verify(source, words);
    }
    if (device->msi.maskable)
        return write_masked(msi, words);
    enum result result = words_write_live(source, words);
    return result == RESULT_OK ? words_verify(source, words) : result;
}

static enum result msi_read(struct message_source *source, uint32_t index, struct message_words *words)
{
    if (index >= msi_of(source)->granted)
        return RESULT_INVALID;
    *words = words_read(device_of_source(source));
    words->data |= index;
    return RESULT_OK;
}

static enum result msi_mask(struct message_source *source, uint32_t index, bool masked)
{
    if (index >= msi_of(source)->granted)
        return RESULT_INVALID;
    if (!device_of_source(source)->msi.maskable)
        return RESULT_UNSUPPORTED;
    uint32_t bit = 1u << index;
    uint32_t mask = mask_read(device_of_source(source));
    mask_write(device_of_source(source), masked ? mask | bit : mask & ~bit);
    bool is_masked = mask_read(device_of_source(source)) & bit;
    return is_masked == masked ? RESULT_OK : fail_read_back(source);
}

static enum result msi_status(struct message_source *source, uint32_t index, bool *masked, bool *pending)
{
    const struct device *device = device_of_source(source);
    if (index >= msi_of(source)->granted)
        return RESULT_INVALID;
    *masked = false;
    *pending = false;
    if (device->msi.maskable) {
        *masked = mask_read(device) >> index & 1;
        *pending = pci_read32(device, pci_msi_register(&device->msi, PCI_MSI_PENDING)) >> index & 1;
    }
    return RESULT_OK;
}

static enum result msi_detail(struct message_source *source, uint32_t index, struct message_detail *detail)
{
    if (index >= msi_of(source)->granted)
        return RESULT_INVALID;
    *detail = (struct message_detail){.mode = source->mode, .polarity = source->polarity};
    return RESULT_OK;
}

static uint32_t pending_count(struct message_source *source)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < msi_of(source)->granted; i++) {
        bool masked, is_pending;
        count += msi_status(source, i, &masked, &is_pending) == RESULT_OK && is_pending;
    }
    return count;
}

static enum result msi_probe(struct message_source *source, struct message_probe *probe)
{
    if (msi_of(source)->granted == 0)
        return RESULT_INVALID;
    pci_msi_probe(device_of_source(source), probe);
    probe->pending = pending_count(source);
    return RESULT_OK;
}

// Line off before MSI enable, or else a due interrupt could leave both ways. Enable last.
static enum result msi_start(struct message_source *source, bool bus_master)
{
    struct device *device = device_of_source(source);
    if (msi_of(source)->granted == 0)
        return fail(source, RESULT_INVALID, "started while closed");
    pci_messages_enable(device, bus_master);
    uint16_t control = control_read(device) | PCI_MSI_ENABLE;
    bool is_kept = control_write(device, control) == control && control != PCI_GONE16;
    return is_kept ? RESULT_OK : fail_read_back(source);
}

static void msi_close(struct message_source *source)
{
    struct pci_msi *msi = msi_of(source);
    if (msi->granted == 0)
        return;
    control_write(device_of_source(source), control_read(device_of_source(source)) & (uint16_t)~PCI_MSI_ENABLE);
    if (device_of_source(source)->msi.maskable)
        mask_write(device_of_source(source), mask_all(msi));
    msi->granted = 0;
}

static const struct message_source_operations msi_operations = {
    .open = msi_open,
    .write = msi_write,
    .read = msi_read,
    .mask = msi_mask,
    .status = msi_status,
    .detail = msi_detail,
    .probe = msi_probe,
    .start = msi_start,
    .close = msi_close,
};

struct message_source *pci_msi_source_create(struct device *device)
{
    struct pci_msi *msi = heap_allocate(sizeof(*msi));
    if (!msi)
        return NULL;
    msi->source = (struct message_source){
        .operations = &msi_operations,
        .device = &device->irq,
        .can_mask = device->msi.maskable,
        .kind = MESSAGE_MSI,
        .capacity = device->msi.maximum,
        .refusal = pci_msi_check(&device->msi),
    };
    return &msi->source;
}
