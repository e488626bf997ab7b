// The measurements that take assembly, each prepared and taken back.

#include "arch/apic/apic.h"
#include "arch/bench_clock.h"
#include "arch/cpu_registers.h"
#include "arch/gdt.h"
#include "arch/interrupt/idt.h"
#include "arch/processor.h"
#include "kernel/bench/bench_host.h"
#include "kernel/core/host.h"

enum { LOOKS = 10000000 }; // of some ten instructions: about a second

static enum result ring(struct bench_trial *trial)
{
    bench_entered = bench_left = 0;
    uint64_t left = bench_ring(trial->doorbell, trial->value, LOOKS);
    trial->entered = bench_entered;
    trial->left = bench_left;
    return left ? RESULT_OK : RESULT_TIMEOUT;
}

// The object is a copy of the original with another routine, so that the traced stubs record the same message.
static enum result ring_stub(struct bench_trial *trial)
{
    static struct interrupt object;
    uint32_t cpu = processor_number();

    bench_original = processor_get(cpu)->slots[trial->vector].object;
    object = *bench_original;
    object.routine = bench_routine;
    const struct interrupt *original = host_slot_exchange(cpu, trial->vector, &object);
    enum result result = ring(trial);
    (void)host_slot_exchange(cpu, trial->vector, original);
    return result;
}

static void gate_write(struct idt_gate *gate, struct idt_gate value)
{
    bool were_on = host_interrupts_disable();

    *gate = value;
    host_interrupts_restore(were_on);
}

static enum result ring_bare(struct bench_trial *trial)
{
    const char *stub = apic_is_x2apic() ? bench_bare_x2apic : bench_bare_xapic;
    struct descriptor_pointer table = idtr_read();
    struct idt_gate *gate = (struct idt_gate *)table.base + trial->vector;
    struct idt_gate before = *gate;

    bench_original = processor_current()->slots[trial->vector].object;
    gate_write(gate, idt_gate_encode((uint64_t)stub, GDT_KERNEL_CODE, GDT_IST_NONE));
    enum result result = ring(trial);
    gate_write(gate, before);
    return result;
}

enum result bench_host_measure(struct bench_trial *trial)
{
    enum result result = RESULT_OK;

    trial->entered = trial->left = 0;
    switch (trial->kind) {
    case BENCH_NOTHING:
        bench_nothing();
        break;
    case BENCH_NOPS_100:
        bench_nops_100();
        break;
    case BENCH_NOPS_10000:
        bench_nops_10000();
        break;
    case BENCH_STUB:
        result = ring_stub(trial);
        break;
    case BENCH_BARE:
        result = ring_bare(trial);
        break;
    }
    trial->start = bench_start;
    trial->end = bench_end;
    return result;
}
