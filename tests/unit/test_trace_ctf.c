// CTF packets to the byte, the text that describes them, and a whole dump's frames.
// sources: tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c tests/fakes/routed_device.c

#include "kernel/console/console.h"
#include "kernel/core/cpu.h"
#include "kernel/diagnose/cpu_call.h"
#include "kernel/lib/crc32.h"
#include "kernel/runtime/vectors.h"
#include "kernel/trace/trace.h"
#include "kernel/trace/trace_control.h"
#include "kernel/trace/trace_ctf.h"
#include "kernel/trace/trace_ctf_dump.h"
#include "kernel/trace/trace_ctf_metadata.h"
#include "tests/fakes/heap.h"
#include "tests/fakes/host.h"
#include "tests/fakes/routed_device.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { EVENTS_AT = 76, BEGIN = 2000000000 }; // where the events of a packet begin

static const struct trace_uuid uuid = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};
static struct trace_packet packet;

static void begin(void)
{
    memset(&packet, 0xee, sizeof(packet));
    packet.cpu = 3;
    packet.number = 7;
    packet.begin = BEGIN;
    packet.discarded = 5;
    trace_packet_begin(&packet);
}

static void expect_bytes(uint32_t at, const uint8_t *wanted, size_t length)
{
    assert_memory_equal(frame_payload(&packet.frame) + at, wanted, length);
}

