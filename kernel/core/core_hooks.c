// The attached hooks.

#include "kernel/core/core_hooks.h"

const struct core_hooks *core_hooks;

void core_hooks_attach(const struct core_hooks *hooks)
{
    __atomic_store_n(&core_hooks, hooks, __ATOMIC_RELEASE);
}
