// The commands: the contract's JSON to the letter, tables that fit, errors as one line.
// sources: tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c tests/fakes/routed_device.c

#include "kernel/console/console.h"
#include "kernel/diagnose/system_counts.h"
#include "kernel/inventory/firmware.h"
#include "kernel/inventory/machine_name.h"
#include "kernel/inventory/pci_ids.h"
#include "kernel/lib/crc32.h"
#include "kernel/runtime/vectors.h"
#include "tests/fakes/host.h"
#include "tests/fakes/routed_device.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define BDF "0000:00:04.0"

enum { TEXT_SIZE = 65536, COLUMNS = 79 };

static struct output_buffer screen;
static char text[TEXT_SIZE];

static uint64_t count_spurious(uint32_t cpu)
{
    return cpu == 2 ? 3 : 0;
}

static int start(void **state)
{
    system_counts_register("spurious", count_spurious);
    firmware_record("bus_master", 0x107, "%s", BDF);
    routed_device_start();
    return 0;
}

static int set_up(void **state)
{
    routed_device_reset();
    output_buffer_start(&screen, text, sizeof(text));
    console_attach(&screen.output, NULL);
    return 0;
}

static enum result run(const char *line)
{
    output_buffer_start(&screen, text, sizeof(text));
    return console_run_line(line);
}

static uint32_t count_lines(void)
{
    uint32_t lines = 0;
    for (const char *byte = text; *byte; byte++)
        lines += *byte == '\n';
    return lines;
}

static void expect_error(const char *line, const char *error)
{
    char expected[256];
    snprintf(expected, sizeof(expected), "error: %s\n", error);
    assert_int_not_equal(run(line), RESULT_OK);
    assert_string_equal(text, expected);
}

// The keys of a JSON text in order, with the braces that nest them.
static const char *keys_of(const char *json, char *keys)
{
    char *end = keys;
    for (const char *byte = json; *byte && *byte != '\n'; byte++) {
        if (*byte == '{' || *byte == '}')
            *end++ = *byte;
        if (*byte != '"')
            continue;
        const char *first = byte++;
        while (*byte != '"')
            byte++;
        if (byte[1] == ':')
            end += sprintf(end, "%.*s ", (int)(byte - first - 1), first + 1);
    }
    *end = '\0';
    return keys;
}

static void expect_keys(const char *example)
{
    static char found[4096], expected[4096];
    assert_string_equal(keys_of(text, found), keys_of(example, expected));
}

static void pci_json_is_the_interfaces_example(void **state)
{
    assert_int_equal(run("pci --json"), RESULT_OK);
    assert_string_equal(
        text,
        "{\"type\":\"function\",\"bdf\":\"0000:00:04.0\",\"vendor\":\"0x8086\",\"device\":\"0x10d3\",\"class\":"
        "\"0x020000\",\"revision\":\"0x00\",\"header\":0,\"subsystem_vendor\":\"0x8086\",\"subsystem_device\":"
        "\"0x0000\","
        "\"command\":\"0x0107\",\"interrupt_pin\":1,\"driver\":\"e1000e\",\"bars\":[{\"index\":0,\"kind\":\"mem32\","
        "\"address\":\"0x81040000\",\"size\":\"0x20000\",\"prefetchable\":false,\"refusal\":null}],\"capabilities\":[{"
        "\"id\":\"0x01\","
        "\"offset\":\"0xc8\"}],\"extended_capabilities\":[{\"id\":\"0x0001\",\"offset\":\"0x100\"}],\"msi\":{"
        "\"offset\":"
        "\"0xd0\",\"maximum\":1,\"is_64bit\":true,\"maskable\":false,\"enabled\":false},\"msix\":{\"offset\":\"0xa0\","
        "\"table_size\":5,\"table_bar\":3,\"table_offset\":\"0x0\",\"pba_bar\":3,\"pba_offset\":\"0x2000\",\"enabled\":"
        "true,\"function_masked\":false},\"bridge\":null,\"vendor_name\":\"Intel Corporation\",\"device_name\":"
        "\"82574L Gigabit Network Connection\",\"link\":null,\"power_state\":null,\"errors\":null}\n");
}

static void a_bridge_without_msi_says_null_where_the_interface_does(void **state)
{
    struct device saved = routed.device;
    routed.device.header_type = 1;
    routed.device.secondary_bus = 1;
    routed.device.subordinate_bus = 2;
    routed.device.msi.offset = routed.device.msix.offset = 0;
    routed.device.driver = NULL;
    assert_int_equal(run("pci 00:04.0 --json"), RESULT_OK);
    routed.device = saved;
    assert_non_null(strstr(text, "\"driver\":null,"));
    assert_non_null(
        strstr(text, "\"msi\":null,\"msix\":null,\"bridge\":{\"primary\":0,\"secondary\":1,\"subordinate\":2},"));
}

