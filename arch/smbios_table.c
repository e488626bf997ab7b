// SMBIOS: maker and product.

#include "arch/smbios_table.h"
#include "arch/acpi/acpi_table.h"
#include "kernel/lib/little_endian.h"

// DSP0134 3.6, 5.2.1 and 5.2.2.
enum {
    ENTRY_2_SIZE = 31,
    ENTRY_2_TABLE_SIZE = 0x16,
    ENTRY_2_TABLE = 0x18,
    ENTRY_3_SIZE = 24,
    ENTRY_3_TABLE_SIZE = 0x0c,
    ENTRY_3_TABLE = 0x10,
};

// 6.1.2; the two strings stand at the same place in all three types.
enum { STRUCTURE_TYPE = 0, STRUCTURE_LENGTH = 1, STRUCTURE_MAKER = 4, STRUCTURE_PRODUCT = 5, STRUCTURE_HEADER = 4 };

// One structure: its formatted area, then its strings, each terminated; an empty one ends them.
struct structure {
    const uint8_t *bytes;
    size_t length;  // of the formatted area
    size_t strings; // where they begin
    size_t end;     // beyond the empty string
};

enum result smbios_entry_read(const uint8_t *entry, struct smbios_place *place)
{
    bool is_3 = memcmp(entry, "_SM3_", 5) == 0;

    if (!is_3 && memcmp(entry, "_SM_", 4) != 0)
        return RESULT_INVALID;
    if (acpi_table_sum(entry, is_3 ? ENTRY_3_SIZE : ENTRY_2_SIZE) != 0)
        return RESULT_BAD_CHECKSUM;
    if (is_3)
        *place = (struct smbios_place){{little_endian_read(entry + ENTRY_3_TABLE, 8)},
                                       little_endian_read32(entry + ENTRY_3_TABLE_SIZE)};
    else
        *place = (struct smbios_place){{little_endian_read32(entry + ENTRY_2_TABLE)},
                                       (uint32_t)little_endian_read(entry + ENTRY_2_TABLE_SIZE, 2)};
    return RESULT_OK;
}

// False: it does not end within `size`. Two zeros end it even where it has no string.
static bool structure_read(const uint8_t *bytes, size_t size, struct structure *structure)
{
    if (size < STRUCTURE_HEADER)
        return false;
    *structure = (struct structure){bytes, bytes[STRUCTURE_LENGTH], bytes[STRUCTURE_LENGTH], bytes[STRUCTURE_LENGTH]};
    if (structure->length < STRUCTURE_HEADER)
        return false;
    for (size_t at = structure->strings; at + 1 < size; at++)
        if (bytes[at] == 0 && bytes[at + 1] == 0) {
            structure->end = at + 2;
            return true;
        }
    return false;
}

// Appends string `number` (from 1; 0: none) and answers the new length.
static size_t string_append(const struct structure *structure, uint8_t number, char *name, size_t length,
                            size_t capacity)
{
    size_t at = structure->strings;

    for (uint8_t skipped = 1; skipped < number && structure->bytes[at]; skipped++)
        at += strlen((const char *)structure->bytes + at) + 1;
    if (number == 0 || !structure->bytes[at])
        return length;
    if (length && length + 1 < capacity)
        name[length++] = ' ';
    for (; structure->bytes[at] && length + 1 < capacity; at++)
        name[length++] = structure->bytes[at] >= ' ' && structure->bytes[at] <= '~' ? (char)structure->bytes[at] : '?';
    name[length] = '\0';
    return length;
}

void smbios_name(const uint8_t *bytes, size_t size, uint8_t type, char *name, size_t capacity)
{
    struct structure structure;

    name[0] = '\0';
    for (size_t at = 0; structure_read(bytes + at, size - at, &structure); at += structure.end) {
        if (structure.bytes[STRUCTURE_TYPE] != type)
            continue;
        if (structure.length <= STRUCTURE_PRODUCT)
            return;
        size_t length = string_append(&structure, structure.bytes[STRUCTURE_MAKER], name, 0, capacity);
        (void)string_append(&structure, structure.bytes[STRUCTURE_PRODUCT], name, length, capacity);
        return;
    }
}
