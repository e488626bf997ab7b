// The serial port: looking for it, its set-up, and what leaves when the port is well, slow or dead.
// sources: tests/fakes/heap.c tests/fakes/mmio.c tests/fakes/events.c tests/fakes/host.c

#include "tests/fakes/events.h"
#include "tests/fakes/host.h"
#include "tests/fakes/mmio.h"

#include "drivers/serial/serial_16550.c"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

enum { COM1 = 0x3f8, STATUS_PORT = COM1 + 5, STATUS_IDLE = 0x60 };

static struct serial_place com1;

static int set_up(void **state)
{
    fake_mmio_reset();
    fake_host_reset();
    assert_true(serial_place_of(0, &com1));
    fake_host_answer(STATUS_PORT, STATUS_IDLE);
    fake_host_answer(COM1 + SERIAL_INTERRUPT_ID, 0xc1);
    event_clear();
    return 0;
}

// The bytes written to the data register since the last event_clear().
static const char *sent(void)
{
    static char text[256];
    uint32_t length = 0;
    const struct event *event;
    for (uint32_t i = 0; (event = event_effect(i)) != NULL; i++)
        if (event->kind == EVENT_PORT_WRITE && event->where == COM1)
            text[length++] = (char)event->value;
    text[length] = '\0';
    return text;
}

static void write_text(const char *text)
{
    event_clear();
    serial_output()->write(serial_output(), text, strlen(text));
}

static void the_four_ports_of_a_pc_are_known(void **state)
{
    static const uint16_t ports[] = {0x3f8, 0x2f8, 0x3e8, 0x2e8};
    struct serial_place place;
    for (uint32_t i = 0; i < 4; i++) {
        assert_true(serial_place_of(i, &place));
        assert_int_equal(place.address, ports[i]);
        assert_int_equal(place.stride, 1);
        assert_false(place.is_memory);
    }
    assert_false(serial_place_of(4, &place));
}

static void a_port_in_memory_is_reached_by_its_stride(void **state)
{
    struct serial_place place = {.is_memory = true, .address = 0xfe000000, .stride = 4};
    char *memory = fake_memory_add(0xfe000000, 32);
    memory[SERIAL_LINE_STATUS * 4] = STATUS_IDLE;
    assert_int_equal(serial_open(&place, 115200), RESULT_OK);
    assert_int_equal(memory[SERIAL_LINE_CONTROL * 4], LINE_8N1);
    assert_int_equal(memory[SERIAL_MODEM_CONTROL * 4], MODEM_READY);
}

static uint32_t looks_at_the_status(void)
{
    uint32_t looks = 0;
    const struct event *event;
    for (uint32_t i = 0; (event = event_effect(i)) != NULL; i++)
        looks += event->kind == EVENT_PORT_READ && event->where == STATUS_PORT;
    return looks;
}

// The 16550's FIFO holds sixteen (PC16550D, 8.4): more without a look would be lost, fewer cost a look each.
static void an_empty_transmitter_takes_sixteen_bytes_for_one_look(void **state)
{
    fake_host_keep(COM1 + SERIAL_INTERRUPT_ID, 0xc1);
    assert_int_equal(serial_open(&com1, 115200), RESULT_OK);
    write_text("0123456789abcdef");
    assert_int_equal(looks_at_the_status(), 1 + 1); // and one whether all has left
    write_text("0123456789abcdef0");
    assert_int_equal(looks_at_the_status(), 2 + 1);
}

static void a_clock_of_its_own_makes_another_divisor(void **state)
{
    struct serial_place card = com1;
    card.base_baud = 3906250;
    event_clear();
    assert_int_equal(serial_open(&card, 115200), RESULT_OK);
    bool has_divisor = false;
    const struct event *event;
    for (uint32_t i = 0; (event = event_effect(i)) != NULL; i++)
        has_divisor = has_divisor || (event->kind == EVENT_PORT_WRITE && event->where == COM1 && event->value == 34);
    assert_true(has_divisor);
}

static void places_and_speeds_that_make_no_sense_are_refused(void **state)
{
    assert_int_equal(serial_open(&(struct serial_place){.address = 0x10000, .stride = 1}, 9600), RESULT_INVALID);
    assert_int_equal(serial_open(&(struct serial_place){.address = 0x3f8, .stride = 2}, 9600), RESULT_INVALID);
    assert_int_equal(serial_open(&com1, 115201), RESULT_INVALID);
}

