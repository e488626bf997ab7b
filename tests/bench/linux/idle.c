// Idle time that can be taken off. A halted processor's counter jumps, so it spins instead, and the spinning is
// counted.
//
// The idle routine is a static call inside the kernel. Its key is no exported symbol; kprobes find it by name.
// SPDX-License-Identifier: MIT OR GPL-2.0-only
#include "measures.h"
#include <asm/apic.h>
#include <linux/kprobes.h>
#include <linux/static_call.h>

enum { IRR_WORDS = 8, IRR_STRIDE = 0x10 };

unsigned long idle_ticks;

static __always_inline bool idle_interrupt_is_pending(void)
{
    u32 pending = 0;

    for (int i = 0; i < IRR_WORDS; i++)
        pending |= native_apic_mem_read(APIC_IRR + i * IRR_STRIDE);
    return pending;
}

// In place of sti and hlt, with interrupts off. The pending interrupt is taken after the instruction that follows sti.
static void notrace idle_spin(void)
{
    u64 start = rdtsc();

    while (!idle_interrupt_is_pending())
        cpu_relax();
    idle_ticks += rdtsc() - start;
    asm volatile("sti; nop; cli" ::: "memory");
}

typedef unsigned long (*name_lookup)(const char *name);
typedef void (*call_update)(struct static_call_key *key, void *trampoline, void *routine);

static unsigned long idle_look_up(const char *name)
{
    struct kprobe probe = {.symbol_name = "kallsyms_lookup_name"};

    if (register_kprobe(&probe))
        return 0;
    name_lookup look_up = (name_lookup)probe.addr;
    unregister_kprobe(&probe);
    return look_up(name);
}

int idle_watch_start(void)
{
    struct static_call_key *key = (struct static_call_key *)idle_look_up("__SCK__x86_idle");
    void *trampoline = (void *)idle_look_up("__SCT__x86_idle");

    if (!key || !trampoline) {
        pr_err("bench: this kernel has no idle routine that can be replaced\n");
        return -ENOENT;
    }
    __static_call_update(key, trampoline, idle_spin);
    return 0;
}
