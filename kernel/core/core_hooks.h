// Callbacks on changes of routes and masks. Cost without hooks: one pointer test per change. Not called when an
// interrupt is taken.
#ifndef KERNEL_CORE_CORE_HOOKS_H
#define KERNEL_CORE_CORE_HOOKS_H

#include "kernel/core/message.h"

// A message gets, changes, or loses its place. MOVE comes before the hardware is written, so arrivals at the new place
// come only after it, and at the old one only before DRAIN.
enum core_route_event { CORE_CONNECT, CORE_MOVE, CORE_DRAIN, CORE_DISCONNECT };

// `number` is the irq number, never reused. `from` is meaningless at CORE_CONNECT, `to` at CORE_DISCONNECT. Any IRQL;
// must not call the core.
struct core_hooks {
    void (*route)(enum core_route_event event, uint32_t number, struct message_route from, struct message_route to);
    void (*mask)(uint32_t number, bool masked);
};

extern const struct core_hooks *core_hooks;

// NULL detaches; a call that has begun may still be running. PASSIVE.
void core_hooks_attach(const struct core_hooks *hooks);

static inline void core_tell_route(enum core_route_event event, uint32_t number, struct message_route from,
                                   struct message_route to)
{
    const struct core_hooks *hooks = __atomic_load_n(&core_hooks, __ATOMIC_ACQUIRE);

    if (hooks)
        hooks->route(event, number, from, to);
}

static inline void core_tell_mask(uint32_t number, bool masked)
{
    const struct core_hooks *hooks = __atomic_load_n(&core_hooks, __ATOMIC_ACQUIRE);

    if (hooks)
        hooks->mask(number, masked);
}

#endif
