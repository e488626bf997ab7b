// What PCI code needs of the kernel, on the host.

#include "tests/fakes/pci_surroundings.h"
#include "kernel/core/host.h"
#include "kernel/core/wait.h"
#include "kernel/inventory/firmware.h"
#include "kernel/runtime/heap.h"
#include "kernel/runtime/log.h"
#include "tests/fakes/events.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_COUNT = 64, LINE_LENGTH = 160 };

static uint32_t objects;
static char lines[LINE_COUNT][LINE_LENGTH];
static uint32_t line_count;
static char findings[LINE_COUNT][LINE_LENGTH];
static uint32_t finding_count;
static uint64_t waited;

void (*surroundings_on_wait)(void);

void surroundings_reset(void)
{
    objects = line_count = finding_count = 0;
    waited = 0;
    surroundings_on_wait = NULL;
}

uint64_t surroundings_waited(void)
{
    return waited;
}

void wait_pause(uint64_t nanoseconds)
{
    waited += nanoseconds;
    event_add(EVENT_WAIT, 0, nanoseconds);
    if (surroundings_on_wait)
        surroundings_on_wait();
}

uint64_t host_nanoseconds(void)
{
    return waited;
}

uint32_t surroundings_objects(void)
{
    return objects;
}

uint32_t surroundings_log_total(void)
{
    return line_count;
}

static bool holds(char table[][LINE_LENGTH], uint32_t count, const char *part)
{
    for (uint32_t i = 0; i < count && i < LINE_COUNT; i++)
        if (strstr(table[i], part))
            return true;
    return false;
}

bool surroundings_logged(const char *part)
{
    return holds(lines, line_count, part);
}

bool surroundings_found(const char *item, const char *where)
{
    char text[LINE_LENGTH];
    snprintf(text, sizeof(text), "%s %s", item, where);
    return holds(findings, finding_count, text);
}

void log_write(enum log_level level, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(lines[line_count++ % LINE_COUNT], LINE_LENGTH, format, arguments);
    va_end(arguments);
}

void firmware_record(const char *item, uint64_t value, const char *where_format, ...)
{
    char where[48];
    va_list arguments;
    va_start(arguments, where_format);
    vsnprintf(where, sizeof(where), where_format, arguments);
    va_end(arguments);
    snprintf(findings[finding_count++ % LINE_COUNT], LINE_LENGTH, "%s %s", item, where);
}

void *heap_allocate(size_t size)
{
    objects++;
    return calloc(1, size);
}

void heap_free(void *object)
{
    objects -= object != NULL;
    free(object);
}
