// The objects of the system rows, and their counts.

#include "arch/interrupt/system_interrupts.h"
#include "arch/apic/apic.h"
#include "arch/interrupt/unowned.h"
#include "arch/processor.h"
#include "kernel/core/host.h"
#include "kernel/diagnose/cpu_call.h"
#include "kernel/diagnose/system_counts.h"
#include "kernel/runtime/log.h"
#include "kernel/runtime/vectors.h"

// Nothing to do: taking the clock interrupt ends the sleep.
static bool clock_routine(const struct interrupt *self)
{
    return true;
}

// Write before read: the register then shows what has happened since (SDM 11.5.3). Without an error it was a message
// with this vector.
static bool error_routine(const struct interrupt *self)
{
    struct processor *processor = processor_current();

    apic()->write(APIC_ESR, 0);
    processor->error_bits = apic()->read(APIC_ESR);
    if (processor->error_bits == 0)
        return unowned_object(VECTOR_ERROR)->routine(unowned_object(VECTOR_ERROR));
    if (processor->error_count++ == 0)
        log_error("cpu %u: local APIC error 0x%x", processor->number, processor->error_bits);
    return true;
}

static const struct interrupt clock_object = {.routine = clock_routine, .irql = IRQL_CLOCK, .name = "clock"};
static const struct interrupt error_object = {.routine = error_routine, .irql = IRQL_HIGH, .name = "apic error"};

static uint64_t count_clock(uint32_t cpu)
{
    return host_slot_count(cpu, VECTOR_CLOCK);
}

static uint64_t count_dispatch(uint32_t cpu)
{
    return host_slot_count(cpu, VECTOR_DISPATCH);
}

static uint64_t count_drain(uint32_t cpu)
{
    return host_slot_count(cpu, VECTOR_DRAIN);
}

static uint64_t count_call(uint32_t cpu)
{
    return host_slot_count(cpu, VECTOR_IPI_CALL);
}

static uint64_t count_error(uint32_t cpu)
{
    return __atomic_load_n(&processor_get(cpu)->error_count, __ATOMIC_RELAXED);
}

static uint64_t count_spurious(uint32_t cpu)
{
    return host_slot_count(cpu, VECTOR_SPURIOUS);
}

static uint64_t count_vectored_spurious(uint32_t cpu)
{
    return __atomic_load_n(&processor_get(cpu)->vectored_spurious_count, __ATOMIC_RELAXED);
}

static uint64_t count_unknown(uint32_t cpu)
{
    return __atomic_load_n(&processor_get(cpu)->unknown_count, __ATOMIC_RELAXED);
}

static uint64_t count_nmi(uint32_t cpu)
{
    return __atomic_load_n(&processor_get(cpu)->nmi_count, __ATOMIC_RELAXED);
}

void system_interrupts_publish(uint32_t cpu)
{
    host_slot_exchange(cpu, VECTOR_CLOCK, &clock_object);
    host_slot_exchange(cpu, VECTOR_ERROR, &error_object);
    cpu_call_prepare(cpu);
}

void system_interrupts_register(void)
{
    system_counts_register("clock", count_clock);
    system_counts_register("dispatch", count_dispatch);
    system_counts_register("drain", count_drain);
    system_counts_register("call", count_call);
    system_counts_register("apic error", count_error);
    system_counts_register("spurious", count_spurious);
    system_counts_register("vector 0xff", count_vectored_spurious);
    system_counts_register("unknown", count_unknown);
    system_counts_register("nmi", count_nmi);
}
