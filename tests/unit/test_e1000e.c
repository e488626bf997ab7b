// The network controller's shots, on devices of different habits: one that holds a message while bus master is off, one
// that drops it and whose throttle timer sends a single MSI again as long as its cause is not served.
// sources: tests/fakes/host.c tests/fakes/heap.c tests/fakes/events.c tests/fakes/mmio.c tests/fakes/message_source.c
// sources: drivers/exercise.c

#include "tests/fakes/events.h"
#include "tests/fakes/host.h"
#include "tests/fakes/message_source.h"
#include "tests/fakes/mmio.h"

#include "drivers/e1000e.c"
#include "drivers/register_wait.c"
#include "kernel/core/core.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define REGISTERS     UINT64_C(0xfeb00000)
#define TIMER_TIME    WAIT_MICROSECONDS(128)
#define SLOW_TIME     WAIT_MICROSECONDS(500) // longer than the timer's
#define SETTLING_TIME WAIT_MILLISECONDS(2)

static struct {
    bool holds;   // a message due while bus master is off is sent when it is on again; else it is lost
    bool repeats; // has the throttle timer
    bool is_slow; // the CPU takes a message only after SLOW_TIME
    bool bus_master;
    bool is_held;
    uint32_t causes, mask;
    uint64_t timer_at, taken_at; // 0: never
    uint32_t due;                // messages sent that the CPU has not taken
} nic;

static struct device device;
static struct fake_source source;

static void take(void)
{
    const struct message *message = message_find(&device.irq, 0);

    nic.taken_at = 0;
    while (nic.due) {
        nic.due--;
        fake_host_deliver(message->cpu, message->info.vector);
    }
}

// As a message of MSI-X, a cause clears itself.
static void send(void)
{
    if (source.source.kind == MESSAGE_MSIX)
        nic.causes = 0;
    if (!nic.bus_master) {
        nic.is_held = nic.holds;
        return;
    }
    nic.due++;
    if (nic.is_slow)
        nic.taken_at = nic.taken_at ? nic.taken_at : fake_host.nanoseconds + SLOW_TIME;
    else
        take();
}

static void time_passes(void)
{
    if (nic.timer_at && fake_host.nanoseconds >= nic.timer_at) {
        nic.timer_at = 0;
        if (nic.causes & nic.mask)
            send();
    }
    if (nic.taken_at && fake_host.nanoseconds >= nic.taken_at)
        take();
}

static void reset_nic(void)
{
    nic.causes = nic.mask = 0;
    nic.timer_at = 0;
    nic.is_held = false;
}

static uint32_t register_read(uint64_t offset)
{
    uint32_t causes = nic.causes;

    if (offset != E1000E_ICR)
        return 0;
    nic.causes = 0;
    return causes;
}

// A message is due at once unless the timer runs; then it is due when the timer runs out.
static void cause_set(uint32_t causes)
{
    bool is_new = causes & nic.mask & ~nic.causes;

    nic.causes |= causes;
    if (!is_new || nic.timer_at)
        return;
    nic.timer_at = nic.repeats ? fake_host.nanoseconds + TIMER_TIME : 0;
    send();
}

static void register_write(uint64_t offset, uint32_t value)
{
    if (offset == E1000E_CTRL && value & CTRL_RESET)
        reset_nic();
    else if (offset == E1000E_IMS)
        nic.mask |= value;
    else if (offset == E1000E_IMC)
        nic.mask &= ~value;
    else if (offset == E1000E_ICS)
        cause_set(value);
}

static const struct fake_window window = {REGISTERS, E1000E_BAR_SIZE, register_read, register_write};

enum result pci_bar_map(struct device *mapped, uint32_t bar, uint64_t minimum, volatile void **pointer)
{
    *pointer = (volatile void *)(uintptr_t)REGISTERS;
    return RESULT_OK;
}

