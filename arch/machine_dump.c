// The state of the processor that panics.

#include "arch/machine_dump.h"
#include "arch/backtrace.h"
#include "arch/cpu_registers.h"
#include "arch/interrupt/exception.h"

struct named_value {
    const char *name;
    uint64_t value;
};

enum { VALUES_PER_LINE = 3 };

static void print_values(struct output *out, const struct named_value *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool ends_line = i % VALUES_PER_LINE == VALUES_PER_LINE - 1 || i == count - 1;
        output_format(out, "  %-6s 0x%016llx%s", values[i].name, (unsigned long long)values[i].value,
                      ends_line ? "\n" : "");
    }
}

static void print_frame(struct output *out, const struct exception_frame *frame)
{
    const struct named_value values[] = {
        {"rax", frame->rax},       {"rbx", frame->rbx},
        {"rcx", frame->rcx},       {"rdx", frame->rdx},
        {"rsi", frame->rsi},       {"rdi", frame->rdi},
        {"rbp", frame->rbp},       {"rsp", frame->rsp},
        {"r8", frame->r8},         {"r9", frame->r9},
        {"r10", frame->r10},       {"r11", frame->r11},
        {"r12", frame->r12},       {"r13", frame->r13},
        {"r14", frame->r14},       {"r15", frame->r15},
        {"rip", frame->rip},       {"cs", frame->cs},
        {"rflags", frame->rflags}, {"ss", frame->ss},
        {"vector", frame->vector}, {"error", frame->error_code},
    };
    print_values(out, values, ARRAY_COUNT(values));
}

static void print_control_registers(struct output *out)
{
    const struct named_value values[] = {
        {"cr0", cr0_read()}, {"cr2", cr2_read()}, {"cr3", cr3_read()}, {"cr4", cr4_read()}, {"cr8", cr8_read()},
    };
    print_values(out, values, ARRAY_COUNT(values));
}

static __attribute__((noinline)) uint64_t here(void)
{
    return (uint64_t)__builtin_return_address(0);
}

void machine_dump(struct output *out)
{
    const struct exception_frame *frame = exception_fatal_frame();
    if (frame != NULL)
        print_frame(out, frame);
    print_control_registers(out);
    output_format(out, "backtrace:\n");
    if (frame != NULL)
        backtrace_print(out, frame->rip, frame->rbp);
    else
        backtrace_print(out, here(), (uint64_t)__builtin_frame_address(0));
}
