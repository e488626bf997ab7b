// Pseudo-random numbers: a shift register of 64 bits (G. Marsaglia, "Xorshift RNGs", 2003), its output multiplied.

#include "kernel/lib/random.h"

#define STEP       UINT64_C(0x9e3779b97f4a7c15) // so that seed 0 does not give state 0, which xorshift never leaves
#define MULTIPLIER UINT64_C(0xd1342543de82ef95)

enum { WARM_UP = 8 }; // outputs discarded: similar seeds give similar first outputs

void random_start(struct random *random, uint64_t seed)
{
    random->state = seed ^ STEP ? seed ^ STEP : STEP;
    for (uint32_t i = 0; i < WARM_UP; i++)
        (void)random_next(random);
}

uint64_t random_next(struct random *random)
{
    uint64_t state = random->state;

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    random->state = state;
    return state * MULTIPLIER;
}

uint32_t random_below(struct random *random, uint32_t bound)
{
    return (uint32_t)((random_next(random) >> 32) * bound >> 32);
}
