// Lines of the core, formatted here and given to the host.
#ifndef KERNEL_CORE_CORE_LOG_H
#define KERNEL_CORE_CORE_LOG_H

#include "kernel/core/host.h"

enum { CORE_LOG_LENGTH = 240 }; // a longer line is cut

// Any IRQL; as host_log().
RARE void core_log(enum host_log_level level, const char *format, ...) PRINTF_LIKE(2, 3);

#define core_error(...)   core_log(HOST_LOG_ERROR, __VA_ARGS__)
#define core_warning(...) core_log(HOST_LOG_WARNING, __VA_ARGS__)

#endif
