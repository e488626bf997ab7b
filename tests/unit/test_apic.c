// The local APIC: every access, in order, in both modes.
// sources: arch/apic/apic_mode.c tests/fakes/cpu.c tests/fakes/mmio.c tests/fakes/events.c tests/fakes/host.c tests/fakes/heap.c

#include "tests/fakes/cpu.h"
#include "tests/fakes/mmio.h"

#include "arch/apic/apic.c"
#include "arch/apic/apic_lvt.c"
#include "arch/apic/apic_timer.c"
#include "arch/apic/x2apic.c"
#include "arch/apic/xapic.c"

#include "tests/fakes/events.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { PAGE = 0xfee00000, FIXED_VECTOR = 0x51, UNUSED = 0xf1, LVT_COUNT = 7 };

#define READ(number, value)                   \
    {                                         \
        EVENT_MEMORY_READ, (number)*16, value \
    }
#define WRITE(number, value)                   \
    {                                          \
        EVENT_MEMORY_WRITE, (number)*16, value \
    }
#define RDMSR(msr, value)          \
    {                              \
        EVENT_MSR_READ, msr, value \
    }
#define WRMSR(msr, value)           \
    {                               \
        EVENT_MSR_WRITE, msr, value \
    }
#define X2(number) (MSR_X2APIC_BASE + (number))
#define MASKED     UINT32_C(0x10000)
#define EXPECT(...) \
    event_expect_all((const struct event[]){__VA_ARGS__}, sizeof((struct event[]){__VA_ARGS__}) / sizeof(struct event))

static struct acpi_processor processors[] = {{.apic_id = {0}, .uid = 10}, {.apic_id = {7}, .uid = 11}};
static struct acpi_local_nmi nmis[2];
static struct acpi_madt table = {.local_apic = {PAGE},
                                 .processors = processors,
                                 .processor_count = ARRAY_COUNT(processors),
                                 .local_nmis = nmis};
static struct physical mapped;
static uint64_t now;

enum result paging_map_local_apic(struct physical base)
{
    mapped = base;
    return RESULT_OK;
}

uint64_t time_frequency(void)
{
    return 2000000000;
}

uint64_t time_nanoseconds_at(uint64_t cycles)
{
    return cycles / 2;
}

static uint64_t spun; // nanoseconds

uint64_t time_nanoseconds(void)
{
    return spun;
}

void time_spin(uint64_t nanoseconds)
{
    spun += nanoseconds;
    event_add(EVENT_SPIN, 0, nanoseconds);
    fake_cpu.apic[APIC_TIMER_CURRENT] = UINT32_MAX - 1000000;
}

// A processor as its firmware leaves it, in the mode that the test is about.
static void start(uint64_t base, bool x2apic)
{
    fake_cpu_reset();
    fake_msr_set(MSR_APIC_BASE, PAGE | MSR_APIC_BASE_ENABLE | base);
    fake_cpu.cpuid[1].ecx = x2apic ? CPUID_ECX_X2APIC : 0;
    fake_cpu.apic[APIC_VERSION] = (uint32_t)FIELD_PUT(APIC_VERSION_LVT, LVT_COUNT - 1) | 0x15;
    memset(kept, 0, sizeof(kept));
    table.local_nmi_count = 0;
    is_enabled = false;
    has_tsc_deadline = false;
    now = 0;
}

static void choose(bool x2apic)
{
    struct apic_options options = {.madt = &table, .is_asked = x2apic};

    assert_int_equal(apic_initialise(&options), RESULT_OK);
    assert_int_equal(apic_is_x2apic(), x2apic);
    event_clear();
}

static int in_xapic_mode(void **state)
{
    start(0, false);
    choose(false);
    return 0;
}

static int in_x2apic_mode(void **state)
{
    start(0, true);
    choose(true);
    return 0;
}

