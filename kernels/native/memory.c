/* Sparse and random memory access in plain C. */
#include <stddef.h>
#include <stdint.h>

#define POLYNOMIAL 7
#define STREAMS 128

/* y = A x over compressed rows. */
void multiply_rows(const int64_t *start, const uint32_t *column, const double *value,
                   const double *x, double *restrict y, int64_t first, int64_t last)
{
    for (int64_t row = first; row < last; row++) {
        double sum = 0.0;
        for (int64_t i = start[row]; i < start[row + 1]; i++) sum += value[i] * x[column[i]];
        y[row] = sum;
    }
}

static void relax(const int64_t *start, const uint32_t *column, const double *value,
                  const double *diagonal, const double *b, double *x, int64_t row)
{
    double sum = b[row];
    for (int64_t i = start[row]; i < start[row + 1]; i++) sum -= value[i] * x[column[i]];
    sum += diagonal[row] * x[row];
    x[row] = sum / diagonal[row];
}

/* One symmetric Gauss-Seidel sweep: all rows forwards, then backwards. */
void sweep(const int64_t *start, const uint32_t *column, const double *value,
           const double *diagonal, const double *b, double *x, int64_t rows)
{
    for (int64_t row = 0; row < rows; row++) relax(start, column, value, diagonal, b, x, row);
    for (int64_t row = rows - 1; row >= 0; row--) relax(start, column, value, diagonal, b, x, row);
}

/* The update loop of HPCC: 128 sequences side by side. */
void update(uint64_t *table, uint64_t *state, int64_t rounds, uint64_t mask)
{
    for (int64_t round = 0; round < rounds; round++)
        for (int j = 0; j < STREAMS; j++) {
            state[j] = (state[j] << 1) ^ ((int64_t)state[j] < 0 ? POLYNOMIAL : 0);
            table[state[j] & mask] ^= state[j];
        }
}

/* Follow `steps` pointers, each on its own cache line of eight words. */
int64_t chase(const int64_t *next, int64_t steps)
{
    int64_t at = 0;
    for (int64_t i = 0; i < steps; i++) at = next[8 * at];
    return at;
}
