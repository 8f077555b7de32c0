/* Painting: what a ball covers on its way, and bits put into tiles. Arrays are (slices, rows,
   columns), bytes of 0 or 1; tiles have a bit a voxel, the first voxel in the lowest bit. */
#include "capsule_rows.h"

#include <stdint.h>
#include <string.h>

/* Voxels from the grid, beyond which a double says nothing of one. */
#define FURTHEST 1e9

/* Which voxels of a box lie within `radius` of the way from `start` to `end`, all in mm from the
   centre of the first voxel; order of coordinates: slice, row, column. */
void labeler_capsule(uint8_t *out, const ptrdiff_t *sides, const double *spacing,
                     const double *start, const double *end, double radius)
{
    const struct way w = way_of(start, end, radius);
    struct spans in;
    memset(out, 0, (size_t)(sides[0] * sides[1] * sides[2]));
    for (ptrdiff_t z = 0; z < sides[0]; z++) {
        for (ptrdiff_t y = 0; y < sides[1]; y += ROWS) {
            const int rows = sides[1] - y < ROWS ? (int)(sides[1] - y) : ROWS;
            spans_of_rows(&w, spacing, start, z, y, rows, (int)sides[2], &in);
            for (int k = 0; k < rows; k++) {
                uint8_t *row = out + (z * sides[1] + y + k) * sides[2];
                if (in.first[k] <= in.last[k])
                    memset(row + in.first[k], 1, (size_t)(in.last[k] - in.first[k] + 1));
            }
        }
    }
}

/* Where strokes are painted: tiles that were touched, by their number one more than their row in
   `pool`, and the picture of what is painted of slice `layer`, a byte a voxel; its first voxel lies
   at `top` and `left` of the slice. Words of 16 voxels lie along rows. */
struct ground {
    uint16_t *pool;
    ptrdiff_t pooled; /* rows of the pool */
    int32_t *slots;
    ptrdiff_t counts[3], tile[3], size[3];
    double spacing[3];
    uint8_t *picture;
    ptrdiff_t layer, top, left, rows, columns;
    /* The sweep before, where nothing was done since: where it ended, and how. */
    double ended[3], radius;
    ptrdiff_t from, until;
    int on, rolls;
    /* What is told of a sweep: the box of its way, low <= voxel < high. */
    ptrdiff_t low[3], high[3];
};

enum { BESIDE, SAME, CHANGED, UNTOUCHED, NO_ROOM };

/* The voxels of the box that a way lies in, cut to the grid and to slices `from` to `until`; whether
   there are any. */
static int box_of(struct ground *g, const double *start, const double *end, double radius,
                  ptrdiff_t from, ptrdiff_t until)
{
    for (int n = 0; n < 3; n++) {
        if (!(fabs(start[n]) <= FURTHEST && fabs(end[n]) <= FURTHEST))
            return 0;
        const double reach = radius / g->spacing[n];
        const double side = (double)(n ? g->size[n] : until), begin = n ? 0 : (double)from;
        const double a = least(start[n], end[n]) - reach, b = most(start[n], end[n]) + reach;
        if (!(a < side && b >= begin))
            return 0;
        g->low[n] = a <= begin ? (ptrdiff_t)begin : rounded_up(a);
        g->high[n] = b >= side - 1 ? (ptrdiff_t)side : (ptrdiff_t)rounded_down(b) + 1;
        if (g->low[n] >= g->high[n])
            return 0;
    }
    return 1;
}

/* Whether every tile of the box is in the pool. */
static int all_touched(const struct ground *g)
{
    for (ptrdiff_t z = g->low[0] / g->tile[0]; z * g->tile[0] < g->high[0]; z++)
        for (ptrdiff_t y = g->low[1] / g->tile[1]; y * g->tile[1] < g->high[1]; y++)
            for (ptrdiff_t x = g->low[2] / g->tile[2]; x * g->tile[2] < g->high[2]; x++) {
                const int32_t slot = g->slots[(z * g->counts[1] + y) * g->counts[2] + x];
                if (slot <= 0 || slot > g->pooled)
                    return 0;
            }
    return 1;
}

/* Sets or clears bits of a word; those that were others. */
static inline unsigned set_bits(uint16_t *word, unsigned mask, unsigned fill)
{
    const unsigned before = *word, after = (before & ~mask) | (mask & fill);
    *word = (uint16_t)after;
    return before ^ after;
}

static int shift_of(ptrdiff_t power_of_two)
{
    int shift = 0;
    while (power_of_two >> (shift + 1))
        shift++;
    return shift;
}

/* Where the words of rows lie: sides of a tile are powers of two. */
struct words {
    int z, y, x; /* shifts from a slice, a row and a word to its tile */
    ptrdiff_t in_z, in_y, in_x, tile;
};