#define EXPECT_BYTES(at, ...) expect_bytes(at, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static void an_empty_packet_is_header_and_context(void **state)
{
    begin();
    trace_packet_end(&packet, &uuid, BEGIN + 1);
    assert_int_equal(packet.frame.length, EVENTS_AT);
    EXPECT_BYTES(0, 0xc1, 0x1f, 0xfc, 0xc1); // magic
    EXPECT_BYTES(4, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
    EXPECT_BYTES(20, 0, 0, 0, 0);                         // stream
    EXPECT_BYTES(24, 0x00, 0x94, 0x35, 0x77, 0, 0, 0, 0); // begin
    EXPECT_BYTES(32, 0x01, 0x94, 0x35, 0x77, 0, 0, 0, 0); // end
    EXPECT_BYTES(40, 0x60, 0x02, 0, 0, 0, 0, 0, 0);       // content, 76 * 8 bits
    EXPECT_BYTES(48, 0x60, 0x02, 0, 0, 0, 0, 0, 0);       // packet
    EXPECT_BYTES(56, 7, 0, 0, 0, 0, 0, 0, 0);             // number
    EXPECT_BYTES(64, 5, 0, 0, 0, 0, 0, 0, 0);             // discarded
    EXPECT_BYTES(72, 3, 0, 0, 0);                         // processor
}

static void entry_and_exit_take_ten_and_nine_bytes(void **state)
{
    struct trace_event entry = {.kind = TRACE_ENTRY, .number = 0x01020304, .vector = 0x51};
    struct trace_event exit = {.kind = TRACE_EXIT, .number = 0x01020304, .vector = 0x51, .detail = 1};

    begin();
    // 2000000000 is 0x77359400, its low 27 bits 0x7359400; with id 0 below them: 0xe6b28000.
    assert_true(trace_packet_add(&packet, &entry, BEGIN, 0x0105));
    EXPECT_BYTES(EVENTS_AT, 0x00, 0x80, 0xb2, 0xe6, 0x04, 0x03, 0x02, 0x01, 0x05, 0x01);
    assert_int_equal(packet.frame.length, EVENTS_AT + 10);
    assert_true(trace_packet_add(&packet, &exit, BEGIN + 3, 0));
    EXPECT_BYTES(EVENTS_AT + 10, 0x61, 0x80, 0xb2, 0xe6, 0x04, 0x03, 0x02, 0x01, 0x01);
    assert_int_equal(packet.frame.length, EVENTS_AT + 19);
}

static void an_event_long_after_the_last_says_the_whole_time(void **state)
{
    struct trace_event exit = {.kind = TRACE_EXIT, .number = 256};

    begin();
    assert_true(trace_packet_add(&packet, &exit, BEGIN + (1 << 27) - 1, 0));
    assert_int_equal(packet.frame.length, EVENTS_AT + 9);
    assert_true(trace_packet_add(&packet, &exit, BEGIN + (2u << 27) - 1, 0)); // 0x873593ff
    EXPECT_BYTES(EVENTS_AT + 9, 31, 1, 0, 0, 0, 0xff, 0x93, 0x35, 0x87, 0, 0, 0, 0, 0, 1, 0, 0, 0);
    assert_int_equal(packet.frame.length, EVENTS_AT + 9 + 18);
    assert_true(trace_packet_add(&packet, &exit, BEGIN + (2u << 27), 0));
    assert_int_equal(packet.frame.length, EVENTS_AT + 9 + 18 + 9);
}

static void the_other_events_hold_what_their_lines_say(void **state)
{
    struct trace_event route = {.kind = TRACE_RETARGET,
                                .number = 256,
                                .old_place = TRACE_PLACE_NONE,
                                .new_place = trace_place(287, 0x51)};
    struct trace_event mask = {.kind = TRACE_MASK, .number = 256, .detail = 1};
    struct trace_event spurious = {.kind = TRACE_SPURIOUS, .number = 255, .vector = 255};
    struct trace_event unknown = {.kind = TRACE_UNKNOWN, .number = 0x52, .vector = 0x52, .detail = 3};

    begin();
    assert_true(trace_packet_add(&packet, &route, BEGIN, 0));
    EXPECT_BYTES(EVENTS_AT, 0x02, 0x80, 0xb2, 0xe6, 0, 1, 0, 0, TRACE_RETARGET, 0xff, 0xff, 0xff, 0xff, 0x1f, 1, 0x51,
                 0);
    assert_true(trace_packet_add(&packet, &mask, BEGIN, 0));
    EXPECT_BYTES(EVENTS_AT + 17, 0x03, 0x80, 0xb2, 0xe6, 0, 1, 0, 0, 1);
    assert_true(trace_packet_add(&packet, &spurious, BEGIN, 0));
    EXPECT_BYTES(EVENTS_AT + 26, 0x04, 0x80, 0xb2, 0xe6, 255);
    assert_true(trace_packet_add(&packet, &unknown, BEGIN, 0));
    EXPECT_BYTES(EVENTS_AT + 31, 0x05, 0x80, 0xb2, 0xe6, 0x52, 3);
    assert_int_equal(packet.frame.length, EVENTS_AT + 37);
}

static void a_full_packet_takes_no_more_and_stays_as_it_was(void **state)
{
    struct trace_event exit = {.kind = TRACE_EXIT, .number = 256};
    uint32_t count = 0;

    begin();
    while (trace_packet_add(&packet, &exit, BEGIN, 0))
        count++;
    assert_int_equal(packet.frame.length, EVENTS_AT + 9 * count);
    assert_in_range(packet.frame.length, FRAME_PAYLOAD - 32, FRAME_PAYLOAD);
}

// ---- the whole dump ----

static struct output_buffer screen;
static struct output port; // of the console: text into `text`, binary bytes into `wire`
static char text[4096];
static uint8_t wire[128 * 1024];
static size_t wire_length;
static bool is_stop_typed;

static void port_write(struct output *self, const char *bytes, size_t length)
{
    screen.output.write(&screen.output, bytes, length);
}

static bool port_write_binary(struct output *self, const void *bytes, size_t length)
{
    assert_true(wire_length + length <= sizeof(wire));
    memcpy(wire + wire_length, bytes, length);
    wire_length += length;
    return true;
}

static bool reader(uint8_t *byte, uint64_t nanoseconds)
{
    bool is_typed = is_stop_typed;

    is_stop_typed = false;
    *byte = 0x03;
    return is_typed;
}

static int start(void **state)
{
    routed_device_start();
    return 0;
}

static int set_up(void **state)
{
    routed_device_reset();
    fake_host.on_ipi = fake_host_arrive;
    for (uint32_t i = 0; i < ROUTED_CPUS; i++)
        cpu_call_prepare(i);
    port = (struct output){port_write, port_write_binary};
    console_attach(&port, reader);
    is_stop_typed = false;
    assert_int_equal(trace_start(1500), RESULT_OK);
    trace_clear();
    return 0;
}

static int tear_down(void **state)
{
    return trace_stop() == RESULT_OK ? 0 : -1;
}

static enum result run(const char *line)
{
    output_buffer_start(&screen, text, sizeof(text));
    wire_length = 0;
    return console_run_line(line);
}

static void take(uint32_t cpu, uint32_t number, uint32_t vector)
{
    struct trace_record records[] = {
        {clock_cycles(), number, trace_word(TRACE_ENTRY, vector * TRACE_ENTRY_SCALE)},
        {clock_cycles(), true, trace_word(TRACE_EXIT, 0)},
    };

    trace_ring_put(&fake_host.rings[cpu], records, 2);
}

// Takes a frame off the wire: its body without the checksum, which must be right. Answers its length, 0 at the end.
static size_t frame_take(size_t *at, uint8_t *body)
{
    size_t length = 0;

    if (*at == wire_length)
        return 0;
    assert_int_equal(wire[(*at)++], 0);
    while (wire[*at]) {
        uint8_t code = wire[(*at)++];
        for (uint32_t i = 1; i < code; i++)
            body[length++] = wire[(*at)++];
        if (code < 0xff && wire[*at])
            body[length++] = 0;
    }
    (*at)++;
    assert_int_equal(crc32_of(body, length), 0x2144df1c);
    return length - 4;
}

static uint64_t get(const uint8_t *bytes, uint32_t count)
{
    uint64_t value = 0;

    for (uint32_t i = 0; i < count; i++)
        value |= (uint64_t)bytes[i] << 8 * i;
    return value;
}

static void a_dump_is_metadata_and_packets_that_cover_one_span_on_every_cpu(void **state)
{
    uint8_t body[FRAME_BODY];
    size_t at = 0, length;
    uint64_t first[ROUTED_CPUS] = {0}, last[ROUTED_CPUS] = {0}, bytes = 0;
    uint32_t packets[ROUTED_CPUS] = {0};

    fake_host.nanoseconds = 5 * UINT64_C(1000000000);
    fake_host.step = 100;
    for (uint32_t i = 0; i < 600; i++)
        take(1, routed_message(2)->number, 0x51);
    take(2, 0, VECTOR_CLOCK);
    assert_int_equal(run("trace dump ctf"), RESULT_OK);
    length = frame_take(&at, body);
    assert_int_equal(body[0], FRAME_METADATA);
    assert_memory_equal(body + 1, "/* CTF 1.8 */\n", 14);
    while ((length = frame_take(&at, body)) != 0) {
        if (body[0] == FRAME_METADATA)
            continue;
        const uint8_t *ctf = body + 1;
        uint32_t cpu = (uint32_t)get(ctf + 72, 4);
        assert_int_equal(body[0], FRAME_PACKET);
        assert_int_equal(get(ctf + 48, 8), 8 * (length - 1));
        assert_int_equal(get(ctf + 56, 8), packets[cpu]);
        if (packets[cpu]++ == 0)
            first[cpu] = get(ctf + 24, 8);
        else
            assert_int_equal(get(ctf + 24, 8), last[cpu]);
        last[cpu] = get(ctf + 32, 8);
        bytes += length;
    }
    assert_int_equal(last[1] - first[1], 1201 * 100);
    for (uint32_t cpu = 0; cpu < ROUTED_CPUS; cpu++) {
        assert_int_equal(first[cpu], 5 * UINT64_C(1000000000) + 100);
        assert_int_equal(last[cpu], last[1]);
        assert_int_equal(packets[cpu], cpu == 1 ? 3 : 1);
    }
    // What it costs on the way: 9.5 bytes an event, and a little for the packets.
    assert_true(bytes < 1202 * 10 + ROUTED_CPUS * EVENTS_AT);
    assert_non_null(strstr(text, "\n# trace ctf: 1202 events in "));
    assert_non_null(strstr(text, "\n# message irq=258 bdf=0000:00:04.0 index=2 driver=e1000e cpu=2 vector=0x80\n"));
}

static void the_metadata_names_what_was_recorded(void **state)
{
    struct output_buffer buffer;
    static char metadata[8192];
    static struct trace_ctf_names names;

    trace_ctf_names_add(&names, VECTOR_CLOCK);
    trace_ctf_names_add(&names, trace_ctf_name(routed_message(1)->number));
    output_buffer_start(&buffer, metadata, sizeof(metadata));
    trace_ctf_metadata(&buffer.output, &uuid, &names);
    assert_true(buffer.length < sizeof(metadata));
    const char *const parts[] = {
        "/* CTF 1.8 */\n",
        "\tuuid = \"01020304-0506-0708-090a-0b0c0d0e0f10\";\n",
        "\tdomain = \"kernel\";\n",
        "\tfreq = 1000000000;\n",
        "typealias enum : uint16_t {\n\t\"unowned\" = 208,\n\t\"e1000e-0000:00:04.0-1\" = 257,\n\t\"gone\" = 65535\n} "
        ":= name_t;\n",
        "typealias enum : uint8_t { connect = 5, retarget = 6, drain = 7, disconnect = 8 } := action_t;\n",
        "\tname = \"irq_handler_entry\";\n\tid = 0;\n\tstream_id = 0;\n\tfields := struct { uint32_t _irq; name_t "
        "_name; };\n",
    };
    for (uint32_t i = 0; i < ARRAY_COUNT(parts); i++)
        assert_non_null(strstr(metadata, parts[i]));
}

static void a_name_is_a_vector_or_a_place_in_the_table(void **state)
{
    assert_int_equal(trace_ctf_name(VECTOR_CLOCK), VECTOR_CLOCK);
    assert_int_equal(trace_ctf_name(routed_message(0)->number), TRACE_CTF_MESSAGE);
    assert_int_equal(trace_ctf_name(routed_message(4)->number), TRACE_CTF_MESSAGE + 4);
    assert_int_equal(trace_ctf_name(routed_message(4)->number + 1), TRACE_CTF_GONE);
}

static void what_was_lost_stands_in_every_packet(void **state)
{
    uint8_t body[FRAME_BODY];
    size_t at = 0;

    for (uint32_t i = 0; i < 2000; i++)
        take(1, routed_message(2)->number, 0x51);
    uint64_t lost = trace_counts(1).lost;
    assert_true(lost > 1000);
    assert_int_equal(run("trace dump ctf"), RESULT_OK);
    while (frame_take(&at, body))
        if (body[0] == FRAME_PACKET)
            assert_int_equal(get(body + 1 + 64, 8), get(body + 1 + 72, 4) == 1 ? lost : 0);
}

static void a_console_without_a_port_is_told_and_recording_goes_on(void **state)
{
    port.write_binary = NULL;
    assert_int_equal(run("trace dump ctf"), RESULT_UNSUPPORTED);
    assert_string_equal(text, "error: no port of the console carries binary bytes\n");
    assert_true(trace_is_recording);
}

static void ctrl_c_ends_it_between_two_frames(void **state)
{
    for (uint32_t i = 0; i < 600; i++)
        take(1, routed_message(2)->number, 0x51);
    is_stop_typed = true;
    assert_int_equal(run("trace dump ctf"), RESULT_STOPPED);
    assert_int_equal(wire_length, 0);
    assert_true(trace_is_recording);
}

static void without_memory_nothing_is_sent(void **state)
{
    fake_heap_fail_after(0);
    assert_int_equal(run("trace dump ctf"), RESULT_NO_MEMORY);
    fake_heap_fail_after(UINT32_MAX);
    assert_int_equal(wire_length, 0);
    assert_true(trace_is_recording);
}

#define DUMP_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_packet_is_header_and_context),
        cmocka_unit_test(entry_and_exit_take_ten_and_nine_bytes),
        cmocka_unit_test(an_event_long_after_the_last_says_the_whole_time),
        cmocka_unit_test(the_other_events_hold_what_their_lines_say),
        cmocka_unit_test(a_full_packet_takes_no_more_and_stays_as_it_was),
        DUMP_TEST(a_dump_is_metadata_and_packets_that_cover_one_span_on_every_cpu),
        DUMP_TEST(the_metadata_names_what_was_recorded),
        DUMP_TEST(a_name_is_a_vector_or_a_place_in_the_table),
        DUMP_TEST(what_was_lost_stands_in_every_packet),
        DUMP_TEST(a_console_without_a_port_is_told_and_recording_goes_on),
        DUMP_TEST(ctrl_c_ends_it_between_two_frames),
        DUMP_TEST(without_memory_nothing_is_sent),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
