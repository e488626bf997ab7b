// lspci's text: a line per function, hexadecimal lines of its configuration space, and the sizes of its BARs, as a line
// "region N mem32|mem64|io ADDRESS SIZE" or as lspci -v prints them.

#include "tests/rehearse/dump.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 16 };

// Reads up to `most` hexadecimal digits and moves on; false where there is none.
static bool hex_take(const char **at, uint32_t most, uint64_t *value)
{
    uint32_t digits = 0;

    *value = 0;
    for (; digits < most && dump_hex_digit(**at) < 16; digits++)
        *value = *value << 4 | dump_hex_digit(*(*at)++);
    return digits > 0;
}

// "0000:00:1f.3 ...", the domain left out or not.
static bool function_line(struct dump *dump, struct dump_text *state, const char *line)
{
    uint64_t words[4] = {0}; // up to three numbers before the dot
    uint32_t count = 0;
    const char *at = line;

    while (count < 3 && hex_take(&at, 8, &words[count])) {
        count++;
        if (*at != ':')
            break;
        at++;
    }
    if (count < 2 || *at != '.' || !hex_take((at++, &at), 1, &words[3]) || (*at && !isspace((unsigned char)*at)))
        return false;
    uint64_t domain = count == 3 ? words[0] : 0, bus = words[count - 2], device = words[count - 1];
    if (domain > UINT32_MAX || bus > 255 || device > 31 || words[3] > 7)
        return false;
    struct dump_function *function = dump_function_add(dump);
    state->table = 0;
    state->function = function ? dump->function_count : 0;
    if (!function) {
        dump_note(dump, "%.40s: more functions than %u, left out", line, DUMP_FUNCTION_LIMIT);
        return true;
    }
    function->domain = (uint32_t)domain;
    function->bus = (uint8_t)bus;
    function->device = (uint8_t)device;
    function->function = (uint8_t)words[3];
    return true;
}

// "a0: 10 00 ...": sixteen bytes in order; what does not follow on the bytes before is not kept.
static bool bytes_line(struct dump_function *function, const char *line)
{
    uint8_t bytes[LINE_BYTES];
    uint32_t count = 0;
    uint64_t offset, value;
    const char *at = line;

    if (!hex_take(&at, 3, &offset) || *at++ != ':')
        return false;
    while (count < LINE_BYTES && *at == ' ') {
        at++;
        if (dump_hex_digit(at[0]) > 15 || dump_hex_digit(at[1]) > 15 || !hex_take(&at, 2, &value))
            return false;
        bytes[count++] = (uint8_t)value;
    }
    if (count == 0 || *at)
        return false;
    if (offset == function->length && offset + count <= DUMP_CONFIG_SIZE) {
        memcpy(&function->bytes[offset], bytes, count);
        function->length += count;
    }
    return true;
}

static bool region_keep(struct dump_function *function, uint64_t index, struct dump_region region)
{
    function->has_regions = true;
    region.is_known = region.size != 0;
    if (index < DUMP_BAR_COUNT)
        function->regions[index] = region;
    return true;
}

// "region 0 mem64 f6400000 4194304"
static bool region_line(struct dump_function *function, const char *line)
{
    char kind[8];
    unsigned index;
    unsigned long long address, size;

    if (sscanf(line, "region %u %7s %llx %llu", &index, kind, &address, &size) != 4)
        return false;
    struct dump_region region = {.is_io = strcmp(kind, "io") == 0, .address = address, .size = size};
    return region_keep(function, index, region);
}

static uint64_t size_scale(char unit)
{
    static const char units[] = "KMGT";
    const char *found = unit ? strchr(units, unit) : NULL;

    return found ? UINT64_C(1) << 10 * (found - units + 1) : 1;
}

// "Region 0: Memory at f6400000 (64-bit, non-prefetchable) [size=4M]", "Region 4: I/O ports at f000 [size=64]"
static bool verbose_line(struct dump_function *function, const char *line)
{
    const char *size_text = strstr(line, "[size="), *at_text = strstr(line, " at ");
    unsigned index;
    unsigned long long size;
    char unit = 0;

    if (sscanf(line, " Region %u:", &index) != 1 || !size_text || !at_text ||
        sscanf(size_text, "[size=%llu%c", &size, &unit) < 1 || size > UINT64_MAX / size_scale(unit))
        return false;
    struct dump_region region = {.is_io = strstr(line, "I/O ports") != NULL, .size = size * size_scale(unit)};
    region.address = strtoull(at_text + strlen(" at "), NULL, 16);
    return region_keep(function, index, region);
}

bool dump_lspci_line(struct dump *dump, struct dump_text *state, const char *line)
{
    if (function_line(dump, state, line))
        return true;
    if (!state->function)
        return false;
    struct dump_function *function = &dump->functions[state->function - 1];
    return bytes_line(function, line) || region_line(function, line) || verbose_line(function, line);
}
