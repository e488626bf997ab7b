// The stack protector: its value, and what happens when a stack lost it.

#include "arch/cpu_registers.h"
#include "arch/stack.h"
#include "kernel/console/panic.h"

uint64_t __stack_chk_guard;
_Noreturn void __stack_chk_fail(void);

// A function that compared the old value with the new one would fail, so this one is left out of the protection.
__attribute__((no_stack_protector)) void stack_guard_initialise(void)
{
    uint64_t value = tsc_read() * UINT64_C(0x9e3779b97f4a7c15);
    value ^= value >> 29;
    __stack_chk_guard = value & ~UINT64_C(0xff); // the zero byte stops string functions that run over
}

_Noreturn void __stack_chk_fail(void)
{
    panic("stack smashed below %p", __builtin_frame_address(0));
}
