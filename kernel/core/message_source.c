// The names of the kinds of message sources.

#include "kernel/core/message_source.h"

static const char *const names[MESSAGE_KIND_COUNT] = {
    [MESSAGE_MSIX] = "msix",
    [MESSAGE_MSI] = "msi",
    [MESSAGE_LINE] = "line",
};

const char *message_kind_name(enum message_kind kind)
{
    return (uint32_t)kind < MESSAGE_KIND_COUNT ? names[kind] : "unknown";
}
