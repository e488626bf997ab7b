// MSI-X: the capability as a shape, checked against the BARs. Pure.

#include "drivers/pci/pci_msix.h"
#include "drivers/pci/pci_bar.h"
#include "drivers/pci/pci_registers.h"

#define CONTROL_TABLE_SIZE BITS(10, 0) // counts from 0
#define PLACE_BIR          BITS(2, 0)
#define PLACE_OFFSET       BITS(31, 3) // in place: the low three bits are not part of it, nothing is shifted

// A structure in a BAR, and the words for what may be wrong with it.
struct place {
    uint8_t bar;
    uint64_t start;
    uint64_t end;
    const char *bad_bir;
    const char *upper_half;
    const char *not_memory;
    const char *unassigned;
    const char *refused;
    const char *outside;
};

struct msix_shape pci_msix_decode(uint16_t offset, uint16_t control, uint32_t table, uint32_t pba)
{
    return (struct msix_shape){
        .offset = offset,
        .table_size = (uint32_t)FIELD_GET(CONTROL_TABLE_SIZE, control) + 1,
        .table_bar = table & PLACE_BIR,
        .table_offset = table & PLACE_OFFSET,
        .pba_bar = pba & PLACE_BIR,
        .pba_offset = pba & PLACE_OFFSET,
        .enabled = control & PCI_MSIX_ENABLE,
        .function_masked = control & PCI_MSIX_FUNCTION_MASK,
    };
}

uint32_t pci_msix_table_bytes(const struct msix_shape *shape)
{
    return shape->table_size * PCI_MSIX_ENTRY_SIZE;
}

uint32_t pci_msix_pba_bytes(const struct msix_shape *shape)
{
    return (shape->table_size + 63) / 64 * 8;
}

uint32_t pci_msix_page_bytes(const struct msix_shape *shape, const struct bar bars[DEVICE_BAR_COUNT])
{
    const struct bar *bar = &bars[shape->table_bar];
    uint64_t bytes = pci_msix_table_bytes(shape), room = bar->size - shape->table_offset;
    uint64_t into_page = (bar->base.address + shape->table_offset + bytes) % PAGE_SIZE;

    bytes += into_page ? PAGE_SIZE - into_page : 0;
    if (shape->pba_bar == shape->table_bar && shape->pba_offset > shape->table_offset &&
        room > shape->pba_offset - shape->table_offset)
        room = shape->pba_offset - shape->table_offset;
    return (uint32_t)(bytes < room ? bytes : room) & ~(uint32_t)(PCI_MSIX_ENTRY_SIZE - 1);
}

static struct place place_table(const struct msix_shape *shape)
{
    return (struct place){
        .bar = shape->table_bar,
        .start = shape->table_offset,
        .end = (uint64_t)shape->table_offset + pci_msix_table_bytes(shape),
        .bad_bir = "table BIR is reserved (6 or 7)",
        .upper_half = "table BIR names the upper half of a 64-bit BAR",
        .not_memory = "table BIR names no memory BAR",
        .unassigned = "the table's BAR has no address",
        .refused = "the table's BAR lies where it must not",
        .outside = "table ends outside its BAR",
    };
}

static struct place place_pba(const struct msix_shape *shape)
{
    return (struct place){
        .bar = shape->pba_bar,
        .start = shape->pba_offset,
        .end = (uint64_t)shape->pba_offset + pci_msix_pba_bytes(shape),
        .bad_bir = "PBA BIR is reserved (6 or 7)",
        .upper_half = "PBA BIR names the upper half of a 64-bit BAR",
        .not_memory = "PBA BIR names no memory BAR",
        .unassigned = "the PBA's BAR has no address",
        .refused = "the PBA's BAR lies where it must not",
        .outside = "PBA ends outside its BAR",
    };
}

static const char *place_check(const struct place *place, const struct bar bars[DEVICE_BAR_COUNT])
{
    if (place->bar >= DEVICE_BAR_COUNT)
        return place->bad_bir;
    const struct bar *bar = &bars[place->bar];
    if (bar->kind == BAR_NONE && place->bar > 0 && bars[place->bar - 1].kind == BAR_MEM64)
        return place->upper_half;
    if (bar->kind != BAR_MEM32 && bar->kind != BAR_MEM64)
        return place->not_memory;
    if (bar->refusal)
        return place->refused;
    if (!pci_bar_is_usable(bar))
        return place->unassigned;
    return place->end > bar->size ? place->outside : NULL;
}

const char *pci_msix_check(const struct msix_shape *shape, const struct bar bars[DEVICE_BAR_COUNT])
{
    if (shape->offset > PCI_STANDARD_SIZE - PCI_MSIX_SIZE)
        return "MSI-X capability runs past the end of configuration space";
    struct place table = place_table(shape);
    struct place pba = place_pba(shape);
    const char *reason = place_check(&table, bars);
    if (!reason)
        reason = place_check(&pba, bars);
    if (reason)
        return reason;
    bool overlap = table.bar == pba.bar && table.start < pba.end && pba.start < table.end;
    return overlap ? "table and PBA overlap" : NULL;
}
