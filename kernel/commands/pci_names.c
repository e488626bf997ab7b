// Names a person reads for PCI functions and capability IDs.

#include "kernel/commands/pci_names.h"
#include "kernel/lib/memory.h"
#include "kernel/lib/output.h"

#define CUT_MARK ".."

enum {
    CUT_LOSS = 10,       // characters that a cut at a blank may cost
    VENDOR_COLUMNS = 10, // of a vendor whose device's name needs the room
};

_Static_assert(PCI_NAMES_LEAST > VENDOR_COLUMNS + 1 + CUT_LOSS + 2, "a device keeps some of its name");

static const char *const capability_names[] = {
    [0x00] = "Null",
    [0x01] = "Power management",
    [0x02] = "AGP",
    [0x03] = "Vital product data",
    [0x04] = "Slot identification",
    [0x05] = "MSI",
    [0x06] = "CompactPCI hot swap",
    [0x07] = "PCI-X",
    [0x08] = "HyperTransport",
    [0x09] = "Vendor specific",
    [0x0a] = "Debug port",
    [0x0b] = "CompactPCI resource control",
    [0x0c] = "Hot plug",
    [0x0d] = "Bridge subsystem ID",
    [0x0e] = "AGP 8x",
    [0x0f] = "Secure device",
    [0x10] = "PCI Express",
    [0x11] = "MSI-X",
    [0x12] = "SATA",
    [0x13] = "Advanced features",
    [0x14] = "Enhanced allocation",
    [0x15] = "Flattening portal bridge",
};

static const char *const extended_names[] = {
    [0x00] = "Null",
    [0x01] = "Advanced error reporting",
    [0x02] = "Virtual channel",
    [0x03] = "Device serial number",
    [0x04] = "Power budgeting",
    [0x05] = "Root complex link declaration",
    [0x06] = "Root complex internal link",
    [0x07] = "Root complex event collector",
    [0x08] = "Multi-function virtual channel",
    [0x09] = "Virtual channel",
    [0x0a] = "Root complex register block",
    [0x0b] = "Vendor specific",
    [0x0c] = "Configuration access correlation",
    [0x0d] = "Access control services",
    [0x0e] = "Alternative routing ID",
    [0x0f] = "Address translation services",
    [0x10] = "Single root I/O virtualization",
    [0x11] = "Multi root I/O virtualization",
    [0x12] = "Multicast",
    [0x13] = "Page request",
    [0x15] = "Resizable BAR",
    [0x16] = "Dynamic power allocation",
    [0x17] = "TPH requester",
    [0x18] = "Latency tolerance reporting",
    [0x19] = "Secondary PCI Express",
    [0x1a] = "Protocol multiplexing",
    [0x1b] = "Process address space ID",
    [0x1c] = "LN requester",
    [0x1d] = "Downstream port containment",
    [0x1e] = "L1 power substates",
    [0x1f] = "Precision time measurement",
    [0x20] = "PCI Express over M-PHY",
    [0x21] = "FRS queueing",
    [0x22] = "Readiness time reporting",
    [0x23] = "Designated vendor specific",
    [0x24] = "Virtual function resizable BAR",
    [0x25] = "Data link feature",
    [0x26] = "Physical layer 16 GT/s",
    [0x27] = "Lane margining",
    [0x28] = "Hierarchy ID",
    [0x29] = "Native PCIe enclosure management",
    [0x2a] = "Physical layer 32 GT/s",
    [0x2b] = "Alternate protocol",
    [0x2c] = "System firmware intermediary",
    [0x2d] = "Shadow functions",
    [0x2e] = "Data object exchange",
    [0x2f] = "Device 3",
    [0x30] = "Integrity and data encryption",
};

void pci_names_cut(char *text, size_t columns)
{
    if (strlen(text) <= columns)
        return;
    size_t end = columns - strlen(CUT_MARK), blank = end;
    while (blank > 0 && text[blank] != ' ' && end - blank < CUT_LOSS)
        blank--;
    memcpy(text + (text[blank] == ' ' ? blank : end), CUT_MARK, sizeof(CUT_MARK));
}

// Many a company has its usual name in brackets behind the full one: "Advanced Micro Devices, Inc. [AMD/ATI]".
static bool vendor_use_bracket(char *vendor)
{
    size_t length = strlen(vendor), start = length;
    while (start > 0 && vendor[start] != '[')
        start--;
    if (start == 0 || length - start < strlen("[x]") || vendor[length - 1] != ']')
        return false;
    memmove(vendor, vendor + start + 1, length - start - 2);
    vendor[length - start - 2] = '\0';
    return true;
}

// The others lose what says only that they are companies.
static void vendor_drop_form(char *vendor)
{
    static const char *const forms[] = {",", " Corporation", " Corp.", " Inc", " Ltd", " Co.", " GmbH"};
    for (size_t start = 1; vendor[start] != '\0'; start++)
        for (size_t i = 0; i < ARRAY_COUNT(forms); i++)
            if (strncmp(vendor + start, forms[i], strlen(forms[i])) == 0) {
                vendor[start] = '\0';
                return;
            }
}

static void vendor_shorten(char *vendor)
{
    if (!vendor_use_bracket(vendor))
        vendor_drop_form(vendor);
    pci_names_cut(vendor, VENDOR_COLUMNS);
}

void pci_names_class(uint32_t class_code, char *text)
{
    uint32_t code = class_code >> 8;
    char name[PCI_IDS_TEXT];
    if (pci_ids_subclass(class_code, text))
        return;
    if (pci_ids_class(class_code, name))
        format_text(text, PCI_IDS_TEXT, "%.*s [%04x]", PCI_IDS_TEXT - 8, name, code);
    else
        format_text(text, PCI_IDS_TEXT, "Class %04x", code);
}

void pci_names_function(const struct device *device, size_t columns, char *text)
{
    char vendor[PCI_IDS_TEXT], name[PCI_IDS_TEXT];
    if (!pci_ids_vendor(device->vendor_id, vendor)) {
        format_text(text, columns + 1, "Device %04x:%04x", device->vendor_id, device->device_id);
        return;
    }
    if (!pci_ids_device(device->vendor_id, device->device_id, name))
        format_text(name, sizeof(name), "Device %04x", device->device_id);
    if (strlen(vendor) + 1 + strlen(name) > columns)
        vendor_shorten(vendor);
    pci_names_cut(name, columns - 1 - strlen(vendor));
    format_text(text, columns + 1, "%s %s", vendor, name);
}

const char *pci_names_capability(uint16_t id)
{
    return id < ARRAY_COUNT(capability_names) ? capability_names[id] : "Unknown";
}

const char *pci_names_extended(uint16_t id)
{
    const char *name = id < ARRAY_COUNT(extended_names) ? extended_names[id] : NULL;
    return name ? name : "Unknown";
}