static void xapic_sends_destination_before_command_with_interrupts_off(void **state)
{
    fake_cpu.interrupts_on = true;
    fake_cpu.pending_reads = 2;
    apic_send((struct apic_id){7}, FIXED_VECTOR);
    EXPECT({EVENT_INTERRUPTS_OFF}, READ(APIC_ICR, APIC_ICR_PENDING), READ(APIC_ICR, APIC_ICR_PENDING),
           READ(APIC_ICR, 0), WRITE(APIC_ICR_HIGH, 0x07000000), WRITE(APIC_ICR, FIXED_VECTOR), {EVENT_INTERRUPTS_ON});
}

static void xapic_leaves_interrupts_off_where_they_were(void **state)
{
    apic_send((struct apic_id){7}, FIXED_VECTOR);
    EXPECT({EVENT_INTERRUPTS_OFF}, READ(APIC_ICR, 0), WRITE(APIC_ICR_HIGH, 0x07000000), WRITE(APIC_ICR, FIXED_VECTOR));
}

static void xapic_waits_a_thousand_reads_for_the_last_command_and_no_more(void **state)
{
    fake_cpu.pending_reads = UINT32_MAX;
    apic_send((struct apic_id){7}, FIXED_VECTOR);
    assert_int_equal(event_total(), 1 + 1000 + 2);
}

static void x2apic_sends_by_one_write_behind_a_fence(void **state)
{
    apic_send((struct apic_id){0x12345}, FIXED_VECTOR);
    EXPECT({EVENT_FENCE}, WRMSR(X2(APIC_ICR), UINT64_C(0x1234500000051)));
}

// The error entry last of all, when nothing that was written before can be an error any more.
static void xapic_is_enabled_in_this_order(void **state)
{
    fake_cpu.apic[APIC_ISR + 2] = 0x80000001; // two of the firmware's
    fake_cpu.errors = 0x40;
    apic_enable();
    EXPECT(RDMSR(MSR_APIC_BASE, PAGE | MSR_APIC_BASE_ENABLE), WRMSR(MSR_APIC_BASE, PAGE | MSR_APIC_BASE_ENABLE),
           WRITE(APIC_TPR, 0x10), WRITE(APIC_SVR, 0x1ff), READ(APIC_ID, 0), WRITE(APIC_LVT_ERROR, MASKED | 0xf0),
           WRITE(APIC_LVT_TIMER, MASKED | 0xd0), WRITE(APIC_LVT_LINT0, MASKED | UNUSED), WRITE(APIC_LVT_LINT1, 0x400),
           READ(APIC_VERSION, 0x60015), READ(APIC_LVT_PERFORMANCE, 0), WRITE(APIC_LVT_PERFORMANCE, MASKED | UNUSED),
           READ(APIC_VERSION, 0x60015), READ(APIC_LVT_THERMAL, 0), WRITE(APIC_LVT_THERMAL, MASKED | UNUSED),
           READ(APIC_VERSION, 0x60015), READ(APIC_LVT_CMCI, 0), WRITE(APIC_LVT_CMCI, MASKED | UNUSED),
           // in service: looked for, ended, twice
           READ(APIC_ISR, 0), READ(APIC_ISR + 1, 0), READ(APIC_ISR + 2, 0x80000001), READ(APIC_ISR + 3, 0),
           READ(APIC_ISR + 4, 0), READ(APIC_ISR + 5, 0), READ(APIC_ISR + 6, 0), READ(APIC_ISR + 7, 0),
           WRITE(APIC_EOI, 0), READ(APIC_ISR, 0), READ(APIC_ISR + 1, 0), READ(APIC_ISR + 2, 1), READ(APIC_ISR + 3, 0),
           READ(APIC_ISR + 4, 0), READ(APIC_ISR + 5, 0), READ(APIC_ISR + 6, 0), READ(APIC_ISR + 7, 0),
           WRITE(APIC_EOI, 0), READ(APIC_ISR, 0), READ(APIC_ISR + 1, 0), READ(APIC_ISR + 2, 0), READ(APIC_ISR + 3, 0),
           READ(APIC_ISR + 4, 0), READ(APIC_ISR + 5, 0), READ(APIC_ISR + 6, 0), READ(APIC_ISR + 7, 0),
           // errors
           WRITE(APIC_ESR, 0), READ(APIC_ESR, 0x40), WRITE(APIC_LVT_ERROR, 0xf0));
}

