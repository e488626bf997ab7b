// Exceptions in words.

#include "arch/interrupt/exception_text.h"
#include "kernel/lib/output.h"

// Page-fault error code: Intel SDM vol. 3, figure 4-12.
#define FAULT_PRESENT  BIT(0)
#define FAULT_WRITE    BIT(1)
#define FAULT_USER     BIT(2)
#define FAULT_RESERVED BIT(3)
#define FAULT_FETCH    BIT(4)

// Selector error code: Intel SDM vol. 3, figure 6-7.
#define SELECTOR_EXTERNAL BIT(0)
#define SELECTOR_TABLE    BITS(2, 1)
#define SELECTOR_INDEX    BITS(15, 3)

enum { INVALID_TSS = 10, GENERAL_PROTECTION = 13 };

static const char *const names[EXCEPTION_COUNT] = {
    [0] = "#DE divide error",
    [1] = "#DB debug exception",
    [2] = "NMI interrupt",
    [3] = "#BP breakpoint",
    [4] = "#OF overflow",
    [5] = "#BR BOUND range exceeded",
    [6] = "#UD invalid opcode",
    [7] = "#NM device not available",
    [8] = "#DF double fault",
    [9] = "coprocessor segment overrun",
    [10] = "#TS invalid TSS",
    [11] = "#NP segment not present",
    [12] = "#SS stack-segment fault",
    [13] = "#GP general protection",
    [14] = "#PF page fault",
    [16] = "#MF x87 floating-point error",
    [17] = "#AC alignment check",
    [18] = "#MC machine check",
    [19] = "#XM SIMD floating-point exception",
    [20] = "#VE virtualization exception",
    [21] = "#CP control protection exception",
    [28] = "#HV hypervisor injection exception",
    [29] = "#VC VMM communication exception",
    [30] = "#SX security exception",
};

const char *exception_name(uint64_t vector)
{
    if (vector >= EXCEPTION_COUNT || names[vector] == NULL)
        return "reserved exception";
    return names[vector];
}

static const char *fault_access(uint64_t code)
{
    if (code & FAULT_FETCH)
        return "fetch from";
    return code & FAULT_WRITE ? "write to" : "read of";
}

static const char *fault_reason(uint64_t code)
{
    if (code & FAULT_RESERVED)
        return "reserved bit set in an entry";
    return code & FAULT_PRESENT ? "not allowed" : "not mapped";
}

static size_t describe_page_fault(const struct exception_frame *frame, uint64_t fault_address, char *text,
                                  size_t capacity)
{
    uint64_t code = frame->error_code;
    return format_text(text, capacity, "%s at 0x%016llx: %s 0x%016llx, %s%s (error 0x%llx)",
                       exception_name(frame->vector), (unsigned long long)frame->rip, fault_access(code),
                       (unsigned long long)fault_address, fault_reason(code), code & FAULT_USER ? ", user mode" : "",
                       (unsigned long long)code);
}

static size_t describe_selector(const struct exception_frame *frame, char *text, size_t capacity)
{
    static const char *const tables[] = {"GDT", "IDT", "LDT", "IDT"};
    uint64_t code = frame->error_code;
    return format_text(text, capacity, "%s at 0x%016llx: %s entry 0x%llx%s (error 0x%llx)",
                       exception_name(frame->vector), (unsigned long long)frame->rip,
                       tables[FIELD_GET(SELECTOR_TABLE, code)], (unsigned long long)FIELD_GET(SELECTOR_INDEX, code),
                       code & SELECTOR_EXTERNAL ? ", external event" : "", (unsigned long long)code);
}

static bool names_selector(const struct exception_frame *frame)
{
    return frame->vector >= INVALID_TSS && frame->vector <= GENERAL_PROTECTION && frame->error_code != 0;
}

size_t exception_describe(const struct exception_frame *frame, uint64_t fault_address, char *text, size_t capacity)
{
    if (frame->vector == EXCEPTION_PAGE_FAULT)
        return describe_page_fault(frame, fault_address, text, capacity);
    if (names_selector(frame))
        return describe_selector(frame, text, capacity);
    return format_text(text, capacity, "%s at 0x%016llx (vector %llu, error 0x%llx)", exception_name(frame->vector),
                       (unsigned long long)frame->rip, (unsigned long long)frame->vector,
                       (unsigned long long)frame->error_code);
}
