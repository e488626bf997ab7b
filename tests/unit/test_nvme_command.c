// NVMe commands, word by word as NVM Express Base Specification 1.4 prints them, and what Identify answers.
// sources: drivers/nvme/nvme_command.c drivers/nvme/nvme_identify.c

#include "drivers/nvme/nvme_command.h"
#include "drivers/nvme/nvme_identify.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// The dwords a command must have; all others must be 0.
struct word {
    uint32_t index;
    uint32_t value;
};

static void assert_words(struct nvme_command command, const struct word *words, size_t count)
{
    uint32_t expected[16] = {0};

    for (size_t i = 0; i < count; i++)
        expected[words[i].index] = words[i].value;
    for (size_t i = 0; i < 16; i++)
        if (command.dword[i] != expected[i])
            fail_msg("dword %zu: 0x%08x expected, 0x%08x found", i, expected[i], command.dword[i]);
}

#define ASSERT_WORDS(command, ...)                          \
    do {                                                    \
        static const struct word words[] = {__VA_ARGS__};   \
        assert_words((command), words, ARRAY_COUNT(words)); \
    } while (0)

static void identify_controller_names_no_namespace(void **state)
{
    ASSERT_WORDS(nvme_command_identify(NVME_IDENTIFY_CONTROLLER, 0, (struct physical){0x123456000}), {0, 0x06},
                 {6, 0x23456000}, {7, 0x1}, {10, 1});
}

static void identify_namespace_names_it_in_dword_1(void **state)
{
    ASSERT_WORDS(nvme_command_identify(NVME_IDENTIFY_NAMESPACE, 1, (struct physical){0x7000}), {0, 0x06}, {1, 1},
                 {6, 0x7000}, {10, 0});
}

static void queue_counts_are_asked_for_zero_based_in_both_halves(void **state)
{
    ASSERT_WORDS(nvme_command_set_queue_count(4), {0, 0x09}, {10, 0x07}, {11, 0x00030003});
    ASSERT_WORDS(nvme_command_set_queue_count(1), {0, 0x09}, {10, 0x07});
    ASSERT_WORDS(nvme_command_get_queue_count(), {0, 0x0a}, {10, 0x07});
}

static void the_smaller_half_of_the_answer_is_the_number_of_pairs(void **state)
{
    assert_int_equal(nvme_command_queue_pairs(0x003f003f), 64);
    assert_int_equal(nvme_command_queue_pairs(0x00010007), 2);
    assert_int_equal(nvme_command_queue_pairs(0x00070001), 2);
    assert_int_equal(nvme_command_queue_pairs(0), 1);
}

static void a_completion_queue_is_contiguous_and_interrupts_through_its_vector(void **state)
{
    ASSERT_WORDS(nvme_command_create_completion_queue(3, 64, (struct physical){0xfedcba9000}, 5), {0, 0x05},
                 {6, 0xdcba9000}, {7, 0xfe}, {10, 0x003f0003}, {11, 0x00050003});
}

static void a_submission_queue_completes_into_the_queue_of_its_own_number(void **state)
{
    ASSERT_WORDS(nvme_command_create_submission_queue(3, 64, (struct physical){0x8000}), {0, 0x01}, {6, 0x8000},
                 {10, 0x003f0003}, {11, 0x00030001});
}

static void a_read_names_64_bit_blocks_and_a_zero_based_count(void **state)
{
    ASSERT_WORDS(nvme_command_read(1, 0x123456789a, 8, (struct physical){0x200003000}), {0, 0x02}, {1, 1}, {6, 0x3000},
                 {7, 0x2}, {10, 0x3456789a}, {11, 0x12}, {12, 7});
    ASSERT_WORDS(nvme_command_read(1, 0, 1, (struct physical){0x1000}), {0, 0x02}, {1, 1}, {6, 0x1000});
}