static void messages_json_has_the_eight_fields_first(void **state)
{
    const struct message *message = routed_message(0);
    char expected[1024];
    assert_int_equal(run("fire " BDF " 0 17"), RESULT_OK);
    assert_int_equal(run("messages 00:04.0 --json"), RESULT_OK);
    assert_int_equal(count_lines(), ROUTED_MESSAGES);
    expect_keys(
        "{\"type\":\"message\",\"bdf\":\"\",\"index\":0,\"message_address\":\"\",\"target_processor_set\":{\"group\":0,"
        "\"mask\":\"\"},\"interrupt_object\":\"\",\"message_data\":\"\",\"vector\":81,\"irql\":5,\"mode\":\"\","
        "\"polarity\":\"\",\"kind\":\"msix\",\"driver\":\"\",\"cpu\":1,\"apic_id\":1,\"remap_index\":null,"
        "\"masked\":false,\"count\":17,\"irq\":256}");
    snprintf(
        expected, sizeof(expected),
        "{\"type\":\"message\",\"bdf\":\"0000:00:04.0\",\"index\":0,\"message_address\":\"0xfee0%x000\","
        "\"target_processor_set\":{\"group\":0,\"mask\":\"0x000000000000000f\"},\"interrupt_object\":\"0x%016llx\","
        "\"message_data\":\"0x%08x\",\"vector\":%u,\"irql\":8,\"mode\":\"latched\",\"polarity\":\"active_high\","
        "\"kind\":\"msix\",\"driver\":\"e1000e\",\"cpu\":%u,\"apic_id\":%u,\"remap_index\":null,\"masked\":false,"
        "\"count\":17,\"irq\":%u}\n",
        message->cpu, (unsigned long long)(uintptr_t)message->info.interrupt_object, message->info.vector,
        message->info.vector, message->cpu, message->cpu, message->number);
    assert_memory_equal(text, expected, strlen(expected));
}

static void cpus_json_accounts_for_every_vector(void **state)
{
    assert_int_equal(run("cpus --json"), RESULT_OK);
    assert_int_equal(count_lines(), ROUTED_CPUS);
    expect_keys("{\"type\":\"cpu\",\"cpu\":1,\"apic_id\":1,\"state\":\"online\",\"apic_mode\":\"xapic\",\"group\":0,"
                "\"number\":1,\"node\":0,\"vectors_free\":140,\"vectors_allocated\":4,\"vectors_draining\":0,"
                "\"interrupts\":123,\"apic_mode_reason\":\"the firmware left it so\"}");
    assert_non_null(strstr(text, "\"vectors_free\":142,\"vectors_allocated\":2,\"vectors_draining\":0,"));
}

static void interrupts_json_counts_on_the_cpu_of_the_table(void **state)
{
    uint64_t before = message_count_all(routed_message(1));
    char expected[256];
    assert_int_equal(run("fire " BDF " 1 4"), RESULT_OK);
    assert_int_equal(run("interrupts --json"), RESULT_OK);
    assert_int_equal(count_lines(), ROUTED_MESSAGES + 1);
    assert_int_equal(routed_message(1)->cpu, 1);
    snprintf(
        expected, sizeof(expected),
        "{\"type\":\"interrupt\",\"bdf\":\"0000:00:04.0\",\"index\":1,\"driver\":\"e1000e\",\"counts\":[0,%u,0,0]}\n",
        (unsigned)before + 4);
    assert_non_null(strstr(text, expected));
    assert_non_null(strstr(text, "\n{\"type\":\"system\",\"name\":\"spurious\",\"counts\":[0,0,3,0]}\n"));
}

static void fire_tells_shots_sent_from_shots_handled(void **state)
{
    assert_int_equal(run("fire 00:04.0 2 3 --json"), RESULT_OK);
    assert_string_equal(text, "{\"type\":\"fire\",\"bdf\":\"0000:00:04.0\",\"index\":2,\"sent\":3,\"handled\":3,"
                              "\"pending\":false,\"deliveries\":1}\n");
    routed.deliveries = 2;
    assert_int_equal(run("fire 00:04.0 2 3 --json"), RESULT_OK);
    assert_non_null(strstr(text, "\"sent\":3,\"handled\":3,\"pending\":false,\"deliveries\":2}"));
}

static void a_shot_that_does_not_arrive_is_an_error_within_its_bound(void **state)
{
    routed.shot = ROUTED_LOST;
    uint64_t before = fake_host.nanoseconds;
    assert_int_equal(run("fire 00:04.0 2 3"), RESULT_TIMEOUT);
    assert_in_range(fake_host.nanoseconds - before, 1000000000, 1010000000);
    assert_string_equal(text, BDF " 2: sent 1, handled 0 on cpu 2\nerror: shot 1 did not arrive within a second\n");
    routed.shot = ROUTED_REFUSED;
    assert_int_equal(run("fire 00:04.0 2"), RESULT_GONE);
    assert_non_null(strstr(text, "error: 00:04.0 2 could not be fired: gone\n"));
}

