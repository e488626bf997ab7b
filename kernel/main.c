// The composition root: the one file that sees every room, and the boot order as one list.

#include "arch/acpi/acpi_remap.h"
#include "arch/apic/apic.h"
#include "arch/apic/apic_timer.h"
#include "arch/apic/ioapic.h"
#include "arch/apic/ioapic_probe.h"
#include "arch/apic/pic.h"
#include "arch/firmware_claims.h"
#include "arch/firmware_tables.h"
#include "arch/handoff.h"
#include "arch/interrupt/system_interrupts.h"
#include "arch/machine_dump.h"
#include "arch/paging/paging.h"
#include "arch/power.h"
#include "arch/processor.h"
#include "arch/remap_registers.h"
#include "arch/smbios.h"
#include "arch/smp.h"
#include "arch/stack.h"
#include "arch/time/time.h"
#include "arch/topology.h"
#include "drivers/e1000e.h"
#include "drivers/edu.h"
#include "drivers/nvme/nvme.h"
#include "drivers/pci/pci_command.h"
#include "drivers/pci/pci_config.h"
#include "drivers/pci/pci_registers.h"
#include "drivers/pci/pci_scan.h"
#include "drivers/rocker.h"
#include "drivers/screen/framebuffer_console.h"
#include "drivers/serial/serial_16550.h"
#include "drivers/virtio/virtio_rng.h"
#include "drivers/xhci/xhci.h"
#include "kernel/bench/bench_boot.h"
#include "kernel/console/command_line.h"
#include "kernel/console/console.h"
#include "kernel/console/output_tee.h"
#include "kernel/console/panic.h"
#include "kernel/console/progress.h"
#include "kernel/console/routing_map.h"
#include "kernel/core/host.h"
#include "kernel/inventory/driver_bind.h"
#include "kernel/inventory/line_route.h"
#include "kernel/inventory/remap_unit.h"
#include "kernel/power.h"
#include "kernel/runtime/log.h"
#include "kernel/runtime/vectors.h"
#include "kernel/trace/trace_last.h"
#include "kernel/version.h"

static const struct driver *const drivers[] = {
    &nvme_driver, &e1000e_driver, &virtio_rng_driver, &edu_driver, &rocker_driver, &xhci_driver, NULL,
};

static struct command_line command_line;
static struct output_tee console_tee;

void kernel_main(const struct handoff *record);

// The first output shows what was logged before it, those after it a replay: nothing is lost for want of a console.
static void console_add(struct output *target)
{
    if (!output_tee_add(&console_tee, target))
        return;
    if (console_tee.target_count == 1)
        log_show(&console_tee.output, command_line.log_level);
    else if (command_line.log_level >= LOG_INFO)
        log_replay(target);
}

// A port that answers becomes the console, or takes its place over from another.
static void serial_attach(const struct serial_place *place, uint32_t baud)
{
    static struct serial_place attached;
    static bool is_attached;

    if (is_attached && attached.is_memory == place->is_memory && attached.address == place->address)
        return;
    if (serial_open(place, baud) != RESULT_OK)
        return;
    if (is_attached)
        log_replay(serial_output());
    else
        console_add(serial_output());
    is_attached = true;
    attached = *place;
}

// Ports need no mapping, so the PC's own serial port talks before anything else can fail.
static enum result boot_serial_port(void)
{
    const struct console_choice *choice = &command_line.console;
    struct serial_place place;

    if (choice->kind <= CONSOLE_TTYS && serial_place_of(choice->port, &place))
        serial_attach(&place, choice->baud);
    return RESULT_OK;
}

static enum result boot_memory(void)
{
    return paging_initialise(handoff_get());
}

// The screen is a mirror: without one, or with one that cannot be used, the kernel goes on.
static enum result boot_screen(void)
{
    const struct handoff_framebuffer *framebuffer = &handoff_get()->framebuffer;
    struct framebuffer_mode mode = {
        .base = {framebuffer->base},
        .size = framebuffer->size,
        .width = framebuffer->width,
        .height = framebuffer->height,
        .pixels_per_line = framebuffer->pixels_per_line,
        .blue_first = framebuffer->format == 1,
    };

    if (framebuffer->base && framebuffer_console_open(&mode) == RESULT_OK)
        console_add(framebuffer_console_output());
    return RESULT_OK;
}

static enum result boot_firmware_tables(void)
{
    enum result result = firmware_tables_read((struct physical){handoff_get()->rsdp});

    smbios_read((struct physical){handoff_get()->smbios});
    if (result == RESULT_OK)
        result = firmware_claims_add_memory(handoff_regions(), handoff_get()->region_count);
    return result == RESULT_OK ? firmware_claims_add_registers(firmware_tables()) : result;
}