static struct words words_of(const struct ground *g)
{
    const ptrdiff_t along = g->tile[2] / 16;
    struct words w = {shift_of(g->tile[0]), shift_of(g->tile[1]), shift_of(along),
                      g->tile[0] - 1,       g->tile[1] - 1,       along - 1,
                      g->tile[0] * g->tile[1] * along};
    return w;
}

/* The slots of the tiles along a row of the grid, and the first word of the row in each of them. */
static inline const int32_t *row_of(const struct ground *g, const struct words *w, ptrdiff_t z,
                                    ptrdiff_t y, ptrdiff_t *inner)
{
    *inner = (((z & w->in_z) << w->y) + (y & w->in_y)) << w->x;
    return g->slots + ((z >> w->z) * g->counts[1] + (y >> w->y)) * g->counts[2];
}

static inline uint16_t *word_of(const struct ground *g, const struct words *w,
                                const int32_t *slots, ptrdiff_t inner, ptrdiff_t at)
{
    return g->pool + (slots[at >> w->x] - 1) * w->tile + inner + (at & w->in_x);
}

/* Puts what STEP rows have in a word's 16 voxels, the first of which is `begin` voxels after the
   spans', in or takes it out; whether any voxel was another. Without branches: where a ball's edge
   lies is nothing that a processor can guess. */
static inline unsigned put_rows(uint16_t *restrict words, ptrdiff_t apart, const int *restrict first,
                                const int *restrict last, int begin, unsigned fill)
{
    unsigned others = 0;
    for (int k = 0; k < STEP; k++) {
        int low = first[k] - begin, high = last[k] + 1 - begin;
        low = low < 0 ? 0 : low > 16 ? 16 : low;
        high = high < 0 ? 0 : high > 16 ? 16 : high;
        const unsigned mask = ((1u << high) - 1) & ~((1u << low) - 1);
        others |= set_bits(words + k * apart, mask, fill);
    }
    return others;
}

/* Puts up to ROWS rows of slice z, from y on, a whole number of STEPs, in or takes them out; from
   word `begin` to word `end` of each. */
static unsigned put_spans(const struct ground *g, const struct words *w, ptrdiff_t z, ptrdiff_t y,
                          int rows, const struct spans *in, unsigned fill)
{
    const int left = (int)(g->low[2] & 15);
    const ptrdiff_t begin = g->low[2] >> 4, end = (g->high[2] - 1) >> 4;
    unsigned others = 0;
    for (int k = 0; k < rows; k += STEP) {
        ptrdiff_t inner;
        const int32_t *slots = row_of(g, w, z, y + k, &inner);
        for (ptrdiff_t at = begin; at <= end; at++) {
            uint16_t *words = word_of(g, w, slots, inner, at);
            const int from = (int)(at - begin) * 16 - left;
            if (w->x)
                others |= put_rows(words, (ptrdiff_t)1 << w->x, in->first + k, in->last + k, from,
                                   fill);
            else
                others |= put_rows(words, 1, in->first + k, in->last + k, from, fill);
        }
    }
    return others;
}

/* Puts the spans that lie on the slice on show into the picture, or takes them out. */
static void put_picture(const struct ground *g, ptrdiff_t y, int rows, const struct spans *in,
                        int on)
{
    for (int k = 0; k < rows; k++)
        if (in->first[k] <= in->last[k])
            memset(g->picture + (y + k - g->top) * g->columns + g->low[2] + in->first[k] - g->left,
                   on, (size_t)(in->last[k] - in->first[k] + 1));
}

/* The rows of slice z of the box that may hold anything: from `first` to before `last`. */
static void rows_of(const struct ground *g, const struct way *w, const double *start, ptrdiff_t z,
                    ptrdiff_t *first, ptrdiff_t *last)
{
    const double pz = (double)(z - g->low[0]) * g->spacing[0] - start[0];
    const double off = pz - least(most(pz, least(0, w->d[0])), most(0, w->d[0]));
    const double half = sqrt(most(w->most - off * off, 0)), turn = 1 / g->spacing[1];
    const double top = (start[1] + least(0, w->d[1]) - half) * turn;
    const double bottom = (start[1] + most(0, w->d[1]) + half) * turn;
    const double rows = (double)(g->high[1] - g->low[1]);
    *first = g->low[1] + rounded_down(most(top - HAIR, 0));
    *last = g->low[1] + rounded_up(least(bottom + 1 + HAIR, rows));
}

