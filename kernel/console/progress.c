// The progress line.

#include "kernel/console/progress.h"
#include "kernel/core/host.h"
#include "kernel/core/wait.h"

enum { PROGRESS_TEXT = 80, PROGRESS_SECOND = 1000000000 };

#define PROGRESS_FIRST WAIT_MILLISECONDS(1000)
#define PROGRESS_NEXT  WAIT_MILLISECONDS(250)

static struct output *progress_status;
static const char *progress_name; // NULL: no progress shown
static uint64_t progress_start;
static uint64_t progress_next;
static bool is_shown;

static void progress_write(const char *text, size_t length)
{
    if (progress_status)
        progress_status->write(progress_status, text, length);
}

// Seconds left at the average rate so far. In milliseconds, which cannot overflow.
static uint64_t progress_left(uint64_t done, uint64_t total, uint64_t passed)
{
    return done ? passed / 1000000 * (total - done) / done / 1000 : 0;
}

static void progress_print(uint64_t done, uint64_t total, uint64_t passed)
{
    char text[PROGRESS_TEXT];
    struct output_buffer buffer;
    unsigned long long seconds = passed / PROGRESS_SECOND;

    output_buffer_start(&buffer, text, sizeof(text));
    if (total == 0 || done > total)
        output_format(&buffer.output, "%s: %llu, %llu s", progress_name, (unsigned long long)done, seconds);
    else
        output_format(&buffer.output, "%s: %llu of %llu, %u %%, %llu s, about %llu s left", progress_name,
                      (unsigned long long)done, (unsigned long long)total, (unsigned)(done * 100 / total), seconds,
                      (unsigned long long)progress_left(done, total, passed));
    progress_write(text, buffer.length < sizeof(text) ? buffer.length : sizeof(text) - 1);
}

void progress_show(uint64_t done, uint64_t total)
{
    if (!progress_name)
        return;
    uint64_t now = host_nanoseconds();
    if (now < progress_next)
        return;
    progress_print(done, total, now - progress_start);
    progress_next = now + PROGRESS_NEXT;
    is_shown = true;
}

void progress_attach(struct output *status)
{
    progress_status = status;
}

void progress_begin(const char *name)
{
    progress_name = name;
    progress_start = host_nanoseconds();
    progress_next = progress_start + PROGRESS_FIRST;
}

void progress_end(void)
{
    if (is_shown)
        progress_write("", 0);
    is_shown = false;
    progress_name = NULL;
}
