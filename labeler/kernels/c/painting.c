/* Painting: what a ball covers on its way, and bits put into tiles. Arrays are (slices, rows,
   columns), bytes of 0 or 1. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Which voxels of a box lie within `radius` of the way from `start` to `end`, all in mm from the
   centre of the first voxel; order of coordinates: slice, row, column. */
void labeler_capsule(uint8_t *restrict out, const ptrdiff_t *sides, const double *spacing,
                     const double *start, const double *end, double radius)
{
    const double dz = end[0] - start[0], dy = end[1] - start[1], dx = end[2] - start[2];
    const double squared = dz * dz + dy * dy + dx * dx, most = radius * radius;
    const double turn = squared > 0 ? 1 / squared : 0;
    for (ptrdiff_t z = 0; z < sides[0]; z++) {
        const double pz = (double)z * spacing[0] - start[0];
        for (ptrdiff_t y = 0; y < sides[1]; y++) {
            const double py = (double)y * spacing[1] - start[1];
            const double flat = pz * dz + py * dy;
            uint8_t *row = out + (z * sides[1] + y) * sides[2];
            for (ptrdiff_t x = 0; x < sides[2]; x++) {
                const double px = (double)x * spacing[2] - start[2];
                double share = (flat + px * dx) * turn;
                share = share < 0 ? 0 : share;
                share = share > 1 ? 1 : share;
                const double ez = pz - share * dz, ey = py - share * dy, ex = px - share * dx;
                row[x] = ez * ez + ey * ey + ex * ex <= most;
            }
        }
    }
}

/* Puts the bits of a box in (or takes them out of) the tiles it touches. `slots` says for each of
   these tiles (`counts` of them) which row of `pool` it is; `offset` is where the box begins in the
   first one. Answers how many voxels are others now. */
ptrdiff_t labeler_stamp(uint8_t *pool, const int32_t *slots, const ptrdiff_t *counts,
                        const ptrdiff_t *tile, const uint8_t *bits, const ptrdiff_t *sides,
                        const ptrdiff_t *offset, int on)
{
    const ptrdiff_t voxels = tile[0] * tile[1] * tile[2];
    ptrdiff_t changed = 0;
    for (ptrdiff_t z = 0; z < sides[0]; z++) {
        const ptrdiff_t az = z + offset[0], tz = az / tile[0];
        for (ptrdiff_t y = 0; y < sides[1]; y++) {
            const ptrdiff_t ay = y + offset[1], ty = ay / tile[1];
            const uint8_t *row = bits + (z * sides[1] + y) * sides[2];
            const ptrdiff_t inner = ((az % tile[0]) * tile[1] + ay % tile[1]) * tile[2];
            for (ptrdiff_t x = 0; x < sides[2];) {
                const ptrdiff_t ax = x + offset[2], tx = ax / tile[2], in = ax % tile[2];
                ptrdiff_t run = tile[2] - in;
                if (run > sides[2] - x)
                    run = sides[2] - x;
                const ptrdiff_t slot = slots[(tz * counts[1] + ty) * counts[2] + tx];
                uint8_t *to = pool + slot * voxels + inner + in;
                for (ptrdiff_t k = 0; k < run; k++) {
                    const uint8_t was = to[k], is = on ? was | row[x + k] : was & !row[x + k];
                    changed += was != is;
                    to[k] = is;
                }
                x += run;
            }
        }
    }
    return changed;
}
