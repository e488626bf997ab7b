// Formatting a line on the caller's stack.

#include "kernel/core/core_log.h"
#include "kernel/lib/output.h"

void core_log(enum host_log_level level, const char *format, ...)
{
    struct output_buffer buffer;
    char line[CORE_LOG_LENGTH];
    va_list arguments;

    output_buffer_start(&buffer, line, sizeof(line));
    va_start(arguments, format);
    output_format_list(&buffer.output, format, arguments);
    va_end(arguments);
    host_log(level, line);
}
