// Reading the MADT: what machines list, what they list wrongly, and bytes that mean harm.
// sources: arch/acpi/acpi_madt.c arch/acpi/acpi_madt_processor.c arch/acpi/acpi_madt_wiring.c arch/acpi/acpi_table.c
// sources: arch/acpi/acpi_walk.c arch/acpi/acpi_findings.c tests/fakes/acpi_image.c tests/fakes/heap.c
#include "arch/acpi/acpi_madt.h"
#include "tests/fakes/acpi_image.h"
#include "tests/fakes/heap.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { FIRST_RECORD = 44, ENABLED = 1, ONLINE_CAPABLE = 2 };

static struct acpi_draft draft;
static struct acpi_findings findings;
static struct acpi_madt madt;

static int madt_begin(void **state)
{
    memset(&findings, 0, sizeof(findings));
    acpi_draft_begin(&draft, "APIC", 4);
    acpi_draft_put32(&draft, 0xfee00000);
    acpi_draft_put32(&draft, 1);
    return 0;
}

static int madt_end(void **state)
{
    acpi_madt_release(&madt);
    acpi_draft_free(&draft);
    fake_heap_fail_after(UINT32_MAX);
    assert_int_equal(fake_heap_live(), 0);
    return 0;
}

static enum result madt_read(void)
{
    acpi_draft_finish(&draft);
    struct acpi_table table = acpi_draft_table(&draft);
    return acpi_madt_read(&table, &findings, &madt);
}

static void put_header(uint8_t type, uint8_t length)
{
    acpi_draft_put8(&draft, type);
    acpi_draft_put8(&draft, length);
}

static void put_apic(uint8_t uid, uint8_t id, uint32_t flags)
{
    put_header(0, 8);
    acpi_draft_put8(&draft, uid);
    acpi_draft_put8(&draft, id);
    acpi_draft_put32(&draft, flags);
}

static void put_x2apic(uint32_t uid, uint32_t id, uint32_t flags)
{
    put_header(9, 16);
    acpi_draft_put16(&draft, 0);
    acpi_draft_put32(&draft, id);
    acpi_draft_put32(&draft, flags);
    acpi_draft_put32(&draft, uid);
}

static void put_ioapic(uint8_t id, uint32_t address, uint32_t gsi_base)
{
    put_header(1, 12);
    acpi_draft_put8(&draft, id);
    acpi_draft_put8(&draft, 0);
    acpi_draft_put32(&draft, address);
    acpi_draft_put32(&draft, gsi_base);
}

static void put_override(uint8_t bus, uint8_t source, uint32_t gsi, uint16_t flags)
{
    put_header(2, 10);
    acpi_draft_put8(&draft, bus);
    acpi_draft_put8(&draft, source);
    acpi_draft_put32(&draft, gsi);
    acpi_draft_put16(&draft, flags);
}

static bool found(const char *what)
{
    return acpi_image_found(&findings, "APIC", what);
}

static void the_fixed_part_gives_local_apic_and_8259(void **state)
{
    assert_int_equal(madt_read(), RESULT_OK);
    assert_int_equal(madt.local_apic.address, 0xfee00000);
    assert_true(madt.dual_8259);
    assert_int_equal(madt.processor_count, 0);
    assert_int_equal(findings.count, 0);
}

static void a_madt_without_the_flag_has_no_8259(void **state)
{
    acpi_draft_set(&draft, 40, 4, 0xfffffffe);
    assert_int_equal(madt_read(), RESULT_OK);
    assert_false(madt.dual_8259);
}

static void type_5_overrides_the_local_apic_with_64_bits(void **state)
{
    put_header(5, 12);
    acpi_draft_put16(&draft, 0);
    acpi_draft_put64(&draft, UINT64_C(0x123456789a000));
    assert_int_equal(madt_read(), RESULT_OK);
    assert_true(madt.local_apic.address == UINT64_C(0x123456789a000));
}

