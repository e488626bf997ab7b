// Checks of a message's route: what its source holds, and the place it is taken at.

#include "kernel/diagnose/audit_check.h"

// The pin's mode and polarity have checks of their own; this one reports words that cannot be read at all.
static bool readable(const struct audit_subject *subject, struct audit_values *values)
{
    const struct route_view *route = &subject->route;
    enum result result = route->words_result == RESULT_MISMATCH ? RESULT_OK : route->words_result;

    if (result == RESULT_OK)
        result = route->status_result;
    return audit_compare(values, RESULT_OK, result == RESULT_OK ? route->detail_result : result, route->is_reachable);
}

static bool has_words(const struct audit_subject *subject)
{
    return subject->route.is_reachable && subject->route.words_result == RESULT_OK;
}

static bool has_status(const struct audit_subject *subject)
{
    return subject->route.is_reachable && subject->route.status_result == RESULT_OK;
}

static bool has_detail(const struct audit_subject *subject)
{
    return subject->route.is_reachable && subject->route.detail_result == RESULT_OK;
}

static bool source_address(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, subject->message->info.message_address.address, subject->route.words.address.address,
                         has_words(subject));
}

static bool source_data(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, subject->message->info.message_data, subject->route.words.data, has_words(subject));
}

// An MSI without mask bits has nothing to compare; the record then says whether the message was let go.
static bool has_mask(const struct message_source *source)
{
    return source->can_mask;
}

static bool source_mask(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, subject->message->masked, subject->route.masked,
                         has_status(subject) && has_mask(subject->set->source));
}

// Unmasked and function mask clear: the PBA bit must be 0. Not checked for a line, which its device may hold asserted.
static bool source_pending(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, false, subject->route.pending,
                         has_status(subject) && subject->set->source->kind != MESSAGE_LINE &&
                             !subject->set->is_silent && !subject->message->masked && !subject->route.masked &&
                             !subject->function.reading.function_masked);
}

static bool source_vendor(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, subject->route.detail.vendor_at_open, subject->route.detail.vendor,
                         has_detail(subject) && subject->set->source->kind == MESSAGE_MSIX);
}

static bool source_mode(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, subject->message->info.mode, subject->route.detail.mode,
                         has_detail(subject) && subject->set->source->kind == MESSAGE_LINE);
}

static bool source_polarity(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, subject->message->info.polarity, subject->route.detail.polarity,
                         has_detail(subject) && subject->set->source->kind == MESSAGE_LINE);
}

static const struct audit_check source_checks[] = {
    {"readable", NULL, readable, audit_format_result},
    {"message_address", NULL, source_address, audit_format_hex},
    {"message_data", NULL, source_data, audit_format_hex},
    {"masked", NULL, source_mask, audit_format_bool},
    {"vector_control", NULL, source_vendor, audit_format_hex},
    {"mode", NULL, source_mode, audit_format_mode},
    {"polarity", NULL, source_polarity, audit_format_polarity},
    {"pending", "pba", source_pending, audit_format_bool},
};
const struct audit_table audit_source_table = {source_checks, ARRAY_COUNT(source_checks)};

static bool spare_mask(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, subject->message->masked, subject->route.masked, has_status(subject));
}

static const struct audit_check spare_checks[] = {
    {"readable", NULL, readable, audit_format_result},
    {"message_address", NULL, source_address, audit_format_hex},
    {"message_data", NULL, source_data, audit_format_hex},
    {"masked", NULL, spare_mask, audit_format_bool},
    {"vector_control", NULL, source_vendor, audit_format_hex},
};
const struct audit_table audit_spare_table = {spare_checks, ARRAY_COUNT(spare_checks)};

static bool unused_mask(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, true, subject->route.masked, has_status(subject));
}

static const struct audit_check unused_checks[] = {
    {"readable", NULL, readable, audit_format_result},
    {"masked", NULL, unused_mask, audit_format_bool},
    {"vector_control", NULL, source_vendor, audit_format_hex},
};
const struct audit_table audit_unused_table = {unused_checks, ARRAY_COUNT(unused_checks)};

static bool vector_state(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, VECTOR_ALLOCATED, subject->route.vector, true);
}

static bool gate(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, true, subject->route.gate_is_ours, true);
}

static bool slot(const struct audit_subject *subject, struct audit_values *values)
{
    return audit_compare(values, (uintptr_t)subject->route.owner, (uintptr_t)subject->route.slot, true);
}

static const struct audit_check place_checks[] = {
    {"vector", "vector_matrix", vector_state, audit_format_vector_state},
    {"gate", "idt", gate, audit_format_bool},
    {"interrupt_object", "slot", slot, audit_format_hex},
};
const struct audit_table audit_place_table = {place_checks, ARRAY_COUNT(place_checks)};
