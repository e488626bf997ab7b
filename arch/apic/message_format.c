// The words of a message-signalled interrupt in the compatibility format.

#include "arch/apic/message_format.h"

// Intel SDM vol. 3, 11.11.1 and 11.11.2. Bit 4 of the address is VT-d's interrupt format (VT-d 5.1.2).
#define ADDRESS_FIXED            BITS(63, 20)
#define ADDRESS_INTERRUPT        UINT64_C(0xfee00000)
#define ADDRESS_DESTINATION      BITS(19, 12)
#define ADDRESS_REMAPPABLE       BIT(4)
#define ADDRESS_REDIRECTION_HINT BIT(3)
#define ADDRESS_LOGICAL          BIT(2)
#define DATA_LEVEL_TRIGGERED     BIT(15)
#define DATA_ASSERTED            BIT(14)
#define DATA_DELIVERY            BITS(10, 8)
#define DATA_VECTOR              BITS(7, 0)

static uint64_t encode_address(const struct message_fields *fields)
{
    return ADDRESS_INTERRUPT | FIELD_PUT(ADDRESS_DESTINATION, fields->destination.value) |
           FIELD_PUT(ADDRESS_REDIRECTION_HINT, fields->redirection_hint) | FIELD_PUT(ADDRESS_LOGICAL, fields->logical);
}

static uint32_t encode_data(const struct message_fields *fields)
{
    return (uint32_t)(FIELD_PUT(DATA_VECTOR, fields->vector) | FIELD_PUT(DATA_DELIVERY, fields->delivery) |
                      FIELD_PUT(DATA_ASSERTED, fields->asserted) |
                      FIELD_PUT(DATA_LEVEL_TRIGGERED, fields->level_triggered));
}

enum result message_format_encode(const struct message_fields *fields, struct message_words *words)
{
    if (!delivery_is_defined(fields->delivery) || !delivery_takes_vector(fields->delivery, fields->vector)) {
        return RESULT_INVALID;
    }
    if (fields->asserted && !fields->level_triggered) {
        return RESULT_INVALID;
    }
    if (!delivery_reaches(fields->destination, fields->logical)) {
        return RESULT_UNSUPPORTED;
    }
    words->address.address = encode_address(fields);
    words->data = encode_data(fields);
    return RESULT_OK;
}

// Fast path: called for every route; gives the same words as the general encoder.
enum result message_format_encode_fixed(struct apic_id destination, uint32_t vector, struct message_words *words)
{
    if (vector - DELIVERY_VECTOR_LOWEST > DELIVERY_VECTOR_HIGHEST - DELIVERY_VECTOR_LOWEST)
        return RESULT_INVALID;
    if (destination.value >= DELIVERY_EVERYBODY)
        return RESULT_UNSUPPORTED;
    words->address.address = ADDRESS_INTERRUPT | destination.value * FIELD_LOWEST(ADDRESS_DESTINATION);
    words->data = vector;
    return RESULT_OK;
}

enum result message_format_decode(struct message_words words, struct message_fields *fields)
{
    uint64_t address = words.address.address;
    uint32_t delivery = FIELD_GET(DATA_DELIVERY, words.data);
    if ((address & ADDRESS_FIXED) != ADDRESS_INTERRUPT) {
        return RESULT_INVALID;
    }
    if (address & ADDRESS_REMAPPABLE) {
        return RESULT_UNSUPPORTED;
    }
    if (!delivery_is_defined(delivery)) {
        return RESULT_INVALID;
    }
    bool level_triggered = FIELD_GET(DATA_LEVEL_TRIGGERED, words.data);
    *fields = (struct message_fields){
        .destination = {FIELD_GET(ADDRESS_DESTINATION, address)},
        .logical = FIELD_GET(ADDRESS_LOGICAL, address),
        .redirection_hint = FIELD_GET(ADDRESS_REDIRECTION_HINT, address),
        .delivery = (enum delivery_mode)delivery,
        .vector = FIELD_GET(DATA_VECTOR, words.data),
        .level_triggered = level_triggered,
        .asserted = level_triggered && FIELD_GET(DATA_ASSERTED, words.data),
    };
    return RESULT_OK;
}
