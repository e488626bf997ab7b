// Base address registers: decoding against words typed from the specification, and the sizing sequence on a fake.
// sources: drivers/pci/pci_bar.c drivers/pci/pci.c drivers/pci/pci_command.c tests/fakes/pci_config.c
// sources: tests/fakes/pci_surroundings.c tests/fakes/events.c tests/fakes/mmio.c

#include "drivers/pci/pci_bar.h"
#include "tests/fakes/events.h"
#include "tests/fakes/pci_config.h"
#include "tests/fakes/pci_surroundings.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static int set_up(void **state)
{
    fake_config_reset();
    surroundings_reset();
    event_clear();
    return 0;
}

static int tear_down(void **state)
{
    fake_config_reset();
    return 0;
}

static struct pci_bar_decoded decode(uint32_t value, uint32_t probe)
{
    struct pci_bar_words words[2] = {{value, probe}, {0, 0}};
    return pci_bar_decode(words, 2);
}

static void assert_bar(const struct bar *bar, enum bar_kind kind, uint64_t base, uint64_t size, bool prefetchable)
{
    assert_int_equal(bar->kind, kind);
    assert_int_equal(bar->base.address, base);
    assert_int_equal(bar->size, size);
    assert_int_equal(bar->prefetchable, prefetchable);
}

static void a_32_bit_memory_bar_is_decoded(void **state)
{
    struct pci_bar_decoded decoded = decode(0x81040000, 0xfffe0000);
    assert_bar(&decoded.bar, BAR_MEM32, 0x81040000, 0x20000, false);
    assert_int_equal(decoded.slots, 1);
    assert_null(decoded.note);
}

static void a_prefetchable_bar_is_told_apart(void **state)
{
    struct pci_bar_decoded decoded = decode(0xc0000008, 0xf0000008);
    assert_bar(&decoded.bar, BAR_MEM32, 0xc0000000, 0x10000000, true);
}

static void the_smallest_memory_bar_has_16_bytes(void **state)
{
    struct pci_bar_decoded decoded = decode(0xfebf0010, 0xfffffff0);
    assert_bar(&decoded.bar, BAR_MEM32, 0xfebf0010, 16, false);
}

static void a_64_bit_bar_above_4_gib_takes_two_slots(void **state)
{
    struct pci_bar_words words[] = {{0x0000400c, 0xffffc00c}, {0x000000e0, 0xffffffff}};
    struct pci_bar_decoded decoded = pci_bar_decode(words, 6);
    assert_bar(&decoded.bar, BAR_MEM64, 0xe000004000, 0x4000, true);
    assert_int_equal(decoded.slots, 2);
}

static void a_64_bit_bar_larger_than_4_gib_is_sized_by_its_upper_half(void **state)
{
    struct pci_bar_words words[] = {{0x0000000c, 0x0000000c}, {0x00000040, 0xfffffffc}};
    struct pci_bar_decoded decoded = pci_bar_decode(words, 2);
    assert_bar(&decoded.bar, BAR_MEM64, 0x4000000000, UINT64_C(0x400000000), true);
    assert_null(decoded.note);
}

static void a_64_bit_bar_in_the_last_slot_is_refused(void **state)
{
    struct pci_bar_words words = {0xfe000004, 0xffff0004};
    struct pci_bar_decoded decoded = pci_bar_decode(&words, 1);
    assert_int_equal(decoded.bar.kind, BAR_NONE);
    assert_int_equal(decoded.slots, 1);
    assert_string_equal(decoded.note, "64-bit in the last register");
}

static void an_io_bar_is_decoded_with_32_and_with_16_bits(void **state)
{
    struct pci_bar_decoded wide = decode(0x0000c041, 0xffffffe1);
    struct pci_bar_decoded narrow = decode(0x0000c041, 0x0000ffe1);
    assert_bar(&wide.bar, BAR_IO, 0xc040, 32, false);
    assert_bar(&narrow.bar, BAR_IO, 0xc040, 32, false);
    struct pci_bar_decoded highest = decode(0x0000fff9, 0x0000fff9); // reads as its mask, and is no constant for that
    assert_bar(&highest.bar, BAR_IO, 0xfff8, 8, false);
    assert_null(highest.note);
}

static void an_unimplemented_bar_is_none_without_a_note(void **state)
{
    struct pci_bar_decoded decoded = decode(0, 0);
    assert_int_equal(decoded.bar.kind, BAR_NONE);
    assert_int_equal(decoded.slots, 1);
    assert_null(decoded.note);
}

static void odd_registers_are_named(void **state)
{
    assert_string_equal(decode(0x000a0002, 0xffff0002).note, "legacy type: below 1 MiB only");
    assert_int_equal(decode(0x000a0002, 0xffff0002).bar.kind, BAR_MEM32);
    assert_string_equal(decode(0xfe000006, 0xffff0006).note, "reserved memory type");
    assert_string_equal(decode(0x00000001, 0x00000001).note, "I/O without address bits");
    assert_string_equal(decode(0x00000008, 0x00000008).note, "memory without address bits");
    assert_string_equal(decode(0xfed40000, 0xfed40000).note, "keeps a fixed value");
    assert_string_equal(decode(0xffffffff, 0xffffffff).note, "answers all ones");
}

