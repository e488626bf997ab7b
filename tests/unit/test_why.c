// why: on a way that holds every link is ok; whatever is broken, its link is named first and its words are the verdict.
// sources: arch/apic/line_share.c tests/fakes/line_source.c tests/fakes/heap.c tests/fakes/message_source.c tests/fakes/host.c tests/fakes/routed_device.c
// sources: tests/fakes/audited_machine.c

#include "kernel/console/console.h"
#include "kernel/core/irq.h"
#include "kernel/diagnose/why.h"
#include "tests/fakes/audited_machine.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct why why;

static int start(void **state)
{
    audited_machine_start();
    return 0;
}

static void explain(const struct message *message)
{
    memset(&why, 0xa5, sizeof(why));
    why_explain(message, &why);
    assert_ptr_equal(why.message, message);
    for (uint32_t i = 0; i < why.count; i++)
        assert_true(why.links[i].name[0] && why.links[i].detail[0]);
}

static void expect_broken(const struct message *message, const char *name, const char *verdict)
{
    explain(message);
    assert_non_null(why.broken);
    assert_string_equal(why.broken->name, name);
    assert_string_equal(why.verdict, verdict);
    assert_string_equal(why.broken->detail, verdict);
}

// The message of the function behind two bridges: cpu 1, vector 0x81.
static struct message *subject(void)
{
    struct message *message = audited_message(&deep, 1);
    assert_int_equal(message->cpu, 3);
    assert_int_equal(message->info.vector, 0x81);
    return message;
}

static void a_way_that_holds_has_no_broken_link(void **state)
{
    explain(subject());
    assert_null(why.broken);
    assert_string_equal(why.verdict, "nothing is broken: 0 interrupts came so far");
    assert_true(why.count >= 18);
    for (uint32_t i = 0; i < why.count; i++)
        assert_true(why.links[i].is_ok);
}

static void a_line_that_holds_has_links_of_its_own(void **state)
{
    bool has_pin = false;
    explain(audited_message(&lines[0], 0));
    assert_null(why.broken);
    for (uint32_t i = 0; i < why.count; i++) {
        assert_string_not_equal(why.links[i].name, "function_mask");
        assert_string_not_equal(why.links[i].name, "bus_master");
        has_pin = has_pin || strcmp(why.links[i].name, "pin") == 0;
    }
    assert_true(has_pin);
}

static void the_function(void **state)
{
    deep.reading = (struct device_reading){0};
    expect_broken(subject(), "present", "the function does not answer with the ids it was found with");
    audited_machine_reset(state);
    deep.reading.power_state = 3;
    expect_broken(subject(), "power_state", "the function is in D3: it sends nothing until it is back in D0");
    audited_machine_reset(state);
    deep.reading.memory_decode = false;
    expect_broken(subject(), "memory_decode", "memory decode off: the table with address and data cannot be reached");
    audited_machine_reset(state);
    deep.reading.bus_master = false;
    expect_broken(subject(), "bus_master", "bus master off: the function may not write its messages");
}

static void a_bridge_on_the_way(void **state)
{
    outer_bridge.reading.bus_master = false;
    expect_broken(subject(), "bridges", "bus master off at bridge 0000:00:1c.0: messages cannot pass it");
    inner_bridge.reading.bus_master = false; // the nearer one comes first on the way
    expect_broken(subject(), "bridges", "bus master off at bridge 0000:01:00.0: messages cannot pass it");
    audited_machine_reset(state);
    outer_bridge.reading.power_state = 2;
    expect_broken(subject(), "bridges", "bridge 0000:00:1c.0 is in D2: messages cannot pass it");
    audited_machine_reset(state);
    inner_bridge.reading = (struct device_reading){0};
    expect_broken(subject(), "bridges", "bridge 0000:01:00.0 does not answer");
    audited_machine_reset(state);
    inner_bridge.reading.memory_decode = false;
    expect_broken(subject(), "bridge_decode",
                  "memory decode off at bridge 0000:01:00.0: the table behind it cannot be reached");
}