static void a_port_that_cannot_be_opened_leaves_the_one_before_open(void **state)
{
    struct serial_place nowhere = {.is_memory = true, .address = 0xfd000000, .stride = 1};
    assert_int_equal(serial_open(&com1, 115200), RESULT_OK);
    assert_int_equal(serial_open(&nowhere, 115200), RESULT_NO_MEMORY);
    write_text("still here");
    assert_string_equal(sent(), "still here");
}

static void log_refusal(void)
{
    serial_output()->write(serial_output(), "cannot map", 10);
}

static void what_is_logged_while_a_port_cannot_be_mapped_goes_to_the_one_before(void **state)
{
    struct serial_place nowhere = {.is_memory = true, .address = 0xfd000000, .stride = 1};
    assert_int_equal(serial_open(&com1, 115200), RESULT_OK);
    event_clear();
    fake_mmio_refused_hook(log_refusal);
    assert_int_equal(serial_open(&nowhere, 115200), RESULT_NO_MEMORY);
    assert_string_equal(sent(), "cannot map");
}

static void the_speed_is_set_through_the_divisor_and_the_divisor_hidden_again(void **state)
{
    static const struct event set_up_events[] = {
        {EVENT_PORT_WRITE, COM1 + 3, 0x83}, {EVENT_PORT_WRITE, COM1 + 0, 12}, {EVENT_PORT_WRITE, COM1 + 1, 0},
        {EVENT_PORT_WRITE, COM1 + 3, 0x03}, {EVENT_PORT_WRITE, COM1 + 2, 7},
    };
    serial.place = com1;
    serial_set_up(9600);
    uint32_t found = 0;
    const struct event *event;
    for (uint32_t i = 0; (event = event_effect(i)) != NULL && found < ARRAY_COUNT(set_up_events); i++) {
        if (event->kind != EVENT_PORT_WRITE)
            continue;
        assert_int_equal(event->where, set_up_events[found].where);
        assert_int_equal(event->value, set_up_events[found].value);
        found++;
    }
    assert_int_equal(found, ARRAY_COUNT(set_up_events));
}

#define OUT(offset, value)                       \
    {                                            \
        EVENT_PORT_WRITE, COM1 + (offset), value \
    }
#define IN(offset, value)                       \
    {                                           \
        EVENT_PORT_READ, COM1 + (offset), value \
    }

// The divisor hidden before the interrupt enables, which lie behind it; the firmware's last bytes out before the FIFO
// is cleared; OUT2 low, which holds the port's interrupt off.
static void a_port_is_opened_by_these_accesses_in_this_order(void **state)
{
    static const struct event expected[] = {OUT(3, 0x03), OUT(1, 0x00), OUT(7, 0x5a), IN(7, 0x5a),  OUT(7, 0xa5),
                                            IN(7, 0xa5),  IN(5, 0x60),  OUT(3, 0x83), OUT(0, 0x80), OUT(1, 0x01),
                                            OUT(3, 0x03), OUT(2, 0x07), IN(2, 0xc1),  OUT(4, 0x03)};

    fake_host_keep(COM1 + SERIAL_INTERRUPT_ID, 0xc1);
    assert_int_equal(serial_open(&com1, 300), RESULT_OK);
    event_expect_all(expected, ARRAY_COUNT(expected));
}

static void the_firmwares_speed_is_kept_on_demand(void **state)
{
    serial.place = com1;
    serial_set_up(SERIAL_BAUD_FIRMWARE);
    assert_string_equal(sent(), "");
}

static void a_line_end_leaves_as_cr_lf(void **state)
{
    assert_int_equal(serial_open(&com1, 115200), RESULT_OK);
    write_text("a\nb\n");
    assert_string_equal(sent(), "a\r\nb\r\n");
}

static void binary_bytes_leave_as_they_are(void **state)
{
    assert_int_equal(serial_open(&com1, 115200), RESULT_OK);
    event_clear();
    assert_true(output_binary(serial_output(), "a\n\xff\r", 4));
    assert_string_equal(sent(), "a\n\xff\r");
}

static void a_dead_port_is_given_up_and_taken_back_when_it_lives(void **state)
{
    assert_int_equal(serial_open(&com1, 115200), RESULT_OK);
    serial.is_stuck = true; // as after SERIAL_PATIENCE looks
    fake_host_answer(STATUS_PORT, 0);
    write_text("lost\n");
    assert_string_equal(sent(), "");
    fake_host_answer(STATUS_PORT, STATUS_IDLE);
    write_text("found\n");
    assert_string_equal(sent(), "found\r\n");
    assert_false(serial.is_stuck);
}

