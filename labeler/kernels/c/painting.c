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
    double turned, turn;        /* one over the squared length, and over the way along a row */
};

/* Not fmin and fmax: those are calls, for the sake of NaN. */
static inline double least(double a, double b) { return a < b ? a : b; }
static inline double most(double a, double b) { return a > b ? a : b; }

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
    *low = least(*low, at - half);
    *high = most(*high, at + half);
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
    const double a = off * w->turned, half_b = -along * dx * w->turned;
    const double c = pz * pz + py * py - along * along * w->turned - w->most;
    const double root = half_b * half_b - a * c;
    if (root < 0)
        return;
    const double side = sqrt(root), widened = 1 / a;
    double begin = (-half_b - side) * widened, end = (-half_b + side) * widened;
    if (dx != 0) {
        const double one = -along * w->turn, other = (w->squared - along) * w->turn;
        begin = most(begin, least(one, other)), end = least(end, most(one, other));
    } else if (along < 0 || along > w->squared) {
        return;
    }
    if (begin <= end)
        *low = least(*low, begin), *high = most(*high, end);
}

static struct way way_of(const double *start, const double *end, double radius)
{
    struct way w = {{end[0] - start[0], end[1] - start[1], end[2] - start[2]}, 0, radius * radius,
                    0, 0};
    w.squared = w.d[0] * w.d[0] + w.d[1] * w.d[1] + w.d[2] * w.d[2];
    w.turned = w.squared > 0 ? 1 / w.squared : 0;
    w.turn = w.d[2] != 0 ? 1 / w.d[2] : 0;
    return w;
}

/* The voxels of a row at (pz, py) from the start that are in: from `first` to `last`, if any. */
static int span_of_row(const struct way *w, double pz, double py, double start, double spacing,
                       ptrdiff_t columns, ptrdiff_t *first, ptrdiff_t *last)
{
    const double turn = 1 / spacing;
    double low, high;
    reach_of_row(w, pz, py, &low, &high);
    if (!(low <= high))
        return 0;
    /* Only a voxel within a hair of an end may lie on either side of it: it is asked. */
    low = (low + start) * turn, high = (high + start) * turn;
    *first = low <= 0 ? 0 : (ptrdiff_t)least(ceil(low - HAIR), (double)columns);
    *last = high < -HAIR ? -1 : (ptrdiff_t)least(floor(high + HAIR), (double)(columns - 1));
    if (*first <= *last && fabs((double)*first - low) <= HAIR &&
        distance(w, pz, py, (double)*first * spacing - start) > w->most)
        ++*first;
    if (*first <= *last && fabs((double)*last - high) <= HAIR &&
        distance(w, pz, py, (double)*last * spacing - start) > w->most)
        --*last;
    return *first <= *last;
}

/* Which voxels of a box lie within `radius` of the way from `start` to `end`, all in mm from the
   centre of the first voxel; order of coordinates: slice, row, column. */
void labeler_capsule(uint8_t *out, const ptrdiff_t *sides, const double *spacing,
                     const double *start, const double *end, double radius)
{
    const struct way w = way_of(start, end, radius);
    for (ptrdiff_t z = 0; z < sides[0]; z++) {
        const double pz = (double)z * spacing[0] - start[0];
        for (ptrdiff_t y = 0; y < sides[1]; y++) {
            const double py = (double)y * spacing[1] - start[1];
            uint8_t *row = out + (z * sides[1] + y) * sides[2];
            ptrdiff_t first, last;
            memset(row, 0, (size_t)sides[2]);
            if (span_of_row(&w, pz, py, start[2], spacing[2], sides[2], &first, &last))
                memset(row + first, 1, (size_t)(last - first + 1));
        }
    }
}

/* Sets a run of a tile's row; whether any voxel was another. */
static inline int put(uint8_t *to, ptrdiff_t run, uint8_t wanted)
{
    uint8_t others = 0;
    if (run == 16) { /* a whole row of a tile is the common case: one step */
        for (int k = 0; k < 16; k++)
            others |= to[k] ^ wanted;
        memset(to, wanted, 16);
    } else {
        for (ptrdiff_t k = 0; k < run; k++)
            others |= to[k] ^ wanted, to[k] = wanted;
    }
    return others;
}

/* Puts the same voxels in (or takes them out of) the tiles that the box touches, see
   labeler_stamp. Answers whether any is another now. */
int labeler_sweep(uint8_t *pool, const int32_t *slots, const ptrdiff_t *counts,
                  const ptrdiff_t *tile, const ptrdiff_t *sides, const ptrdiff_t *offset,
                  const double *spacing, const double *start, const double *end, double radius,
                  int on)
{
    const struct way w = way_of(start, end, radius);
    const ptrdiff_t voxels = tile[0] * tile[1] * tile[2];
    const uint8_t wanted = on ? 1 : 0;
    int changed = 0;
    for (ptrdiff_t z = 0; z < sides[0]; z++) {
        const double pz = (double)z * spacing[0] - start[0];
        const ptrdiff_t az = z + offset[0], tz = az / tile[0];
        for (ptrdiff_t y = 0; y < sides[1]; y++) {
            const double py = (double)y * spacing[1] - start[1];
            const ptrdiff_t ay = y + offset[1], ty = ay / tile[1];
            const ptrdiff_t inner = ((az % tile[0]) * tile[1] + ay % tile[1]) * tile[2];
            ptrdiff_t first, last;
            if (!span_of_row(&w, pz, py, start[2], spacing[2], sides[2], &first, &last))
                continue;
            for (ptrdiff_t ax = first + offset[2]; ax <= last + offset[2];) {
                const ptrdiff_t tx = ax / tile[2], in = ax % tile[2];
                ptrdiff_t run = tile[2] - in;
                if (run > last + offset[2] + 1 - ax)
                    run = last + offset[2] + 1 - ax;
                uint8_t *to =
                    pool + slots[(tz * counts[1] + ty) * counts[2] + tx] * voxels + inner + in;
                changed |= put(to, run, wanted);
                ax += run;
            }
        }
    }
    return changed;
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
