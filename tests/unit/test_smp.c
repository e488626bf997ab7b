// Starting and stopping processors: the commands that are sent, in order.
// sources: arch/time/time_scale.c tests/fakes/cpu.c tests/fakes/mmio.c tests/fakes/events.c tests/fakes/host.c tests/fakes/heap.c

#include "tests/fakes/cpu.h"
#include "tests/fakes/fence.h"
#include "tests/fakes/mmio.h"

// The pause between INIT and start-up is listed with them; the core is not asked.
#define wait_pause    pause_listed
#define core_cpu_join cpu_joined
#include "arch/smp.c"

#include "tests/fakes/events.h"
#include "tests/fakes/host.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { CPUS = 3, PAGE = 0x9e000, INIT = 0x4500, STARTUP = 0x4600 | PAGE / 4096, NMI = 0x4400 };

#define SEND(id, command)       \
    {                           \
        EVENT_CALL, id, command \
    }
#define FENCE       \
    {               \
        EVENT_FENCE \
    }
#define PAUSE(ns)         \
    {                     \
        EVENT_SPIN, 0, ns \
    }
#define EXPECT(...) \
    event_expect_all((const struct event[]){__VA_ARGS__}, sizeof((struct event[]){__VA_ARGS__}) / sizeof(struct event))

// The code and the record behind it, as ap_start.asm lays them out.
__asm__(".section .rodata\n"
        ".globl ap_start_begin, ap_start_long, ap_start_record, ap_start_end\n"
        "ap_start_begin: .skip 32\n"
        "ap_start_long: .skip 32\n"
        "ap_start_record: .skip 256\n"
        "ap_start_end:\n"
        ".text\n");
_Static_assert(sizeof(struct startup_record) <= 256, "fits");

static _Alignas(4096) uint8_t page_memory[4096];
static struct processor processors[CPUS];
static uint64_t now;
static uint32_t answers_at; // the start-up command it answers; 0: none
static uint32_t startups[CPUS];
static struct startup_record found_there; // in the page when a command was sent
static void (*nmi_routine)(struct exception_frame *frame);

static uint32_t cpu_with(struct apic_id id)
{
    for (uint32_t i = 0; i < CPUS; i++)
        if (cpu_get(i)->apic_id.value == id.value)
            return i;
    return 0;
}

void apic_send(struct apic_id destination, uint32_t low)
{
    uint32_t cpu = cpu_with(destination);

    event_add(EVENT_CALL, destination.value, low);
    if ((low & 0x700) != 0x600)
        startups[cpu] = 0;
    else if (++startups[cpu] == answers_at)
        cpu_state_set(cpu, CPU_ONLINE);
    if (record)
        found_there = *record;
}

static const struct apic_operations operations = {.name = "xapic"};

const struct apic_operations *apic(void)
{
    return &operations;
}

const char *apic_mode_reason(void)
{
    return "a test";
}

void apic_enable(void) {}
void apic_timer_enable(void) {}
void paging_activate(void) {}
void processor_activate(struct processor *processor) {}
void system_interrupts_publish(uint32_t cpu) {}

void exception_nmi_attach(void (*handler)(struct exception_frame *frame))
{
    nmi_routine = handler;
}

void *page_pointer(struct physical address)
{
    return page_memory;
}

enum result paging_startup_page(struct physical *page)
{
    page->address = PAGE;
    return RESULT_OK;
}

enum result paging_startup_root(struct physical page, struct physical *root)
{
    root->address = 0x7000;
    return RESULT_OK;
}

struct processor *processor_current(void)
{
    return &processors[fake_cpu.number];
}

struct processor *processor_get(uint32_t number)
{
    return &processors[number];
}

// A processor that is asked for clock readings gives them at once.
uint64_t time_cycles(void)
{
    turn_answered = turn_asked;
    turn_value = now;
    return now += 100;
}

uint64_t time_nanoseconds(void)
{
    return now += 1000;
}

void pause_listed(uint64_t nanoseconds)
{
    event_add(EVENT_SPIN, 0, nanoseconds);
    now += nanoseconds;
}

enum result cpu_joined(uint32_t cpu)
{
    return RESULT_OK;
}