static void a_masked_message_is_pending_until_it_is_unmasked(void **state)
{
    assert_int_equal(run("mask 00:04.0 3 --json"), RESULT_OK);
    assert_string_equal(text, "{\"type\":\"mask\",\"bdf\":\"0000:00:04.0\",\"index\":3,\"masked\":true}\n");
    assert_true(routed.source.masked[3]);
    assert_int_equal(run("fire 00:04.0 3 5 --json"), RESULT_TIMEOUT);
    assert_string_equal(text, "{\"type\":\"fire\",\"bdf\":\"0000:00:04.0\",\"index\":3,\"sent\":1,\"handled\":0,"
                              "\"pending\":true,\"deliveries\":1}\nerror: masked: pending at the device\n");
    assert_int_equal(run("unmask 00:04.0 3"), RESULT_OK);
    assert_string_equal(text, BDF " 3: unmasked\n");
    assert_int_equal(run("fire 00:04.0 3"), RESULT_OK);
}

static void read_gives_the_checksum_of_the_block(void **state)
{
    assert_int_equal(crc32_of("123456789", 9), 0xcbf43926);
    assert_int_equal(run("read 00:04.0 0x7 --json"), RESULT_OK);
    assert_string_equal(
        text, "{\"type\":\"block\",\"bdf\":\"0000:00:04.0\",\"block\":7,\"crc32\":\"0xc71c0011\",\"length\":4096}\n");
    assert_int_equal(run("read 00:04.0 1"), RESULT_OK);
    assert_memory_equal(text, "00000000  41 20 62 6c 6f 63 6b 20  74 68 61 74 20 62 65 67  |A block that beg|\n", 76);
    assert_int_equal(count_lines(), 5);
    routed.read_result = RESULT_TIMEOUT;
    expect_error("read 00:04.0 1", "00:04.0 did not read block 1: timeout");
}

// All objects whole, one a line; answers the start of the last line.
static const char *expect_objects(void)
{
    const char *last = text;
    for (char *line = text; *line;) {
        char *end = strchr(line, '\n');
        int32_t depth = 0;
        assert_non_null(end);
        assert_int_equal(*line, '{');
        assert_int_equal(end[-1], '}');
        for (const char *byte = line; byte < end; byte++)
            depth += (*byte == '{') - (*byte == '}');
        assert_int_equal(depth, 0);
        last = line;
        line = end + 1;
    }
    return last;
}

static void every_listing_with_json_prints_whole_objects_only(void **state)
{
    static const char *const listings[] = {"help",    "version",  "log",    "cpus",     "pci",     "interrupts",
                                           "vectors", "firmware", "memory", "messages", "selftest"};
    for (size_t i = 0; i < ARRAY_COUNT(listings); i++) {
        char line[64];
        snprintf(line, sizeof(line), "%s --json", listings[i]);
        (void)run(line);
        expect_objects();
    }
}

static void the_version_has_a_key_for_each_thing_that_its_line_says(void **state)
{
    (void)run("version");
    assert_string_equal(text, "Signalbox 1.2, commit 0123456789ab+, 2026-11-27 (host)\n");
    (void)run("version --json");
    assert_string_equal(text,
                        "{\"type\":\"version\",\"text\":\"Signalbox 1.2, commit 0123456789ab+, 2026-11-27 (host)\","
                        "\"version\":\"1.2\",\"commit\":\"0123456789ab+\",\"changed\":true,"
                        "\"date\":\"2026-11-27\",\"compiler\":\"host\"}\n");
}

static void summaries_end_the_lists_that_have_one(void **state)
{
    (void)run("vectors --json");
    assert_string_equal(expect_objects(), "{\"type\":\"vectors_summary\",\"cpus\":4,\"per_cpu\":144,\"free\":571,"
                                          "\"allocated\":5,\"reserved\":0,\"draining\":0}\n");
    strcpy(machine_board_name, "Maker Board 1");
    (void)run("firmware --json");
    assert_string_equal(text,
                        "{\"type\":\"firmware\",\"item\":\"bus_master\",\"where\":\"0000:00:04.0\",\"value\":"
                        "\"0x107\"}\n{\"type\":\"firmware_summary\",\"findings\":1,\"dropped\":0,\"machine\":null,"
                        "\"board\":\"Maker Board 1\",\"firmware\":null}\n");
    (void)run("memory --json");
    assert_string_equal(text, "{\"type\":\"memory_summary\",\"total\":0,\"used\":0}\n");
    (void)run("selftest --json");
    assert_memory_equal(expect_objects(), "{\"type\":\"selftest_summary\",\"passed\":", 36);
}

