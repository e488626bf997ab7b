// The other processors, from wait-for-start-up to their idle loop.

#include "arch/smp.h"
#include "arch/apic/apic.h"
#include "arch/apic/apic_timer.h"
#include "arch/cpu_registers.h"
#include "arch/interrupt/exception.h"
#include "arch/interrupt/system_interrupts.h"
#include "arch/paging/paging.h"
#include "arch/processor.h"
#include "arch/startup_record.h"
#include "arch/time/time.h"
#include "kernel/core/core.h"
#include "kernel/core/host.h"
#include "kernel/core/wait.h"
#include "kernel/inventory/firmware.h"
#include "kernel/lib/memory.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"
#include "kernel/runtime/page.h"
#include "kernel/runtime/vectors.h"
#include "kernel/trace/trace.h"

#define INIT_NANOSECONDS    UINT64_C(10000000)   // SDM 9.4.4.1: 10 ms after INIT
#define STARTUP_NANOSECONDS UINT64_C(200000)     // and 200 us between the two start-up commands
#define ANSWER_NANOSECONDS  UINT64_C(5000000000) // long, for emulators that share few processors among many

enum { SAMPLE_COUNT = 5, GDT_CODE_64 = 0x08 };
#define GDT_CODE_64_ACCESSED UINT64_C(0x00209b0000000000) // accessed already: the page is read-only by then
#define GDT_DATA_ACCESSED    UINT64_C(0x0000930000000000)

extern const uint8_t ap_start_begin[], ap_start_long[], ap_start_record[], ap_start_end[];

static uint8_t *startup_page; // through the direct map
static uint8_t startup_page_before[PAGE_SIZE];
static uint32_t startup_page_number;
static struct startup_record *record; // in it
static struct startup_record prepared;
static bool stopping;

// Clock readings go to and fro between the boot processor and one other. A turn holds the number of the processor: a
// late one must not answer for the next.
static uint64_t turn_asked, turn_answered, turn_value;

static uint64_t turn_of(uint32_t cpu, uint32_t sample)
{
    return (uint64_t)cpu << 32 | (sample + 1);
}

static bool turn_awaited(const uint64_t *turn, uint64_t wanted, uint64_t limit)
{
    uint64_t start = time_cycles();
    bool came;

    while (!(came = __atomic_load_n(turn, __ATOMIC_ACQUIRE) == wanted) && time_nanoseconds() <= limit)
        cpu_pause();
    processor_waited_add(time_cycles() - start);
    return came;
}

static void samples_serve(uint32_t cpu)
{
    uint64_t limit = time_nanoseconds() + ANSWER_NANOSECONDS;

    for (uint32_t i = 0; i < SAMPLE_COUNT && turn_awaited(&turn_asked, turn_of(cpu, i), limit); i++) {
        turn_value = time_cycles();
        __atomic_store_n(&turn_answered, turn_of(cpu, i), __ATOMIC_RELEASE);
    }
}

static bool samples_take(uint32_t cpu, struct time_sample samples[SAMPLE_COUNT])
{
    uint64_t limit = time_nanoseconds() + ANSWER_NANOSECONDS;

    for (uint32_t i = 0; i < SAMPLE_COUNT; i++) {
        samples[i].before = time_cycles();
        __atomic_store_n(&turn_asked, turn_of(cpu, i), __ATOMIC_RELEASE);
        if (!turn_awaited(&turn_answered, turn_of(cpu, i), limit))
            return false;
        samples[i].other = turn_value;
        samples[i].after = time_cycles();
    }
    return true;
}

static void clock_check(struct cpu *cpu)
{
    struct time_sample samples[SAMPLE_COUNT];

    if (!samples_take(cpu->number, samples)) {
        log_warning("cpu %u: did not answer the clock check", cpu->number);
        return;
    }
    struct time_offset offset = time_check_offset(samples, SAMPLE_COUNT);
    cpu->clock_lowest = offset.lowest;
    cpu->clock_highest = offset.highest;
    if (offset.proven > 0 || !offset.consistent)
        log_warning("cpu %u: its clock differs from cpu 0's by %lld to %lld cycles", cpu->number,
                    (long long)offset.lowest, (long long)offset.highest);
}

