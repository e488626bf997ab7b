// The log ring and the formatting of its lines.
//
// Positions count bytes since start-up and never wrap; only the index into the ring does. A record is a header and its
// text, stored byte after byte, so a record may wrap at the ring's end.

#include "kernel/runtime/log.h"
#include "kernel/core/host.h"
#include "kernel/core/spinlock.h"
#include "kernel/lib/memory.h"

enum { RING_SIZE = 64 * 1024, LEVEL_COUNT = LOG_DEBUG + 1 };

struct record_header {
    uint64_t nanoseconds;
    uint32_t cpu;
    uint16_t level; // enum log_level
    uint16_t length;
};

struct record {
    struct record_header header;
    char text[LOG_TEXT_LENGTH];
};

static struct spinlock lock; // guards everything below
static char ring[RING_SIZE];
static uint64_t ring_start; // position of the oldest record
static uint64_t ring_end;   // position of the next record
static uint32_t kept;       // records from ring_start to ring_end
static uint32_t overwritten;
static uint32_t totals[LEVEL_COUNT];
static struct output *shown_on;
static uint32_t shown_level = LOG_INFO;
static uint64_t shown_until;
static bool is_showing; // a CPU writes the console; it checks for new records before it clears this

static void ring_write(uint64_t position, const void *bytes, size_t length)
{
    size_t index = position % RING_SIZE;
    size_t first = length < RING_SIZE - index ? length : RING_SIZE - index;

    memcpy(ring + index, bytes, first);
    memcpy(ring, (const char *)bytes + first, length - first);
}

static void ring_read(uint64_t position, void *bytes, size_t length)
{
    size_t index = position % RING_SIZE;
    size_t first = length < RING_SIZE - index ? length : RING_SIZE - index;

    memcpy(bytes, ring + index, first);
    memcpy((char *)bytes + first, ring, length - first);
}

static void drop_oldest(void)
{
    struct record_header header;

    ring_read(ring_start, &header, sizeof(header));
    ring_start += sizeof(header) + header.length;
    kept--;
    overwritten++;
}

static void append(const struct record *record)
{
    size_t size = sizeof(record->header) + record->header.length;

    while (RING_SIZE - (ring_end - ring_start) < size)
        drop_oldest();
    ring_write(ring_end, &record->header, sizeof(record->header));
    ring_write(ring_end + sizeof(record->header), record->text, record->header.length);
    ring_end += size;
    kept++;
    totals[record->header.level]++;
}

// Reads the record at *position, or the oldest one if that was overwritten, and advances *position. False at the end.
// Checks the length, since log_replay_unlocked() may read a half-written record.
static bool fetch(uint64_t *position, struct record *record)
{
    if (*position < ring_start)
        *position = ring_start;
    if (*position >= ring_end)
        return false;
    ring_read(*position, &record->header, sizeof(record->header));
    if (record->header.length > LOG_TEXT_LENGTH)
        return false;
    ring_read(*position + sizeof(record->header), record->text, record->header.length);
    *position += sizeof(record->header) + record->header.length;
    return true;
}

static const char *level_word(uint32_t level)
{
    if (level == LOG_ERROR)
        return "error: ";
    return level == LOG_WARNING ? "warning: " : "";
}

// Writes the whole line in one call. `cpu_text` follows the time.
static void show(struct output *out, const struct record *record, const char *cpu_text)
{
    char line[LOG_TEXT_LENGTH + 64];
    uint64_t microseconds = record->header.nanoseconds / 1000;

    size_t length =
        format_text(line, sizeof(line), "[%4llu.%06llu%s] %s%.*s\n", (unsigned long long)(microseconds / 1000000),
                    (unsigned long long)(microseconds % 1000000), cpu_text, level_word(record->header.level),
                    (int)record->header.length, record->text);
    out->write(out, line, length < sizeof(line) ? length : sizeof(line) - 1);
}

