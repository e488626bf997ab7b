// Any bytes of a keyboard: no key outside the tables, only sequences that the line editor knows, and an ordinary key is
// understood again soon after.
// sources: drivers/input/ps2_decoder.c tests/fakes/heap.c tests/fakes/host.c

#include "drivers/input/ps2_decoder.h"
#include "kernel/console/keys.h"
#include <stdlib.h>

enum { RECOVERY = 4 }; // bytes of the longest code that may have begun

static void check(enum ps2_set set, const uint8_t *bytes, size_t length)
{
    struct keyboard keyboard = {0};
    struct ps2_decoder decoder;
    struct key_event event;
    bool is_understood = false;

    ps2_decoder_start(&decoder, set);
    for (size_t i = 0; i < length; i++) {
        if (!ps2_decode(&decoder, bytes[i], &event))
            continue;
        uint32_t key = keyboard_key(&keyboard, event);
        if (event.usage > 0xe7 || (key > 0x7f && key != KEY_REBOOT && (key < KEY_UP || key > KEY_PAGE_DOWN) &&
                                   (key & ~0x7fU) != KEY_WITH_ALT))
            abort();
    }
    for (uint32_t i = 0; i < RECOVERY; i++)
        is_understood = ps2_decode(&decoder, 0x1c, &event);
    if (!is_understood)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    check(PS2_SET_1, bytes, length);
    check(PS2_SET_2, bytes, length);
    return 0;
}
