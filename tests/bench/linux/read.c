// Reads 4 KiB of a block device past the page cache, again and again, and says what one read costs in instructions.
//
// usage: read DEVICE IDLE_TICKS_FILE. The time that the processor had nothing to do is taken off; reads that had to
// wait are told from those whose completion came before the caller could sleep. SPDX-License-Identifier: MIT OR
// GPL-2.0-only
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <x86intrin.h>

enum { READS = 4000, BLOCK = 4096, BLOCKS = 64 };

struct samples {
    size_t count;
    unsigned long long values[READS];
};

static int compare(const void *left, const void *right)
{
    const unsigned long long *a = left, *b = right;

    return *a < *b ? -1 : *a > *b;
}

static void report(struct samples *samples, const char *name)
{
    unsigned long long *values = samples->values;

    if (samples->count == 0)
        return;
    qsort(values, samples->count, sizeof(*values), compare);
    printf("{\"type\":\"bench\",\"name\":\"%s\",\"unit\":\"instructions\",\"count\":%zu,\"min\":%llu,\"median\":%llu,"
           "\"p99\":%llu,"
           "\"max\":%llu}\n",
           name, samples->count, values[0], values[samples->count / 2], values[samples->count * 99 / 100],
           values[samples->count - 1]);
}

// The module's count of idle ticks, -1 when it cannot be read.
static long long idle_ticks(int file)
{
    char text[32] = "";

    return pread(file, text, sizeof(text) - 1, 0) > 0 ? atoll(text) : -1;
}

// Interrupts of the controller's queues so far, on the one processor there is.
static unsigned long long interrupts(void)
{
    FILE *file = fopen("/proc/interrupts", "r");
    unsigned long long count, sum = 0;
    char line[256];

    while (file && fgets(line, sizeof(line), file))
        if (strstr(line, "nvme") && sscanf(line, " %*u: %llu", &count) == 1)
            sum += count;
    if (file)
        fclose(file);
    return sum;
}

static int measure(int disk, int idle, void *buffer)
{
    static struct samples waited, ready;
    unsigned long long before = interrupts();

    for (int i = 0; i < READS; i++) {
        long long idle_before = idle_ticks(idle);
        unsigned long long start = __rdtsc();
        ssize_t got = pread(disk, buffer, BLOCK, (off_t)(i % BLOCKS) * BLOCK);
        unsigned long long ticks = __rdtsc() - start;
        long long idled = idle_ticks(idle) - idle_before;

        if (got != BLOCK || idle_before < 0)
            return 1;
        struct samples *samples = idled ? &waited : &ready;
        samples->values[samples->count++] = ticks - (unsigned long long)idled;
    }
    report(&waited, "nvme_read_4k_sleeping");
    report(&ready, "nvme_read_4k_ready");
    unsigned long long taken = interrupts() - before;
    if (taken != READS)
        printf("bench: %d reads took %llu interrupts\n", READS, taken);
    return 0;
}

int main(int count, char **words)
{
    int disk = count == 3 ? open(words[1], O_RDONLY | O_DIRECT) : -1;
    int idle = count == 3 ? open(words[2], O_RDONLY) : -1;
    void *buffer = aligned_alloc(BLOCK, BLOCK);

    if (disk < 0 || idle < 0 || !buffer) {
        perror("read: usage: read DEVICE IDLE_TICKS_FILE");
        return 1;
    }
    memset(buffer, 0, BLOCK);
    if (measure(disk, idle, buffer)) {
        perror("read: a read failed");
        return 1;
    }
    return 0;
}
