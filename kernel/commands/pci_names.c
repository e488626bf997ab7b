// Names a person reads for PCI class codes and capability IDs.

#include "kernel/commands/pci_names.h"

struct class_name {
    uint16_t class_and_subclass;
    const char *name;
};

// Subclass 0x80 is "other" in nearly every class and stands for the subclasses that are not named here.
enum { SUBCLASS_OTHER = 0x80 };

static const struct class_name class_names[] = {
    {0x0001, "Old VGA device"},
    {0x0080, "Unclassified device"},
    {0x0100, "SCSI controller"},
    {0x0101, "IDE controller"},
    {0x0104, "RAID controller"},
    {0x0105, "ATA controller"},
    {0x0106, "SATA controller"},
    {0x0107, "SAS controller"},
    {0x0108, "NVM controller"},
    {0x0109, "UFS controller"},
    {0x0180, "Storage controller"},
    {0x0200, "Ethernet controller"},
    {0x0207, "InfiniBand controller"},
    {0x0280, "Network controller"},
    {0x0300, "VGA controller"},
    {0x0302, "3D controller"},
    {0x0380, "Display controller"},
    {0x0400, "Video device"},
    {0x0401, "Audio device"},
    {0x0403, "HD audio device"},
    {0x0480, "Multimedia device"},
    {0x0500, "RAM controller"},
    {0x0502, "CXL memory"},
    {0x0580, "Memory controller"},
    {0x0600, "Host bridge"},
    {0x0601, "ISA bridge"},
    {0x0604, "PCI bridge"},
    {0x0607, "CardBus bridge"},
    {0x0609, "Semi-transparent PCI"},
    {0x0680, "Bridge"},
    {0x0700, "Serial controller"},
    {0x0701, "Parallel controller"},
    {0x0702, "Multiport serial"},
    {0x0780, "Communication device"},
    {0x0800, "Interrupt controller"},
    {0x0801, "DMA controller"},
    {0x0802, "Timer"},
    {0x0803, "Real-time clock"},
    {0x0804, "Hot-plug controller"},
    {0x0805, "SD host controller"},
    {0x0806, "IOMMU"},
    {0x0807, "Event collector"},
    {0x0880, "System peripheral"},
    {0x0980, "Input device"},
    {0x0a80, "Docking station"},
    {0x0b80, "Processor"},
    {0x0c00, "FireWire controller"},
    {0x0c03, "USB controller"},
    {0x0c04, "Fibre Channel"},
    {0x0c05, "SMBus controller"},
    {0x0c06, "InfiniBand"},
    {0x0c07, "IPMI interface"},
    {0x0c09, "CAN bus controller"},
    {0x0c0a, "I3C host controller"},
    {0x0c80, "Serial bus controller"},
    {0x0d80, "Wireless controller"},
    {0x0e80, "Intelligent I/O"},
    {0x0f80, "Satellite controller"},
    {0x1080, "Encryption controller"},
    {0x1180, "Signal processing"},
    {0x1280, "Accelerator"},
    {0x1380, "Instrumentation"},
    {0x4080, "Co-processor"},
    {0xff80, "Unassigned class"},
};

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

static const char *pci_names_class_exact(uint16_t class_and_subclass)
{
    for (size_t i = 0; i < ARRAY_COUNT(class_names); i++)
        if (class_names[i].class_and_subclass == class_and_subclass)
            return class_names[i].name;
    return NULL;
}

const char *pci_names_class(uint32_t class_code)
{
    uint16_t both = (uint16_t)(class_code >> 8);
    const char *name = pci_names_class_exact(both);
    if (!name)
        name = pci_names_class_exact((uint16_t)((both & 0xff00) | SUBCLASS_OTHER));
    return name ? name : "Unknown class";
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