/* Whether a sweep goes on where the last one ended, so that the ball at its start is there. */
static int goes_on(const struct ground *g, const double *start, double radius, ptrdiff_t from,
                   ptrdiff_t until, int on)
{
    return g->rolls && g->ended[0] == start[0] && g->ended[1] == start[1] &&
           g->ended[2] == start[2] && g->radius == radius && g->from == from &&
           g->until == until && g->on == on;
}

static void remember(struct ground *g, const double *end, double radius, ptrdiff_t from,
                     ptrdiff_t until, int on)
{
    memcpy(g->ended, end, sizeof g->ended);
    g->radius = radius, g->from = from, g->until = until, g->on = on, g->rolls = 1;
}

/* Puts what a ball covers on its straight way in, or takes it out, of the tiles and of the picture.
   `start` and `end` are voxels of the grid; only slices from `from` to before `until` are painted.
   BESIDE: the way does not touch the grid. UNTOUCHED, NO_ROOM: nothing was done, for a tile of the
   box is not in the pool, or the picture does not hold its section. */
int labeler_sweep(struct ground *g, const double *start, const double *end, double radius,
                  ptrdiff_t from, ptrdiff_t until, int on)
{
    if (!box_of(g, start, end, radius, from, until))
        return BESIDE;
    const int shown = g->low[0] <= g->layer && g->layer < g->high[0];
    const ptrdiff_t below = g->top + g->rows, beyond = g->left + g->columns;
    if (shown && (g->low[1] < g->top || g->low[2] < g->left || g->high[1] > below ||
                  g->high[2] > beyond))
        return NO_ROOM;
    if (!all_touched(g))
        return UNTOUCHED;
    double from_mm[3], to_mm[3];
    for (int n = 0; n < 3; n++) {
        from_mm[n] = (start[n] - (double)g->low[n]) * g->spacing[n];
        to_mm[n] = (end[n] - (double)g->low[n]) * g->spacing[n];
    }
    struct way w = way_of(from_mm, to_mm, radius);
    /* Along a row there is no tube: between both balls lies what is between their ends. */
    w.rolls = w.tube > 0 && goes_on(g, start, radius, from, until, on);
    remember(g, end, radius, from, until, on);
    const struct words words = words_of(g);
    const int columns = (int)(g->high[2] - g->low[2]);
    struct spans in;
    unsigned others = 0;
    for (ptrdiff_t z = g->low[0]; z < g->high[0]; z++) {
        ptrdiff_t top, bottom;
        rows_of(g, &w, from_mm, z, &top, &bottom);
        for (ptrdiff_t y = top & ~(ptrdiff_t)(STEP - 1); y < bottom; y += ROWS) {
            int rows = bottom - y < ROWS ? (int)(bottom - y) : ROWS;
            spans_of_rows(&w, g->spacing, from_mm, z - g->low[0], y - g->low[1], rows, columns,
                          &in);
            for (int k = 0; k < top - y; k++)
                in.last[k] = -1; /* before these rows */
            for (; rows % STEP; rows++)
                in.last[rows] = -1; /* beyond them */
            others |= put_spans(g, &words, z, y, rows, &in, on ? 0xFFFF : 0);
            if (z == g->layer)
                put_picture(g, y, rows, &in, on ? 1 : 0);
        }
    }
    return others ? CHANGED : SAME;
}

/* Puts the bits of a box, whose first voxel lies at `low`, in (or takes them out of) the tiles, all
   of which are in the pool. Answers how many voxels are others now, -1 where a tile is not there. */
ptrdiff_t labeler_stamp(struct ground *g, const uint8_t *bits, const ptrdiff_t *low,
                        const ptrdiff_t *sides, int on)
{
    for (int n = 0; n < 3; n++)
        g->low[n] = low[n], g->high[n] = low[n] + sides[n];
    if (!all_touched(g))
        return -1;
    g->rolls = 0;
    const struct words words = words_of(g);
    const unsigned fill = on ? 0xFFFF : 0;
    ptrdiff_t changed = 0;
    for (ptrdiff_t z = low[0]; z < g->high[0]; z++) {
        for (ptrdiff_t y = low[1]; y < g->high[1]; y++) {
            const uint8_t *row = bits + ((z - low[0]) * sides[1] + y - low[1]) * sides[2];
            ptrdiff_t inner;
            const int32_t *slots = row_of(g, &words, z, y, &inner);
            for (ptrdiff_t x = low[2]; x < g->high[2];) {
                const ptrdiff_t at = x >> 4, end = (at << 4) + 16;
                unsigned mask = 0;
                for (; x < end && x < g->high[2]; x++)
                    mask |= (unsigned)(row[x - low[2]] & 1) << (x & 15);
                uint16_t *word = word_of(g, &words, slots, inner, at);
                changed += __builtin_popcount(set_bits(word, mask, fill));
            }
        }
    }
    return changed;
}
