// Panic. Takes no lock and allocates nothing: the CPU that panicked may hold the locks.

#include "kernel/console/panic.h"
#include "kernel/core/host.h"
#include "kernel/power.h"
#include "kernel/runtime/log.h"

enum { LAST_LINES = 20, EXIT_CODE = 127 };

static struct output *panic_output;
static void (*dump_machine)(struct output *out);
static void (*print_last)(struct output *out);
static bool is_exit_wanted;
static uint32_t owner; // number + 1 of the first CPU to panic

static void print_reason(const char *format, va_list arguments)
{
    if (!panic_output)
        return;
    output_format(panic_output, "\npanic: ");
    output_format_list(panic_output, format, arguments);
    output_format(panic_output, "\n");
}

static void print_state(void)
{
    if (!panic_output)
        return;
    if (dump_machine)
        dump_machine(panic_output);
    output_format(panic_output, "last log lines:\n");
    log_replay_unlocked(panic_output, LAST_LINES);
    if (print_last)
        print_last(panic_output);
}

static _Noreturn void halt(void)
{
    for (;;)
        host_relax();
}

static _Noreturn void leave(void)
{
    if (is_exit_wanted)
        power()->debug_exit(EXIT_CODE);
    power()->stop();
    halt();
}

// A second panic on the same CPU prints its reason and leaves without the dump, which may have caused it.
void panic(const char *format, ...)
{
    va_list arguments;

    host_interrupts_disable();
    uint32_t self = host_cpu_current() + 1;
    uint32_t first = 0;
    __atomic_compare_exchange_n(&owner, &first, self, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
    if (first && first != self)
        halt();
    va_start(arguments, format);
    print_reason(format, arguments);
    va_end(arguments);
    if (!first)
        print_state();
    leave();
}

void panic_attach(struct output *out, void (*dump)(struct output *out))
{
    panic_output = out;
    dump_machine = dump;
}

void panic_attach_last(void (*print)(struct output *out))
{
    print_last = print;
}

void panic_exit_when_done(bool exit_when_done)
{
    is_exit_wanted = exit_when_done;
}