// Three local APICs of four have fewer entries; what does not exist must not be touched, or it is an error, or a #GP.
static void x2apic_is_enabled_in_this_order_without_the_entries_it_does_not_have(void **state)
{
    fake_cpu.apic[APIC_VERSION] = (uint32_t)FIELD_PUT(APIC_VERSION_LVT, 3) | 0x15;
    apic_enable();
    EXPECT(RDMSR(MSR_APIC_BASE, PAGE | MSR_APIC_BASE_ENABLE | MSR_APIC_BASE_EXTD),
           WRMSR(MSR_APIC_BASE, PAGE | MSR_APIC_BASE_ENABLE | MSR_APIC_BASE_EXTD), WRMSR(X2(APIC_TPR), 0x10),
           WRMSR(X2(APIC_SVR), 0x1ff), RDMSR(X2(APIC_ID), 0), WRMSR(X2(APIC_LVT_ERROR), MASKED | 0xf0),
           WRMSR(X2(APIC_LVT_TIMER), MASKED | 0xd0), WRMSR(X2(APIC_LVT_LINT0), MASKED | UNUSED),
           WRMSR(X2(APIC_LVT_LINT1), 0x400), RDMSR(X2(APIC_VERSION), 0x30015), RDMSR(X2(APIC_VERSION), 0x30015),
           RDMSR(X2(APIC_VERSION), 0x30015), RDMSR(X2(APIC_ISR), 0), RDMSR(X2(APIC_ISR + 1), 0),
           RDMSR(X2(APIC_ISR + 2), 0), RDMSR(X2(APIC_ISR + 3), 0), RDMSR(X2(APIC_ISR + 4), 0),
           RDMSR(X2(APIC_ISR + 5), 0), RDMSR(X2(APIC_ISR + 6), 0), RDMSR(X2(APIC_ISR + 7), 0), WRMSR(X2(APIC_ESR), 0),
           RDMSR(X2(APIC_ESR), 0), WRMSR(X2(APIC_LVT_ERROR), 0xf0));
}

// The boot processor's entries stand; an INIT masked the others', which get the boot processor's.
static void entries_that_the_firmware_serves_by_smi_are_left_alone_and_restored(void **state)
{
    uint32_t findings = firmware_total();

    start(0, false);
    fake_cpu.apic[APIC_LVT_THERMAL] = 0x200;
    choose(false);
    apic_enable();
    assert_int_equal(fake_cpu.apic[APIC_LVT_THERMAL], 0x200);
    for (uint32_t i = 0; event_effect(i); i++)
        assert_int_not_equal(event_effect(i)->where, 16 * APIC_LVT_THERMAL);
    assert_string_equal(firmware_get(firmware_total() - 1)->item, "lvt_smi");
    assert_int_equal(firmware_total(), findings + 2); // the mode is the other
    fake_cpu.apic[APIC_LVT_THERMAL] = MASKED;
    apic_enable();
    assert_int_equal(fake_cpu.apic[APIC_LVT_THERMAL], 0x200);
    assert_int_equal(fake_cpu.apic[APIC_LVT_PERFORMANCE], MASKED | UNUSED);
}

static void leaving_x2apic_mode_leads_through_off(void **state)
{
    struct apic_options options = {.madt = &table, .is_refused = true};
    uint64_t found = PAGE | MSR_APIC_BASE_ENABLE | MSR_APIC_BASE_EXTD;

    start(MSR_APIC_BASE_EXTD, true);
    assert_int_equal(apic_initialise(&options), RESULT_OK);
    assert_false(apic_is_x2apic());
    event_clear();
    fake_msr_set(MSR_APIC_BASE, found);
    apic_enable();
    assert_int_equal(event_effect(0)->value, found);
    assert_int_equal(event_effect(1)->kind, EVENT_MSR_WRITE);
    assert_int_equal(event_effect(1)->value, PAGE);
    assert_int_equal(event_effect(2)->value, PAGE | MSR_APIC_BASE_ENABLE);
}