static void a_bridge_whose_windows_do_not_hold_the_table(void **state)
{
    deep.device.bars[0].base.address = 0x80000000;
    deep.device.msix.table_offset = 0x2000;
    outer_bridge.reading.windows[0] = (struct bridge_window){0x80000000, 0x2000};
    expect_broken(subject(), "bridge_windows",
                  "the table at 0x80002000 lies outside the windows of bridge 0000:00:1c.0");
    outer_bridge.reading.windows[1] = (struct bridge_window){0x80002000, 0x1000};
    explain(subject());
    assert_null(why.broken);
    outer_bridge.reading.windows[1].size = 0;
    outer_bridge.reading.passes_all = true;
    explain(subject());
    assert_null(why.broken);
    deep.device.bars[0].base.address = 0;
}

static void the_capability(void **state)
{
    deep.reading.msix_enabled = false;
    expect_broken(subject(), "enable", "MSI-X is disabled in the capability: the function does not use its table");
    audited_machine_reset(state);
    deep.reading.msi_enabled = true;
    expect_broken(subject(), "enable", "MSI is enabled beside MSI-X: which of the two the function uses is undefined");
    audited_machine_reset(state);
    deep.reading.function_masked = true;
    expect_broken(subject(), "function_mask", "function mask set: every message of the function is held back");
    lines[0].reading.line_disabled = true;
    expect_broken(audited_message(&lines[0], 0), "enable",
                  "interrupt disable is set in the command register: the line is off");
    lines[0].reading.line_disabled = false;
    lines[0].reading.msix_enabled = true;
    expect_broken(audited_message(&lines[0], 0), "enable", "MSI-X is enabled: the function does not use its line");
}

static void the_entry(void **state)
{
    deep.source.masked[1] = true;
    expect_broken(subject(), "entry_mask", "masked at the device, although the record has it unmasked");
    subject()->masked = true;
    expect_broken(subject(), "entry_mask", "masked, and the record says so, too: `unmask` lets it go");
}

static void a_pin_that_was_changed(void **state)
{
    lines[0].source.details[0].polarity = INTERRUPT_ACTIVE_HIGH;
    expect_broken(audited_message(&lines[0], 0), "pin",
                  "the pin is level_sensitive, active_high; the line is wired level_sensitive, active_low");
    audited_machine_reset(state);
    lines[0].source.details[0].awaits_end = true;
    expect_broken(audited_message(&lines[0], 0), "pin",
                  "the pin waits for the end of an interrupt that is not in service anywhere");
}

static void what_waits_at_the_device(void **state)
{
    routed.pending[2] = true;
    expect_broken(routed_message(2), "pending", "a message is pending at the device and does not leave");
}

static void the_address(void **state)
{
    deep.source.words[1].address.address = 0xfee63000;
    expect_broken(subject(), "message_address", "address 0xfee63000 names APIC ID 99, which no processor has");
    deep.source.words[1].address.address = 0xfee02000;
    expect_broken(subject(), "message_address", "address 0xfee02000 leads to cpu 2, the record to cpu 3");
    deep.source.words[1].address.address = 0x12345000;
    expect_broken(subject(), "message_address", "address 0x12345000 is none of an interrupt: the write goes elsewhere");
    deep.source.words[1].address.address = 0xfee03004;
    expect_broken(subject(), "message_address", "address 0xfee03004, the record has 0xfee03000");
}

static void the_data(void **state)
{
    deep.source.words[1].data = 0x31;
    expect_broken(subject(), "message_data", "data 0x31 is vector 0x31, the record's is 0x81");
    deep.source.words[1].data = 0x481;
    expect_broken(subject(), "message_data", "data 0x481 is no fixed, edge-triggered interrupt");
}