_Noreturn static void idle(void)
{
    for (;;)
        cpu_sti_hlt();
}

// Where ap_start.asm jumps to: start-up tables, no descriptor tables of its own yet.
static void processor_enter(struct processor *processor)
{
    paging_activate();
    processor_activate(processor);
    apic_enable();
    apic_timer_enable();
    cpu_state_set(processor->number, CPU_ONLINE);
    samples_serve(processor->number);
    idle();
}

static enum result startup_page_prepare(void)
{
    struct physical page, root;
    enum result result = paging_startup_page(&page);

    if (result == RESULT_OK)
        result = paging_startup_root(page, &root);
    if (result != RESULT_OK) {
        log_error("smp: no page or no page table for starting processors: %s", result_name(result));
        return result;
    }
    uint32_t base = (uint32_t)page.address;
    uint32_t record_offset = (uint32_t)(ap_start_record - ap_start_begin);
    startup_page = page_pointer(page);
    startup_page_number = base / (uint32_t)PAGE_SIZE;
    record = (struct startup_record *)(startup_page + record_offset);
    prepared = (struct startup_record){
        .gdt = {0, GDT_CODE_64_ACCESSED, GDT_DATA_ACCESSED},
        .gdt_pointer = {sizeof(record->gdt) - 1, base + record_offset},
        .long_jump = {base + (uint32_t)(ap_start_long - ap_start_begin), GDT_CODE_64},
        .cr0 = (uint32_t)cr0_read(),
        .cr3 = (uint32_t)root.address,
        .cr4 = (uint32_t)cr4_read(),
        .efer = (uint32_t)(msr_read(MSR_EFER) & ~MSR_EFER_LMA),
        .entry = (uint64_t)processor_enter,
    };
    return RESULT_OK;
}

// After the INITs: until then firmware may have a processor parked in this page.
static void startup_page_fill(void)
{
    memcpy(startup_page_before, startup_page, PAGE_SIZE);
    memcpy(startup_page, ap_start_begin, (size_t)(ap_start_end - ap_start_begin));
    *record = prepared;
}

// An online processor, or one held by INIT, no longer needs it.
static void startup_page_give_back(void)
{
    memcpy(startup_page, startup_page_before, PAGE_SIZE);
}

static bool is_online(const struct cpu *cpu)
{
    return __atomic_load_n(&cpu->state, __ATOMIC_ACQUIRE) == CPU_ONLINE;
}

static bool answers_within(const struct cpu *cpu, uint64_t nanoseconds)
{
    uint64_t limit = time_nanoseconds() + nanoseconds, start = time_cycles();

    while (!is_online(cpu) && time_nanoseconds() < limit)
        cpu_pause();
    processor_waited_add(time_cycles() - start);
    return is_online(cpu);
}

static bool processor_start(struct cpu *cpu)
{
    struct processor *processor = processor_get(cpu->number);
    uint32_t command = (uint32_t)APIC_ICR_DELIVERY_STARTUP | (uint32_t)APIC_ICR_LEVEL_ASSERT | startup_page_number;

    record->stack = (uint64_t)processor->stack_top;
    record->argument = (uint64_t)processor;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    apic_send(cpu->apic_id, command);
    if (!answers_within(cpu, STARTUP_NANOSECONDS))
        apic_send(cpu->apic_id, command);
    if (answers_within(cpu, ANSWER_NANOSECONDS)) {
        clock_check(cpu);
        return true;
    }
    // INIT puts a late processor back to wait-for-SIPI, or else it would use the next processor's record.
    apic_send(cpu->apic_id, (uint32_t)(APIC_ICR_DELIVERY_INIT | APIC_ICR_LEVEL_ASSERT));
    cpu_state_set(cpu->number, CPU_DEAD);
    log_error("cpu %u (APIC ID %u): no answer within 5 s of its start-up command; left out", cpu->number,
              cpu->apic_id.value);
    return false;
}