static int set_up_all(void **state)
{
    assert_int_equal(cpu_table_create(CPUS), RESULT_OK);
    for (uint32_t i = 0; i < CPUS; i++)
        cpu_get(i)->apic_id.value = 4 * i;
    return 0;
}

static int set_up(void **state)
{
    fake_cpu_reset();
    fake_host_reset();
    fake_msr_set(MSR_EFER, 0xd01);
    for (uint32_t i = 1; i < CPUS; i++)
        cpu_state_set(i, CPU_PRESENT);
    answers_at = 1;
    return 0;
}

static void every_processor_gets_its_init_then_after_ten_milliseconds_its_start_up(void **state)
{
    assert_int_equal(smp_start(), RESULT_OK);
    EXPECT({EVENT_MSR_READ, MSR_EFER, 0xd01}, SEND(4, INIT), SEND(8, INIT), PAUSE(10000000), FENCE, SEND(4, STARTUP),
           FENCE, SEND(8, STARTUP));
    assert_int_equal(cpu_get(2)->state, CPU_ONLINE);
    assert_string_equal(cpu_get(2)->apic_mode_reason, "a test");
}

static void one_that_does_not_answer_the_first_start_up_gets_a_second(void **state)
{
    answers_at = 2;
    uint64_t before = now;
    assert_int_equal(smp_restart(1), RESULT_OK);
    EXPECT(SEND(4, INIT), PAUSE(10000000), FENCE, SEND(4, STARTUP), SEND(4, STARTUP));
    assert_in_range(now - before, 10000000 + 200000, 10000000 + 400000);
}

static void one_that_never_answers_is_put_back_by_an_init_and_left_out(void **state)
{
    answers_at = 0;
    assert_int_equal(smp_restart(1), RESULT_TIMEOUT);
    EXPECT(SEND(4, INIT), PAUSE(10000000), FENCE, SEND(4, STARTUP), SEND(4, STARTUP), SEND(4, INIT));
    assert_int_equal(cpu_get(1)->state, CPU_DEAD);
}

// Long mode active is a state, not a setting: writing it back raises #GP.
static void the_record_holds_what_the_first_instructions_load(void **state)
{
    fake_cpu.cr0 = 0x80010033;
    fake_cpu.cr4 = 0x628;
    fake_msr_set(MSR_EFER, 0xd01);
    processors[CPUS - 1].stack_top = processors;
    assert_int_equal(smp_start(), RESULT_OK);
    assert_int_equal(found_there.cr0, 0x80010033);
    assert_int_equal(found_there.cr3, 0x7000);
    assert_int_equal(found_there.cr4, 0x628);
    assert_int_equal(found_there.efer, 0x901);
    assert_int_equal(found_there.argument, (uint64_t)&processors[CPUS - 1]);
    assert_int_equal(found_there.stack, (uint64_t)processors);
}

// Parked processors may run in it before their INIT, a firmware call may read it later.
static void the_page_is_written_between_the_inits_and_the_start_ups_and_put_back(void **state)
{
    memset(page_memory, 0x5a, sizeof(page_memory));
    assert_int_equal(smp_start(), RESULT_OK);
    assert_int_equal(found_there.cr3, 0x7000);
    for (size_t i = 0; i < sizeof(page_memory); i++)
        assert_int_equal(page_memory[i], 0x5a);
    apic_send((struct apic_id){4}, INIT);
    assert_int_equal(found_there.cr3, 0x5a5a5a5a);
    assert_int_equal(smp_restart(1), RESULT_OK);
    assert_int_equal(found_there.cr3, 0x7000);
    assert_int_equal(page_memory[0], 0x5a);
}

static void the_others_are_stopped_by_nmi_and_only_those_that_run(void **state)
{
    cpu_state_set(0, CPU_ONLINE);
    cpu_state_set(2, CPU_ONLINE);
    smp_stop_others();
    EXPECT(SEND(8, NMI));
    __atomic_store_n(&stopping, false, __ATOMIC_RELEASE);
}

static void one_nmi_is_enough(void)
{
    __atomic_store_n(&stopping, false, __ATOMIC_RELEASE);
}