static void the_processor(void **state)
{
    cpu_state_set(3, CPU_OFFLINE);
    expect_broken(subject(), "processor", "cpu 3 is offline");
    audited_machine_reset(state);
    fake_host.on_ipi = NULL;
    fake_host.step = UINT64_C(1000000000);
    expect_broken(subject(), "processor", "cpu 3 does not answer: timeout");
    audited_machine_reset(state);
    fake_host.states[3].enabled = false;
    expect_broken(subject(), "local_apic", "the local APIC of cpu 3 is disabled");
    audited_machine_reset(state);
    fake_host.states[3].apic_id.value = 7;
    expect_broken(subject(), "local_apic", "the local APIC of cpu 3 has ID 7, the message names 3");
    audited_machine_reset(state);
    fake_host.states[3].task_priority = IRQL_DEVICE_HIGHEST;
    expect_broken(subject(), "task_priority", "task priority 11 on cpu 3 holds off everything up to vector 0xbf");
    fake_host.states[3].task_priority = (enum irql)7; // below the message's level
    explain(subject());
    assert_null(why.broken);
}

static void what_is_in_service_or_requested_and_stays_so(void **state)
{
    fake_host.states[3].in_service[4] = BIT(1); // 0x81
    expect_broken(subject(), "in_service", "vector 0x81 is in service on cpu 3 and does not end");
    fake_host.states[3].in_service[4] = 0;
    fake_host.states[3].in_service[5] = BIT(16); // 0xb0
    expect_broken(subject(), "in_service", "an interrupt of level 8 or above is in service on cpu 3 and does not end");
    fake_host.states[3].in_service[5] = 0;
    fake_host.states[3].in_service[1] = BIT(31); // 0x3f
    explain(subject());
    assert_null(why.broken);
    fake_host.states[3].requested[4] = BIT(1);
    expect_broken(subject(), "request", "vector 0x81 is requested on cpu 3 and is not taken");
}

static void take_one(void)
{
    fake_host.counts[3][0x81]++;
}

static void traffic_is_not_stuck(void **state)
{
    fake_host.states[3].in_service[4] = BIT(1);
    fake_host.states[3].requested[4] = BIT(1);
    fake_host.on_idle = take_one;
    explain(subject());
    assert_null(why.broken);
}

static void the_gate_and_the_slot(void **state)
{
    fake_host.gates_broken[3][0x81] = true;
    expect_broken(subject(), "gate", "the interrupt table of cpu 3 does not lead to the stub of vector 0x81");
    audited_machine_reset(state);
    fake_host.states[3].table_loaded = false;
    expect_broken(subject(), "gate", "cpu 3 has another interrupt table loaded");
    audited_machine_reset(state);
    *audited_slot(subject()) = NULL;
    expect_broken(subject(), "slot", "the slot of cpu 3 vector 0x81 is nobody's: an interrupt is counted as unknown");
    *audited_slot(subject()) = routed_message(0)->info.interrupt_object;
    expect_broken(subject(), "slot", "the slot of cpu 3 vector 0x81 holds another object");
}

static void the_routine(void **state)
{
    struct message *message = subject();
    struct interrupt *object = &message->objects[message->info.interrupt_object == &message->objects[1]];
    object->routine = NULL;
    expect_broken(message, "service_routine", "the interrupt object has no service routine");
    audited_machine_reset(state);
    object->context = NULL;
    expect_broken(message, "service_routine", "the interrupt object does not lead to the routine that was connected");
}

static void what_is_silent_on_purpose_is_said_so(void **state)
{
    expect_broken(audited_message(&silent, 0), "active",
                  "the function has no driver: it is kept masked and without bus master");
    subject()->set->is_inactive = true;
    expect_broken(subject(), "active", "the device was silenced by `inactive`, until `active`");
}

static void expect_unread(const char *const *names)
{
    for (uint32_t i = 0; i < why.count; i++)
        if (!why.links[i].is_read)
            assert_string_equal(why.links[i].name, *names++);
    assert_null(*names);
}

static void what_is_not_read_is_not_called_broken(void **state)
{
    static const char *const entry[] = {"entry_mask", "pending", "message_address", "message_data", NULL};
    static const char *const function[] = {"power_state", "memory_decode",   "bus_master",
                                           "enable",      "function_mask",   "entry_mask",
                                           "pending",     "message_address", "message_data",
                                           NULL};
    static const char *const processor[] = {"local_apic", "task_priority", "in_service", "request", NULL};
    subject()->set->is_inactive = true;
    expect_broken(subject(), "active", "the device was silenced by `inactive`, until `active`");
    expect_unread(entry);
    audited_machine_reset(state);
    deep.reading = (struct device_reading){0};
    expect_broken(subject(), "present", "the function does not answer with the ids it was found with");
    expect_unread(function);
    audited_machine_reset(state);
    fake_host.on_ipi = NULL;
    fake_host.step = UINT64_C(1000000000);
    expect_broken(subject(), "processor", "cpu 3 does not answer: timeout");
    expect_unread(processor);
}

