/* Constant-coefficient stencils on the inside of an n x n x n grid, in plain C. */
#include <stddef.h>

void stencil7(const double *restrict a, double *restrict out, const double *weight,
              ptrdiff_t n, ptrdiff_t first, ptrdiff_t last)
{
    const ptrdiff_t plane = n * n;
    for (ptrdiff_t i = first + 1; i < last + 1; i++)
        for (ptrdiff_t j = 1; j < n - 1; j++)
            for (ptrdiff_t k = 1; k < n - 1; k++) {
                const double *c = a + i * plane + j * n + k;
                out[i * plane + j * n + k] = weight[0] * c[0]
                    + weight[1] * (c[-1] + c[1] + c[-n] + c[n] + c[-plane] + c[plane]);
            }
}

static inline double side(const double *c, ptrdiff_t d)
{
    return c[-d] + c[d];
}

static inline double ring(const double *c, ptrdiff_t d, ptrdiff_t e)
{
    return c[-d - e] + c[-d + e] + c[d - e] + c[d + e];
}

void stencil27(const double *restrict a, double *restrict out, const double *weight,
               ptrdiff_t n, ptrdiff_t first, ptrdiff_t last)
{
    const ptrdiff_t plane = n * n;
    for (ptrdiff_t i = first + 1; i < last + 1; i++)
        for (ptrdiff_t j = 1; j < n - 1; j++)
            for (ptrdiff_t k = 1; k < n - 1; k++) {
                const double *c = a + i * plane + j * n + k;
                double faces = side(c, 1) + side(c, n) + side(c, plane);
                double edges = ring(c, 1, n) + ring(c, 1, plane) + ring(c, n, plane);
                double corners = ring(c - 1, n, plane) + ring(c + 1, n, plane);
                out[i * plane + j * n + k] = weight[0] * c[0] + weight[1] * faces
                                           + weight[2] * edges + weight[3] * corners;
            }
}
