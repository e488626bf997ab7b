// The firmware's tables: ACPI's root pointer and SMBIOS' entry point.

#include "boot/tables.h"
#include "boot/step.h"
#include "kernel/lib/little_endian.h"

enum { RSDP_REVISION = 15, RSDP_RSDT = 16, RSDP_XSDT = 24 };
enum { HEADER_LENGTH = 4, HEADER_OEM = 10, HEADER_SIZE = 36 };
enum { ROOT_LENGTH_LIMIT = 65536 };

// The root table and the width of its entries.
struct root {
    const uint8_t *bytes;
    unsigned width;
};

static const uint8_t *pointer(uint64_t address)
{
    return (const uint8_t *)(uintptr_t)address;
}

static struct root root_find(uint64_t rsdp)
{
    const uint8_t *bytes = pointer(rsdp);
    uint64_t xsdt = bytes[RSDP_REVISION] >= 2 ? little_endian_read(bytes + RSDP_XSDT, 8) : 0;
    if (xsdt != 0)
        return (struct root){pointer(xsdt), 8};
    return (struct root){pointer(little_endian_read32(bytes + RSDP_RSDT)), 4};
}

static void copy_text(char *text, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        text[i] = bytes[i] >= 0x20 && bytes[i] < 0x7f ? (char)bytes[i] : ' ';
    text[length] = '\0';
}

static uint64_t first_table(EFI_GUID preferred, EFI_GUID other)
{
    void *table = efi_library_table(preferred);
    return (uintptr_t)(table != NULL ? table : efi_library_table(other));
}

EFI_STATUS tables_find(struct loader *loader)
{
    loader->rsdp = first_table((EFI_GUID)ACPI_20_TABLE_GUID, (EFI_GUID)ACPI_TABLE_GUID);
    loader->smbios = first_table((EFI_GUID)SMBIOS3_TABLE_GUID, (EFI_GUID)SMBIOS_TABLE_GUID);
    step_note("rsdp 0x%lx, smbios 0x%lx", loader->rsdp, loader->smbios);
    return EFI_SUCCESS;
}

bool tables_acpi_get(uint64_t rsdp, unsigned index, struct tables_acpi *table)
{
    if (rsdp == 0)
        return false;
    struct root root = root_find(rsdp);
    if (root.bytes == NULL)
        return false;
    uint64_t length = little_endian_read32(root.bytes + HEADER_LENGTH);
    uint64_t offset = HEADER_SIZE + (uint64_t)index * root.width;
    if (length > ROOT_LENGTH_LIMIT || offset + root.width > length)
        return false;
    *table = (struct tables_acpi){.signature = "null", .address = little_endian_read(root.bytes + offset, root.width)};
    if (table->address == 0)
        return true;
    const uint8_t *header = pointer(table->address);
    copy_text(table->signature, header, 4);
    copy_text(table->oem, header + HEADER_OEM, 6);
    table->length = little_endian_read32(header + HEADER_LENGTH);
    return true;
}
