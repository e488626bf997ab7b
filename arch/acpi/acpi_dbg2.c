// The DBG2: the ports a debugger may use.

#include "arch/acpi/acpi_dbg2.h"

enum {
    OFFSET_DEVICES = 36,
    OFFSET_COUNT = 40,

    // Within a device.
    DEVICE_LENGTH = 1,
    DEVICE_ADDRESS_COUNT = 3,
    DEVICE_NAME_LENGTH = 4,
    DEVICE_NAME = 6,
    DEVICE_TYPE = 12,
    DEVICE_SUBTYPE = 14,
    DEVICE_ADDRESSES = 18,
    DEVICE_SIZES = 20,
    DEVICE_MINIMUM = 22,
};

static void report(const struct acpi_dbg2 *dbg2, const char *what, uint32_t value)
{
    acpi_findings_add(dbg2->findings, "DBG2", what, value);
}

void acpi_dbg2_begin(struct acpi_dbg2 *dbg2, const struct acpi_table *table, struct acpi_findings *findings)
{
    *dbg2 = (struct acpi_dbg2){.table = table, .findings = findings};
    dbg2->next = acpi_table_read32(table, OFFSET_DEVICES);
    dbg2->left = acpi_table_read32(table, OFFSET_COUNT);
}

static void addresses_read(const struct acpi_dbg2 *dbg2, uint32_t length, struct acpi_dbg2_port *port)
{
    uint32_t addresses = acpi_table_read16(dbg2->table, port->offset + DEVICE_ADDRESSES);
    uint32_t sizes = acpi_table_read16(dbg2->table, port->offset + DEVICE_SIZES);
    uint32_t count = acpi_table_read8(dbg2->table, port->offset + DEVICE_ADDRESS_COUNT);

    if (addresses + count * ACPI_ADDRESS_SIZE > length || sizes + count * sizeof(uint32_t) > length) {
        report(dbg2, "addresses lie outside the device at offset", port->offset);
        return;
    }
    port->address_count = count;
    if (count == 0)
        return;
    port->address = acpi_table_read_address(dbg2->table, port->offset + addresses);
    port->address_size = acpi_table_read32(dbg2->table, port->offset + sizes);
}

static void name_read(const struct acpi_dbg2 *dbg2, uint32_t length, struct acpi_dbg2_port *port)
{
    uint32_t name = acpi_table_read16(dbg2->table, port->offset + DEVICE_NAME);
    uint32_t room = acpi_table_read16(dbg2->table, port->offset + DEVICE_NAME_LENGTH);

    if (name + room > length) {
        report(dbg2, "name lies outside the device at offset", port->offset);
        return;
    }
    port->name = (const char *)dbg2->table->bytes + port->offset + name;
    while (port->name_length < room && port->name[port->name_length])
        port->name_length++;
}

bool acpi_dbg2_next(struct acpi_dbg2 *dbg2, struct acpi_dbg2_port *port)
{
    if (dbg2->left == 0)
        return false;
    uint32_t length = 0;
    if (acpi_table_has(dbg2->table, dbg2->next, DEVICE_MINIMUM))
        length = acpi_table_read16(dbg2->table, dbg2->next + DEVICE_LENGTH);
    if (length < DEVICE_MINIMUM || !acpi_table_has(dbg2->table, dbg2->next, length)) {
        report(dbg2, "device does not fit into the table at offset", dbg2->next);
        dbg2->left = 0;
        return false;
    }
    *port = (struct acpi_dbg2_port){
        .offset = dbg2->next,
        .port_type = acpi_table_read16(dbg2->table, dbg2->next + DEVICE_TYPE),
        .port_subtype = acpi_table_read16(dbg2->table, dbg2->next + DEVICE_SUBTYPE),
        .name = "",
    };
    addresses_read(dbg2, length, port);
    name_read(dbg2, length, port);
    dbg2->next += length;
    dbg2->left--;
    return true;
}
