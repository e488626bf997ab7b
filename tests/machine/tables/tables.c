// An EFI application for tests: installs the ACPI tables of its volume, then starts the product from there.
//
// instead/0, instead/1, ...: each a whole table with its header, in place of the firmware's tables of that signature; a
// file of the four bytes of a signature removes these. beside/0, beside/1, ...: behind all others. Checksums of tables
// are used as they are. /signalbox.efi is the product.

#include "boot/efi_library.h"

enum {
    HEADER_SIZE = 36, // ACPI 6.5, 5.2.6
    HEADER_LENGTH = 4,
    HEADER_CHECKSUM = 9,
    RSDP_SIZE = 36, // 5.2.5.3
    RSDP_SHORT_SIZE = 20,
    RSDP_CHECKSUM = 8,
    RSDP_LENGTH = 20,
    RSDP_XSDT = 24,
    RSDP_EXTENDED_CHECKSUM = 32,
    SIGNATURE_SIZE = 4,
    TABLE_COUNT = 256,
    NAME_CAPACITY = 16,
};

struct set {
    const UINT8 **tables;
    UINTN count;
};

static EFI_STATUS fail(EFI_STATUS status, const char *what)
{
    efi_library_print("tables: ");
    efi_library_print(what);
    efi_library_print(": ");
    efi_library_print(efi_library_status(status));
    efi_library_print("\n");
    return status;
}

static UINT8 *allocate(UINTN size)
{
    void *bytes = NULL;
    return EFI_ERROR(BS->AllocatePool(EfiACPIReclaimMemory, size, &bytes)) ? NULL : bytes;
}

// The library's CopyMem() wants a source that may be written, in some releases.
static void copy(void *to, const void *from, UINTN size)
{
    for (UINTN i = 0; i < size; i++)
        ((UINT8 *)to)[i] = ((const UINT8 *)from)[i];
}

static void checksum_put(UINT8 *bytes, UINTN size, UINTN at)
{
    UINT8 sum = 0;
    bytes[at] = 0;
    for (UINTN i = 0; i < size; i++)
        sum = (UINT8)(sum + bytes[i]);
    bytes[at] = (UINT8)-sum;
}

static BOOLEAN has_signature(const UINT8 *table, const UINT8 *signature)
{
    return CompareMem(table, signature, SIGNATURE_SIZE) == 0;
}

static void set_add(struct set *set, const UINT8 *table)
{
    if (set->count < TABLE_COUNT)
        set->tables[set->count++] = table;
}

static void set_remove(struct set *set, const UINT8 *signature)
{
    UINTN kept = 0;
    for (UINTN i = 0; i < set->count; i++)
        if (!has_signature(set->tables[i], signature))
            set->tables[kept++] = set->tables[i];
    set->count = kept;
}

// Of an RSDP of revision 2 or later. A firmware may have none.
static void firmware_tables(struct set *set)
{
    const UINT8 *rsdp = efi_library_table((EFI_GUID)ACPI_20_TABLE_GUID);
    if (rsdp == NULL)
        return;
    const UINT8 *xsdt = (const UINT8 *)*(const UINT64 *)(rsdp + RSDP_XSDT);
    UINT32 length = *(const UINT32 *)(xsdt + HEADER_LENGTH);
    for (UINT32 at = HEADER_SIZE; at + sizeof(UINT64) <= length; at += sizeof(UINT64)) {
        UINT64 address;
        copy(&address, xsdt + at, sizeof(address));
        set_add(set, (const UINT8 *)address);
    }
}

// NULL: there is no such file, or no memory.
static UINT8 *file_read(EFI_FILE_HANDLE root, const CHAR16 *directory, UINTN number, UINTN *size)
{
    CHAR16 name[NAME_CAPACITY];
    EFI_FILE_HANDLE file;
    UINT8 *bytes = NULL;
    UnicodeSPrint(name, sizeof(name), L"%s\\%d", directory, number);
    if (EFI_ERROR(root->Open(root, &file, name, EFI_FILE_MODE_READ, 0)))
        return NULL;
    UINT64 end = 0;
    file->SetPosition(file, ~(UINT64)0);
    file->GetPosition(file, &end);
    file->SetPosition(file, 0);
    *size = end;
    bytes = allocate(end);
    if (bytes != NULL && EFI_ERROR(file->Read(file, size, bytes)))
        bytes = NULL;
    file->Close(file);
    return bytes;
}

