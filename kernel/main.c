// The composition root: the one file that sees every room, and the boot order as one list.

#include "arch/acpi/acpi_remap.h"
#include "arch/apic/apic.h"
#include "arch/apic/apic_timer.h"
#include "arch/apic/ioapic.h"
#include "arch/apic/ioapic_probe.h"
#include "arch/apic/pic.h"
#include "arch/cpu_registers.h"
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
#include "drivers/driver_list.h"
#include "drivers/pci/pci_config.h"
#include "drivers/pci/pci_scan.h"
#include "drivers/screen/framebuffer_console.h"
#include "drivers/serial/serial_chain.h"
#include "kernel/bench/bench_boot.h"
#include "kernel/console/command_line.h"
#include "kernel/console/console.h"
#include "kernel/console/console_pager.h"
#include "kernel/console/output_tee.h"
#include "kernel/console/panic.h"
#include "kernel/console/progress.h"
#include "kernel/console/routing_map.h"
#include "kernel/core/host.h"
#include "kernel/inventory/driver_bind.h"
#include "kernel/inventory/line_route.h"
#include "kernel/inventory/remap_unit.h"
#include "kernel/main_input.h"
#include "kernel/main_serial.h"
#include "kernel/power.h"
#include "kernel/proof/verdict.h"
#include "kernel/runtime/log.h"
#include "kernel/runtime/page.h"
#include "kernel/runtime/report_keep.h"
#include "kernel/runtime/vectors.h"
#include "kernel/trace/trace_last.h"
#include "kernel/version.h"

static struct command_line command_line;
static struct output_tee console_tee;

void kernel_main(const struct handoff *record);

// The first output shows what was logged before it, those after it a replay: nothing is lost for want of a console.
static void console_add(struct output *target)
{
    if (!output_tee_add(&console_tee, target))
        return;
    console_tee.target_count == 1 ? log_show(&console_tee.output, command_line.log_level)
                                  : log_replay(target, command_line.log_level);
}

static void serial_attached(bool is_first)
{
    is_first ? console_add(serial_output()) : log_replay(serial_output(), command_line.log_level);
}

static enum result boot_serial_port(void)
{
    serial_ports_start(&command_line.console, serial_attached);
    return RESULT_OK;
}

static enum result boot_memory(void)
{
    enum result result = paging_initialise(handoff_get());

    if (result == RESULT_OK && handoff_get()->kept_report)
        report_keep_attach(page_pointer((struct physical){handoff_get()->kept_report}), cpu_caches_write_back);
    return result;
}

// The screen is a mirror: without one, or with one that cannot be used, the kernel goes on.
static enum result boot_screen(void)
{
    const struct handoff_framebuffer *framebuffer = &handoff_get()->framebuffer;
    struct framebuffer_mode mode = {
        {framebuffer->base},          framebuffer->size,        framebuffer->width, framebuffer->height,
        framebuffer->pixels_per_line, framebuffer->format == 1,
    };

    if (!framebuffer->base || framebuffer_console_open(&mode) != RESULT_OK)
        return RESULT_OK;
    console_tee.aside_target = framebuffer_console_output();
    console_attach_screen(&console_tee.aside, framebuffer_console_columns(), framebuffer_console_rows());
    console_add(framebuffer_console_output());
    return RESULT_OK;
}

static enum result boot_firmware_tables(void)
{
    enum result result = firmware_tables_read((struct physical){handoff_get()->rsdp});

    smbios_read((struct physical){handoff_get()->smbios});
    if (result == RESULT_OK)
        result = firmware_claims_add_memory(handoff_regions(), handoff_get()->region_count);
    if (result == RESULT_OK)
        result = firmware_claims_add_registers(firmware_tables());
    return result == RESULT_OK ? serial_chain_claim() : result;
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
    return (command_line.no_msix || firmware_tables_forbid_messages() ? (uint32_t)BIT(MESSAGE_MSIX) : 0) |
           (command_line.no_msi || firmware_tables_forbid_messages() ? (uint32_t)BIT(MESSAGE_MSI) : 0);
}

static enum result boot_processors_found(void)
{
    struct core_setup setup = {
        .vectors = {.dispatch = VECTOR_DISPATCH, .drain = VECTOR_DRAIN, .wake = VECTOR_IPI_WAKE},
        .options = {.disabled_kinds = kinds_switched_off(),
                    .disabled_reason = firmware_tables_forbid_messages() ? "not supported, says the FADT" : NULL,
                    .policy = command_line.policy},
    };

    return topology_create(command_line.maximum_cpus, setup);
}

static enum result boot_ioapics(void)
{
    enum result result = ioapic_add_all(&firmware_tables()->madt);

    if (ioapic_pin_total())
        line_route_attach(&ioapic_probe);
    return result;
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
        uint32_t buses = firmware_claims_ecam_buses(entry);
        if (buses == 0)
            continue;
        enum result result =
            pci_config_add_ecam(entry->base, entry->segment, entry->start_bus, (uint8_t)(entry->start_bus + buses - 1));
        if (result == RESULT_NO_MEMORY)
            return result;
    }
    return pci_scan_all();
}

static enum result boot_serial_chain(void)
{
    serial_ports_try(&command_line.console);
    return RESULT_OK;
}

static enum result boot_drivers(void)
{
    driver_bind_all(driver_list, kinds_switched_off());
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
    {"serial ports", boot_serial_chain},
    {"keyboard", input_start},
    {"drivers", boot_drivers},
    {"keyboards", input_report},
};

// What was asked for on the command line, then the prompt, on a stack with an unmapped page below it.
static void serve(void *argument)
{
    if (command_line.log_level >= LOG_INFO) {
        routing_map_print(console_output());
        verdict_show();
    }
    bench_boot_mark("routing map");
    if (command_line.run[0]) {
        if (!serial_chain_is_console())
            console_pager_start();
        enum result result = console_run_script(command_line.run, command_line.stop_on_error);
        console_pager_stop();
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
    log_info("boot: %u of %u processors, %u functions, %u messages in %llu ms", cpu_online_total(), cpu_total(),
             device_total(), message_total(), (unsigned long long)(host_nanoseconds() / 1000000));
}

// Before the record is checked there is nobody to tell, so a refusal is told after the console is open.
void kernel_main(const struct handoff *record)
{
    const char *fault = "";

    processor_boot_initialise();
    output_tee_start(&console_tee);
    console_attach(&console_tee.output, keys_read);
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
        (void)boot_serial_port();
        panic("handoff: %s: %s", fault, result_name(result));
    }
    input_attach(serial_read, command_line.keyboard);
    bench_boot_start(handoff_get()->entry_cycles);
    bench_boot_mark("entry");
    boot();
    stack_switch(processor_get(0)->stack_top, serve, NULL);
}