// What was in service is gone once x2APIC mode is left, so it is read before.
static void what_was_in_service_is_recorded_before_x2apic_mode_is_left(void **state)
{
    struct apic_options options = {.madt = &table, .is_refused = true};

    start(MSR_APIC_BASE_EXTD, true);
    fake_cpu.apic[APIC_ISR + 1] = 2;
    event_clear();
    assert_int_equal(apic_initialise(&options), RESULT_OK);
    uint32_t in_service = 0, left = 0;
    for (uint32_t i = 0; i < 60 && event_effect(i); i++) {
        in_service = event_effect(i)->where == X2(APIC_ISR + 1) ? i : in_service;
        left = event_effect(i)->kind == EVENT_MSR_WRITE && !left ? i : left;
    }
    assert_true(in_service && in_service < left);
    assert_string_equal(firmware_get(firmware_total() - 1)->where, "cpu 0 vector 0x21");
}

static void a_lock_is_asked_for_only_where_the_processor_has_it(void **state)
{
    struct apic_options options = {.madt = &table, .is_refused = true};

    start(MSR_APIC_BASE_EXTD, true);
    fake_cpu.cpuid[0].eax = 7;
    fake_cpu.cpuid[7].edx = CPUID_EDX_ARCH_CAPABILITIES;
    fake_msr_set(MSR_ARCH_CAPABILITIES, 0); // and the next register does not exist
    assert_int_equal(apic_initialise(&options), RESULT_OK);
    assert_false(apic_is_x2apic());
    start(MSR_APIC_BASE_EXTD, true);
    fake_cpu.cpuid[0].eax = 7;
    fake_cpu.cpuid[7].edx = CPUID_EDX_ARCH_CAPABILITIES;
    fake_msr_set(MSR_ARCH_CAPABILITIES, MSR_ARCH_CAPABILITIES_XAPIC_DISABLE);
    fake_msr_set(MSR_XAPIC_DISABLE_STATUS, MSR_XAPIC_DISABLE_STATUS_LOCKED);
    assert_int_equal(apic_initialise(&options), RESULT_OK);
    assert_true(apic_is_x2apic());
    assert_string_equal(apic_mode_reason(), "the firmware left it so and locked it");
}

static void nmi_pins_are_those_of_the_firmwares_records(void **state)
{
    uint32_t pins[APIC_PIN_COUNT];

    nmis[0] = (struct acpi_local_nmi){.uid = 11, .lint = 0, .polarity = INTERRUPT_ACTIVE_LOW};
    nmis[1] = (struct acpi_local_nmi){.uid = 10, .lint = 1, .mode = INTERRUPT_LEVEL_SENSITIVE};
    table.local_nmi_count = 2;
    apic_lvt_pins(&table, (struct apic_id){7}, pins);
    assert_int_equal(pins[0], 0x2400);
    assert_int_equal(pins[1], MASKED | UNUSED);
    apic_lvt_pins(&table, (struct apic_id){0}, pins);
    assert_int_equal(pins[0], MASKED | UNUSED);
    assert_int_equal(pins[1], 0x400);
    apic_lvt_pins(&table, (struct apic_id){3}, pins); // in no record: the default
    assert_int_equal(pins[1], 0x400);
    nmis[0].all_processors = true;
    apic_lvt_pins(&table, (struct apic_id){3}, pins);
    assert_int_equal(pins[0], 0x2400);
}

