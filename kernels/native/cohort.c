/* Patients between four health states; a counter-based random number a patient and cycle. */
#include <stdint.h>

#define BLOCK 256
#define STATES 4

static inline uint64_t scrambled(uint64_t counter)
{
    uint64_t z = counter * UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return (z ^ z >> 31) >> 32;
}

void follow(const uint64_t (*limits)[STATES], uint64_t seed, int64_t patients, int64_t cycles,
            int64_t (*totals)[2 * STATES], int64_t first, int64_t last)
{
    uint32_t state[BLOCK];
    for (int64_t block = first; block < last; block++) {
        const int64_t begin = block * BLOCK;
        const int64_t count = patients - begin < BLOCK ? patients - begin : BLOCK;
        int64_t *spent = totals[block];
        for (int64_t i = 0; i < count; i++) state[i] = 0;
        for (int64_t cycle = 0; cycle < cycles; cycle++) {
            const uint64_t step = seed + begin + (uint64_t)(cycle * patients);
            int64_t ones = 0, twos = 0, threes = 0;
            for (int64_t i = 0; i < count; i++) {
                const uint64_t u = scrambled(step + i), *limit = limits[state[i]];
                const uint32_t s = (u >= limit[0]) + (u >= limit[1]) + (u >= limit[2]);
                state[i] = s;
                ones += s >= 1, twos += s >= 2, threes += s >= 3;
            }
            spent[0] += count - ones, spent[1] += ones - twos;
            spent[2] += twos - threes, spent[3] += threes;
        }
        for (int64_t i = 0; i < count; i++) totals[block][STATES + state[i]]++;
    }
}