static void a_byte_is_read_when_there_is_one_and_waited_for_no_longer_than_asked(void **state)
{
    uint8_t byte = 0;
    assert_int_equal(serial_open(&com1, 115200), RESULT_OK);
    fake_host_answer(STATUS_PORT, STATUS_IDLE | STATUS_DATA_READY);
    fake_host_answer(COM1, 'x');
    assert_true(serial_read(&byte, 1000));
    assert_int_equal(byte, 'x');
    fake_host_answer(STATUS_PORT, STATUS_IDLE);
    uint64_t before = fake_host.nanoseconds;
    assert_false(serial_read(&byte, 5000000));
    assert_true(fake_host.nanoseconds - before < 6000000);
}

static void bytes_that_come_while_others_leave_are_kept(void **state)
{
    uint8_t byte = 0;
    uint32_t kept = 0;
    assert_int_equal(serial_open(&com1, 115200), RESULT_OK);
    fake_host_answer(STATUS_PORT, STATUS_IDLE | STATUS_DATA_READY);
    fake_host_answer(COM1, 'p');
    for (uint32_t i = 0; i < SERIAL_KEPT; i++) {
        write_text("line\n");
        fake_host_answer(COM1, 'p'); // where what was written stood
    }
    fake_host_answer(STATUS_PORT, STATUS_IDLE);
    while (serial_read(&byte, 0))
        kept++;
    assert_int_equal(kept, SERIAL_KEPT);
    assert_false(serial.is_receiving);
}

static void a_look_in_the_middle_of_another_takes_nothing(void **state)
{
    uint8_t byte = 0;
    assert_int_equal(serial_open(&com1, 115200), RESULT_OK);
    fake_host_answer(STATUS_PORT, STATUS_IDLE | STATUS_DATA_READY);
    serial.is_receiving = true; // as by another CPU
    assert_false(serial_read(&byte, 1000));
    write_text("x");
    assert_int_equal(serial.received_count, 0);
    serial.is_receiving = false;
    assert_true(serial_read(&byte, 1000));
}

static void a_port_that_is_gone_gives_no_bytes(void **state)
{
    uint8_t byte;
    assert_int_equal(serial_open(&com1, 115200), RESULT_OK);
    fake_host_answer(STATUS_PORT, 0xff);
    assert_false(serial_read(&byte, 1000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_four_ports_of_a_pc_are_known, set_up),
        cmocka_unit_test_setup(a_port_in_memory_is_reached_by_its_stride, set_up),
        cmocka_unit_test_setup(an_empty_transmitter_takes_sixteen_bytes_for_one_look, set_up),
        cmocka_unit_test_setup(a_clock_of_its_own_makes_another_divisor, set_up),
        cmocka_unit_test_setup(places_and_speeds_that_make_no_sense_are_refused, set_up),
        cmocka_unit_test_setup(a_port_that_cannot_be_opened_leaves_the_one_before_open, set_up),
        cmocka_unit_test_setup(what_is_logged_while_a_port_cannot_be_mapped_goes_to_the_one_before, set_up),
        cmocka_unit_test_setup(the_speed_is_set_through_the_divisor_and_the_divisor_hidden_again, set_up),
        cmocka_unit_test_setup(a_port_is_opened_by_these_accesses_in_this_order, set_up),
        cmocka_unit_test_setup(the_firmwares_speed_is_kept_on_demand, set_up),
        cmocka_unit_test_setup(a_line_end_leaves_as_cr_lf, set_up),
        cmocka_unit_test_setup(binary_bytes_leave_as_they_are, set_up),
        cmocka_unit_test_setup(a_dead_port_is_given_up_and_taken_back_when_it_lives, set_up),
        cmocka_unit_test_setup(a_byte_is_read_when_there_is_one_and_waited_for_no_longer_than_asked, set_up),
        cmocka_unit_test_setup(bytes_that_come_while_others_leave_are_kept, set_up),
        cmocka_unit_test_setup(a_look_in_the_middle_of_another_takes_nothing, set_up),
        cmocka_unit_test_setup(a_port_that_is_gone_gives_no_bytes, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