static void processors_keep_the_firmwares_order_and_their_flags(void **state)
{
    put_apic(10, 4, ENABLED);
    put_apic(11, 0, ENABLED);
    put_apic(12, 2, ONLINE_CAPABLE);
    put_apic(13, 6, 0);
    put_x2apic(300, 0x12345, ENABLED);
    assert_int_equal(madt_read(), RESULT_OK);

    static const struct acpi_processor expected[] = {
        {{4}, 10, true, false, false},  {{0}, 11, true, false, false},       {{2}, 12, false, true, false},
        {{6}, 13, false, false, false}, {{0x12345}, 300, true, false, true},
    };
    assert_int_equal(madt.processor_count, ARRAY_COUNT(expected));
    for (uint32_t i = 0; i < madt.processor_count; i++) {
        assert_int_equal(madt.processors[i].apic_id.value, expected[i].apic_id.value);
        assert_int_equal(madt.processors[i].uid, expected[i].uid);
        assert_int_equal(madt.processors[i].enabled, expected[i].enabled);
        assert_int_equal(madt.processors[i].online_capable, expected[i].online_capable);
        assert_int_equal(madt.processors[i].from_x2apic, expected[i].from_x2apic);
    }
    assert_int_equal(findings.count, 0);
}

static void an_id_in_both_type_0_and_type_9_counts_once_and_is_reported(void **state)
{
    put_apic(0, 0, ENABLED);
    put_apic(1, 1, ENABLED);
    put_x2apic(1, 1, ENABLED);
    put_x2apic(0, 0, ENABLED);
    assert_int_equal(madt_read(), RESULT_OK);
    assert_int_equal(madt.processor_count, 2);
    assert_false(madt.processors[0].from_x2apic);
    assert_int_equal(findings.count, 2);
    assert_string_equal(findings.items[0].what, "processor listed twice, the first stands: APIC ID");
    assert_int_equal(findings.items[0].value, 1);
    assert_int_equal(findings.items[1].value, 0);
}

static void a_placeholder_yields_to_a_usable_record_of_its_id(void **state)
{
    put_apic(0, 7, 0);
    put_apic(1, 7, ENABLED);
    put_apic(2, 7, 0);
    assert_int_equal(madt_read(), RESULT_OK);
    assert_int_equal(madt.processor_count, 1);
    assert_int_equal(madt.processors[0].uid, 1);
    assert_true(madt.processors[0].enabled);
    assert_int_equal(findings.count, 0);
}

static void broadcast_ids_are_no_processors(void **state)
{
    put_apic(0, 0xff, ENABLED);
    put_x2apic(1, 0xffffffff, ENABLED);
    put_x2apic(2, 0xff, ENABLED);
    assert_int_equal(madt_read(), RESULT_OK);
    assert_int_equal(madt.processor_count, 1);
    assert_int_equal(madt.processors[0].apic_id.value, 0xff);
    assert_true(madt.processors[0].from_x2apic);
}

static void thousands_of_processors_with_wide_strides_are_all_kept(void **state)
{
    enum { COUNT = 5000, STRIDE = 4096 };
    for (uint32_t i = 0; i < COUNT; i++) {
        put_x2apic(i, i * STRIDE, ENABLED);
    }
    assert_int_equal(madt_read(), RESULT_OK);
    assert_int_equal(madt.processor_count, COUNT);
    assert_int_equal(madt.processors[COUNT - 1].apic_id.value, (COUNT - 1) * STRIDE);
    assert_int_equal(findings.count, 0);
}

static void ioapics_are_listed_and_bad_ones_left_out(void **state)
{
    put_ioapic(8, 0xfec00000, 0);
    put_ioapic(9, 0xfec01000, 24);
    put_ioapic(10, 0, 48);
    put_ioapic(11, 0xfec00000, 0);
    assert_int_equal(madt_read(), RESULT_OK);
    assert_int_equal(madt.ioapic_count, 2);
    assert_int_equal(madt.ioapics[1].id, 9);
    assert_int_equal(madt.ioapics[1].address.address, 0xfec01000);
    assert_int_equal(madt.ioapics[1].gsi_base, 24);
    assert_true(found("IOAPIC without an address: ID"));
    assert_true(found("IOAPIC listed twice, the first stands: address"));
}

static void more_ioapics_than_ids_are_left_out(void **state)
{
    for (uint32_t i = 0; i < ACPI_MADT_IOAPIC_LIMIT + 2; i++) {
        put_ioapic((uint8_t)i, 0xfec00000 + i * 0x1000, i * 24);
    }
    assert_int_equal(madt_read(), RESULT_OK);
    assert_int_equal(madt.ioapic_count, ACPI_MADT_IOAPIC_LIMIT);
    assert_int_equal(findings.count, 2);
}

