/* The four STREAM loops in plain C. */
#include <stddef.h>

#define SCALAR 3.0
typedef const double *restrict source;

void copy_part(source a, source b, double *restrict out, ptrdiff_t n)
{
    (void)b;
    for (ptrdiff_t i = 0; i < n; i++) out[i] = a[i];
}

void scale_part(source a, source b, double *restrict out, ptrdiff_t n)
{
    (void)b;
    for (ptrdiff_t i = 0; i < n; i++) out[i] = SCALAR * a[i];
}

void add_part(source a, source b, double *restrict out, ptrdiff_t n)
{
    for (ptrdiff_t i = 0; i < n; i++) out[i] = a[i] + b[i];
}

void triad_part(source a, source b, double *restrict out, ptrdiff_t n)
{
    for (ptrdiff_t i = 0; i < n; i++) out[i] = a[i] + SCALAR * b[i];
}
