// Each code says how far it is to the next one: a zero stood there, unless the run was as long as a code can say.

#include "kernel/lib/cobs.h"

size_t cobs_encode(const uint8_t *bytes, size_t length, uint8_t *encoded)
{
    size_t code = 0, at = 1;

    for (size_t i = 0; i < length; i++) {
        if (bytes[i])
            encoded[at++] = bytes[i];
        bool is_full = at - code == COBS_RUN + 1;
        if (bytes[i] && !(is_full && i + 1 < length))
            continue;
        encoded[code] = (uint8_t)(at - code);
        code = at++;
    }
    encoded[code] = (uint8_t)(at - code);
    return at;
}