// Interrupts off before it halts, or else one would let it go on.
static void a_processor_that_is_stopped_by_nmi_takes_no_interrupt_any_more(void **state)
{
    struct exception_frame frame = {.vector = EXCEPTION_NMI};

    __atomic_store_n(&stopping, true, __ATOMIC_RELEASE);
    fake_cpu.on_halt = one_nmi_is_enough;
    nmi_take(&frame);
    EXPECT({EVENT_INTERRUPTS_OFF}, {EVENT_HALT});
}

static jmp_buf halted;

static void on_halt(void)
{
    longjmp(halted, 1);
}

static void a_processor_that_is_asked_stops_with_interrupts_off_and_says_so(void **state)
{
    fake_cpu.number = 1;
    fake_cpu.on_halt = on_halt;
    processors[1].stop = PROCESSOR_STOP_NONE; // a message with the vector: nobody has asked
    assert_true(stop_routine(&stop_object));
    event_clear();
    processors[1].stop = PROCESSOR_STOP_ASKED;
    if (setjmp(halted) == 0)
        (void)stop_routine(&stop_object);
    EXPECT({EVENT_INTERRUPTS_OFF}, {EVENT_HALT});
    assert_int_equal(processors[1].stop, PROCESSOR_STOP_DONE);
}

static void stop_it(uint32_t cpu, uint32_t vector)
{
    processors[cpu].stop = PROCESSOR_STOP_DONE;
}

// One that answers late must find that nobody asks any more.
static void a_processor_that_does_not_stop_is_asked_no_longer(void **state)
{
    assert_int_equal(smp_stop(1), RESULT_TIMEOUT);
    assert_int_equal(processors[1].stop, PROCESSOR_STOP_NONE);
    fake_host.on_ipi = stop_it;
    assert_int_equal(smp_stop(1), RESULT_OK);
    assert_int_equal(fake_host.ipis[1].cpu, 1);
    assert_int_equal(fake_host.ipis[1].vector, VECTOR_IPI_STOP);
}

static void an_nmi_is_counted_on_the_processor_that_took_it(void **state)
{
    struct exception_frame frame = {.vector = EXCEPTION_NMI};

    (void)!smp_boot_online();
    fake_cpu.number = 1;
    nmi_routine(&frame);
    assert_int_equal(processors[1].nmi_count, 1);
    assert_int_equal(event_total(), 0);
}

static void nmis_before_interrupts_were_on_are_named_then(void **state)
{
    uint32_t findings = firmware_total();

    processors[0].nmi_count = 0;
    (void)!smp_boot_online();
    assert_int_equal(firmware_total(), findings);
    processors[0].nmi_count = 2;
    (void)!smp_boot_online();
    assert_int_equal(firmware_total(), findings + 1);
    assert_string_equal(firmware_get(findings)->item, "nmi");
    assert_int_equal(firmware_get(findings)->value, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_processor_gets_its_init_then_after_ten_milliseconds_its_start_up, set_up),
        cmocka_unit_test_setup(one_that_does_not_answer_the_first_start_up_gets_a_second, set_up),
        cmocka_unit_test_setup(one_that_never_answers_is_put_back_by_an_init_and_left_out, set_up),
        cmocka_unit_test_setup(the_record_holds_what_the_first_instructions_load, set_up),
        cmocka_unit_test_setup(the_page_is_written_between_the_inits_and_the_start_ups_and_put_back, set_up),
        cmocka_unit_test_setup(the_others_are_stopped_by_nmi_and_only_those_that_run, set_up),
        cmocka_unit_test_setup(a_processor_that_is_stopped_by_nmi_takes_no_interrupt_any_more, set_up),
        cmocka_unit_test_setup(a_processor_that_is_asked_stops_with_interrupts_off_and_says_so, set_up),
        cmocka_unit_test_setup(a_processor_that_does_not_stop_is_asked_no_longer, set_up),
        cmocka_unit_test_setup(an_nmi_is_counted_on_the_processor_that_took_it, set_up),
        cmocka_unit_test_setup(nmis_before_interrupts_were_on_are_named_then, set_up),
    };
    return cmocka_run_group_tests(tests, set_up_all, NULL);
}
