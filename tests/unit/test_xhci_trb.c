// xHCI transfer request blocks and contexts, against the figures of the specification.
// sources: drivers/xhci/xhci_trb.c drivers/xhci/xhci_context.c

#include "drivers/xhci/xhci_context.h"
#include "drivers/xhci/xhci_trb.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define TRANSFERS UINT64_C(0x123452000)
#define BUFFER    UINT64_C(0x123454000)

static void commands_read_as_the_specification_prints_them(void **state)
{
    struct xhci_trb address = xhci_trb_address_device(1, (struct physical){0x1234567890});

    assert_int_equal(xhci_trb_no_op().control, 23 << 10);
    assert_int_equal(xhci_trb_enable_slot().control, 9 << 10);
    assert_int_equal(address.control, 1 << 24 | 11 << 10);
    assert_int_equal(address.parameter, 0x1234567890);
}

static void the_status_request_reads_and_names_its_interrupter_in_every_stage(void **state)
{
    struct xhci_trb stages[XHCI_STATUS_STAGES];

    xhci_trb_get_status(stages, (struct physical){BUFFER}, 0x3ff);
    assert_int_equal(stages[0].parameter, 0x0002000000000080); // 80 00, value 0, index 0, length 2
    assert_int_equal(stages[0].status, 0xffc00008);
    assert_int_equal(stages[0].control, 3 << 16 | 2 << 10 | 1 << 6); // IN data stage, immediate data
    assert_int_equal(stages[1].parameter, BUFFER);
    assert_int_equal(stages[1].status, 0xffc00002);
    assert_int_equal(stages[1].control, 1 << 16 | 3 << 10); // IN
    assert_int_equal(stages[2].status, 0xffc00000);
    assert_int_equal(stages[2].control, 4 << 10 | 1 << 5); // OUT, event on completion
}

static void a_device_context_names_port_speed_and_ring(void **state)
{
    uint32_t dwords[3 * 16];
    struct xhci_place place = {.port = 5, .speed = 3, .transfers = {TRANSFERS}};

    memset(dwords, 0xff, sizeof(dwords));
    xhci_context_fill(dwords, 64, &place);
    assert_int_equal(dwords[0], 0);
    assert_int_equal(dwords[1], 3);
    assert_int_equal(dwords[16], 1 << 27 | 3 << 20);
    assert_int_equal(dwords[17], 5 << 16);
    assert_int_equal(dwords[33], 64 << 16 | 4 << 3 | 3 << 1);
    assert_int_equal(dwords[34], 0x23452001);
    assert_int_equal(dwords[35], 1);
    assert_int_equal(dwords[36], 8);
    assert_int_equal(dwords[47], 0);
    xhci_context_fill(dwords, 32, &place);
    assert_int_equal(dwords[9], 5 << 16);
    assert_int_equal(dwords[17], 64 << 16 | 4 << 3 | 3 << 1);
}

static void the_first_packet_size_follows_the_speed(void **state)
{
    static const uint32_t sizes[] = {8, 8, 8, 64, 512, 512};
    uint32_t dwords[3 * 8];

    for (uint32_t speed = 1; speed < ARRAY_COUNT(sizes); speed++) {
        xhci_context_fill(dwords, 32, &(struct xhci_place){.speed = speed});
        assert_int_equal(dwords[17] >> 16, sizes[speed]);
    }
}

static void an_event_names_type_code_and_slot(void **state)
{
    struct xhci_trb event = {0x1000, 0x0d000012, 0x07018401};

    assert_int_equal(xhci_trb_type(&event), 33);
    assert_int_equal(xhci_trb_code(&event), 13);
    assert_int_equal(xhci_trb_slot(&event), 7);
}

static void a_request_has_a_data_stage_only_with_data_and_its_status_goes_the_other_way(void **state)
{
    struct xhci_trb stages[XHCI_STATUS_STAGES];

    assert_int_equal(xhci_trb_request(stages, 0x0000000000010900, (struct physical){BUFFER}, 3), 2);
    assert_int_equal(stages[0].control, 2 << 10 | 1 << 6); // no data stage
    assert_int_equal(stages[0].status, 3 << 22 | 8);
    assert_int_equal(stages[1].control, 4 << 10 | 1 << 5 | 1 << 16);
    assert_int_equal(xhci_trb_request(stages, 0x0012000001000680, (struct physical){BUFFER}, 3), 3);
    assert_int_equal(stages[0].control, 3 << 16 | 2 << 10 | 1 << 6);
    assert_int_equal(stages[1].control, 1 << 16 | 3 << 10);
    assert_int_equal(stages[1].status, 3 << 22 | 18);
    assert_int_equal(stages[2].control, 4 << 10 | 1 << 5);
    assert_int_equal(xhci_trb_request(stages, 0x0001000002000921, (struct physical){BUFFER}, 0), 3);
    assert_int_equal(stages[0].control, 2 << 16 | 2 << 10 | 1 << 6);
    assert_int_equal(stages[1].control, 3 << 10);
    assert_int_equal(stages[2].control, 4 << 10 | 1 << 5 | 1 << 16);
}

