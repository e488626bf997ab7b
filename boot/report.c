// An inventory of the machine as the firmware shows it, in a text file on the volume.

#include "boot/report.h"
#include "boot/memory.h"
#include "boot/step.h"
#include "boot/tables.h"
#include "boot/version.h"
#include "boot/volume.h"
#include "kernel/lib/output.h"

enum {
    REPORT_CAPACITY = 65536,
    VENDOR_LENGTH = 128,
    ACPI_TABLE_LIMIT = 512,
    KIND_COUNT = HANDOFF_MEMORY_DEVICE + 1,
};

// Allocated: GNU-EFI stores zeroed data in the program file, of which this would be a third.
static char *report_bytes;
static size_t report_length;

static void report_write_text(struct output *self, const char *text, size_t length)
{
    for (size_t i = 0; i < length && report_length < REPORT_CAPACITY; i++)
        report_bytes[report_length++] = text[i];
}

static struct output report_output = {.write = report_write_text};

// One line with CR LF, which all editors accept.
PRINTF_LIKE(1, 2) static void report_line(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    output_format_list(&report_output, format, arguments);
    va_end(arguments);
    output_format(&report_output, "\r\n");
}

static void report_firmware(void)
{
    char vendor[VENDOR_LENGTH];
    efi_library_ascii(ST->FirmwareVendor, vendor, sizeof(vendor));
    report_line("firmware: %s, revision 0x%08x, UEFI %u.%u", vendor, ST->FirmwareRevision, ST->Hdr.Revision >> 16,
                (ST->Hdr.Revision & 0xffff) / 10);
}

static void report_command_line(const struct loader *loader)
{
    report_line("command line: %.*s", (int)loader->command_line.length, loader->command_line.bytes);
    report_line("command line from: %s", loader->command_source);
}

static void report_framebuffer(const struct handoff_framebuffer *framebuffer)
{
    if (framebuffer->base == 0)
        report_line("framebuffer: none");
    else
        report_line("framebuffer: %ux%u, %u pixels a line, %s, at 0x%lx", framebuffer->width, framebuffer->height,
                    framebuffer->pixels_per_line, framebuffer->format == 0 ? "RGB" : "BGR", framebuffer->base);
}

static void report_pci(void)
{
    UINTN count = 0;
    EFI_HANDLE *handles = NULL;
    if (!EFI_ERROR(BS->LocateHandleBuffer(ByProtocol, &PciIoProtocol, NULL, &count, &handles)))
        BS->FreePool(handles);
    report_line("pci functions the firmware knows: %lu", (uint64_t)count);
}

static void report_tables(const struct loader *loader)
{
    struct tables_acpi table;
    report_line("rsdp: 0x%lx", loader->rsdp);
    report_line("smbios: 0x%lx", loader->smbios);
    for (unsigned i = 0; i < ACPI_TABLE_LIMIT && tables_acpi_get(loader->rsdp, i, &table); i++)
        report_line("acpi: %s at 0x%lx, %u bytes, %s", table.signature, table.address, table.length, table.oem);
}

static void report_memory(void)
{
    UINTN key;
    uint64_t sums[KIND_COUNT] = {0};
    EFI_STATUS status = memory_read(&key);
    if (EFI_ERROR(status)) {
        report_line("memory: the firmware gives no map (%s)", efi_library_status(status));
        return;
    }
    struct memory_regions regions = memory_convert();
    for (size_t i = 0; i < regions.count; i++)
        sums[regions.items[i].kind] += regions.items[i].size;
    for (uint32_t kind = 0; kind < KIND_COUNT; kind++)
        report_line("memory: %lu KiB %s", sums[kind] / 1024, memory_map_kind_name(kind));
    for (size_t i = 0; i < regions.count; i++)
        report_line("region: 0x%016lx-0x%016lx %s", regions.items[i].base,
                    regions.items[i].base + regions.items[i].size - 1, memory_map_kind_name(regions.items[i].kind));
}

static void report_fill(const struct loader *loader)
{
    report_line("Signalbox: what the firmware shows of this machine");
    report_line("version: %s", version_text);
    report_firmware();
    report_command_line(loader);
    report_framebuffer(&loader->framebuffer);
    report_pci();
    report_tables(loader);
    report_memory();
}

EFI_STATUS report_write(struct loader *loader)
{
    if (EFI_ERROR(BS->AllocatePool(EfiLoaderData, REPORT_CAPACITY, (void **)&report_bytes))) {
        step_note("no signalbox.txt: no memory for it");
        return EFI_SUCCESS;
    }
    report_fill(loader);
    EFI_STATUS status = volume_replace(loader, L"\\signalbox.txt", report_bytes, report_length);
    if (EFI_ERROR(status))
        step_note("no signalbox.txt: cannot write the volume (%s)", efi_library_status(status));
    else
        step_note("signalbox.txt, %lu bytes", (uint64_t)report_length);
    BS->FreePool(report_bytes);
    return EFI_SUCCESS;
}
