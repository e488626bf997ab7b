// Switching a processor to the kernel's tables: every register, in order; and the page that others start from.
// sources: arch/paging/page_map.c arch/paging/page_table.c tests/fakes/cpu.c tests/fakes/mmio.c tests/fakes/events.c tests/fakes/host.c
// sources: tests/fakes/heap.c tests/fakes/pages.c

#include "tests/fakes/cpu.h"
#include "tests/fakes/mmio.h"

#include "arch/paging/paging.c"
#include "arch/paging/paging_processor.c"

#include "tests/fakes/events.h"
#include "tests/fakes/pages.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { ROOT = 0x123000, FIRMWARE_CR4 = 0x6a8 };

const char kernel_start[1], text_start[1], text_end[1], rodata_start[1], rodata_end[1], data_start[1], data_end[1];

static struct handoff_region regions[4];
static struct handoff record = {.regions = 0};

const struct handoff *handoff_get(void)
{
    return &record;
}

const struct handoff_region *handoff_regions(void)
{
    return regions;
}

static int set_up(void **state)
{
    fake_cpu_reset();
    record.region_count = 0;
    return 0;
}

static void regions_set(const struct handoff_region *chosen, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        regions[i] = chosen[i];
    record.region_count = count;
}

// Memory types and execute-disable before the tables that use them; write-protect stays on for the kernel itself.
static void a_processor_is_switched_in_this_order(void **state)
{
    map.root.address = ROOT;
    fake_cpu.cpuid[1].edx = 1 << 16;
    fake_cpu.cr0 = 0x80000033;
    fake_cpu.cr4 = FIRMWARE_CR4;
    fake_msr_set(MSR_EFER, 0x500);
    paging_activate();
    event_expect_all(
        (const struct event[]){
            {EVENT_MSR_WRITE, 0x277, 0x0007040600070106},
            {EVENT_MSR_READ, MSR_EFER, 0x500},
            {EVENT_MSR_WRITE, MSR_EFER, 0xd00},
            {EVENT_CONTROL_WRITE, 4, FIRMWARE_CR4 & ~0x80},
            {EVENT_CONTROL_WRITE, 3, ROOT},
            {EVENT_CONTROL_WRITE, 0, 0x80010033},
        },
        6);
}

// Writing the register would fault there.
static void a_processor_without_a_pat_keeps_the_types_it_has(void **state)
{
    map.root.address = ROOT;
    fake_msr_set(MSR_EFER, 0x500);
    paging_activate();
    event_expect_all(
        (const struct event[]){
            {EVENT_MSR_READ, MSR_EFER, 0x500},
            {EVENT_MSR_WRITE, MSR_EFER, 0xd00},
            {EVENT_CONTROL_WRITE, 4, 0},
            {EVENT_CONTROL_WRITE, 3, ROOT},
            {EVENT_CONTROL_WRITE, 0, 0x10000},
        },
        5);
}

static void a_processor_without_execute_disable_is_refused_untouched(void **state)
{
    fake_cpu.extended[0].eax = 0x80000008;
    assert_int_equal(paging_initialise(&record), RESULT_UNSUPPORTED);
    assert_int_equal(event_total(), 0);
}

static void the_physical_width_is_the_processors_word_or_the_smallest(void **state)
{
    assert_int_equal(paging_physical_width(), 36);
    fake_cpu.extended[0].eax = 0x80000008;
    fake_cpu.extended[8].eax = 0x3027;
    assert_int_equal(paging_physical_width(), 39);
}

static void the_start_up_page_is_the_highest_free_one_below_the_old_firmwares_data(void **state)
{
    const struct handoff_region found[] = {
        {0, 0x1000, HANDOFF_MEMORY_FREE},
        {0x1000, 0x4000, HANDOFF_MEMORY_FREE},
        {0x88000, 0x18000, HANDOFF_MEMORY_FREE},
    };
    struct physical page;

    regions_set(found, 3);
    assert_int_equal(paging_startup_page(&page), RESULT_OK);
    assert_int_equal(page.address, 0x9e000);
    regions_set(found, 2);
    assert_int_equal(paging_startup_page(&page), RESULT_OK);
    assert_int_equal(page.address, 0x4000);
}

static void without_a_free_page_one_of_the_boot_services_is_taken(void **state)
{
    const struct handoff_region found[] = {
        {0x1000, 0x8000, HANDOFF_MEMORY_FIRMWARE},
        {0x9000, 0x95000, HANDOFF_MEMORY_RESERVED},
        {0x100000, 0x100000, HANDOFF_MEMORY_FREE},
    };
    struct physical page;

    regions_set(found, 3);
    assert_int_equal(paging_startup_page(&page), RESULT_OK);
    assert_int_equal(page.address, 0x8000);
    assert_true(is_ours_to_change(&found[0]));
    assert_false(is_ours_to_change(&found[1]));
    assert_false(is_ours_to_change(&(struct handoff_region){0x100000, 0x1000, HANDOFF_MEMORY_FIRMWARE}));
}

static void without_a_page_below_it_no_processor_can_be_started(void **state)
{
    const struct handoff_region found[] = {{0, 0x1000, HANDOFF_MEMORY_FREE},
                                           {0x1000, 0x9f000, HANDOFF_MEMORY_RESERVED}};
    struct physical page;

    regions_set(found, 2);
    assert_int_equal(paging_startup_page(&page), RESULT_NOT_FOUND);
}

// Above 4 GiB too; cached, a write to it might never leave the processor.
static void the_local_apics_page_is_uncached_writable_and_not_executable(void **state)
{
    struct page_translation found;

    fake_pages_add(8);
    map = (struct page_map){.levels = 4, .highest_leaf = PAGE_TABLE_LEVEL_1G};
    assert_int_equal(page_map_create(&map, 0), RESULT_OK);
    assert_int_equal(paging_map_local_apic((struct physical){0x1fee00000}), RESULT_OK);
    assert_int_equal(paging_walk(ARCH_LOCAL_APIC_VIRTUAL + 0x300, &found), RESULT_OK);
    assert_int_equal(found.target.address, 0x1fee00300);
    assert_true(found.attributes.uncached && found.attributes.writable && !found.attributes.executable);
    assert_int_equal(paging_walk(ARCH_LOCAL_APIC_VIRTUAL + 0x1000, &found), RESULT_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_local_apics_page_is_uncached_writable_and_not_executable, set_up),
        cmocka_unit_test_setup(a_processor_is_switched_in_this_order, set_up),
        cmocka_unit_test_setup(a_processor_without_a_pat_keeps_the_types_it_has, set_up),
        cmocka_unit_test_setup(a_processor_without_execute_disable_is_refused_untouched, set_up),
        cmocka_unit_test_setup(the_physical_width_is_the_processors_word_or_the_smallest, set_up),
        cmocka_unit_test_setup(the_start_up_page_is_the_highest_free_one_below_the_old_firmwares_data, set_up),
        cmocka_unit_test_setup(without_a_free_page_one_of_the_boot_services_is_taken, set_up),
        cmocka_unit_test_setup(without_a_page_below_it_no_processor_can_be_started, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