void pci_bus_master(struct device *changed, bool on)
{
    nic.bus_master = on;
    if (!on || !nic.is_held)
        return;
    nic.is_held = false;
    send();
}

static int start(void **state)
{
    static const struct core_cpu cpus[] = {{{0}, 0}, {{1}, 0}};
    struct core_setup setup = {.cpus = cpus, .cpu_count = 2, .vectors = {0x20, 0x21, 0xe0}};

    fake_host_reset();
    return core_start(&setup) == RESULT_OK ? 0 : -1;
}

static void start_driver(enum message_kind kind, bool holds, bool repeats)
{
    fake_host_reset();
    for (uint32_t cpu = 0; cpu < 2; cpu++)
        assert_int_equal(core_cpu_join(cpu), RESULT_OK);
    fake_host.on_ipi = fake_host_arrive;
    fake_host.on_idle = time_passes;
    fake_host.step = 100;
    fake_mmio_window(&window);
    memset(&nic, 0, sizeof(nic));
    nic.holds = holds;
    nic.repeats = repeats;
    nic.bus_master = true;
    device = (struct device){.driver = &e1000e_driver};
    fake_source_start(&source, &device, kind, kind == MESSAGE_MSIX ? E1000E_MESSAGE_COUNT : 1);
    assert_int_equal(e1000e_driver.start(&device), RESULT_OK);
}

static void stop_driver(void)
{
    e1000e_stop(&device, device.driver_state);
}

static void expect_one_arrival_a_shot(bool is_slow)
{
    nic.is_slow = is_slow;
    for (uint32_t shot = 0; shot < 5; shot++) {
        uint64_t before = exercise_count(&device, 0);
        assert_int_equal(e1000e_driver.fire(&device, 0), RESULT_OK);
        wait_pause(SETTLING_TIME);
        assert_int_equal(exercise_count(&device, 0) - before, 1);
    }
}

static void a_message_that_was_held_while_bus_master_was_off_is_no_repetition(void **state)
{
    static const enum message_kind kinds[] = {MESSAGE_MSIX, MESSAGE_MSI};

    for (uint32_t i = 0; i < ARRAY_COUNT(kinds); i++) {
        start_driver(kinds[i], true, false);
        assert_false(((struct e1000e *)device.driver_state)->is_repeating);
        expect_one_arrival_a_shot(false);
        stop_driver();
    }
}

static void a_message_that_was_dropped_and_does_not_come_again_is_no_repetition(void **state)
{
    start_driver(MESSAGE_MSI, false, false);
    assert_false(((struct e1000e *)device.driver_state)->is_repeating);
    expect_one_arrival_a_shot(true);
    stop_driver();
}

static void a_single_msi_whose_cause_is_served_late_does_not_come_twice(void **state)
{
    start_driver(MESSAGE_MSI, false, true);
    assert_true(((struct e1000e *)device.driver_state)->is_repeating);
    expect_one_arrival_a_shot(false);
    expect_one_arrival_a_shot(true);
    stop_driver();
}

static void a_shot_before_the_last_was_served_is_refused_as_busy(void **state)
{
    start_driver(MESSAGE_MSI, false, true);
    nic.is_slow = true;
    assert_int_equal(e1000e_driver.fire(&device, 0), RESULT_OK);
    assert_int_equal(e1000e_driver.fire(&device, 0), RESULT_BUSY);
    wait_pause(SETTLING_TIME);
    assert_int_equal(e1000e_driver.fire(&device, 0), RESULT_OK);
    wait_pause(SETTLING_TIME);
    stop_driver();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_that_was_held_while_bus_master_was_off_is_no_repetition),
        cmocka_unit_test(a_message_that_was_dropped_and_does_not_come_again_is_no_repetition),
        cmocka_unit_test(a_single_msi_whose_cause_is_served_late_does_not_come_twice),
        cmocka_unit_test(a_shot_before_the_last_was_served_is_refused_as_busy),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
