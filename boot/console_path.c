// The serial ports in the firmware's console variable.

#include "boot/console_path.h"
#include "kernel/lib/little_endian.h"
#include <stdbool.h>

// Device path nodes: UEFI 2.10, 10.3.
enum {
    NODE_HEADER = 4,
    TYPE_HARDWARE = 0x01,
    TYPE_ACPI = 0x02,
    TYPE_MESSAGING = 0x03,
    TYPE_END = 0x7f,
    HARDWARE_PCI = 0x01,   // 4: function, 5: device
    ACPI_PLAIN = 0x01,     // 4: HID, 8: UID
    MESSAGING_UART = 0x0e, // 8: baud, 0: the default
    PCI_SIZE = 6,
    ACPI_SIZE = 12,
    UART_SIZE = 19,
    PC_PORTS = 4,
};

// EISA names, packed: PNP0A03, PNP0A08, PNP0501.
#define HID_PCI_ROOT         UINT32_C(0x0a0341d0)
#define HID_PCI_EXPRESS_ROOT UINT32_C(0x0a0841d0)
#define HID_SERIAL           UINT32_C(0x050141d0)

// What the nodes of one instance said so far.
struct walk {
    struct handoff_console port;
    bool is_root;    // below the root of bus 0
    bool is_tracked; // every node since is known
};

static void acpi_take(struct walk *walk, const uint8_t *node)
{
    uint32_t hid = little_endian_read32(node + 4), uid = little_endian_read32(node + 8);

    if (hid == HID_PCI_ROOT || hid == HID_PCI_EXPRESS_ROOT)
        *walk = (struct walk){.is_root = uid == 0, .is_tracked = true};
    else if (hid == HID_SERIAL && uid < PC_PORTS)
        walk->port = (struct handoff_console){.kind = HANDOFF_CONSOLE_PC, .number = (uint8_t)uid};
    else
        walk->is_tracked = false;
}

static void pci_take(struct walk *walk, const uint8_t *node)
{
    struct handoff_console *port = &walk->port;

    walk->is_tracked = walk->is_tracked && walk->is_root && port->kind != HANDOFF_CONSOLE_PC &&
                       port->depth < sizeof(port->path) && node[4] < 8 && node[5] < 32;
    if (!walk->is_tracked)
        return;
    port->kind = HANDOFF_CONSOLE_PCI;
    port->path[port->depth++] = (uint8_t)(node[5] << 3 | node[4]);
}

static bool uart_take(struct walk *walk, const uint8_t *node)
{
    uint64_t baud = little_endian_read(node + 8, 8);

    walk->port.baud = baud <= UINT32_MAX ? (uint32_t)baud : 0;
    return walk->port.kind == HANDOFF_CONSOLE_PC || (walk->port.kind == HANDOFF_CONSOLE_PCI && walk->is_tracked);
}

// True: the instance names a port.
static bool node_take(struct walk *walk, const uint8_t *node, size_t length)
{
    uint32_t kind = (uint32_t)node[0] << 8 | node[1];

    if (kind == (TYPE_MESSAGING << 8 | MESSAGING_UART) && length >= UART_SIZE)
        return uart_take(walk, node);
    if (kind == (TYPE_ACPI << 8 | ACPI_PLAIN) && length >= ACPI_SIZE)
        acpi_take(walk, node);
    else if (kind == (TYPE_HARDWARE << 8 | HARDWARE_PCI) && length >= PCI_SIZE)
        pci_take(walk, node);
    else if (node[0] == TYPE_END)
        *walk = (struct walk){0};
    else
        walk->is_tracked = false;
    return false;
}

size_t console_path_ports(const uint8_t *bytes, size_t size, struct handoff_console ports[HANDOFF_CONSOLE_COUNT])
{
    struct walk walk = {0};
    size_t count = 0;

    for (size_t i = 0; i < HANDOFF_CONSOLE_COUNT; i++)
        ports[i] = (struct handoff_console){0};
    for (size_t at = 0; size - at >= NODE_HEADER && count < HANDOFF_CONSOLE_COUNT;) {
        size_t length = (size_t)little_endian_read(bytes + at + 2, 2);
        if (length < NODE_HEADER || length > size - at)
            break;
        if (node_take(&walk, bytes + at, length)) {
            ports[count++] = walk.port;
            walk = (struct walk){0};
        }
        at += length;
    }
    return count;
}