static void commands_about_endpoints_name_slot_and_index(void **state)
{
    struct xhci_trb reset = xhci_trb_endpoint_command(XHCI_TRB_RESET_ENDPOINT, 2, 3, 0);
    struct xhci_trb dequeue = xhci_trb_endpoint_command(XHCI_TRB_SET_DEQUEUE, 2, 3, 0x1001);

    assert_int_equal(reset.control, 2 << 24 | 3 << 16 | 14 << 10);
    assert_int_equal(dequeue.control, 2 << 24 | 3 << 16 | 16 << 10);
    assert_int_equal(dequeue.parameter, 0x1001);
    assert_int_equal(xhci_trb_slot_command(XHCI_TRB_DISABLE_SLOT, 2, 0).control, 2 << 24 | 10 << 10);
    assert_int_equal(xhci_trb_normal((struct physical){BUFFER}, 8, 15).control, 1 << 10 | 1 << 5 | 1 << 2);
    assert_int_equal(xhci_trb_normal((struct physical){BUFFER}, 8, 15).status, 15 << 22 | 8);
}

static void an_endpoint_context_has_type_interval_and_ring(void **state)
{
    uint32_t dwords[33 * 8];
    struct xhci_place place = {.port = 5, .speed = 1, .route = 0x2, .tt_slot = 3, .tt_port = 2};
    struct xhci_endpoint endpoints[] = {
        {.address = 0x81, .type = 3, .interval = 10, .packet = 8, .transfers = {TRANSFERS}},
        {.address = 0x02, .type = 2, .packet = 64, .transfers = {BUFFER}},
    };

    xhci_context_fill_endpoints(dwords, 32, &place, endpoints, 2, 0);
    assert_int_equal(dwords[1], 1 | 1 << 3 | 1 << 4);
    assert_int_equal(dwords[8], 4 << 27 | 1 << 20 | 2); // the last context is that of endpoint 2 OUT
    assert_int_equal(dwords[9], 5 << 16);
    assert_int_equal(dwords[10], 2 << 8 | 3);
    const uint32_t *in = dwords + 8 * (1 + 3), *out = dwords + 8 * (1 + 4);
    assert_int_equal(in[0], 6 << 16); // 8 ms, in microframes a power of two
    assert_int_equal(in[1], 8 << 16 | 7 << 3 | 3 << 1);
    assert_int_equal(in[2], 0x23452001);
    assert_int_equal(in[4], 8 << 16 | 8);
    assert_int_equal(out[1], 64 << 16 | 2 << 3 | 3 << 1);
    assert_int_equal(xhci_context_index(0x81), 3);
    assert_int_equal(xhci_context_index(0x02), 4);
    place.speed = 3;
    endpoints[0].interval = 7;
    xhci_context_fill_endpoints(dwords, 32, &place, endpoints, 1, 4);
    assert_int_equal(in[0], 6 << 16);
    assert_int_equal(dwords[8] >> 26 & 1, 1);
    assert_int_equal(dwords[9] >> 24, 4);
}

static void a_packet_size_is_told_of_endpoint_0_alone(void **state)
{
    uint32_t dwords[3 * 8];

    xhci_context_fill_packet_size(dwords, 32, 64);
    assert_int_equal(dwords[1], 2);
    assert_int_equal(dwords[17], 64 << 16 | 4 << 3 | 3 << 1);
}

static void a_link_turns_the_cycle_and_is_not_handed_over_yet(void **state)
{
    struct xhci_trb link = xhci_trb_link((struct physical){TRANSFERS});

    assert_int_equal(link.parameter, TRANSFERS);
    assert_int_equal(link.control, 6 << 10 | 1 << 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_read_as_the_specification_prints_them),
        cmocka_unit_test(the_status_request_reads_and_names_its_interrupter_in_every_stage),
        cmocka_unit_test(a_device_context_names_port_speed_and_ring),
        cmocka_unit_test(the_first_packet_size_follows_the_speed),
        cmocka_unit_test(an_event_names_type_code_and_slot),
        cmocka_unit_test(a_request_has_a_data_stage_only_with_data_and_its_status_goes_the_other_way),
        cmocka_unit_test(commands_about_endpoints_name_slot_and_index),
        cmocka_unit_test(an_endpoint_context_has_type_interval_and_ring),
        cmocka_unit_test(a_packet_size_is_told_of_endpoint_0_alone),
        cmocka_unit_test(a_link_turns_the_cycle_and_is_not_handed_over_yet),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