static void isa_overrides_are_decoded_and_the_rest_is_the_identity(void **state)
{
    put_override(0, 0, 2, 0);     // conforms to the bus: edge, active high
    put_override(0, 9, 20, 0xd);  // level, active high
    put_override(0, 10, 10, 0xf); // level, active low
    put_override(0, 11, 11, 0x7); // edge, active low
    assert_int_equal(madt_read(), RESULT_OK);

    struct acpi_isa_override timer = acpi_madt_isa_route(&madt, 0);
    assert_int_equal(timer.gsi, 2);
    assert_int_equal(timer.mode, INTERRUPT_LATCHED);
    assert_int_equal(timer.polarity, INTERRUPT_ACTIVE_HIGH);
    assert_true(timer.mode_conforms && timer.polarity_conforms);

    struct acpi_isa_override sci = acpi_madt_isa_route(&madt, 9);
    assert_int_equal(sci.gsi, 20);
    assert_int_equal(sci.mode, INTERRUPT_LEVEL_SENSITIVE);
    assert_int_equal(sci.polarity, INTERRUPT_ACTIVE_HIGH);
    assert_false(sci.mode_conforms || sci.polarity_conforms);

    assert_int_equal(acpi_madt_isa_route(&madt, 10).polarity, INTERRUPT_ACTIVE_LOW);
    assert_int_equal(acpi_madt_isa_route(&madt, 11).mode, INTERRUPT_LATCHED);
    assert_int_equal(acpi_madt_isa_route(&madt, 11).polarity, INTERRUPT_ACTIVE_LOW);

    struct acpi_isa_override serial = acpi_madt_isa_route(&madt, 4);
    assert_false(serial.present);
    assert_int_equal(serial.gsi, 4);
    assert_int_equal(serial.mode, INTERRUPT_LATCHED);
    assert_int_equal(findings.count, 0);
}

static void overrides_that_make_no_sense_are_left_out(void **state)
{
    put_override(1, 3, 3, 0);
    put_override(0, 16, 16, 0);
    put_override(0, 5, 21, 0xf);
    put_override(0, 5, 22, 0x5);
    put_override(0, 6, 6, 0xa); // reserved codes in both fields
    assert_int_equal(madt_read(), RESULT_OK);
    assert_false(madt.overrides[3].present);
    assert_int_equal(acpi_madt_isa_route(&madt, 5).gsi, 21);
    assert_int_equal(acpi_madt_isa_route(&madt, 6).mode, INTERRUPT_LATCHED);
    assert_int_equal(findings.count, 4);
    assert_true(found("override of something that is no ISA IRQ at offset"));
    assert_true(found("IRQ overridden twice, the first stands: IRQ"));
    assert_true(found("reserved polarity or trigger mode, taken for the bus's own, at offset"));
}

static void types_of_no_standard_are_told_once(void **state)
{
    for (uint32_t i = 0; i < 3; i++) {
        put_header(0x7f, 4);
        acpi_draft_put16(&draft, 0);
    }
    put_header(0x10, 4);
    acpi_draft_put16(&draft, 0);
    assert_int_equal(madt_read(), RESULT_OK);
    assert_int_equal(findings.count, 1);
    assert_true(found("records of a type no standard has, passed over: type"));
}

static void unknown_types_and_longer_records_are_passed_over(void **state)
{
    put_header(0x10, 6);
    acpi_draft_put32(&draft, 0xdeadbeef);
    put_header(0, 10); // a later revision may append fields
    acpi_draft_put8(&draft, 3);
    acpi_draft_put8(&draft, 5);
    acpi_draft_put32(&draft, ENABLED);
    acpi_draft_put16(&draft, 0xffff);
    assert_int_equal(madt_read(), RESULT_OK);
    assert_int_equal(madt.processor_count, 1);
    assert_int_equal(madt.processors[0].apic_id.value, 5);
    assert_int_equal(findings.count, 0);
}

