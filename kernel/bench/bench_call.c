// Sending to oneself.

#include "kernel/bench/bench_call.h"
#include "kernel/core/dpc.h"
#include "kernel/core/host.h"
#include "kernel/runtime/vectors.h"

enum { LOOKS = 1000000 };

static enum result ipi_send(void *context)
{
    const uint32_t *cpu = context;
    uint64_t before = host_slot_count(*cpu, VECTOR_IPI_WAKE);

    host_ipi_send(*cpu, VECTOR_IPI_WAKE);
    for (uint32_t i = 0; i < LOOKS; i++) {
        if (host_slot_count(*cpu, VECTOR_IPI_WAKE) != before)
            return RESULT_OK;
        host_relax();
    }
    return RESULT_TIMEOUT;
}

enum result bench_call_self_ipi(struct bench_run *run)
{
    uint32_t cpu = host_cpu_current();
    enum result result = RESULT_OK;

    while (result == RESULT_OK && bench_wants_more(run))
        result = bench_add_call(run, ipi_send, &cpu);
    return result;
}

static void note(struct dpc *self)
{
    bool *has_run = self->context;

    __atomic_store_n(has_run, true, __ATOMIC_RELEASE);
}

static enum result defer(void *context)
{
    static bool has_run;
    static struct dpc dpc = {.routine = note, .context = &has_run};

    has_run = false;
    (void)dpc_queue(&dpc);
    for (uint32_t i = 0; i < LOOKS; i++) {
        if (__atomic_load_n(&has_run, __ATOMIC_ACQUIRE))
            return RESULT_OK;
        host_relax();
    }
    return RESULT_TIMEOUT;
}

enum result bench_call_deferred(struct bench_run *run)
{
    enum result result = RESULT_OK;

    while (result == RESULT_OK && bench_wants_more(run))
        result = bench_add_call(run, defer, NULL);
    return result;
}