static void of_two_faults_the_one_nearer_to_the_device_is_named(void **state)
{
    fake_host.states[3].task_priority = IRQL_DEVICE_HIGHEST;
    deep.source.masked[1] = true;
    expect_broken(subject(), "entry_mask", "masked at the device, although the record has it unmasked");
}

static struct output_buffer screen;
static char text[8192];

static enum result command(const char *line)
{
    output_buffer_start(&screen, text, sizeof(text));
    console_attach(&screen.output, NULL);
    return console_run_line(line);
}

static void the_command_prints_every_link_and_the_verdict(void **state)
{
    outer_bridge.reading.bus_master = false;
    assert_int_equal(command("why 02:00.0 1"), RESULT_OK);
    assert_non_null(strstr(text, "present          ok     0000:0000 answers\n"));
    assert_non_null(strstr(text, "bridges          BROKEN bus master off at bridge 0000:00:1c.0: messages cannot\n"));
    assert_non_null(strstr(text, "\nverdict: bus master off at bridge 0000:00:1c.0: messages cannot pass it\n"));
}

static void the_same_in_json(void **state)
{
    outer_bridge.reading.bus_master = false;
    assert_int_equal(command("why 02:00.0 1 --json"), RESULT_OK);
    assert_int_equal(strncmp(text,
                             "{\"type\":\"why\",\"bdf\":\"0000:02:00.0\",\"index\":1,\"links\":[{\"name\":\"present\","
                             "\"ok\":true,\"detail\":\"",
                             90),
                     0);
    assert_non_null(
        strstr(text, "],\"not_read\":[],\"broken\":\"bridges\",\"verdict\":\"bus master off at bridge 0000:00:1c.0: "
                     "messages cannot pass it\"}\n"));
}

static void what_is_not_read_is_listed_apart(void **state)
{
    subject()->set->is_inactive = true;
    assert_int_equal(command("why 02:00.0 1"), RESULT_OK);
    assert_non_null(strstr(text, "\nentry_mask       unread not read: the device is inactive\n"));
    assert_int_equal(command("why 02:00.0 1 --json"), RESULT_OK);
    assert_null(strstr(text, "{\"name\":\"entry_mask\""));
    assert_non_null(strstr(text, "],\"not_read\":[\"entry_mask\",\"pending\",\"message_address\",\"message_data\"],"
                                 "\"broken\":\"active\","));
}

static void a_message_that_is_not_there_is_an_error(void **state)
{
    assert_int_equal(command("why 02:00.0 9"), RESULT_NOT_FOUND);
    assert_string_equal(text, "error: 02:00.0 has messages 0 to 1\n");
}

#define TEST(name) cmocka_unit_test_setup(name, audited_machine_reset)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_way_that_holds_has_no_broken_link),
        TEST(a_line_that_holds_has_links_of_its_own),
        TEST(the_function),
        TEST(a_bridge_on_the_way),
        TEST(a_bridge_whose_windows_do_not_hold_the_table),
        TEST(the_capability),
        TEST(the_entry),
        TEST(a_pin_that_was_changed),
        TEST(what_waits_at_the_device),
        TEST(the_address),
        TEST(the_data),
        TEST(the_processor),
        TEST(what_is_in_service_or_requested_and_stays_so),
        TEST(traffic_is_not_stuck),
        TEST(the_gate_and_the_slot),
        TEST(the_routine),
        TEST(what_is_silent_on_purpose_is_said_so),
        TEST(what_is_not_read_is_not_called_broken),
        TEST(of_two_faults_the_one_nearer_to_the_device_is_named),
        TEST(the_command_prints_every_link_and_the_verdict),
        TEST(the_same_in_json),
        TEST(what_is_not_read_is_listed_apart),
        TEST(a_message_that_is_not_there_is_an_error),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
