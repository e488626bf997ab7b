// Finds which entries and bits of an MSI-X table are implemented.

#include "drivers/pci/pci_msix_probe.h"
#include "drivers/pci/pci_msix.h"
#include "kernel/runtime/heap.h"

#define LOW_BITS       UINT32_C(0xfffffffc) // the two below them must be zero
#define ALL_BITS       UINT32_C(0xffffffff)
#define TAG_LOW(n)     (((n) + 1) << 12)
#define TAG_DATA(n)    ((n) + 1)
#define APIC_ADDRESSES UINT32_C(0xfee00000)

struct saved_entry {
    uint32_t low, high, data, control;
};

static uint32_t word_read(const struct probe_table *table, uint32_t entry, uint32_t offset)
{
    return table->read(table->context, entry, offset);
}

static void word_write(const struct probe_table *table, uint32_t entry, uint32_t offset, uint32_t value)
{
    table->write(table->context, entry, offset, value);
}

static struct saved_entry entry_save(const struct probe_table *table, uint32_t entry)
{
    return (struct saved_entry){
        word_read(table, entry, PCI_MSIX_ENTRY_LOW),
        word_read(table, entry, PCI_MSIX_ENTRY_HIGH),
        word_read(table, entry, PCI_MSIX_ENTRY_DATA),
        word_read(table, entry, PCI_MSIX_ENTRY_CONTROL),
    };
}

// Masked by the entry's bit and the function mask: no message may leave with test words.
static void table_save(const struct probe_table *table, struct saved_entry *saved)
{
    for (uint32_t i = 0; i < table->count; i++)
        saved[i] = entry_save(table, i);
    for (uint32_t i = 0; i < table->count; i++)
        word_write(table, i, PCI_MSIX_ENTRY_CONTROL, saved[i].control | PCI_MSIX_ENTRY_MASKED);
}

// The bits of a word that can be both set and cleared.
static uint32_t bits_try(const struct probe_table *table, uint32_t entry, uint32_t offset, uint32_t pattern)
{
    word_write(table, entry, offset, pattern);
    uint32_t set = word_read(table, entry, offset);
    word_write(table, entry, offset, 0);
    return set & ~word_read(table, entry, offset) & pattern;
}

static void words_try(const struct probe_table *table, struct probe_entry *entries)
{
    for (uint32_t i = 0; i < table->count; i++) {
        uint64_t high = bits_try(table, i, PCI_MSIX_ENTRY_HIGH, ALL_BITS);
        entries[i].address = high << 32 | bits_try(table, i, PCI_MSIX_ENTRY_LOW, LOW_BITS);
        entries[i].data = bits_try(table, i, PCI_MSIX_ENTRY_DATA, ALL_BITS);
    }
}

static void tags_write(const struct probe_table *table)
{
    for (uint32_t i = 0; i < table->count; i++) {
        word_write(table, i, PCI_MSIX_ENTRY_LOW, TAG_LOW(i));
        word_write(table, i, PCI_MSIX_ENTRY_DATA, TAG_DATA(i));
    }
}

// The entry whose tags a slot holds; `count` when it holds no entry's tags.
static uint32_t tag_owner(const struct probe_table *table, uint32_t place)
{
    uint32_t data = word_read(table, place, PCI_MSIX_ENTRY_DATA);
    uint32_t low = word_read(table, place, PCI_MSIX_ENTRY_LOW);

    if (data == 0 || data > table->count || low != TAG_LOW(data - 1))
        return table->count;
    return data - 1;
}

// Written in ascending order: entries that share storage hold the tags of the highest.
static void tags_read(const struct probe_table *table, struct message_probe *probe)
{
    for (uint32_t i = 0; i < table->count; i++) {
        uint32_t owner = tag_owner(table, i);
        probe->entries[i].same_as = owner < table->count ? owner : i;
    }
    for (uint32_t i = 0; i < table->beyond; i++)
        probe->mirrored += tag_owner(table, table->count + i) < table->count;
    probe->beyond = table->beyond;
}

static bool words_restore(const struct probe_table *table, const struct saved_entry *saved)
{
    bool is_restored = true;

    for (uint32_t i = 0; i < table->count; i++) {
        word_write(table, i, PCI_MSIX_ENTRY_LOW, saved[i].low);
        word_write(table, i, PCI_MSIX_ENTRY_HIGH, saved[i].high);
        word_write(table, i, PCI_MSIX_ENTRY_DATA, saved[i].data);
    }
    for (uint32_t i = 0; i < table->count; i++) {
        struct saved_entry found = entry_save(table, i);
        is_restored =
            is_restored && found.low == saved[i].low && found.high == saved[i].high && found.data == saved[i].data;
    }
    return is_restored;
}

static bool leads_to_apic(const struct saved_entry *saved)
{
    return saved->high == 0 && (saved->low & UINT32_C(0xfff00000)) == APIC_ADDRESSES;
}

static bool mask_keeps(const struct probe_table *table, uint32_t entry, uint32_t control, bool masked)
{
    uint32_t bit = masked ? PCI_MSIX_ENTRY_MASKED : 0;

    word_write(table, entry, PCI_MSIX_ENTRY_CONTROL, (control & ~(uint32_t)PCI_MSIX_ENTRY_MASKED) | bit);
    return (word_read(table, entry, PCI_MSIX_ENTRY_CONTROL) & PCI_MSIX_ENTRY_MASKED) == bit;
}

static bool masks_restore(const struct probe_table *table, const struct saved_entry *saved, struct probe_entry *entries)
{
    bool is_restored = true;

    for (uint32_t i = 0; i < table->count; i++) {
        entries[i].mask = PROBE_MASK_UNTRIED;
        if (leads_to_apic(&saved[i])) {
            bool works = mask_keeps(table, i, saved[i].control, false);
            works = mask_keeps(table, i, saved[i].control, true) && works;
            entries[i].mask = works ? PROBE_MASK_WORKS : PROBE_MASK_FAILS;
        }
        entries[i].vendor = saved[i].control & ~(uint32_t)PCI_MSIX_ENTRY_MASKED;
    }
    for (uint32_t i = 0; i < table->count; i++)
        word_write(table, i, PCI_MSIX_ENTRY_CONTROL, saved[i].control);
    for (uint32_t i = 0; i < table->count; i++)
        is_restored = is_restored && word_read(table, i, PCI_MSIX_ENTRY_CONTROL) == saved[i].control;
    return is_restored;
}

enum result pci_msix_probe(const struct probe_table *table, struct message_probe *probe)
{
    struct saved_entry *saved = heap_allocate(table->count * sizeof(*saved));

    if (!saved)
        return RESULT_NO_MEMORY;
    table_save(table, saved);
    words_try(table, probe->entries);
    tags_write(table);
    tags_read(table, probe);
    bool has_words = words_restore(table, saved);
    // Words before mask bits: an unmasked entry must hold its old route.
    probe->is_restored = masks_restore(table, saved, probe->entries) && has_words;
    probe->entry_count = table->count;
    heap_free(saved);
    return RESULT_OK;
}