// The port that the command line or the firmware's SPCR names, where that is not the PC's first.
static enum result boot_serial_named(void)
{
    const struct firmware_tables *tables = firmware_tables();
    const struct console_choice *choice = &command_line.console;
    struct serial_place place = {.is_memory = true, .address = choice->address, .stride = 1};
    uint32_t baud = choice->baud;

    if (choice->kind == CONSOLE_AUTOMATIC && tables->has_spcr) {
        place.is_memory = tables->spcr.address.space == ACPI_SPACE_MEMORY;
        place.address = tables->spcr.address.address;
        place.stride = tables->spcr.address.bit_width == 32 ? 4 : 1;
        baud = tables->spcr.baud;
    } else if (choice->kind != CONSOLE_MMIO) {
        return RESULT_OK;
    }
    serial_attach(&place, baud);
    return RESULT_OK;
}

// Recorded early, switched off late: only when no function masters the bus any more.
static enum result boot_remapping(void)
{
    remap_registers_find();
    return RESULT_OK;
}

// Messages go out in compatibility format: before the first is asked for.
static enum result boot_remapping_off(void)
{
    remap_unit_switch_off_all();
    return RESULT_OK;
}

static enum result boot_clock(void)
{
    const struct firmware_tables *tables = firmware_tables();
    const struct acpi_address *timer = &tables->fadt.pm_timer;
    struct time_sources sources = {
        .pm_address = {timer->address},
        .pm_is_32bit = tables->fadt.pm_timer_bits == 32,
        .entry_cycles = handoff_get()->entry_cycles,
    };

    if (tables->has_fadt && tables->fadt.has_pm_timer)
        sources.pm_timer = timer->space == ACPI_SPACE_PORT ? TIME_PM_TIMER_PORT : TIME_PM_TIMER_MMIO;
    return time_initialise(&sources);
}

static enum result boot_power(void)
{
    const struct acpi_fadt *fadt = &firmware_tables()->fadt;
    struct power_reset_register reset = {
        .valid = fadt->has_reset,
        .space = (enum power_space)fadt->reset.space,
        .address = fadt->reset.address,
        .value = fadt->reset_value,
    };

    power_initialise(handoff_get(), &reset);
    power_attach_stop_others(smp_stop_others);
    return RESULT_OK;
}

// The 8259 pair before the local APIC opens: what it still holds would arrive as an interrupt nobody owns.
static enum result boot_local_apic(void)
{
    const struct firmware_tables *tables = firmware_tables();
    const struct acpi_table *dmar = acpi_table_find(&tables->directory, "DMAR", 0);
    struct apic_options options = {
        .madt = &tables->madt,
        .dmar_flags = dmar ? acpi_dmar_flags(dmar) : 0,
        .highest_id = topology_highest_id(),
        .is_asked = command_line.x2apic,
        .is_refused = command_line.no_x2apic,
    };

    pic_quiet();
    enum result result = apic_initialise(&options);
    if (result == RESULT_OK)
        apic_enable();
    return result == RESULT_OK ? apic_timer_initialise() : result;
}

static uint32_t kinds_switched_off(void)
{
    return (command_line.no_msix ? (uint32_t)BIT(MESSAGE_MSIX) : 0) |
           (command_line.no_msi ? (uint32_t)BIT(MESSAGE_MSI) : 0);
}

static enum result boot_processors_found(void)
{
    struct core_setup setup = {
        .vectors = {.dispatch = VECTOR_DISPATCH, .drain = VECTOR_DRAIN, .wake = VECTOR_IPI_WAKE},
        .options = {.disabled_kinds = kinds_switched_off(), .policy = command_line.policy},
    };

    return topology_create(command_line.maximum_cpus, setup);
}

// A dead IOAPIC is logged and left out: messages do not need it.
static enum result boot_ioapics(void)
{
    const struct acpi_madt *madt = &firmware_tables()->madt;

    for (uint32_t i = 0; i < madt->ioapic_count; i++) {
        enum result result = ioapic_add(madt->ioapics[i].id, madt->ioapics[i].address, madt->ioapics[i].gsi_base);
        if (result == RESULT_NO_MEMORY)
            return result;
    }
    return RESULT_OK;
}

// From here on this processor takes interrupts: every source but its own clock is quiet by now.
static enum result boot_interrupts_on(void)
{
    processor_activate(processor_get(0));
    system_interrupts_register();
    enum result result = smp_boot_online();
    if (result != RESULT_OK)
        return result;
    apic_timer_enable();
    host_interrupts_restore(true);
    return RESULT_OK;
}

static enum result boot_processors_started(void)
{
    // Those that started are enough to go on with.
    if (smp_start() != RESULT_OK)
        log_warning("processors: only the boot processor runs");
    return RESULT_OK;
}

static enum result boot_pci(void)
{
    const struct firmware_tables *tables = firmware_tables();

