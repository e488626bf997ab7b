// A report that is kept in memory over a reset.

#include "kernel/lib/kept_report.h"
#include "kernel/lib/crc32.h"

static const char magic[16] = {'S', 'i', 'g', 'n', 'a', 'l', 'b', 'o', 'x', ' ', 'r', 'e', 'p', 'o', 'r', 't'};

bool kept_report_is_whole(const struct kept_report *report)
{
    for (size_t i = 0; i < sizeof(magic); i++)
        if (report->magic[i] != magic[i])
            return false;
    return report->length <= KEPT_REPORT_CAPACITY && crc32_of(report->text, report->length) == report->checksum;
}

void kept_report_seal(struct kept_report *report, uint32_t length)
{
    report->length = length;
    report->checksum = crc32_of(report->text, length);
    for (size_t i = 0; i < sizeof(magic); i++)
        report->magic[i] = magic[i];
}

void kept_report_void(struct kept_report *report)
{
    report->magic[0] = 0;
}