static void a_record_too_short_for_its_type_is_left_out_and_the_next_is_read(void **state)
{
    static const uint8_t sizes[][2] = {{0, 7}, {1, 11}, {2, 9}, {3, 7}, {4, 5}, {5, 11}, {9, 15}, {10, 11}};
    for (uint32_t i = 0; i < ARRAY_COUNT(sizes); i++) {
        put_header(sizes[i][0], sizes[i][1]);
        acpi_draft_put_zeros(&draft, sizes[i][1] - 2u);
    }
    put_apic(0, 1, ENABLED);
    assert_int_equal(madt_read(), RESULT_OK);
    assert_int_equal(findings.count, ARRAY_COUNT(sizes));
    assert_true(found("record is too short for its type at offset"));
    assert_int_equal(madt.processor_count, 1);
    assert_int_equal(madt.ioapic_count + madt.nmi_source_count + madt.local_nmi_count, 0);
    assert_int_equal(madt.local_apic.address, 0xfee00000);
}

static void a_zero_length_record_ends_the_walk_with_what_came_before_kept(void **state)
{
    put_apic(0, 1, ENABLED);
    put_header(0, 0);
    acpi_draft_put_zeros(&draft, 6);
    put_apic(1, 2, ENABLED);
    assert_int_equal(madt_read(), RESULT_OK);
    assert_int_equal(madt.processor_count, 1);
    assert_int_equal(findings.count, 1);
    assert_string_equal(findings.items[0].what, "record is shorter than its own header at offset");
    assert_int_equal(findings.items[0].value, FIRST_RECORD + 8);
}

static void a_record_past_the_end_is_not_read(void **state)
{
    put_apic(0, 1, ENABLED);
    put_header(9, 16);
    acpi_draft_put_zeros(&draft, 13);
    assert_int_equal(madt_read(), RESULT_OK);
    assert_int_equal(madt.processor_count, 1);
    assert_true(found("record runs past the end at offset"));
}

static void a_table_cut_inside_its_fixed_part_is_refused(void **state)
{
    acpi_draft_finish(&draft);
    struct acpi_table table = acpi_draft_table(&draft);
    table.length = FIRST_RECORD - 1;
    assert_int_equal(acpi_madt_read(&table, &findings, &madt), RESULT_TRUNCATED);
    assert_true(found("shorter than its fixed part: length"));
}

static void running_out_of_memory_leaves_nothing_behind(void **state)
{
    put_apic(0, 1, ENABLED);
    put_ioapic(8, 0xfec00000, 0);
    for (uint32_t allocations = 0; allocations < 3; allocations++) {
        fake_heap_fail_after(allocations);
        assert_int_equal(madt_read(), RESULT_NO_MEMORY);
        assert_int_equal(fake_heap_live(), 0);
        assert_null(madt.processors);
    }
    fake_heap_fail_after(3);
    assert_int_equal(madt_read(), RESULT_OK);
}

#define MADT_TEST(f) cmocka_unit_test_setup_teardown(f, madt_begin, madt_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        MADT_TEST(the_fixed_part_gives_local_apic_and_8259),
        MADT_TEST(a_madt_without_the_flag_has_no_8259),
        MADT_TEST(type_5_overrides_the_local_apic_with_64_bits),
        MADT_TEST(processors_keep_the_firmwares_order_and_their_flags),
        MADT_TEST(an_id_in_both_type_0_and_type_9_counts_once_and_is_reported),
        MADT_TEST(a_placeholder_yields_to_a_usable_record_of_its_id),
        MADT_TEST(broadcast_ids_are_no_processors),
        MADT_TEST(thousands_of_processors_with_wide_strides_are_all_kept),
        MADT_TEST(ioapics_are_listed_and_bad_ones_left_out),
        MADT_TEST(more_ioapics_than_ids_are_left_out),
        MADT_TEST(isa_overrides_are_decoded_and_the_rest_is_the_identity),
        MADT_TEST(overrides_that_make_no_sense_are_left_out),
        MADT_TEST(types_of_no_standard_are_told_once),
        MADT_TEST(unknown_types_and_longer_records_are_passed_over),
        MADT_TEST(a_record_too_short_for_its_type_is_left_out_and_the_next_is_read),
        MADT_TEST(a_zero_length_record_ends_the_walk_with_what_came_before_kept),
        MADT_TEST(a_record_past_the_end_is_not_read),
        MADT_TEST(a_table_cut_inside_its_fixed_part_is_refused),
        MADT_TEST(running_out_of_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
