/* Lennard-Jones forces over neighbour lists in a periodic cube, in plain C. */
#include <math.h>
#include <stdint.h>

#define CUTOFF 2.5

void forces(const double *xs, const double *ys, const double *zs, double box,
            const uint32_t *lists, const int64_t *counts, int64_t room, double *restrict out,
            double *restrict energy, int64_t first, int64_t last)
{
    const double inverse = 1.0 / box;
    for (int64_t i = first; i < last; i++) {
        const uint32_t *list = lists + i * room;
        const double x = xs[i], y = ys[i], z = zs[i];
        double fx = 0, fy = 0, fz = 0, e = 0;
        for (int64_t place = 0; place < counts[i]; place++) {
            const uint32_t j = list[place];
            double dx = x - xs[j], dy = y - ys[j], dz = z - zs[j];
            dx -= box * rint(dx * inverse);
            dy -= box * rint(dy * inverse);
            dz -= box * rint(dz * inverse);
            const double r2 = dx * dx + dy * dy + dz * dz, i2 = 1.0 / r2;
            const double i6 = r2 < CUTOFF * CUTOFF ? i2 * i2 * i2 : 0.0;
            const double f = 24.0 * i2 * i6 * (2.0 * i6 - 1.0);
            fx += f * dx, fy += f * dy, fz += f * dz;
            e += i6 * (i6 - 1.0);
        }
        out[3 * i] = fx, out[3 * i + 1] = fy, out[3 * i + 2] = fz;
        energy[i] = 2.0 * e;
    }
}
