// Kinds of source that are not to be used: passed over, with the reason in the set.
// sources: tests/fakes/host.c tests/fakes/heap.c tests/fakes/message_source.c

#include "kernel/core/cpu.h"
#include "kernel/core/irq.h"
#include "kernel/core/vector_matrix.h"
#include "tests/fakes/host.h"
#include "tests/fakes/message_source.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct device device;
static struct fake_source msix, msi;

static bool routine(const struct interrupt *self)
{
    return true;
}

static void deliver_ipi(uint32_t cpu, uint32_t vector)
{
    fake_host_deliver(cpu, vector);
}

static void expect_reason(struct irq_options options, const char *reason)
{
    struct irq_request request = {.device = &device.irq, .routine = routine, .minimum = 1, .maximum = 8};
    struct irq_grant grant;

    assert_int_equal(irq_initialise(&options), RESULT_OK);
    assert_int_equal(irq_connect(&request, &grant), RESULT_OK);
    assert_int_equal(grant.messages->source->kind, MESSAGE_MSI);
    assert_string_equal(grant.messages->reason, reason);
    assert_int_equal(irq_disconnect(grant.messages), RESULT_OK);
    vector_matrix_destroy(irq_vectors());
}

static void a_kind_that_is_switched_off_is_passed_over(void **state)
{
    expect_reason((struct irq_options){.disabled_kinds = BIT(MESSAGE_MSIX)},
                  "msix switched off; 1 of 8: msi has no more");
}

static void the_reason_is_the_one_that_was_given(void **state)
{
    expect_reason((struct irq_options){.disabled_kinds = BIT(MESSAGE_MSIX),
                                       .disabled_reason = "not supported, says the FADT"},
                  "msix not supported, says the FADT; 1 of 8: msi has no more");
}

static int set_up(void **state)
{
    fake_host_reset();
    fake_host.on_ipi = deliver_ipi;
    assert_int_equal(cpu_table_create(1), RESULT_OK);
    cpu_state_set(0, CPU_ONLINE);
    fake_source_start(&msix, &device, MESSAGE_MSIX, 8);
    fake_source_start(&msi, &device, MESSAGE_MSI, 1);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kind_that_is_switched_off_is_passed_over),
        cmocka_unit_test(the_reason_is_the_one_that_was_given),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
