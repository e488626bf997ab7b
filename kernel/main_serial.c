// The part of the composition root that looks for a serial port: in what was typed, the firmware's tables and
// variables, the PC's places and PCI cards.

#include "kernel/main_serial.h"
#include "arch/acpi/acpi_dbg2.h"
#include "arch/firmware_tables.h"
#include "arch/handoff.h"
#include "drivers/serial/serial_card.h"
#include "drivers/serial/serial_chain.h"

// Those of one kind: a PC's before anything is known, a function's when functions are.
static void firmware_consoles_try(enum handoff_console_kind kind)
{
    for (const struct handoff_console *console = handoff_get()->consoles; console->kind; console++) {
        if (console->kind == kind && kind == HANDOFF_CONSOLE_PC)
            serial_chain_try_console(console->number, console->baud);
        else if (console->kind == kind)
            serial_card_try_console(console->path, console->depth);
    }
}

// Ports need no mapping, so the PC's own serial port talks before anything else can fail.
void serial_ports_start(const struct console_choice *choice, void (*attached)(bool is_first))
{
    struct serial_place place;

    serial_chain_start(attached);
    if (choice->kind == CONSOLE_TTYS && serial_place_of(choice->port, &place))
        serial_chain_try("console=ttyS", SERIAL_RANK_NAMED, &place, choice->baud);
    if (choice->kind <= CONSOLE_TTYS)
        firmware_consoles_try(HANDOFF_CONSOLE_PC);
    if (choice->kind <= CONSOLE_TTYS && serial_place_of(0, &place))
        serial_chain_try("COM1", SERIAL_RANK_PC, &place, choice->baud);
}

static void serial_firmware_port(const char *name, uint32_t interface, const struct acpi_address *address)
{
    struct serial_registers registers = {
        .interface = interface,
        .is_memory = address->space == ACPI_SPACE_MEMORY,
        .is_port = address->space == ACPI_SPACE_PORT,
        .address = address->address,
        .bit_width = address->bit_width,
        .access_size = address->access_size,
    };

    serial_chain_try_firmware(name, &registers);
}

static void serial_firmware_ports(void)
{
    const struct firmware_tables *tables = firmware_tables();
    const struct acpi_table *table = acpi_table_find(&tables->directory, "DBG2", 0);
    struct acpi_dbg2_port port;
    struct acpi_dbg2 dbg2;

    if (tables->has_spcr)
        serial_firmware_port("SPCR", tables->spcr.interface_type, &tables->spcr.address);
    if (table)
        acpi_dbg2_begin(&dbg2, table, NULL);
    while (table && acpi_dbg2_next(&dbg2, &port))
        if (port.port_type == ACPI_DBG2_SERIAL)
            serial_firmware_port("DBG2", port.port_subtype, &port.address);
}

// What lies in memory is touched only when it is known who else answers there.
void serial_ports_try(const struct console_choice *choice)
{
    struct serial_place named = {.is_memory = true, .address = choice->address, .stride = 1};

    if (choice->kind == CONSOLE_MMIO)
        serial_chain_try("console=mmio", SERIAL_RANK_NAMED, &named, choice->baud);
    if (choice->kind == CONSOLE_PCI)
        serial_card_try_named(choice->pci, choice->baud);
    if (choice->kind != CONSOLE_NONE) {
        serial_firmware_ports();
        if (choice->kind > CONSOLE_TTYS)
            firmware_consoles_try(HANDOFF_CONSOLE_PC);
        firmware_consoles_try(HANDOFF_CONSOLE_PCI);
        serial_card_try_all(choice->baud);
        serial_chain_try_pc(choice->baud);
    }
    serial_chain_report(handoff_get()->framebuffer.base != 0);
}
