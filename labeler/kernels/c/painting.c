/* Painting: what a ball covers on its way, and bits put into tiles. Arrays are (slices, rows,
   columns), bytes of 0 or 1. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* In voxels: what is left to the rounding of the ends of a row. */
#define HAIR 1e-7

struct way {
    double d[3], squared, most; /* the way, its squared length, the squared radius */
};

static double distance(const struct way *w, double pz, double py, double px)
{
    double share = w->squared > 0 ? (pz * w->d[0] + py * w->d[1] + px * w->d[2]) / w->squared : 0;
    share = share < 0 ? 0 : share;
    share = share > 1 ? 1 : share;
    const double ez = pz - share * w->d[0], ey = py - share * w->d[1], ex = px - share * w->d[2];
    return ez * ez + ey * ey + ex * ex;
}

static void widen(double at, double half, double *low, double *high)
{
    *low = fmin(*low, at - half);
    *high = fmax(*high, at + half);
}

/* About where a row at (pz, py) from the start lies within the radius. All three parts, a ball at
   either end and the tube between them, are convex, and so is what they make together. */
static void reach_of_row(const struct way *w, double pz, double py, double *low, double *high)
{
    const double dz = w->d[0], dy = w->d[1], dx = w->d[2];
    const double at_start = w->most - pz * pz - py * py;
    const double at_end = w->most - (pz - dz) * (pz - dz) - (py - dy) * (py - dy);
    *low = INFINITY, *high = -INFINITY;
    if (at_start >= 0)
        widen(0, sqrt(at_start), low, high);
    if (at_end >= 0)
        widen(dx, sqrt(at_end), low, high);
    const double along = pz * dz + py * dy, off = dz * dz + dy * dy;
    if (off <= 1e-12 * w->squared) {
        if (at_start >= 0 && w->squared > 0)
            widen(dx / 2, fabs(dx) / 2, low, high);
        return;
    }
    /* |p|^2 - (p.d)^2 / |d|^2 <= r^2, a parabola in px. */
    const double a = off / w->squared, half_b = -along * dx / w->squared;
    const double c = pz * pz + py * py - along * along / w->squared - w->most;
    const double root = half_b * half_b - a * c;
    if (root < 0)
        return;
    double begin = (-half_b - sqrt(root)) / a, end = (-half_b + sqrt(root)) / a;
    if (dx != 0) {
        const double one = -along / dx, other = (w->squared - along) / dx;
        begin = fmax(begin, fmin(one, other)), end = fmin(end, fmax(one, other));
    } else if (along < 0 || along > w->squared) {
        return;
    }
    if (begin <= end)
        *low = fmin(*low, begin), *high = fmax(*high, end);
}

/* Which voxels of a box lie within `radius` of the way from `start` to `end`, all in mm from the
   centre of the first voxel; order of coordinates: slice, row, column. */
void labeler_capsule(uint8_t *out, const ptrdiff_t *sides, const double *spacing,
                     const double *start, const double *end, double radius)
{
    struct way w = {{end[0] - start[0], end[1] - start[1], end[2] - start[2]}, 0, radius * radius};
    const double turn = 1 / spacing[2];
    w.squared = w.d[0] * w.d[0] + w.d[1] * w.d[1] + w.d[2] * w.d[2];
    for (ptrdiff_t z = 0; z < sides[0]; z++) {
        const double pz = (double)z * spacing[0] - start[0];
        for (ptrdiff_t y = 0; y < sides[1]; y++) {
            const double py = (double)y * spacing[1] - start[1];
            uint8_t *row = out + (z * sides[1] + y) * sides[2];
            double low, high;
            memset(row, 0, (size_t)sides[2]);
            reach_of_row(&w, pz, py, &low, &high);
            if (!(low <= high))
                continue;
            /* Only a voxel within a hair of an end may lie on either side of it: it is asked. */
            low = (low + start[2]) * turn, high = (high + start[2]) * turn;
            ptrdiff_t first = low <= 0 ? 0 : (ptrdiff_t)fmin(ceil(low - HAIR), (double)sides[2]);
            ptrdiff_t last =
                high < -HAIR ? -1 : (ptrdiff_t)fmin(floor(high + HAIR), (double)(sides[2] - 1));
            if (first <= last && fabs((double)first - low) <= HAIR &&
                distance(&w, pz, py, (double)first * spacing[2] - start[2]) > w.most)
                first++;
            if (first <= last && fabs((double)last - high) <= HAIR &&
                distance(&w, pz, py, (double)last * spacing[2] - start[2]) > w.most)
                last--;
            if (first <= last)
                memset(row + first, 1, (size_t)(last - first + 1));
        }
    }
}

static inline unsigned flip(uint8_t *restrict to, const uint8_t *restrict bits, ptrdiff_t count,
                            uint8_t wanted)
{
    uint8_t others = 0;
    for (ptrdiff_t k = 0; k < count; k++) {
        const uint8_t change = bits[k] & (to[k] ^ wanted);
        others += change;
        to[k] ^= change;
    }
    return others;
}

/* Puts the bits of a box in (or takes them out of) the tiles it touches. `slots` says for each of
   these tiles (`counts` of them) which row of `pool` it is; `offset` is where the box begins in the
   first one. Answers how many voxels are others now. */
ptrdiff_t labeler_stamp(uint8_t *pool, const int32_t *slots, const ptrdiff_t *counts,
                        const ptrdiff_t *tile, const uint8_t *bits, const ptrdiff_t *sides,
                        const ptrdiff_t *offset, int on)
{
    const ptrdiff_t voxels = tile[0] * tile[1] * tile[2];
    const uint8_t wanted = on ? 1 : 0;
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
                /* A whole row of a tile is the common case: its length is known, so it is one step. */
                changed += run == 16 ? flip(to, row + x, 16, wanted) : flip(to, row + x, run, wanted);
                x += run;
            }
        }
    }
    return changed;
}
