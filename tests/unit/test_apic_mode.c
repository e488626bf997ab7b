// The mode of the local APICs: each fact alone, then all combinations against what must hold in every one.
// sources: arch/apic/apic_mode.c

#include "arch/apic/apic_mode.h"
#include "arch/apic/apic_registers.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { OPT_OUT = 3, ROOM_FOR_REASON = 39 };

#define LEFT_XAPIC  (UINT64_C(0xfee00000) | MSR_APIC_BASE_ENABLE | MSR_APIC_BASE_BSP)
#define LEFT_X2APIC (LEFT_XAPIC | MSR_APIC_BASE_EXTD)

// A desktop of today: x2APIC possible, xAPIC left on, nothing else.
static struct apic_mode_facts desktop(void)
{
    return (struct apic_mode_facts){.base = LEFT_XAPIC, .has_x2apic = true, .highest_id = {31}};
}

static void expect(const struct apic_mode_facts *facts, bool x2apic, const char *reason)
{
    struct apic_mode mode;

    assert_int_equal(apic_mode_choose(facts, &mode), RESULT_OK);
    assert_int_equal(mode.x2apic, x2apic);
    assert_string_equal(mode.reason, reason);
}

static void what_the_firmware_left_stays(void **state)
{
    struct apic_mode_facts facts = desktop();

    expect(&facts, false, "the firmware left it so");
    facts.base = LEFT_X2APIC;
    expect(&facts, true, "the firmware left it so");
}

static void the_command_line_may_ask_for_either(void **state)
{
    struct apic_mode_facts facts = desktop();

    facts.is_asked = true;
    expect(&facts, true, "x2apic on the command line");
    facts.dmar_flags = OPT_OUT;
    expect(&facts, true, "x2apic on the command line");
    facts = desktop();
    facts.base = LEFT_X2APIC;
    facts.is_refused = true;
    expect(&facts, false, "nox2apic on the command line");
}

static void a_locked_x2apic_is_never_left(void **state)
{
    struct apic_mode_facts facts = desktop();

    facts.base = LEFT_X2APIC;
    facts.is_locked = true;
    facts.is_refused = true;
    facts.dmar_flags = OPT_OUT;
    expect(&facts, true, "the firmware left it so and locked it");
    facts.base = LEFT_XAPIC;
    expect(&facts, false, "nox2apic on the command line");
}

static void an_id_above_254_needs_x2apic_whoever_refuses(void **state)
{
    struct apic_mode_facts facts = desktop();

    facts.is_refused = true;
    facts.dmar_flags = OPT_OUT;
    facts.highest_id.value = 254;
    expect(&facts, false, "nox2apic on the command line");
    facts.highest_id.value = 255;
    expect(&facts, true, "an APIC ID is above 254");
}

static void an_id_above_254_without_x2apic_is_refused_with_its_reason(void **state)
{
    struct apic_mode_facts facts = desktop();
    struct apic_mode mode;

    facts.has_x2apic = false;
    facts.highest_id.value = 255;
    assert_int_equal(apic_mode_choose(&facts, &mode), RESULT_UNSUPPORTED);
    assert_false(mode.x2apic);
    assert_string_equal(mode.reason, "no x2APIC for an APIC ID above 254");
}

static void a_processor_without_x2apic_cannot_be_asked_into_it(void **state)
{
    struct apic_mode_facts facts = desktop();

    facts.has_x2apic = false;
    facts.is_asked = true;
    facts.has_hypervisor = true;
    expect(&facts, false, "the processor has no x2APIC mode");
}

static void under_a_hypervisor_x2apic_is_switched_on_unless_the_dmar_opts_out(void **state)
{
    struct apic_mode_facts facts = desktop();

    facts.has_hypervisor = true;
    expect(&facts, true, "under a hypervisor");
    facts.dmar_flags = OPT_OUT;
    expect(&facts, false, "the firmware's DMAR opts out of x2APIC");
}

// The opt-out bit counts only beside the bit for interrupt remapping; and it asks not to enable what is not on yet.
static void half_an_opt_out_is_none_and_a_whole_one_leaves_on_what_is_on(void **state)
{
    struct apic_mode_facts facts = desktop();

    facts.has_hypervisor = true;
    facts.dmar_flags = 2;
    expect(&facts, true, "under a hypervisor");
    facts.dmar_flags = 1;
    expect(&facts, true, "under a hypervisor");
    facts.dmar_flags = OPT_OUT;
    facts.base = LEFT_X2APIC;
    expect(&facts, true, "the firmware left it so");
}

static void check(const struct apic_mode_facts *facts)
{
    bool was_x2apic = facts->base == LEFT_X2APIC, needs = facts->highest_id.value > 254;
    bool is_free = !facts->is_asked && !facts->is_refused && !needs;
    struct apic_mode mode;
    enum result result = apic_mode_choose(facts, &mode);

    assert_in_range(strlen(mode.reason), 1, ROOM_FOR_REASON);
    assert_int_equal(result == RESULT_OK, mode.x2apic || !needs);
    if (mode.x2apic)
        assert_true(facts->has_x2apic || (was_x2apic && facts->is_locked));
    if (facts->has_x2apic && needs)
        assert_true(mode.x2apic);
    if (was_x2apic && facts->is_locked)
        assert_true(mode.x2apic);
    else if (facts->is_refused && !needs)
        assert_false(mode.x2apic);
    if (facts->has_x2apic && is_free) {
        if (was_x2apic)
            assert_true(mode.x2apic);
        else
            assert_int_equal(mode.x2apic, facts->has_hypervisor && facts->dmar_flags != OPT_OUT);
    }
}

static void in_every_combination_the_rules_hold(void **state)
{
    static const uint32_t ids[] = {0, 254, 255, 256, UINT32_MAX};

    for (uint32_t bits = 0; bits < 256; bits++)
        for (size_t i = 0; i < ARRAY_COUNT(ids); i++) {
            struct apic_mode_facts facts = {
                .base = bits & 1 ? LEFT_X2APIC : LEFT_XAPIC,
                .has_x2apic = bits & 2,
                .has_hypervisor = bits & 4,
                .is_locked = bits & 8,
                .dmar_flags = bits >> 4 & 3,
                .highest_id = {ids[i]},
                .is_asked = bits & 64,
                .is_refused = bits & 128,
            };
            check(&facts);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_firmware_left_stays),
        cmocka_unit_test(the_command_line_may_ask_for_either),
        cmocka_unit_test(a_locked_x2apic_is_never_left),
        cmocka_unit_test(an_id_above_254_needs_x2apic_whoever_refuses),
        cmocka_unit_test(an_id_above_254_without_x2apic_is_refused_with_its_reason),
        cmocka_unit_test(a_processor_without_x2apic_cannot_be_asked_into_it),
        cmocka_unit_test(under_a_hypervisor_x2apic_is_switched_on_unless_the_dmar_opts_out),
        cmocka_unit_test(half_an_opt_out_is_none_and_a_whole_one_leaves_on_what_is_on),
        cmocka_unit_test(in_every_combination_the_rules_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
