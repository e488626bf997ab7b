// The firmware's table directory: from the RSDP over XSDT or RSDT to a list of checked tables.

#include "arch/acpi/acpi.h"
#include "kernel/lib/memory.h"

// ACPI 6.5, 5.2.5.3: the first 20 bytes are all of revision 0.
struct wire_rsdp {
    char signature[8];
    uint8_t checksum;
    char oem_id[6];
    uint8_t revision;
    uint32_t rsdt;
    uint32_t length;
    uint64_t xsdt;
    uint8_t extended_checksum;
    uint8_t reserved[3];
} __attribute__((packed));
_Static_assert(sizeof(struct wire_rsdp) == 36, "wire size");

enum {
    RSDP_SHORT_SIZE = offsetof(struct wire_rsdp, length),
    RSDP_LENGTH_MAXIMUM = 4096, // far above what any revision needs
    RSDP_REVISION_EXTENDED = 2,
};

// The two roots as far as the RSDP's checksums vouch for them; 0: none.
struct roots {
    struct physical rsdt;
    struct physical xsdt;
};

// The extended part has its own length and checksum, which also cover the short part.
static bool extended_is_good(const struct acpi_memory *memory, struct physical base, const struct wire_rsdp *rsdp,
                             struct acpi_findings *findings)
{
    if (rsdp->length < sizeof(*rsdp) || rsdp->length > RSDP_LENGTH_MAXIMUM) {
        acpi_findings_add(findings, "RSDP", "extended length makes no sense:", rsdp->length);
        return false;
    }
    const void *bytes = memory->map(memory->context, base, rsdp->length);
    if (!bytes) {
        acpi_findings_add(findings, "RSDP", "not all of it is readable memory: length", rsdp->length);
        return false;
    }
    uint8_t sum = acpi_table_sum(bytes, rsdp->length);
    if (sum != 0) {
        acpi_findings_add(findings, "RSDP", "extended checksum is off by", sum);
    }
    return sum == 0;
}

static enum result read_extended(const struct acpi_memory *memory, struct physical base, struct acpi_findings *findings,
                                 struct roots *roots)
{
    struct wire_rsdp rsdp;
    const void *bytes = memory->map(memory->context, base, sizeof(rsdp));
    if (!bytes) {
        acpi_findings_add(findings, "RSDP", "extended part is not readable memory at address", base.address);
        return RESULT_OUT_OF_BOUNDS;
    }
    memcpy(&rsdp, bytes, sizeof(rsdp));
    if (!extended_is_good(memory, base, &rsdp, findings)) {
        return RESULT_BAD_CHECKSUM;
    }
    roots->rsdt.address = rsdp.rsdt;
    roots->xsdt.address = rsdp.xsdt;
    return RESULT_OK;
}

static enum result read_rsdp(const struct acpi_memory *memory, struct physical base, struct acpi_directory *directory,
                             struct roots *roots)
{
    if (!base.address) {
        return RESULT_NOT_FOUND;
    }
    const void *bytes = memory->map(memory->context, base, RSDP_SHORT_SIZE);
    if (!bytes) {
        acpi_findings_add(&directory->findings, "RSDP", "no readable memory at address", base.address);
        return RESULT_NOT_FOUND;
    }
    struct wire_rsdp rsdp = {0};
    memcpy(&rsdp, bytes, RSDP_SHORT_SIZE);
    if (memcmp(rsdp.signature, "RSD PTR ", sizeof(rsdp.signature)) != 0) {
        acpi_findings_add(&directory->findings, "RSDP", "no signature at address", base.address);
        return RESULT_INVALID;
    }
    directory->revision = rsdp.revision;
    uint8_t sum = acpi_table_sum(bytes, RSDP_SHORT_SIZE);
    if (sum != 0) {
        acpi_findings_add(&directory->findings, "RSDP", "checksum is off by", sum);
    } else {
        roots->rsdt.address = rsdp.rsdt;
    }
    enum result extended = RESULT_NOT_FOUND;
    if (rsdp.revision >= RSDP_REVISION_EXTENDED) {
        extended = read_extended(memory, base, &directory->findings, roots);
    }
    return sum == 0 || extended == RESULT_OK ? RESULT_OK : RESULT_BAD_CHECKSUM;
}