static void tables_stay_under_100_columns(void **state)
{
    struct pci_address saved = routed.device.address;
    routed.device.address = (struct pci_address){0xffff, 0xff, 0x1f, 7};
    for (uint32_t cpu = 0; cpu < ROUTED_CPUS; cpu++)
        fake_host.counts[cpu][VECTOR_SPURIOUS] = UINT32_MAX;
    routed_message(0)->info.target_processor_set = (struct group_affinity){4, UINT64_MAX};
    (void)console_run_script("help;version;cpus;pci;pci ffff:ff:1f.7;messages;interrupts;vectors;firmware;selftest",
                             false);
    routed.device.address = saved;
    routed_message(0)->info.target_processor_set = (struct group_affinity){0, 0xf};
    assert_true(count_lines() > 60);
    for (const char *line = text; *line; line = strchr(line, '\n') + 1)
        assert_true(strchr(line, '\n') - line <= COLUMNS);
}

// The one of Intel's devices that has the longest name.
static uint16_t longest_name(char *longest)
{
    char name[PCI_IDS_TEXT];
    uint16_t found = 0;
    longest[0] = '\0';
    for (uint32_t id = 0; id < 0x10000; id++) {
        if (pci_ids_device(0x8086, (uint16_t)id, name) && strlen(name) > strlen(longest)) {
            strcpy(longest, name);
            found = (uint16_t)id;
        }
    }
    return found;
}

// Undoes what columns_print() does to a long text.
static void rows_join(void)
{
    static const char parted[] = "\n                ";
    for (char *row = strstr(text, parted); row; row = strstr(row, parted)) {
        row[0] = ' ';
        memmove(row + 1, row + sizeof(parted) - 1, strlen(row + sizeof(parted) - 1) + 1);
    }
}

static void the_longest_name_is_cut_in_the_list_and_whole_in_the_details(void **state)
{
    struct device saved = routed.device;
    char name[PCI_IDS_TEXT], expected[PCI_IDS_TEXT + 8];
    uint16_t found = longest_name(name);
    routed.device.device_id = found;
    routed.device.revision = 0xff;
    assert_int_equal(run("pci"), RESULT_OK);
    assert_in_range(strchr(text, '\n') - text, 68, COLUMNS);
    assert_memory_equal(strchr(text, '\n') - 11, ".. (rev ff)", 11);
    assert_int_equal(run("pci 00:04.0"), RESULT_OK);
    routed.device = saved;
    for (const char *line = text; *line; line = strchr(line, '\n') + 1)
        assert_true(strchr(line, '\n') - line <= COLUMNS);
    rows_join();
    snprintf(expected, sizeof(expected), "%s [%04x]", name, found);
    assert_non_null(strstr(text, expected));
}

static void counts_on_many_digits_name_their_cpus_instead_of_columns(void **state)
{
    struct message *message = routed_message(2);
    uint64_t *count = &fake_host.counts[message->cpu][message->info.vector];
    uint64_t saved = *count;
    *count = message->count_before + UINT64_C(1000000000000000000);
    assert_int_equal(run("interrupts"), RESULT_OK);
    *count = saved;
    assert_non_null(strstr(text, BDF "    2 msix e1000e     cpu2:1000000000000000000\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(pci_json_is_the_interfaces_example, set_up),
        cmocka_unit_test_setup(a_bridge_without_msi_says_null_where_the_interface_does, set_up),
        cmocka_unit_test_setup(messages_json_has_the_eight_fields_first, set_up),
        cmocka_unit_test_setup(cpus_json_accounts_for_every_vector, set_up),
        cmocka_unit_test_setup(interrupts_json_counts_on_the_cpu_of_the_table, set_up),
        cmocka_unit_test_setup(fire_tells_shots_sent_from_shots_handled, set_up),
        cmocka_unit_test_setup(a_shot_that_does_not_arrive_is_an_error_within_its_bound, set_up),
        cmocka_unit_test_setup(a_masked_message_is_pending_until_it_is_unmasked, set_up),
        cmocka_unit_test_setup(read_gives_the_checksum_of_the_block, set_up),
        cmocka_unit_test_setup(every_listing_with_json_prints_whole_objects_only, set_up),
        cmocka_unit_test_setup(the_version_has_a_key_for_each_thing_that_its_line_says, set_up),
        cmocka_unit_test_setup(summaries_end_the_lists_that_have_one, set_up),
        cmocka_unit_test_setup(tables_stay_under_100_columns, set_up),
        cmocka_unit_test_setup(the_longest_name_is_cut_in_the_list_and_whole_in_the_details, set_up),
        cmocka_unit_test_setup(counts_on_many_digits_name_their_cpus_instead_of_columns, set_up),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
