/* PairHMM pair by pair: M and I of a row depend on the row above only and vectorise, D does not.
   What underflows in single precision is done again in double. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#ifdef __SSE__
#include <xmmintrin.h>
#define FLUSH_DENORMALS() unsigned state = _mm_getcsr(); _mm_setcsr(state | 0x8040)
#define RESTORE() _mm_setcsr(state)
#else
#define FLUSH_DENORMALS() (void)0
#define RESTORE() (void)0
#endif

#define DEFINE(NAME, REAL, SCALE)                                                                  \
    static double NAME(const uint8_t *read, int64_t rows, const uint8_t *q, const uint8_t *ins,    \
                       const uint8_t *del, const double *error, int64_t go, const uint8_t *hap,    \
                       int64_t columns, void *memory)                                              \
    {                                                                                              \
        REAL *m = memory, *i = m + columns + 1, *d = i + columns + 1, *n = d + columns + 1;        \
        const REAL longer = error[go], back = 1 - longer;                                          \
        n[0] = 0;                                                                                  \
        for (int64_t j = 0; j <= columns; j++) m[j] = i[j] = 0, d[j] = (REAL)(SCALE) / columns;    \
        for (int64_t row = 0; row < rows; row++) {                                                 \
            const REAL insert = error[ins[row]], delete = error[del[row]];                         \
            const REAL wrong = error[q[row]], stay = 1 - insert - delete;                          \
            _Pragma("GCC ivdep")                                                                   \
            for (int64_t j = 1; j <= columns; j++) {                                               \
                REAL prior = read[row] == hap[j - 1] ? 1 - wrong : wrong / 3;                      \
                n[j] = prior * (stay * m[j - 1] + back * (i[j - 1] + d[j - 1]));                   \
            }                                                                                      \
            _Pragma("GCC ivdep")                                                                   \
            for (int64_t j = 1; j <= columns; j++) i[j] = insert * m[j] + longer * i[j];           \
            REAL *swap = m;                                                                        \
            m = n, n = swap;                                                                       \
            m[0] = i[0] = d[0] = 0;                                                                \
            for (int64_t j = 1; j <= columns; j++) d[j] = delete * m[j - 1] + longer * d[j - 1];   \
        }                                                                                          \
        double sum = 0;                                                                            \
        for (int64_t j = 0; j <= columns; j++) sum += (double)m[j] + (double)i[j];                 \
        return sum;                                                                                \
    }

DEFINE(single, float, 0x1p120)
DEFINE(twice, double, 0x1p1000)

void likelihoods(const uint8_t *reads, const int64_t *lengths, const uint8_t *q,
                 const uint8_t *ins, const uint8_t *del, const double *error, int64_t go,
                 const uint8_t *haps, const int64_t *hap_lengths, int64_t width, int64_t haplotypes,
                 int64_t hap_width, double *out, int64_t first, int64_t last)
{
    FLUSH_DENORMALS();
    void *memory = malloc(4 * (hap_width + 1) * sizeof(double));
    for (int64_t r = first; r < last; r++)
        for (int64_t h = 0; h < haplotypes; h++) {
            const int64_t at = r * width;
            const uint8_t *hap = haps + h * hap_width;
            double sum = single(reads + at, lengths[r], q + at, ins + at, del + at, error, go, hap,
                                hap_lengths[h], memory);
            double scale = 0x1p120;
            if (!(sum >= 1e-28)) {
                sum = twice(reads + at, lengths[r], q + at, ins + at, del + at, error, go, hap,
                            hap_lengths[h], memory);
                scale = 0x1p1000;
            }
            out[r * haplotypes + h] = log10(sum) - log10(scale);
        }
    free(memory);
    RESTORE();
}
