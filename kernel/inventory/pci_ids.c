// Names of PCI vendors, devices and classes.

#include "kernel/inventory/pci_ids.h"
#include "kernel/inventory/pci_ids_table.h"

// The last page whose first key is at most `key`; NULL when there is none.
static const struct pci_ids_page *page_find(const struct pci_ids_table *table, uint32_t key)
{
    uint32_t below = 0, above = (table->count + PCI_IDS_PAGE_ENTRIES - 1) / PCI_IDS_PAGE_ENTRIES;
    while (below < above) {
        uint32_t middle = below + (above - below) / 2;
        if (table->pages[middle].key <= key)
            below = middle + 1;
        else
            above = middle;
    }
    return below == 0 ? NULL : &table->pages[below - 1];
}

static uint32_t page_entries(const struct pci_ids_table *table, const struct pci_ids_page *page)
{
    uint32_t before = (uint32_t)(page - table->pages) * PCI_IDS_PAGE_ENTRIES;
    return table->count - before < PCI_IDS_PAGE_ENTRIES ? table->count - before : PCI_IDS_PAGE_ENTRIES;
}

static uint32_t step_read(const uint8_t **steps)
{
    uint32_t step = 0, shift = 0;
    uint8_t byte;
    do {
        byte = *(*steps)++;
        step |= (uint32_t)(byte & 0x7f) << shift;
        shift += 7;
    } while (byte & 0x80);
    return step;
}

static const uint8_t *name_skip(const uint8_t *name)
{
    while (*name != 0)
        name++;
    return name + 1;
}

// The coded name of `key`; NULL when it is not in the table.
static const uint8_t *name_find(const struct pci_ids_table *table, uint32_t key)
{
    const struct pci_ids_page *page = page_find(table, key);
    if (!page)
        return NULL;
    const uint8_t *steps = table->steps + page->step, *name = table->names + page->name;
    uint32_t found = page->key;
    for (uint32_t left = page_entries(table, page) - 1; found < key && left > 0; left--) {
        found += step_read(&steps);
        name = name_skip(name);
    }
    return found == key ? name : NULL;
}

static size_t text_add(char *text, size_t length, char character)
{
    if (length + 1 < PCI_IDS_TEXT)
        text[length++] = character;
    return length;
}

static void name_expand(const uint8_t *name, char *text)
{
    size_t length = 0;
    for (; *name != 0; name++) {
        if (*name < PCI_IDS_PHRASE_FIRST) {
            length = text_add(text, length, (char)*name);
            continue;
        }
        const uint16_t *start = &pci_ids_phrase_starts[*name - PCI_IDS_PHRASE_FIRST];
        for (uint32_t i = start[0]; i < start[1]; i++)
            length = text_add(text, length, pci_ids_phrases[i]);
    }
    text[length] = '\0';
}

static bool text_find(const struct pci_ids_table *table, uint32_t key, char *text)
{
    const uint8_t *name = name_find(table, key);
    text[0] = '\0';
    if (name)
        name_expand(name, text);
    return name != NULL;
}

bool pci_ids_vendor(uint16_t vendor, char *text)
{
    return text_find(&pci_ids_vendors, vendor, text);
}

bool pci_ids_device(uint16_t vendor, uint16_t device, char *text)
{
    return text_find(&pci_ids_devices, (uint32_t)vendor << 16 | device, text);
}

bool pci_ids_class(uint32_t class_code, char *text)
{
    return text_find(&pci_ids_classes, (uint32_t)PCI_IDS_CLASS << 24 | (class_code & 0xff0000), text);
}

bool pci_ids_subclass(uint32_t class_code, char *text)
{
    return text_find(&pci_ids_classes, (uint32_t)PCI_IDS_SUBCLASS << 24 | (class_code & 0xffff00), text);
}

bool pci_ids_interface(uint32_t class_code, char *text)
{
    return text_find(&pci_ids_classes, (uint32_t)PCI_IDS_INTERFACE << 24 | (class_code & 0xffffff), text);
}