    for (uint32_t i = 0; i < tables->mcfg_count; i++) {
        const struct acpi_mcfg_entry *entry = &tables->mcfg[i];
        enum result result = pci_config_add_ecam(entry->base, entry->segment, entry->start_bus, entry->end_bus);
        if (result == RESULT_NO_MEMORY)
            return result;
    }
    return pci_scan_all();
}

// A serial card named by the command line: its registers are its first BAR.
static enum result boot_serial_card(void)
{
    const struct console_choice *choice = &command_line.console;
    struct pci_address address;

    if (choice->kind != CONSOLE_PCI)
        return RESULT_OK;
    struct device *device = pci_address_parse(choice->pci, &address) == RESULT_OK ? device_find(address) : NULL;
    if (!device || device->bars[0].kind == BAR_NONE) {
        log_error("console=pci,%s: no such function, or it has no BAR 0", choice->pci);
        return RESULT_OK;
    }
    bool is_memory = device->bars[0].kind != BAR_IO;
    struct serial_place place = {.is_memory = is_memory, .address = device->bars[0].base.address, .stride = 1};
    device->command = pci_command_change(device, is_memory ? PCI_COMMAND_MEMORY : PCI_COMMAND_IO, 0);
    serial_attach(&place, choice->baud);
    return RESULT_OK;
}

static enum result boot_drivers(void)
{
    if (ioapic_pin_total())
        line_route_attach(&ioapic_probe);
    driver_bind_all(drivers, kinds_switched_off());
    return RESULT_OK;
}

static enum result boot_unclaimed(void)
{
    driver_bind_unclaimed();
    return RESULT_OK;
}

static const struct boot_step {
    const char *name;
    enum result (*run)(void);
} boot_steps[] = {
    {"serial port", boot_serial_port},
    {"memory", boot_memory},
    {"screen", boot_screen},
    {"firmware tables", boot_firmware_tables},
    {"serial port by name", boot_serial_named},
    {"remapping units", boot_remapping},
    {"clock", boot_clock},
    {"power", boot_power},
    {"local APIC", boot_local_apic},
    {"processors found", boot_processors_found},
    {"IOAPICs", boot_ioapics},
    {"interrupts on", boot_interrupts_on},
    {"processors started", boot_processors_started},
    {"PCI functions", boot_pci},
    {"remapping units off", boot_remapping_off},
    {"serial card", boot_serial_card},
    {"drivers", boot_drivers},
    {"functions without driver", boot_unclaimed},
};

// What was asked for on the command line, then the prompt, on a stack with an unmapped page below it.
static void serve(void *argument)
{
    struct output *out = console_output();

    if (command_line.log_level >= LOG_INFO)
        routing_map_print(out);
    bench_boot_mark("routing map");
    if (command_line.run[0]) {
        enum result result = console_run_script(command_line.run, command_line.stop_on_error);
        if (result != RESULT_OK && result != RESULT_STOPPED && command_line.stop_on_error)
            console_run_line("exit 1");
    }
    console_loop();
}

static void boot(void)
{
    for (uint32_t i = 0; i < ARRAY_COUNT(boot_steps); i++) {
        log_debug("boot: %s", boot_steps[i].name);
        enum result result = boot_steps[i].run();
        if (result != RESULT_OK)
            panic("boot step \"%s\": %s", boot_steps[i].name, result_name(result));
        bench_boot_mark(boot_steps[i].name);
    }
    log_info("boot: %u of %u processors, %u functions, %u messages routed in %llu ms", cpu_online_total(), cpu_total(),
             device_total(), message_total(), (unsigned long long)(host_nanoseconds() / 1000000));
}

// Before the record is checked there is nobody to tell, so a refusal is told after the console is open.
void kernel_main(const struct handoff *record)
{
    const char *fault = "";

    processor_boot_initialise();
    output_tee_start(&console_tee);
    console_attach(&console_tee.output, serial_read);
    progress_attach(&console_tee.status);
    panic_attach(&console_tee.urgent, machine_dump);
    panic_attach_last(trace_last_print);
    enum result result = handoff_accept(record, &fault);
    command_line_parse(handoff_command_line(), handoff_get()->command_line_length, &command_line);
    panic_exit_when_done(command_line.run[0] != '\0');
    if (command_line.log_level < LOG_INFO)
        progress_attach(NULL);
    log_info("%s", version_text);
    log_info("command line from %s: %s", handoff_command_source(), handoff_command_line());
    if (command_line.unknown[0])
        log_warning("command line: unknown or without sense: %s", command_line.unknown);
    if (result != RESULT_OK) {
        (void)!boot_serial_port();
        panic("handoff: %s: %s", fault, result_name(result));
    }
    bench_boot_start(handoff_get()->entry_cycles);
    bench_boot_mark("entry");
    boot();
    stack_switch(processor_get(0)->stack_top, serve, NULL);
}