// Reads a root table and insists on its signature.
static bool read_root(const struct acpi_memory *memory, struct physical address, const char *signature,
                      struct acpi_findings *findings, struct acpi_table *root)
{
    if (address.address == 0 || acpi_table_read(memory, address, findings, root) != RESULT_OK) {
        return false;
    }
    if (strcmp(root->signature, signature) != 0) {
        acpi_findings_add(findings, signature, "another table stands at address", address.address);
        return false;
    }
    return true;
}

static void add_table(const struct acpi_memory *memory, struct physical address, struct acpi_directory *directory)
{
    if (directory->count == ACPI_TABLE_COUNT) {
        directory->dropped++;
        return;
    }
    // A bad table stays listed with its fault, which acpi_table_read() has made a finding.
    struct acpi_table *table = &directory->tables[directory->count++];
    if (acpi_table_read(memory, address, &directory->findings, table) == RESULT_OK) {
        directory->usable++;
    }
}

// The root's body is an array of addresses, four or eight bytes each.
static void read_entries(const struct acpi_memory *memory, const struct acpi_table *root, uint32_t width,
                         struct acpi_directory *directory)
{
    uint32_t stray = (root->length - ACPI_HEADER_SIZE) % width;
    if (stray != 0) {
        acpi_findings_add(&directory->findings, root->signature, "bytes left over after the last entry:", stray);
    }
    for (uint32_t offset = ACPI_HEADER_SIZE; offset + width <= root->length; offset += width) {
        struct physical address = {width == 8 ? acpi_table_read64(root, offset) : acpi_table_read32(root, offset)};
        if (address.address == 0) {
            acpi_findings_add(&directory->findings, root->signature, "empty entry at offset", offset);
        } else {
            add_table(memory, address, directory);
        }
    }
    if (directory->dropped != 0) {
        acpi_findings_add(&directory->findings, root->signature,
                          "more tables than this kernel keeps:", directory->dropped);
    }
}

// Tables of which a machine has one. ACPI does not say which of two is valid; readers take the first.
static void report_doubles(struct acpi_directory *directory)
{
    static const char *const signatures[] = {"APIC", "MCFG", "FACP", "DMAR", "IVRS", "SRAT", "SPCR", "DBG2"};

    for (uint32_t i = 0; i < ARRAY_COUNT(signatures); i++) {
        const struct acpi_table *table;
        for (uint32_t n = 1; (table = acpi_table_find(directory, signatures[i], n)); n++) {
            acpi_findings_add(&directory->findings, signatures[i],
                              "one more table of this kind, the first stands: address", table->address.address);
        }
    }
}

enum result acpi_directory_read(const struct acpi_memory *memory, struct physical rsdp,
                                struct acpi_directory *directory)
{
    memset(directory, 0, sizeof(*directory));
    struct roots roots = {{0}, {0}};
    enum result result = read_rsdp(memory, rsdp, directory, &roots);
    if (result != RESULT_OK) {
        return result;
    }
    struct acpi_table root;
    if (read_root(memory, roots.xsdt, "XSDT", &directory->findings, &root)) {
        directory->from_xsdt = true;
        read_entries(memory, &root, 8, directory);
        report_doubles(directory);
        return RESULT_OK;
    }
    if (read_root(memory, roots.rsdt, "RSDT", &directory->findings, &root)) {
        read_entries(memory, &root, 4, directory);
        report_doubles(directory);
        return RESULT_OK;
    }
    acpi_findings_add(&directory->findings, "RSDP", "leads to no usable XSDT or RSDT; revision", directory->revision);
    return RESULT_OUT_OF_BOUNDS;
}

const struct acpi_table *acpi_table_find(const struct acpi_directory *directory, const char *signature,
                                         uint32_t instance)
{
    for (uint32_t i = 0; i < directory->count; i++) {
        const struct acpi_table *table = &directory->tables[i];
        if (!table->fault && strcmp(table->signature, signature) == 0 && instance-- == 0) {
            return table;
        }
    }
    return NULL;
}