static bool stop_change(struct processor *processor, uint32_t from, uint32_t to)
{
    return __atomic_compare_exchange_n(&processor->stop, &from, to, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

// Sends no end of interrupt: the processor stays here until the INIT of the next start.
static bool stop_routine(const struct interrupt *self)
{
    cpu_cli();
    if (!stop_change(processor_current(), PROCESSOR_STOP_ASKED, PROCESSOR_STOP_DONE))
        return true;
    for (;;)
        cpu_hlt();
}

static const struct interrupt stop_object = {.routine = stop_routine, .irql = IRQL_IPI, .name = "stop"};

static void nmi_take(struct exception_frame *frame)
{
    while (__atomic_load_n(&stopping, __ATOMIC_ACQUIRE)) {
        cpu_cli();
        cpu_hlt();
    }
    bool is_recorded = trace_nmi_entry((uint32_t)frame->vector);
    processor_current()->nmi_count++;
    trace_nmi_exit(is_recorded);
}

static void apic_mode_show(struct cpu *cpu)
{
    cpu->apic_mode = apic()->name;
    cpu->apic_mode_reason = apic_mode_reason();
}

// Reported here, not where they came: an NMI may have interrupted the log.
static void early_nmis_report(uint64_t count)
{
    if (count == 0)
        return;
    log_warning("cpu 0: %llu NMI while starting up", (unsigned long long)count);
    firmware_record("nmi", count, "cpu 0 before interrupts on");
}

enum result smp_boot_online(void)
{
    struct cpu *cpu = cpu_get(0);

    exception_nmi_attach(nmi_take);
    early_nmis_report(processor_get(0)->nmi_count);
    system_interrupts_publish(0);
    apic_mode_show(cpu);
    return core_cpu_join(0);
}

enum result smp_start(void)
{
    if (cpu_total() == 1)
        return RESULT_OK;
    enum result result = startup_page_prepare();
    if (result != RESULT_OK)
        return result;
    for (uint32_t i = 1; i < cpu_total(); i++) {
        system_interrupts_publish(i);
        host_slot_exchange(i, VECTOR_IPI_STOP, &stop_object);
        apic_mode_show(cpu_get(i));
        apic_send(cpu_get(i)->apic_id, (uint32_t)(APIC_ICR_DELIVERY_INIT | APIC_ICR_LEVEL_ASSERT));
    }
    wait_pause(INIT_NANOSECONDS);
    startup_page_fill();
    for (uint32_t i = 1; i < cpu_total() && result == RESULT_OK; i++)
        if (processor_start(cpu_get(i)))
            result = core_cpu_join(i);
    startup_page_give_back();
    return result;
}

enum result smp_stop(uint32_t cpu)
{
    struct processor *processor = processor_get(cpu);
    uint64_t limit = time_nanoseconds() + ANSWER_NANOSECONDS;

    __atomic_store_n(&processor->stop, PROCESSOR_STOP_ASKED, __ATOMIC_RELEASE);
    host_ipi_send(cpu, VECTOR_IPI_STOP);
    while (__atomic_load_n(&processor->stop, __ATOMIC_ACQUIRE) == PROCESSOR_STOP_ASKED && time_nanoseconds() < limit)
        cpu_pause();
    // The stop request is withdrawn, or else the processor would stop later while in use.
    if (!stop_change(processor, PROCESSOR_STOP_ASKED, PROCESSOR_STOP_NONE))
        return RESULT_OK;
    log_error("cpu %u: did not stop within 5 s", cpu);
    return RESULT_TIMEOUT;
}

enum result smp_restart(uint32_t cpu)
{
    apic_send(cpu_get(cpu)->apic_id, (uint32_t)(APIC_ICR_DELIVERY_INIT | APIC_ICR_LEVEL_ASSERT));
    wait_pause(INIT_NANOSECONDS);
    __atomic_store_n(&processor_get(cpu)->stop, PROCESSOR_STOP_NONE, __ATOMIC_RELEASE);
    startup_page_fill();
    bool has_started = processor_start(cpu_get(cpu));
    startup_page_give_back();
    return has_started ? RESULT_OK : RESULT_TIMEOUT;
}

void smp_stop_others(void)
{
    __atomic_store_n(&stopping, true, __ATOMIC_RELEASE);
    for (uint32_t i = 0; i < cpu_total(); i++)
        if (i != processor_number() && is_online(cpu_get(i)))
            apic_send(cpu_get(i)->apic_id, (uint32_t)(APIC_ICR_DELIVERY_NMI | APIC_ICR_LEVEL_ASSERT));
}
