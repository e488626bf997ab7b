// Each code byte is the distance to the next one. A code stands for a zero of the input, except after a run of COBS_RUN
// bytes.

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
