// Panic. Takes no lock and allocates nothing: the CPU that panicked may hold the locks.

#include "kernel/console/panic.h"
#include "kernel/core/host.h"
#include "kernel/power.h"
#include "kernel/runtime/log.h"
#include "kernel/runtime/report_keep.h"
#include "kernel/version.h"

enum { LAST_LINES = 20, EXIT_CODE = 127 };

static void say(struct output *self, const char *bytes, size_t length);

static struct output *panic_output; // the console
static struct output *kept;         // what outlives the reset that follows
static struct output both = {.write = say};
static void (*dump_machine)(struct output *out);
static void (*print_last)(struct output *out);
static bool is_exit_wanted;
static uint32_t owner; // number + 1 of the first CPU to panic

// The kept copy is whole after each line: whatever ends the machine, what was said is found.
static void say(struct output *self, const char *bytes, size_t length)
{
    if (kept)
        kept->write(kept, bytes, length);
    if (kept && length && bytes[length - 1] == '\n')
        (void)report_keep_seal();
    if (panic_output)
        panic_output->write(panic_output, bytes, length);
}

static void print_reason(const char *format, va_list arguments, bool is_second)
{
    kept = is_second ? NULL : report_keep_begin();
    output_format(&both, "\npanic: ");
    output_format_list(&both, format, arguments);
    output_format(&both, "\n");
}

static void print_state(void)
{
    output_format(&both, "%s\n", version_text);
    if (dump_machine)
        dump_machine(&both);
    output_format(&both, "last log lines:\n");
    log_replay_unlocked(&both, LAST_LINES);
    if (print_last)
        print_last(&both);
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
    print_reason(format, arguments, first);
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
