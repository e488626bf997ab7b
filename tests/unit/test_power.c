// Leaving the machine: what is written to which port, in which order.
// sources: tests/fakes/cpu.c tests/fakes/mmio.c tests/fakes/events.c tests/fakes/host.c tests/fakes/heap.c

#include "tests/fakes/cpu.h"
#include "tests/fakes/mmio.h"

#include "arch/power.c"

#include "tests/fakes/events.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { ENTRY = 0x7f001000, BASE = 0x7ed80000 };

#define OUT(port, value)              \
    {                                 \
        EVENT_PORT_WRITE, port, value \
    }
#define IN(port, value)              \
    {                                \
        EVENT_PORT_READ, port, value \
    }
#define SPIN                    \
    {                           \
        EVENT_SPIN, 0, 50000000 \
    }
#define EXPECT(...) \
    event_expect_all((const struct event[]){__VA_ARGS__}, sizeof((struct event[]){__VA_ARGS__}) / sizeof(struct event))
#define CHIPSET  OUT(0xcf9, 0x02), OUT(0xcf9, 0x06), SPIN
#define KEYBOARD IN(0x64, 0), OUT(0x64, 0xfe), SPIN
#define TRIPLE              \
    {EVENT_IDT_LOAD, 0, 0}, \
    {                       \
        EVENT_BREAKPOINT    \
    }

static const struct power_operations *attached;
static struct {
    uint64_t words[RUNTIME_SIZE / 8];
} runtime;
static enum handoff_memory entry_kind;
static jmp_buf halted;

void power_attach(const struct power_operations *chosen)
{
    attached = chosen;
}

uint64_t firmware_call(uint64_t root, uint64_t function, const uint64_t arguments[4])
{
    event_add(EVENT_CALL, function, arguments[0]);
    return 3;
}

enum result paging_map_firmware(struct physical base, uint64_t size, const void **pointer)
{
    *pointer = &runtime;
    return RESULT_OK;
}

enum result handoff_memory_find(struct physical base, uint64_t size, enum handoff_memory *kind)
{
    *kind = entry_kind;
    return RESULT_OK;
}

void time_spin(uint64_t nanoseconds)
{
    event_add(EVENT_SPIN, 0, nanoseconds);
}

static void initialise(bool has_firmware, struct power_reset_register reset)
{
    struct handoff handoff = {.runtime_services = has_firmware ? 0x7f000000 : 0, .firmware_root = 0x1000};

    power_initialise(&handoff, &reset);
    event_clear();
}

static int set_up(void **state)
{
    fake_cpu_reset();
    fake_host_answer(0x64, 0);
    runtime.words[0] = UINT64_C(0x56524553544e5552); // "RUNTSERV"
    runtime.words[104 / 8] = ENTRY;
    entry_kind = HANDOFF_MEMORY_RUNTIME;
    return 0;
}

static void a_reboot_asks_the_firmware_then_the_chipset_then_the_keyboard_then_the_processor(void **state)
{
    initialise(true, (struct power_reset_register){0});
    attached->reboot();
    EXPECT({EVENT_CALL, ENTRY, 0}, CHIPSET, KEYBOARD, TRIPLE);
}

static void the_firmwares_entry_is_not_called_outside_its_runtime_code(void **state)
{
    entry_kind = HANDOFF_MEMORY_FREE;
    initialise(true, (struct power_reset_register){0});
    attached->reboot();
    EXPECT(CHIPSET, KEYBOARD, TRIPLE);
}

static void the_reset_register_of_the_fadt_comes_before_the_chipsets(void **state)
{
    initialise(false, (struct power_reset_register){true, POWER_SPACE_IO, 0xb2, 0x73});
    attached->reboot();
    EXPECT(OUT(0xb2, 0x73), SPIN, CHIPSET, KEYBOARD, TRIPLE);
    assert_int_equal(fake_port_width(0xb2), 8); // wider ones write to the neighbours as well
    assert_int_equal(fake_port_width(0xcf9), 8);
    assert_int_equal(fake_port_width(0x64), 8);
}

static void a_reset_register_in_configuration_space_is_written_as_one_byte(void **state)
{
    initialise(false, (struct power_reset_register){true, POWER_SPACE_PCI, UINT64_C(0x1f00030041), 0x06});
    attached->reboot();
    EXPECT(OUT(0xcf8, 0x8000fb40), OUT(0xcfd, 0x06), SPIN, CHIPSET, KEYBOARD, TRIPLE);
    assert_int_equal(fake_port_width(0xcf8), 32); // narrower ones are no configuration address
    assert_int_equal(fake_port_width(0xcfd), 8);
}

static void a_reset_register_in_memory_is_written_where_it_was_mapped(void **state)
{
    fake_memory_add(BASE, 16);
    initialise(false, (struct power_reset_register){true, POWER_SPACE_MEMORY, BASE + 4, 0x11});
    attached->reboot();
    EXPECT({EVENT_MEMORY_WRITE, BASE + 4, 0x11}, SPIN, CHIPSET, KEYBOARD, TRIPLE);
}

static void a_keyboard_controller_that_stays_busy_is_waited_for_within_a_bound(void **state)
{
    fake_host_answer(0x64, KEYBOARD_INPUT_FULL);
    initialise(false, (struct power_reset_register){0});
    attached->reboot(); // comes back
}

static void switching_off_asks_the_firmware_alone(void **state)
{
    initialise(true, (struct power_reset_register){0});
    attached->power_off();
    EXPECT({EVENT_CALL, ENTRY, 2});
}

static void leaving_qemu_is_one_write_of_32_bits(void **state)
{
    initialise(false, (struct power_reset_register){0});
    attached->debug_exit(16);
    EXPECT(OUT(0xf4, 16));
    assert_int_equal(fake_port_width(0xf4), 32);
}

static void others_stop(void)
{
    event_add(EVENT_CALL, 1, 0);
}

static void on_halt(void)
{
    longjmp(halted, 1);
}

static void a_stop_turns_interrupts_off_before_it_stops_the_others_and_halts(void **state)
{
    initialise(false, (struct power_reset_register){0});
    power_attach_stop_others(others_stop);
    fake_cpu.on_halt = on_halt;
    if (setjmp(halted) == 0)
        attached->stop();
    EXPECT({EVENT_INTERRUPTS_OFF}, {EVENT_CALL, 1, 0}, {EVENT_HALT});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_reboot_asks_the_firmware_then_the_chipset_then_the_keyboard_then_the_processor,
                               set_up),
        cmocka_unit_test_setup(the_firmwares_entry_is_not_called_outside_its_runtime_code, set_up),
        cmocka_unit_test_setup(the_reset_register_of_the_fadt_comes_before_the_chipsets, set_up),
        cmocka_unit_test_setup(a_reset_register_in_configuration_space_is_written_as_one_byte, set_up),
        cmocka_unit_test_setup(a_reset_register_in_memory_is_written_where_it_was_mapped, set_up),
        cmocka_unit_test_setup(a_keyboard_controller_that_stays_busy_is_waited_for_within_a_bound, set_up),
        cmocka_unit_test_setup(switching_off_asks_the_firmware_alone, set_up),
        cmocka_unit_test_setup(leaving_qemu_is_one_write_of_32_bits, set_up),
        cmocka_unit_test_setup(a_stop_turns_interrupts_off_before_it_stops_the_others_and_halts, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
