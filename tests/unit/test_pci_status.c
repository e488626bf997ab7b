// Link, power and errors of a PCI Express function, from its registers.

#include "kernel/commands/pci_status.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static uint32_t registers[1024];
static struct capability standard[] = {{0x01, 0x40}, {0x10, 0x50}};
static struct capability extended[] = {{0x01, 0x100}};
static char text[2048];

static uint32_t read_register(const struct device *device, uint16_t offset)
{
    return registers[offset / 4];
}

static const char *print(const struct device *device)
{
    struct output_buffer screen;
    struct pci_status status;
    output_buffer_start(&screen, text, sizeof(text));
    pci_status_read(device, &status);
    pci_status_print(&screen.output, &status);
    return text;
}

static struct device express(void)
{
    memset(registers, 0, sizeof(registers));
    registers[0x44 / 4] = 0x8103;     // D3, PME enabled and asserted
    registers[0x50 / 4] = 0x00020010; // endpoint
    registers[0x5c / 4] = 0x00000104; // at most 16 GT/s, 16 lanes
    registers[0x60 / 4] = 0x10420000; // 5 GT/s, 4 lanes
    return (
        struct device){.read32 = read_register, .capabilities = {standard, 2}, .extended_capabilities = {extended, 1}};
}

static void link_and_power_are_decoded(void **state)
{
    struct device device = express();
    assert_string_equal(print(&device), "    link        5 GT/s x4, at most 16 GT/s x16: below\n"
                                        "    power       D3, PME enabled, asserted\n"
                                        "    errors      uncorrectable 0x00000000: none\n"
                                        "    errors      correctable 0x00000000: none\n");
}

static void errors_are_named(void **state)
{
    struct device device = express();
    registers[0x104 / 4] = 1u << 20 | 1u << 14;
    registers[0x110 / 4] = 1u << 6 | 1u << 31;
    assert_non_null(strstr(print(&device), "uncorrectable 0x00104000: completion timeout; unsupported request;\n"));
    assert_non_null(strstr(text, "correctable 0x80000040: bad TLP; reserved bit;\n"));
}

static void what_a_function_lacks_is_not_told(void **state)
{
    struct device device = express();
    registers[0x50 / 4] = 0x00920010; // integrated into the root complex
    device.capabilities.count = 2;
    device.extended_capabilities.count = 0;
    assert_null(strstr(print(&device), "link"));
    assert_null(strstr(text, "errors"));
    struct device conventional = {.read32 = read_register};
    assert_string_equal(print(&conventional), "");
    struct device unread = express();
    unread.read32 = NULL;
    assert_string_equal(print(&unread), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(link_and_power_are_decoded),
        cmocka_unit_test(errors_are_named),
        cmocka_unit_test(what_a_function_lacks_is_not_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
