/* Which voxels of rows a ball covers on its straight way: a capsule, row by row. */
#include <math.h>
#include <stddef.h>

/* In voxels: what is left to the rounding of the ends of a row. */
#define HAIR 1e-7

/* Rows that are reckoned together, in steps that the compiler reckons at once, so that none is left
   over; the rows of a tile are a whole number of steps. */
#define ROWS 64
#define STEP 16

struct way {
    double d[3], squared, most; /* the way, its squared length, the squared radius */
    double turned, turn;        /* one over the squared length, and over the way along a row */
    double tube, widened;       /* of the tube's parabola: its factor, and one over it */
    int rolls;                  /* the ball at the start is there already: it is left out */
};

/* Of rows of voxels: from `first` to `last`, none where that is before it. */
struct spans {
    int first[ROWS], last[ROWS];
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

static struct way way_of(const double *start, const double *end, double radius)
{
    struct way w = {.d = {end[0] - start[0], end[1] - start[1], end[2] - start[2]},
                    .most = radius * radius};
    const double off = w.d[0] * w.d[0] + w.d[1] * w.d[1];
    w.squared = off + w.d[2] * w.d[2];
    w.turned = w.squared > 0 ? 1 / w.squared : 0;
    w.turn = w.d[2] != 0 ? 1 / w.d[2] : 0;
    /* A way along the row, or none, has no tube beside the balls at its ends. */
    w.tube = off > 1e-12 * w.squared ? off * w.turned : 0;
    w.widened = w.tube > 0 ? 1 / w.tube : 0;
    return w;
}

/* About where rows, (pz, py + k * spacing) from a ball's middle, which lies at px, lie within it. */
static void reach_of_ball(double most_away, double pz, double py, double px, double spacing,
                          int steps, double *restrict low, double *restrict high)
{
    const double flat = most_away - pz * pz;
    for (int k = 0; k < steps * STEP; k++) {
        const double y = py + k * spacing, left = flat - y * y;
        const double half = sqrt(most(left, 0));
        low[k] = left >= 0 ? px - half : INFINITY;
        high[k] = left >= 0 ? px + half : -INFINITY;
    }
}

/* Where they lie within one of two balls. */
static void widen(const double *restrict low, const double *restrict high, int steps,
                  double *restrict lower, double *restrict higher)
{
    for (int k = 0; k < steps * STEP; k++) {
        lower[k] = least(lower[k], low[k]);
        higher[k] = most(higher[k], high[k]);
    }
}

/* And within the tube between the balls at both ends: |p|^2 - (p.d)^2 / |d|^2 <= r^2, a parabola in px. The three are
   convex, and so is what they make together, also without the ball at the start. */
static void reach_of_tube(const struct way *w, double pz, double py, double spacing, int steps,
                          double *restrict low, double *restrict high)
{
    const double dz = w->d[0], dy = w->d[1], dx = w->d[2];
    const double rest = pz * pz - w->most, bend = -dx * w->turned;
    /* A way that does not lean along rows has its ends as a condition on the row. */
    const double turn = w->turn, wide = dx != 0 ? 0 : INFINITY;
    for (int k = 0; k < steps * STEP; k++) {
        const double y = py + k * spacing;
        const double along = pz * dz + y * dy, half_b = along * bend;
        const double c = rest + y * y - along * along * w->turned;
        const double root = half_b * half_b - w->tube * c;
        const double side = sqrt(most(root, 0));
        const double one = -along * turn, other = (w->squared - along) * turn;
        const double between = along * (w->squared - along) >= 0 ? wide : -wide;
        const double first = least(one, other) - between, last = most(one, other) + between;
        double begin = most((-half_b - side) * w->widened, first);
        double end = least((-half_b + side) * w->widened, last);
        begin = root >= 0 ? begin : INFINITY;
        const double from = least(low[k], begin), until = most(high[k], end);
        low[k] = begin <= end ? from : low[k];
        high[k] = begin <= end ? until : high[k];
    }
}

static inline int rounded_up(double v)
{
    const int whole = (int)v;
    return whole + ((double)whole < v);
}

static inline int rounded_down(double v)
{
    const int whole = (int)v;
    return whole - ((double)whole > v);
}

/* The voxels of rows that lie within their reach, but for those within a hair of an end: whether
   there are any. */
static int voxels_of(const double *restrict low, const double *restrict high, double start,
                     double spacing, int steps, int columns, struct spans *restrict in)
{
    const double turn = 1 / spacing, room = (double)columns;
    int near = 0;
    for (int k = 0; k < steps * STEP; k++) {
        const int some = low[k] <= high[k];
        const double a = (low[k] + start) * turn, b = (high[k] + start) * turn;
        const int first = rounded_up(most(least(a - HAIR, room), 0));
        const int last = rounded_down(most(least(b + HAIR, room - 1), -1));
        near |= (fabs((double)first - a) <= HAIR) | (fabs((double)last - b) <= HAIR);
        in->first[k] = some ? first : 0;
        in->last[k] = some ? last : -1;
    }
    return near;
}

/* Of up to ROWS rows of a box, from row y of slice z on. */
static void spans_of_rows(const struct way *w, const double *spacing, const double *start,
                          ptrdiff_t z, ptrdiff_t y, int rows, int columns, struct spans *in)
{
    double low[ROWS], high[ROWS];
    const double pz = (double)z * spacing[0] - start[0], py = (double)y * spacing[1] - start[1];
    const int steps = (rows + STEP - 1) / STEP;
    reach_of_ball(w->most, pz - w->d[0], py - w->d[1], w->d[2], spacing[1], steps, low, high);
    if (!w->rolls) {
        double from[ROWS], until[ROWS];
        reach_of_ball(w->most, pz, py, 0, spacing[1], steps, from, until);
        widen(from, until, steps, low, high);
    }
    if (w->tube > 0)
        reach_of_tube(w, pz, py, spacing[1], steps, low, high);
    if (!voxels_of(low, high, start[2], spacing[2], steps, columns, in))
        return;
    /* What lies within a hair of an end may be on either side of it: it is asked. */
    for (int k = 0; k < rows; k++) {
        const double at = py + (double)k * spacing[1], turn = 1 / spacing[2];
        const double a = (low[k] + start[2]) * turn, b = (high[k] + start[2]) * turn;
        int *first = in->first + k, *last = in->last + k;
        if (*first <= *last && fabs((double)*first - a) <= HAIR &&
            distance(w, pz, at, (double)*first * spacing[2] - start[2]) > w->most)
            ++*first;
        if (*first <= *last && fabs((double)*last - b) <= HAIR &&
            distance(w, pz, at, (double)*last * spacing[2] - start[2]) > w->most)
            --*last;
    }
}
