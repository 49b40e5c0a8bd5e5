/* Canonical k-mers in an open hash table of keys and counts side by side, with prefetching. */
#include <stdint.h>
#include <stdlib.h>

#define EMPTY UINT64_MAX
#define MIX UINT64_C(0x9E3779B97F4A7C15)

void count_kmers(const uint8_t *reads, int64_t number, int64_t length, int64_t k, int64_t shift,
                 uint64_t *table, int64_t slots)
{
    const int64_t n = length - k + 1;
    const uint64_t mask = (UINT64_C(1) << 2 * k) - 1, last = slots - 1;
    uint64_t *kmers = malloc(2 * n * sizeof(uint64_t)), *at = kmers + n;
    for (int64_t i = 0; i < 2 * slots; i += 2) table[i] = EMPTY, table[i + 1] = 0;
    for (int64_t row = 0; row < number; row++) {
        const uint8_t *read = reads + row * length;
        uint64_t forward = 0, backward = 0;
        for (int64_t i = 0; i < length; i++) {
            forward = (forward << 2 | read[i]) & mask;
            backward = backward >> 2 | (uint64_t)(3 - read[i]) << 2 * (k - 1);
            if (i < k - 1) continue;
            const uint64_t kmer = forward < backward ? forward : backward;
            kmers[i - k + 1] = kmer;
            at[i - k + 1] = kmer * MIX >> shift;
            __builtin_prefetch(table + 2 * at[i - k + 1], 1);
        }
        for (int64_t i = 0; i < n; i++) {
            uint64_t slot = at[i];
            while (table[2 * slot] != kmers[i] && table[2 * slot] != EMPTY) slot = (slot + 1) & last;
            table[2 * slot] = kmers[i];
            table[2 * slot + 1]++;
        }
    }
    free(kmers);
}
