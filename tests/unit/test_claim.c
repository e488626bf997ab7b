// Who answers at which physical address: the table, and what memory map and firmware tables put into it.
// sources: arch/firmware_claims.c arch/acpi/acpi.c arch/acpi/acpi_fadt_ports.c arch/acpi/acpi_table.c arch/acpi/acpi_findings.c arch/acpi/acpi_remap.c
// sources: arch/acpi/acpi_dmar.c arch/acpi/acpi_ivrs.c
// sources: arch/acpi/acpi_walk.c kernel/lib/output.c tests/fakes/pci_surroundings.c tests/fakes/events.c

// Compiled in here: the table has no way to be emptied.
#include "kernel/inventory/claim.c"

#include "arch/firmware_claims.h"
#include "tests/fakes/pci_surroundings.h"
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

static int set_up(void **state)
{
    surroundings_reset();
    return 0;
}

static int tear_down(void **state)
{
    heap_free(claims);
    claims = NULL;
    count = room = 0;
    assert_int_equal(surroundings_objects(), 0);
    return 0;
}

static void add(uint64_t base, uint64_t size, enum claim_rank rank, const char *owner)
{
    assert_int_equal(claim_add((struct physical){base}, size, rank, "%s", owner), RESULT_OK);
}

static const char *against(uint64_t base, uint64_t size, enum claim_rank rank)
{
    const struct claim *claim = claim_against((struct physical){base}, size, rank, "me");
    return claim ? claim->owner : "nobody";
}

static void a_range_is_against_whoever_shares_one_byte_of_it(void **state)
{
    add(0x1000, 0x1000, CLAIM_FIXED, "RAM");
    assert_string_equal(against(0x1fff, 1, CLAIM_FIXED), "RAM");
    assert_string_equal(against(0x0, 0x1001, CLAIM_FIXED), "RAM");
    assert_string_equal(against(0x1800, 4, CLAIM_FIXED), "RAM");
    assert_string_equal(against(0x0, 0x10000, CLAIM_FIXED), "RAM");
    assert_string_equal(against(0x0, 0x1000, CLAIM_FIXED), "nobody");
    assert_string_equal(against(0x2000, 0x1000, CLAIM_FIXED), "nobody");
}

static void a_range_may_end_with_the_address_space(void **state)
{
    add(UINT64_MAX - 0xfff, 0x1000, CLAIM_FIXED, "top");
    assert_string_equal(against(UINT64_MAX, 1, CLAIM_FIXED), "top");
    assert_string_equal(against(0, UINT64_MAX, CLAIM_FIXED), "top");
    assert_string_equal(against(0, 0x1000, CLAIM_FIXED), "nobody");
}

static void empty_ranges_and_those_that_wrap_are_refused(void **state)
{
    assert_int_equal(claim_add((struct physical){0x1000}, 0, CLAIM_FIXED, "none"), RESULT_INVALID);
    assert_int_equal(claim_add((struct physical){UINT64_MAX}, 2, CLAIM_FIXED, "wraps"), RESULT_INVALID);
    assert_null(claim_get(0));
    add(0, 0x1000, CLAIM_FIXED, "RAM");
    assert_string_equal(against(UINT64_MAX, 2, CLAIM_FIXED), "nobody");
}

static void lesser_claims_do_not_count_and_the_greatest_is_named(void **state)
{
    add(0x1000, 0x1000, CLAIM_ASSIGNED, "asleep");
    add(0x1000, 0x1000, CLAIM_DECODED, "awake");
    assert_string_equal(against(0x1000, 4, CLAIM_ASSIGNED), "awake");
    assert_string_equal(against(0x1000, 4, CLAIM_FIXED), "nobody");
    add(0x1000, 0x1000, CLAIM_DECODED, "awake too");
    assert_string_equal(against(0x1000, 4, CLAIM_DECODED), "awake");
}

static void nobody_is_against_itself(void **state)
{
    add(0x1000, 0x1000, CLAIM_DECODED, "me");
    assert_string_equal(against(0x1000, 0x1000, CLAIM_ASSIGNED), "nobody");
}

static void what_goes_on_where_the_last_one_ended_is_one_claim(void **state)
{
    add(0x1000, 0x1000, CLAIM_FIXED, "RAM");
    add(0x2000, 0x1000, CLAIM_FIXED, "RAM");
    add(0x3000, 0x1000, CLAIM_FIXED, "ROM");
    assert_int_equal(claim_get(0)->size, 0x2000);
    assert_string_equal(claim_get(1)->owner, "ROM");
    assert_null(claim_get(2));
}

static void the_table_grows(void **state)
{
    for (uint64_t i = 0; i < 1000; i++)
        add(i * 0x2000, 0x1000, CLAIM_FIXED, "RAM");
    assert_int_equal(claim_get(999)->base.address, 999 * 0x2000);
    assert_string_equal(against(998 * 0x2000, 4, CLAIM_FIXED), "RAM");
    assert_string_equal(against(998 * 0x2000 + 0x1000, 4, CLAIM_FIXED), "nobody");
}

