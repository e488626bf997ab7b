// An EFI application that gives the machine other ACPI tables, then starts the product: for firmware that has none, and
// for tables of other machines. It reads `tables.bin` beside it, tables one behind the other as ACPI 6.5, 5.2.6 lays
// them out, and starts `signalbox.efi` beside it. A DSDT among them becomes the FADT's.

#include "boot/loader.h"
#include "boot/volume.h"
#include "kernel/lib/little_endian.h"

enum { CAPACITY = 1 << 20, TABLE_COUNT = 64, HEADER_SIZE = 36, LENGTH = 4, CHECKSUM = 9 };
enum { RSDP_SIZE = 36, RSDP_OLD_SIZE = 20, RSDP_OLD_CHECKSUM = 8, RSDP_NEW_CHECKSUM = 32 }; // 5.2.5.3
enum { FADT_DSDT = 40, FADT_X_DSDT = 140 };                                                 // 5.2.9

struct tables {
    uint8_t *bytes; // the file
    UINTN size;
    uint8_t *each[TABLE_COUNT];
    UINTN count;
};

static void put(uint8_t *place, uint64_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        place[i] = (uint8_t)(value >> (8 * i));
}

static void sum(uint8_t *bytes, UINTN size, UINTN place)
{
    uint8_t total = 0;
    bytes[place] = 0;
    for (UINTN i = 0; i < size; i++)
        total = (uint8_t)(total + bytes[i]);
    bytes[place] = (uint8_t)-total;
}

static uint8_t *table_find(const struct tables *tables, const char *signature)
{
    for (UINTN i = 0; i < tables->count; i++)
        if (CompareMem(tables->each[i], signature, 4) == 0)
            return tables->each[i];
    return NULL;
}

// False: the file is not whole tables.
static bool tables_split(struct tables *tables)
{
    UINTN offset = 0;
    while (offset < tables->size) {
        uint8_t *table = tables->bytes + offset;
        if (tables->size - offset < HEADER_SIZE || tables->count == TABLE_COUNT)
            return false;
        UINTN length = little_endian_read32(table + LENGTH);
        if (length < HEADER_SIZE || length > tables->size - offset)
            return false;
        tables->each[tables->count++] = table;
        offset += length;
    }
    return tables->count > 0;
}

static void dsdt_join(const struct tables *tables)
{
    uint8_t *fadt = table_find(tables, "FACP"), *dsdt = table_find(tables, "DSDT");
    if (fadt == NULL || dsdt == NULL)
        return;
    UINTN length = little_endian_read32(fadt + LENGTH);
    if (length >= FADT_DSDT + 4)
        put(fadt + FADT_DSDT, (uintptr_t)dsdt, 4);
    if (length >= FADT_X_DSDT + 8)
        put(fadt + FADT_X_DSDT, (uintptr_t)dsdt, 8);
}

// The XSDT lists all but the DSDT, which only the FADT names. The RSDP stands before it.
static void *root_build(const struct tables *tables, uint8_t *rsdp)
{
    uint8_t *xsdt = rsdp + RSDP_SIZE;
    UINTN length = HEADER_SIZE;
    CopyMem(xsdt, "XSDT\0\0\0\0\1\0SIGNALTABLES  ", 24);
    for (UINTN i = 0; i < tables->count; i++) {
        sum(tables->each[i], little_endian_read32(tables->each[i] + LENGTH), CHECKSUM);
        if (CompareMem(tables->each[i], "DSDT", 4) == 0)
            continue;
        put(xsdt + length, (uintptr_t)tables->each[i], 8);
        length += 8;
    }
    put(xsdt + LENGTH, length, 4);
    sum(xsdt, length, CHECKSUM);
    CopyMem(rsdp, "RSD PTR \0SIGNAL\2", 16);
    put(rsdp + 20, RSDP_SIZE, 4);
    put(rsdp + 24, (uintptr_t)xsdt, 8);
    sum(rsdp, RSDP_OLD_SIZE, RSDP_OLD_CHECKSUM);
    sum(rsdp, RSDP_SIZE, RSDP_NEW_CHECKSUM);
    return rsdp;
}

static EFI_STATUS tables_install(const struct loader *loader)
{
    struct tables tables = {0};
    EFI_GUID guid = ACPI_20_TABLE_GUID;
    uint8_t *root;
    EFI_STATUS status = BS->AllocatePool(EfiACPIReclaimMemory, CAPACITY, (void **)&tables.bytes);
    if (!EFI_ERROR(status))
        status = BS->AllocatePool(EfiACPIReclaimMemory, RSDP_SIZE + HEADER_SIZE + 8 * TABLE_COUNT, (void **)&root);
    if (!EFI_ERROR(status))
        status = volume_read_beside(loader, L"tables.bin", tables.bytes, CAPACITY, &tables.size);
    if (EFI_ERROR(status))
        return status;
    if (!tables_split(&tables))
        return EFI_COMPROMISED_DATA;
    ZeroMem(root, RSDP_SIZE + HEADER_SIZE + 8 * TABLE_COUNT);
    dsdt_join(&tables);
    return BS->InstallConfigurationTable(&guid, root_build(&tables, root));
}

static EFI_STATUS product_start(const struct loader *loader)
{
    EFI_HANDLE product;
    static CHAR16 name[] = L"\\EFI\\BOOT\\signalbox.efi";
    EFI_DEVICE_PATH *path = FileDevicePath(loader->loaded->DeviceHandle, name);
    EFI_STATUS status = BS->LoadImage(FALSE, loader->image, path, NULL, 0, &product);
    return EFI_ERROR(status) ? status : BS->StartImage(product, NULL, NULL);
}

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system);

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
    struct loader loader = {.image = image};
    efi_library_start(image, system);
    loader.loaded = efi_library_protocol(image, &LoadedImageProtocol);
    EFI_STATUS status = loader.loaded == NULL ? EFI_UNSUPPORTED : tables_install(&loader);
    if (!EFI_ERROR(status))
        status = product_start(&loader);
    efi_library_print("tables: ");
    efi_library_print(efi_library_status(status));
    efi_library_print("\n");
    return status;
}
