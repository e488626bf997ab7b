// Changing stacks, and the value that guards them.
#ifndef ARCH_STACK_H
#define ARCH_STACK_H

// Leaves the current stack for good and runs function(argument) on the one that ends at `top` (aligned to 16). The
// frame chain starts anew. The function must not return. Any IRQL.
_Noreturn void stack_switch(void *top, void (*function)(void *argument), void *argument);

// Picks the stack protector's value from the clock. kernel_entry calls it before any protected function runs.
void stack_guard_initialise(void);

#endif
