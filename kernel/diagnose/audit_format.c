// How the values of checks are shown.

#include "kernel/diagnose/audit_check.h"
#include "kernel/lib/output.h"

void audit_format_hex(uint64_t value, char *text)
{
    format_text(text, AUDIT_TEXT, "0x%llx", (unsigned long long)value);
}

void audit_format_number(uint64_t value, char *text)
{
    format_text(text, AUDIT_TEXT, "%llu", (unsigned long long)value);
}

void audit_format_bool(uint64_t value, char *text)
{
    format_text(text, AUDIT_TEXT, "%s", value ? "true" : "false");
}

void audit_format_result(uint64_t value, char *text)
{
    format_text(text, AUDIT_TEXT, "%s", result_name((enum result)value));
}

void audit_format_vector_state(uint64_t value, char *text)
{
    format_text(text, AUDIT_TEXT, "%s", vector_state_name((enum vector_state)value));
}

void audit_format_cpu_state(uint64_t value, char *text)
{
    format_text(text, AUDIT_TEXT, "%s", cpu_state_name((enum cpu_state)value));
}

void audit_format_mode(uint64_t value, char *text)
{
    format_text(text, AUDIT_TEXT, "%s", interrupt_mode_name((enum interrupt_mode)value));
}

void audit_format_polarity(uint64_t value, char *text)
{
    format_text(text, AUDIT_TEXT, "%s", interrupt_polarity_name((enum interrupt_polarity)value));
}

void audit_format_power(uint64_t value, char *text)
{
    format_text(text, AUDIT_TEXT, "D%llu", (unsigned long long)value);
}