// A namespace as a 1 MiB disk with 512-byte blocks answers.
static void fill_namespace(uint8_t *bytes)
{
    memset(bytes, 0, NVME_IDENTIFY_SIZE);
    bytes[1] = 0x08;     // NSZE: 2048
    bytes[25] = 3;       // NLBAF: four formats
    bytes[26] = 0;       // FLBAS
    bytes[128 + 2] = 9;  // LBAF 0: 512 bytes
    bytes[132 + 2] = 12; // LBAF 1: 4096 bytes
    bytes[136 + 0] = 8;  // LBAF 2: metadata
    bytes[136 + 2] = 9;
    bytes[140 + 2] = 13; // LBAF 3: 8192 bytes
}

static void a_block_is_composed_of_eight_sectors_or_one(void **state)
{
    uint8_t bytes[NVME_IDENTIFY_SIZE];

    fill_namespace(bytes);
    struct nvme_namespace space = nvme_identify_namespace(bytes);
    assert_null(space.refusal);
    assert_int_equal(space.blocks, 256);
    assert_int_equal(space.logical_blocks, 8);

    bytes[26] = 1;
    space = nvme_identify_namespace(bytes);
    assert_null(space.refusal);
    assert_int_equal(space.blocks, 2048);
    assert_int_equal(space.logical_blocks, 1);
}

static void a_short_rest_at_the_end_is_left_out(void **state)
{
    uint8_t bytes[NVME_IDENTIFY_SIZE];

    fill_namespace(bytes);
    bytes[0] = 7;
    assert_int_equal(nvme_identify_namespace(bytes).blocks, 256);
    bytes[1] = 0;
    assert_non_null(nvme_identify_namespace(bytes).refusal);
}

static void namespaces_that_cannot_be_read_are_refused(void **state)
{
    uint8_t bytes[NVME_IDENTIFY_SIZE];

    for (uint8_t format = 2; format < 16; format++) {
        fill_namespace(bytes);
        bytes[26] = format;
        assert_non_null(nvme_identify_namespace(bytes).refusal);
    }
    fill_namespace(bytes);
    bytes[1] = 0;
    assert_string_equal(nvme_identify_namespace(bytes).refusal, "is not active");
    memset(bytes, 0xff, sizeof(bytes));
    assert_non_null(nvme_identify_namespace(bytes).refusal);
}

static void the_model_is_printable_and_unpadded(void **state)
{
    uint8_t bytes[NVME_IDENTIFY_SIZE] = {0};
    char model[NVME_MODEL_LENGTH + 1];

    memset(bytes + 24, ' ', 40);
    memcpy(bytes + 24,
           "QEMU NVMe\x01"
           "Ctrl",
           14);
    nvme_identify_model(bytes, model);
    assert_string_equal(model, "QEMU NVMe Ctrl");
    memset(bytes + 24, 'x', 40);
    nvme_identify_model(bytes, model);
    assert_int_equal(strlen(model), 40);
    memset(bytes + 24, 0, 40);
    nvme_identify_model(bytes, model);
    assert_string_equal(model, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identify_controller_names_no_namespace),
        cmocka_unit_test(identify_namespace_names_it_in_dword_1),
        cmocka_unit_test(queue_counts_are_asked_for_zero_based_in_both_halves),
        cmocka_unit_test(the_smaller_half_of_the_answer_is_the_number_of_pairs),
        cmocka_unit_test(a_completion_queue_is_contiguous_and_interrupts_through_its_vector),
        cmocka_unit_test(a_submission_queue_completes_into_the_queue_of_its_own_number),
        cmocka_unit_test(a_read_names_64_bit_blocks_and_a_zero_based_count),
        cmocka_unit_test(a_block_is_composed_of_eight_sectors_or_one),
        cmocka_unit_test(a_short_rest_at_the_end_is_left_out),
        cmocka_unit_test(namespaces_that_cannot_be_read_are_refused),
        cmocka_unit_test(the_model_is_printable_and_unpadded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