static void a_bar_is_usable_only_with_an_address_that_does_not_wrap(void **state)
{
    struct bar good = {.kind = BAR_MEM64, .base = {0xe000000000}, .size = 0x4000};
    struct bar unassigned = {.kind = BAR_MEM32, .base = {0}, .size = 0x1000};
    struct bar wraps = {.kind = BAR_MEM64, .base = {UINT64_C(0xfffffffffffff000)}, .size = 0x2000};
    struct bar top = {.kind = BAR_MEM64, .base = {UINT64_C(0xfffffffffffff000)}, .size = 0x1000};
    struct bar io = {.kind = BAR_IO, .base = {0xc000}, .size = 0x20};
    assert_true(pci_bar_is_usable(&good));
    assert_true(pci_bar_is_usable(&top));
    assert_false(pci_bar_is_usable(&unassigned));
    assert_false(pci_bar_is_usable(&wraps));
    assert_false(pci_bar_is_usable(&io));
}

static void sizing_happens_with_decode_off_and_leaves_everything_as_it_was(void **state)
{
    struct device device = {.address = {.device = 3}, .class_code = 0x020000};
    struct fake_function *function = fake_function_add(0, 0, 3, 0, 0x10d38086);
    fake_config_put(function, 0x04, 4, 0xf9100507);
    fake_config_bar(function, 0, 0x81040000, 0x20000);
    fake_config_bar(function, 2, 0x6001, 0x20);
    fake_config_bar(function, 4, 0xe00000000c, 0x4000);
    pci_bar_read_all(&device);
    assert_bar(&device.bars[0], BAR_MEM32, 0x81040000, 0x20000, false);
    assert_int_equal(device.bars[1].kind, BAR_NONE);
    assert_bar(&device.bars[2], BAR_IO, 0x6000, 0x20, false);
    assert_bar(&device.bars[4], BAR_MEM64, 0xe000000000, 0x4000, true);
    assert_int_equal(device.bars[5].kind, BAR_NONE);
    assert_int_equal(function->decoded_probes, 0);
    assert_int_equal(function->status_writes, 0);
    assert_int_equal(fake_config_get(function, 0x04, 4), 0xf9100507);
    assert_int_equal(fake_config_get(function, 0x10, 4), 0x81040000);
    assert_int_equal(fake_config_get(function, 0x24, 4), 0xe0);
}

static void a_bridge_has_two_registers_and_its_bus_numbers_stay(void **state)
{
    struct device device = {.address = {.device = 1}, .header_type = 1, .class_code = 0x060400};
    struct fake_function *function = fake_function_add(0, 0, 1, 0, 0x000c1b36);
    fake_config_bridge(function, 0, 1, 1);
    fake_config_writable(function, 0x18, 4, 0xffffffff);
    fake_config_bar(function, 0, 0x81000000, 0x1000);
    pci_bar_read_all(&device);
    assert_bar(&device.bars[0], BAR_MEM32, 0x81000000, 0x1000, false);
    assert_int_equal(device.bars[2].kind, BAR_NONE);
    assert_int_equal(fake_config_get(function, 0x18, 4), 0x00010100);
    for (uint32_t i = 0; event_effect(i); i++)
        assert_int_not_equal(event_effect(i)->where, 0x18);
}

static void host_bridges_and_unknown_headers_are_not_probed(void **state)
{
    struct device host = {.class_code = 0x060000};
    struct device cardbus = {.class_code = 0x060700, .header_type = 2};
    fake_config_bar(fake_function_add(0, 0, 0, 0, 0x29c08086), 0, 0xe0000000, 0x1000);
    pci_bar_read_all(&host);
    pci_bar_read_all(&cardbus);
    assert_int_equal(host.bars[0].kind, BAR_NONE);
    assert_int_equal(event_total(), 0);
}

static void odd_registers_are_logged_once_with_their_place(void **state)
{
    struct device device = {.address = {.bus = 2, .device = 5, .function = 1}};
    struct fake_function *function = fake_function_add(0, 2, 5, 1, 0x12345678);
    fake_config_put(function, 0x10, 4, 0x000a0002);
    fake_config_writable(function, 0x10, 4, 0xffff0000);
    pci_bar_read_all(&device);
    assert_true(surroundings_logged("0000:02:05.1: BAR 0: legacy type: below 1 MiB only"));
    assert_int_equal(surroundings_log_total(), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_32_bit_memory_bar_is_decoded),
        cmocka_unit_test(a_prefetchable_bar_is_told_apart),
        cmocka_unit_test(the_smallest_memory_bar_has_16_bytes),
        cmocka_unit_test(a_64_bit_bar_above_4_gib_takes_two_slots),
        cmocka_unit_test(a_64_bit_bar_larger_than_4_gib_is_sized_by_its_upper_half),
        cmocka_unit_test(a_64_bit_bar_in_the_last_slot_is_refused),
        cmocka_unit_test(an_io_bar_is_decoded_with_32_and_with_16_bits),
        cmocka_unit_test(an_unimplemented_bar_is_none_without_a_note),
        cmocka_unit_test(odd_registers_are_named),
        cmocka_unit_test(a_bar_is_usable_only_with_an_address_that_does_not_wrap),
        cmocka_unit_test_setup_teardown(sizing_happens_with_decode_off_and_leaves_everything_as_it_was, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_bridge_has_two_registers_and_its_bus_numbers_stay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(host_bridges_and_unknown_headers_are_not_probed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(odd_registers_are_logged_once_with_their_place, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
