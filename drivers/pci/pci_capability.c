// Capability lists: pure walks over untrusted configuration space.

#include "drivers/pci/pci_capability.h"
#include "drivers/pci/pci_registers.h"
#include "kernel/lib/output.h"

enum {
    LIST_START = 0x40,
    POINTER_MASK = 0xfc,           // the low two bits are reserved
    EXTENDED_POINTER_MASK = 0xffc, // likewise
};

// The places visited, one bit a dword.
struct visited {
    uint64_t words[PCI_CAPABILITY_EXTENDED_LIMIT / 64];
};

static bool visit(struct visited *visited, uint32_t place)
{
    uint64_t bit = BIT(place % 64);
    bool again = visited->words[place / 64] & bit;
    visited->words[place / 64] |= bit;
    return !again;
}

static void walk_fault(struct pci_capability_walk *walk, enum pci_capability_fault fault, uint16_t offset)
{
    walk->fault = fault;
    walk->fault_offset = offset;
}

static void walk_start(struct pci_capability_walk *walk)
{
    walk->count = 0;
    walk_fault(walk, PCI_CAPABILITY_PROPER, 0);
}

// May the walk read a capability here? Names the fault if not. Every place is entered once at most, so the number of
// places bounds the walk and its items.
static bool walk_enter(struct pci_capability_walk *walk, struct visited *visited, uint16_t offset, uint16_t start)
{
    if (offset < start)
        walk_fault(walk, PCI_CAPABILITY_BELOW, offset);
    else if (!visit(visited, (uint32_t)(offset - start) / 4))
        walk_fault(walk, PCI_CAPABILITY_LOOPS, offset);
    return walk->fault == PCI_CAPABILITY_PROPER;
}

static void walk_keep(struct pci_capability_walk *walk, uint32_t id, uint16_t offset)
{
    walk->items[walk->count++] = (struct capability){.id = (uint16_t)id, .offset = offset};
}

static bool has_list(const struct pci_reader *reader)
{
    uint32_t command_and_status = reader->read32(reader->context, PCI_COMMAND);
    return command_and_status != PCI_GONE32 && command_and_status >> 16 & PCI_STATUS_CAPABILITIES;
}

void pci_capability_walk(const struct pci_reader *reader, struct pci_capability_walk *walk)
{
    struct visited visited = {0};
    walk_start(walk);
    if (!has_list(reader))
        return;
    uint16_t offset = reader->read32(reader->context, PCI_CAPABILITIES) & POINTER_MASK;
    while (offset && walk_enter(walk, &visited, offset, LIST_START)) {
        uint32_t header = reader->read32(reader->context, offset);
        // ID 0xff is no capability: a removed function or unimplemented space reads so.
        if ((header & 0xff) == PCI_GONE8) {
            walk_fault(walk, PCI_CAPABILITY_ALL_ONES, offset);
            return;
        }
        walk_keep(walk, header & 0xff, offset);
        offset = header >> 8 & POINTER_MASK;
    }
}

void pci_capability_walk_extended(const struct pci_reader *reader, struct pci_capability_walk *walk)
{
    struct visited visited = {0};
    walk_start(walk);
    uint16_t offset = PCI_STANDARD_SIZE;
    if (reader->read32(reader->context, offset) == PCI_GONE32)
        return;
    while (offset && walk_enter(walk, &visited, offset, PCI_STANDARD_SIZE)) {
        uint32_t header = reader->read32(reader->context, offset);
        if (header == 0)
            return;
        if (header == PCI_GONE32) {
            walk_fault(walk, PCI_CAPABILITY_ALL_ONES, offset);
            return;
        }
        walk_keep(walk, header & 0xffff, offset);
        offset = header >> 20 & EXTENDED_POINTER_MASK;
    }
}

bool pci_capability_fault_text(const struct pci_capability_walk *walk, char text[PCI_CAPABILITY_FAULT_TEXT])
{
    static const char *const words[] = {
        [PCI_CAPABILITY_LOOPS] = "loops at",
        [PCI_CAPABILITY_ALL_ONES] = "all ones at",
        [PCI_CAPABILITY_BELOW] = "points to",
    };
    if (walk->fault == PCI_CAPABILITY_PROPER)
        return false;
    format_text(text, PCI_CAPABILITY_FAULT_TEXT, "%s 0x%x", words[walk->fault], walk->fault_offset);
    return true;
}

uint16_t pci_capability_find(const struct capability_list *list, uint16_t id)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (list->items[i].id == id)
            return list->items[i].offset;
    return 0;
}