// All of a signature are removed before the first is added: several tables of one kind are installed.
static void files_install(EFI_FILE_HANDLE root, struct set *set)
{
    UINTN size;
    const UINT8 *table;
    for (UINTN i = 0; (table = file_read(root, L"instead", i, &size)) != NULL; i++)
        set_remove(set, table);
    for (UINTN i = 0; (table = file_read(root, L"instead", i, &size)) != NULL; i++)
        if (size > SIGNATURE_SIZE)
            set_add(set, table);
    for (UINTN i = 0; (table = file_read(root, L"beside", i, &size)) != NULL; i++)
        set_add(set, table);
}

static UINT8 *xsdt_build(const struct set *set)
{
    UINT32 size = (UINT32)(HEADER_SIZE + set->count * sizeof(UINT64));
    UINT8 *xsdt = allocate(size);
    if (xsdt == NULL)
        return NULL;
    ZeroMem(xsdt, HEADER_SIZE);
    copy(xsdt, "XSDT", SIGNATURE_SIZE);
    copy(xsdt + HEADER_LENGTH, &size, sizeof(size));
    xsdt[8] = 1;
    copy(xsdt + HEADER_SIZE, set->tables, set->count * sizeof(UINT64));
    checksum_put(xsdt, size, HEADER_CHECKSUM);
    return xsdt;
}

// Without an RSDT: who takes it in place of the XSDT finds nothing.
static EFI_STATUS root_install(const struct set *set)
{
    EFI_GUID guid = ACPI_20_TABLE_GUID, old_guid = ACPI_TABLE_GUID;
    UINT32 size = RSDP_SIZE;
    UINT8 *xsdt = xsdt_build(set), *rsdp = allocate(size);
    if (xsdt == NULL || rsdp == NULL)
        return EFI_OUT_OF_RESOURCES;
    ZeroMem(rsdp, size);
    copy(rsdp, "RSD PTR ", 8);
    rsdp[15] = 2;
    copy(rsdp + RSDP_LENGTH, &size, sizeof(size));
    copy(rsdp + RSDP_XSDT, &xsdt, sizeof(xsdt));
    checksum_put(rsdp, RSDP_SHORT_SIZE, RSDP_CHECKSUM);
    checksum_put(rsdp, size, RSDP_EXTENDED_CHECKSUM);
    EFI_STATUS status = BS->InstallConfigurationTable(&guid, rsdp);
    // Where there is none, none goes.
    BS->InstallConfigurationTable(&old_guid, NULL);
    return status;
}

static EFI_STATUS product_start(EFI_HANDLE image, EFI_HANDLE volume)
{
    EFI_HANDLE product;
    EFI_DEVICE_PATH *path = FileDevicePath(volume, (CHAR16 *)L"\\signalbox.efi");
    EFI_STATUS status = BS->LoadImage(FALSE, image, path, NULL, 0, &product);
    if (EFI_ERROR(status))
        return fail(status, "signalbox.efi");
    return BS->StartImage(product, NULL, NULL);
}

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system);

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
    const UINT8 *tables[TABLE_COUNT];
    struct set set = {.tables = tables};
    EFI_FILE_HANDLE root;
    efi_library_start(image, system);
    EFI_LOADED_IMAGE *loaded = efi_library_protocol(image, &LoadedImageProtocol);
    EFI_FILE_IO_INTERFACE *volume = efi_library_protocol(loaded->DeviceHandle, &FileSystemProtocol);
    EFI_STATUS status = volume == NULL ? EFI_NOT_FOUND : volume->OpenVolume(volume, &root);
    if (EFI_ERROR(status))
        return fail(status, "the volume");
    firmware_tables(&set);
    files_install(root, &set);
    status = root_install(&set);
    if (EFI_ERROR(status))
        return fail(status, "the new root");
    return product_start(image, loaded->DeviceHandle);
}