static void all_memory_is_ram_and_what_may_be_registers_is_not(void **state)
{
    const struct handoff_region regions[] = {
        {0x1000, 0x1000, HANDOFF_MEMORY_FREE, 7},    {0x2000, 0x1000, HANDOFF_MEMORY_FIRMWARE, 4},
        {0x3000, 0x1000, HANDOFF_MEMORY_ACPI, 9},    {0x4000, 0x1000, HANDOFF_MEMORY_RUNTIME, 6},
        {0x5000, 0x1000, HANDOFF_MEMORY_KERNEL, 2},  {0x6000, 0x1000, HANDOFF_MEMORY_RESERVED, 0},
        {0x7000, 0x1000, HANDOFF_MEMORY_DEVICE, 11},
    };
    assert_int_equal(firmware_claims_add_memory(regions, ARRAY_COUNT(regions)), RESULT_OK);
    assert_int_equal(claim_get(0)->size, 0x5000);
    assert_null(claim_get(1));
}

static const char *against_ports(uint64_t first, uint64_t ports)
{
    const struct claim *claim = claim_against_ports(first, ports, CLAIM_ASSIGNED, "me");
    return claim ? claim->owner : "nobody";
}

static void ports_and_memory_of_the_same_numbers_are_apart(void **state)
{
    add(0x1000, 0x1000, CLAIM_FIXED, "RAM");
    assert_int_equal(claim_add_ports(0x2000, 0x20, CLAIM_DECODED, "RAM"), RESULT_OK); // no continuation either
    assert_string_equal(against_ports(0x1000, 0x20), "nobody");
    assert_string_equal(against_ports(0x201f, 1), "RAM");
    assert_string_equal(against(0x2000, 0x20, CLAIM_ASSIGNED), "nobody");
    assert_int_equal(claim_add_ports(0xfff8, 9, CLAIM_DECODED, "beyond"), RESULT_INVALID);
    assert_int_equal(claim_add_ports(0x10000, 1, CLAIM_DECODED, "beyond"), RESULT_INVALID);
    assert_int_equal(claim_add_ports(0xfff8, 8, CLAIM_DECODED, "last"), RESULT_OK);
    assert_string_equal(against_ports(0xffff, 1), "last");
    assert_string_equal(against_ports(0x10000, 1), "nobody");
}

static void the_ports_of_a_pc_and_of_acpi_are_claimed(void **state)
{
    static struct firmware_tables tables;
    uint8_t fadt[116] = {[56] = 0x00, 0x06, [88] = 4, [76] = 0x08, 0x06, [91] = 4, [80] = 0x20, 0x06, [92] = 16};

    tables = (struct firmware_tables){.directory.count = 1};
    tables.directory.tables[0] = (struct acpi_table){.signature = "FACP", .length = sizeof(fadt), .bytes = fadt};
    assert_int_equal(firmware_claims_add_registers(&tables), RESULT_OK);
    assert_string_equal(against_ports(0x20, 1), "8259");
    assert_string_equal(against_ports(0xa1, 1), "8259");
    assert_string_equal(against_ports(0x43, 1), "8254");
    assert_string_equal(against_ports(0xcfc, 4), "PCI configuration");
    assert_string_equal(against_ports(0x600, 4), "ACPI PM1a event");
    assert_string_equal(against_ports(0x60b, 1), "ACPI PM timer");
    assert_string_equal(against_ports(0x62f, 1), "ACPI GPE0");
    assert_string_equal(against_ports(0x604, 4), "nobody");
    assert_string_equal(against_ports(0x3f8, 8), "nobody");
    fadt[114] = 0x10; // hardware reduced
    tear_down(state);
    assert_int_equal(firmware_claims_add_registers(&tables), RESULT_OK);
    assert_string_equal(against_ports(0x600, 4), "nobody");
}

// A table with the 12 bytes of a generic address structure at offset 40.
static void hpet_put(struct acpi_directory *directory, uint8_t bytes[64], uint64_t address)
{
    memcpy(bytes + 44, &address, sizeof(address));
    directory->tables[directory->count++] = (struct acpi_table){.signature = "HPET", .length = 64, .bytes = bytes};
}

static void the_tables_registers_are_claimed(void **state)
{
    static struct firmware_tables tables;
    struct acpi_ioapic ioapic = {.id = 2, .address = {0xfec00000}};
    struct acpi_mcfg_entry mcfg = {{0xb0000000}, 0, 0x10, 0x1f};
    uint8_t hpet[64] = {0};
    tables = (struct firmware_tables){
        .has_madt = true,
        .madt = {.local_apic = {0xfee00000}, .ioapics = &ioapic, .ioapic_count = 1},
        .mcfg = &mcfg,
        .mcfg_count = 1,
    };
    hpet_put(&tables.directory, hpet, 0xfed00000);
    hpet_put(&tables.directory, hpet, 0xfed00000); // firmware may describe one block in two tables
    assert_int_equal(firmware_claims_add_registers(&tables), RESULT_OK);
    assert_string_equal(against(0xfee01000, 4, CLAIM_FIXED), "local APIC");
    assert_string_equal(against(0xfec003ff, 1, CLAIM_FIXED), "IOAPIC 2");
    assert_string_equal(against(0xfed000f0, 4, CLAIM_FIXED), "HPET 0");
    assert_string_equal(against(0xb1000000, 4, CLAIM_FIXED), "ECAM of segment 0");
    assert_string_equal(against(0xb0ffffff, 1, CLAIM_FIXED), "nobody");
    assert_string_equal(against(0xb2000000, 4, CLAIM_FIXED), "nobody");
    assert_int_equal(surroundings_log_total(), 0);
}