static void replay_record(struct output *out, const struct record *record)
{
    char cpu_text[24];

    format_text(cpu_text, sizeof(cpu_text), " cpu %u", record->header.cpu);
    show(out, record, cpu_text);
}

// The next record to show. False: none left, is_showing is cleared.
static bool next_to_show(struct record *record, struct output **out)
{
    bool found = false;

    bool were_on = spinlock_acquire(&lock);
    while (!found && shown_on && fetch(&shown_until, record))
        found = record->header.level <= shown_level;
    is_showing = found;
    *out = shown_on;
    spinlock_release(&lock, were_on);
    return found;
}

// Interrupts are not disabled while the console is written: a line logged by an interrupt taken meanwhile finds
// `is_showing` set, stays in the ring and is shown by the loop it interrupted.
static void show_new(void)
{
    struct record record;
    struct output *out;

    bool were_on = spinlock_acquire(&lock);
    bool is_mine = !is_showing && shown_on;
    if (is_mine)
        is_showing = true;
    spinlock_release(&lock, were_on);
    if (!is_mine)
        return;
    while (next_to_show(&record, &out))
        show(out, &record, "");
}

static void make_printable(char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] < ' ' || text[i] > '~')
            text[i] = '?';
    }
}

static uint16_t format_record_text(char *text, const char *format, va_list arguments)
{
    struct output_buffer buffer;
    char whole[LOG_TEXT_LENGTH + 1];

    output_buffer_start(&buffer, whole, sizeof(whole));
    output_format_list(&buffer.output, format, arguments);
    uint16_t length = buffer.length < LOG_TEXT_LENGTH ? (uint16_t)buffer.length : LOG_TEXT_LENGTH;
    if (buffer.length > LOG_TEXT_LENGTH)
        memcpy(whole + LOG_TEXT_LENGTH - 3, "...", 3);
    make_printable(whole, length);
    memcpy(text, whole, length);
    return length;
}

void log_write(enum log_level level, const char *format, ...)
{
    struct record record = {.header.level = (uint16_t)level};
    va_list arguments;

    va_start(arguments, format);
    record.header.length = format_record_text(record.text, format, arguments);
    va_end(arguments);

    bool were_on = spinlock_acquire(&lock);
    record.header.nanoseconds = host_nanoseconds();
    record.header.cpu = host_cpu_current();
    append(&record);
    spinlock_release(&lock, were_on);
    show_new();
}

void log_show(struct output *console, enum log_level highest)
{
    bool were_on = spinlock_acquire(&lock);
    shown_on = console;
    shown_level = highest;
    spinlock_release(&lock, were_on);
    show_new();
}

// Ends at the last record present at the call, or else concurrent logging could prolong it for ever.
void log_replay(struct output *out, enum log_level highest)
{
    struct record record;

    bool were_on = spinlock_acquire(&lock);
    uint64_t position = ring_start;
    uint64_t end = ring_end;
    uint32_t lost = overwritten;
    spinlock_release(&lock, were_on);

    if (lost)
        output_format(out, "(%u older lines were overwritten)\n", lost);
    for (;;) {
        were_on = spinlock_acquire(&lock);
        bool found = fetch(&position, &record);
        spinlock_release(&lock, were_on);
        if (!found || position > end)
            return;
        if (record.header.level <= (uint32_t)highest)
            replay_record(out, &record);
    }
}

void log_replay_unlocked(struct output *out, uint32_t lines)
{
    struct record record;
    uint64_t position = ring_start;
    uint32_t skipped = kept > lines ? kept - lines : 0;

    for (uint32_t i = 0; i < skipped + lines && fetch(&position, &record); i++) {
        if (i >= skipped)
            replay_record(out, &record);
    }
}

uint32_t log_total(enum log_level level)
{
    return (uint32_t)level < LEVEL_COUNT ? __atomic_load_n(&totals[level], __ATOMIC_RELAXED) : 0;
}

void host_log(enum host_log_level level, const char *line)
{
    log_write(level == HOST_LOG_ERROR ? LOG_ERROR : LOG_WARNING, "%s", line);
}