static void nothing_is_in_service_before_the_local_apic_is_enabled(void **state)
{
    fake_cpu.apic[APIC_ISR] = BIT(14);
    assert_false(apic_is_in_service(14));
    apic_enable();
    fake_cpu.apic[APIC_ISR] = BIT(14);
    fake_cpu.apic[APIC_ISR + 7] = BIT(31);
    assert_true(apic_is_in_service(14));
    assert_false(apic_is_in_service(13));
    assert_true(apic_is_in_service(255));
}

// Without the fence the deadline may be written while the entry still says one-shot, and is lost.
static void the_deadline_mode_is_out_before_the_first_deadline(void **state)
{
    fake_cpu.cpuid[1].ecx |= CPUID_ECX_TSC_DEADLINE;
    assert_int_equal(apic_timer_initialise(), RESULT_OK);
    apic_timer_enable();
    apic_timer_arm(1000, 1000);
    EXPECT(WRITE(APIC_TIMER_DIVIDE, 0xb), WRITE(APIC_LVT_TIMER, 0x400d0), {EVENT_FENCE}, WRMSR(MSR_TSC_DEADLINE, 2001));
}

#define WINDOW \
    WRITE(APIC_TIMER_INITIAL, UINT32_MAX), {EVENT_SPIN, 0, 1000000}, READ(APIC_TIMER_CURRENT, UINT32_MAX - 1000000)

static void without_deadlines_the_timer_is_measured_and_counts_down(void **state)
{
    assert_int_equal(apic_timer_initialise(), RESULT_OK);
    EXPECT(WRITE(APIC_TIMER_DIVIDE, 0xb), WINDOW, WINDOW, WINDOW, WRITE(APIC_TIMER_INITIAL, 0));
    event_clear();
    apic_timer_enable();
    apic_timer_arm(5000, 0);
    EXPECT(WRITE(APIC_TIMER_DIVIDE, 0xb), WRITE(APIC_LVT_TIMER, 0xd0), WRITE(APIC_TIMER_INITIAL, 5001));
}

// A timer faster than the register is wide: the longest sleep, not a short one.
static void a_count_beyond_the_register_is_the_longest_one(void **state)
{
    ticks_scale = UINT64_C(8) << SCALE_SHIFT;
    apic_timer_arm(1000000000, 0);
    EXPECT(WRITE(APIC_TIMER_INITIAL, UINT32_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(xapic_sends_destination_before_command_with_interrupts_off, in_xapic_mode),
        cmocka_unit_test_setup(xapic_leaves_interrupts_off_where_they_were, in_xapic_mode),
        cmocka_unit_test_setup(xapic_waits_a_thousand_reads_for_the_last_command_and_no_more, in_xapic_mode),
        cmocka_unit_test_setup(x2apic_sends_by_one_write_behind_a_fence, in_x2apic_mode),
        cmocka_unit_test_setup(xapic_is_enabled_in_this_order, in_xapic_mode),
        cmocka_unit_test_setup(x2apic_is_enabled_in_this_order_without_the_entries_it_does_not_have, in_x2apic_mode),
        cmocka_unit_test_setup(entries_that_the_firmware_serves_by_smi_are_left_alone_and_restored, in_xapic_mode),
        cmocka_unit_test_setup(leaving_x2apic_mode_leads_through_off, in_xapic_mode),
        cmocka_unit_test_setup(what_was_in_service_is_recorded_before_x2apic_mode_is_left, in_xapic_mode),
        cmocka_unit_test_setup(a_lock_is_asked_for_only_where_the_processor_has_it, in_xapic_mode),
        cmocka_unit_test_setup(nmi_pins_are_those_of_the_firmwares_records, in_xapic_mode),
        cmocka_unit_test_setup(nothing_is_in_service_before_the_local_apic_is_enabled, in_xapic_mode),
        cmocka_unit_test_setup(the_deadline_mode_is_out_before_the_first_deadline, in_xapic_mode),
        cmocka_unit_test_setup(a_count_beyond_the_register_is_the_longest_one, in_xapic_mode),
        cmocka_unit_test_setup(without_deadlines_the_timer_is_measured_and_counts_down, in_xapic_mode),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