static void the_local_apic_is_claimed_without_a_table_that_names_it(void **state)
{
    static const struct firmware_tables none;
    assert_int_equal(firmware_claims_add_registers(&none), RESULT_OK);
    assert_string_equal(against(0xfeefffff, 1, CLAIM_FIXED), "local APIC");
}

static void registers_over_memory_are_named_with_it(void **state)
{
    static struct firmware_tables tables;
    struct acpi_mcfg_entry mcfg = {{0x10000000}, 0, 0, 255};
    tables = (struct firmware_tables){.mcfg = &mcfg, .mcfg_count = 1};
    add(0x100000, 0x1ff00000, CLAIM_FIXED, "RAM");
    assert_int_equal(firmware_claims_add_registers(&tables), RESULT_OK);
    assert_true(
        surroundings_logged("ECAM of segment 0 at 0x10000000 lies over RAM at 0x100000: buses 0-255 are not used"));
    assert_true(surroundings_found("address_conflict", "ECAM of segment 0 over RAM"));
    assert_int_equal(firmware_claims_ecam_buses(&mcfg), 0);
}

static void an_ioapic_over_memory_or_over_the_local_apics_does_not_stand(void **state)
{
    static struct firmware_tables tables;
    struct acpi_ioapic ioapics[] = {{.id = 1, .address = {0x200000}},
                                    {.id = 2, .address = {0xfee00000}},
                                    {.id = 3, .address = {0xfec00000}}};
    tables = (struct firmware_tables){
        .has_madt = true,
        .madt = {.local_apic = {0xfee00000}, .ioapics = ioapics, .ioapic_count = ARRAY_COUNT(ioapics)},
    };
    add(0x100000, 0x1ff00000, CLAIM_FIXED, "RAM");
    assert_int_equal(firmware_claims_add_registers(&tables), RESULT_OK);
    assert_false(firmware_claims_stand(ioapics[0].address, "IOAPIC", 1));
    assert_false(firmware_claims_stand(ioapics[1].address, "IOAPIC", 2));
    assert_true(firmware_claims_stand(ioapics[2].address, "IOAPIC", 3));
    assert_true(surroundings_logged("IOAPIC 1 at 0x200000 lies over RAM at 0x100000: it is not used"));
    assert_true(surroundings_found("address_conflict", "IOAPIC 2 over local APIC"));
}

static void ecam_ends_before_the_bus_that_lies_over_other_registers(void **state)
{
    static struct firmware_tables tables;
    struct acpi_ioapic ioapic = {.id = 2, .address = {0xfec00000}};
    struct acpi_mcfg_entry entries[] = {{{0xf0000000}, 0, 0, 255}, {{0xf4000000}, 1, 0, 3}};
    tables = (struct firmware_tables){
        .has_madt = true,
        .madt = {.local_apic = {0xfee00000}, .ioapics = &ioapic, .ioapic_count = 1},
        .mcfg = entries,
        .mcfg_count = ARRAY_COUNT(entries),
    };
    assert_int_equal(firmware_claims_add_registers(&tables), RESULT_OK);
    assert_int_equal(firmware_claims_ecam_buses(&entries[0]), 0xec);
    assert_int_equal(firmware_claims_ecam_buses(&entries[1]), 0);
    assert_true(firmware_claims_stand(ioapic.address, "IOAPIC", 2));
    assert_true(surroundings_logged(
        "ECAM of segment 0 at 0xfec00000 lies over IOAPIC 2 at 0xfec00000: buses 236-255 are not used"));
    assert_true(surroundings_found("address_conflict", "ECAM of segment 1 over ECAM of segment 0"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_range_is_against_whoever_shares_one_byte_of_it),
        TEST(a_range_may_end_with_the_address_space),
        TEST(empty_ranges_and_those_that_wrap_are_refused),
        TEST(lesser_claims_do_not_count_and_the_greatest_is_named),
        TEST(nobody_is_against_itself),
        TEST(what_goes_on_where_the_last_one_ended_is_one_claim),
        TEST(the_table_grows),
        TEST(all_memory_is_ram_and_what_may_be_registers_is_not),
        TEST(ports_and_memory_of_the_same_numbers_are_apart),
        TEST(the_ports_of_a_pc_and_of_acpi_are_claimed),
        TEST(the_tables_registers_are_claimed),
        TEST(the_local_apic_is_claimed_without_a_table_that_names_it),
        TEST(registers_over_memory_are_named_with_it),
        TEST(an_ioapic_over_memory_or_over_the_local_apics_does_not_stand),
        TEST(ecam_ends_before_the_bus_that_lies_over_other_registers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
