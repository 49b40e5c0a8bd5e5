/* Backward search in an FM-index: blocks of one cache line with four counts and 192 bases. */
#include <stdint.h>

#define BLOCK 192
#define WORDS 8
#define BATCH 32
#define EVEN UINT64_C(0x5555555555555555)

static int64_t occurrences(const uint64_t *blocks, int64_t sentinel, int64_t base, int64_t row)
{
    const uint64_t *at = blocks + row / BLOCK * WORDS, pattern = base * EVEN;
    int64_t total = (uint32_t)(at[base / 2] >> 32 * (base % 2)), rest = row % BLOCK;
    for (at += 2; rest >= 32; rest -= 32, at++) {
        const uint64_t x = *at ^ pattern;
        total += __builtin_popcountll(~(x | x >> 1) & EVEN);
    }
    if (rest) {
        const uint64_t x = *at ^ pattern;
        total += __builtin_popcountll(~(x | x >> 1) & EVEN & ((UINT64_C(1) << 2 * rest) - 1));
    }
    return total - (base == 0 && row > sentinel);
}

void search(const uint64_t *blocks, const int64_t *starts, int64_t sentinel,
            const uint8_t *patterns, int64_t length, int64_t *found, int64_t first, int64_t last)
{
    int64_t low[BATCH], high[BATCH];
    for (int64_t begin = first; begin < last; begin += BATCH) {
        const int64_t count = last - begin < BATCH ? last - begin : BATCH;
        for (int64_t p = 0; p < count; p++) low[p] = 0, high[p] = starts[4];
        for (int64_t step = length - 1; step >= 0; step--)
            for (int64_t p = 0; p < count; p++) {
                if (low[p] >= high[p]) continue;
                const int64_t base = patterns[(begin + p) * length + step];
                low[p] = starts[base] + occurrences(blocks, sentinel, base, low[p]);
                high[p] = starts[base] + occurrences(blocks, sentinel, base, high[p]);
                __builtin_prefetch(blocks + low[p] / BLOCK * WORDS);
                __builtin_prefetch(blocks + high[p] / BLOCK * WORDS);
            }
        for (int64_t p = 0; p < count; p++) found[begin + p] = high[p] > low[p] ? high[p] - low[p] : 0;
    }
}
