/* Independent chains of x/2 + 1 in registers, with the compiler's vector extension. */
#include <stdint.h>
#include <string.h>

typedef double vector __attribute__((vector_size(8 * LANES)));

void spin_rows(const double *start, double *out, int64_t steps, int64_t first, int64_t last)
{
    for (int64_t row = first; row < last; row++) {
        vector x[CHAINS], factor, term;
        for (int l = 0; l < LANES; l++) factor[l] = 0.5, term[l] = 1.0;
        memcpy(x, start + row * CHAINS * LANES, sizeof x);
        for (int64_t i = 0; i < steps; i++)
#pragma GCC unroll 16
            for (int c = 0; c < CHAINS; c++) x[c] = x[c] * factor + term;
        memcpy(out + row * CHAINS * LANES, x, sizeof x);
    }
}
