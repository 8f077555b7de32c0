/* Regions as runs of voxels along rows: what hangs together, and how far it is to the next one.
   Arrays are (slices, rows, columns), bytes of 0 or 1. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* How many runs each row has. */
void labeler_count_runs(const uint8_t *bits, ptrdiff_t rows, ptrdiff_t columns, int64_t *counts)
{
    for (ptrdiff_t y = 0; y < rows; y++) {
        const uint8_t *row = bits + y * columns;
        int64_t found = columns > 0 && row[0];
        for (ptrdiff_t x = 1; x < columns; x++)
            found += row[x] & (row[x - 1] ^ 1);
        counts[y] = found;
    }
}

/* Their first columns, and one past their last; as many as were counted. */
void labeler_find_runs(const uint8_t *bits, ptrdiff_t rows, ptrdiff_t columns, int32_t *starts,
                       int32_t *ends)
{
    ptrdiff_t at = 0;
    for (ptrdiff_t y = 0; y < rows; y++) {
        const uint8_t *row = bits + y * columns;
        ptrdiff_t x = 0;
        while (x < columns) {
            const uint8_t *begin = memchr(row + x, 1, (size_t)(columns - x));
            if (begin == NULL)
                break;
            x = begin - row;
            starts[at] = (int32_t)x;
            const uint8_t *end = memchr(row + x, 0, (size_t)(columns - x));
            x = end == NULL ? columns : end - row;
            ends[at++] = (int32_t)x;
        }
    }
}

static int32_t root(int32_t *parent, int32_t a)
{
    while (parent[a] != a) {
        parent[a] = parent[parent[a]];
        a = parent[a];
    }
    return a;
}

struct runs {
    const int32_t *starts, *ends;
    int32_t *parent;
};

/* Joins the runs of one row (from a to before a_end) with those of another that they touch. */
static void join_rows(const struct runs *r, int64_t a, int64_t a_end, int64_t b, int64_t b_end)
{
    while (a < a_end && b < b_end) {
        if (r->starts[a] < r->ends[b] && r->starts[b] < r->ends[a]) {
            const int32_t one = root(r->parent, (int32_t)a), other = root(r->parent, (int32_t)b);
            if (one < other)
                r->parent[other] = one;
            else
                r->parent[one] = other;
        }
        if (r->ends[a] < r->ends[b])
            a++;
        else
            b++;
    }
}

/* Numbers what hangs together by sides, from 0, in `parent`, a run each; `firsts` says where the
   runs of each row begin, and once more where the last one ends. Across slices where `deep`.
   Answers how many there are. */
int32_t labeler_join_runs(const int32_t *starts, const int32_t *ends, const int64_t *firsts,
                          ptrdiff_t slices, ptrdiff_t rows, int32_t *parent, int deep)
{
    const struct runs r = {starts, ends, parent};
    const int64_t count = firsts[slices * rows];
    for (int64_t n = 0; n < count; n++)
        parent[n] = (int32_t)n;
    for (ptrdiff_t z = 0; z < slices; z++)
        for (ptrdiff_t y = 0; y < rows; y++) {
            const ptrdiff_t here = z * rows + y;
            if (y > 0)
                join_rows(&r, firsts[here], firsts[here + 1], firsts[here - 1], firsts[here]);
            if (deep && z > 0)
                join_rows(&r, firsts[here], firsts[here + 1], firsts[here - rows],
                          firsts[here - rows + 1]);
        }
    /* A root stands before all that hang on it: what it gets as number is known when they come. */
    int32_t number = 0;
    for (int64_t n = 0; n < count; n++)
        parent[n] = parent[n] == n ? number++ : parent[parent[n]];
    return number;
}

/* Sets the voxels of those runs (from `first` on, of `rows` rows) whose number is to be kept. */
void labeler_draw_runs(uint8_t *bits, ptrdiff_t rows, ptrdiff_t columns, const int32_t *starts,
                       const int32_t *ends, const int64_t *firsts, const int32_t *numbers,
                       const uint8_t *keep)
{
    for (ptrdiff_t y = 0; y < rows; y++)
        for (int64_t n = firsts[y]; n < firsts[y + 1]; n++)
            if (keep[numbers[n]])
                memset(bits + y * columns + starts[n], 1, (size_t)(ends[n] - starts[n]));
}

/* Squared distance of each place of a line to the nearest in `value` (squared distances across
   other ways), `step` mm from one to the next: the lower envelope of parabolas. */
static void along_line(double *line, ptrdiff_t stride, ptrdiff_t count, double step, double *value,
                       double *bounds, int32_t *tops)
{
    ptrdiff_t last = -1;
    for (ptrdiff_t q = 0; q < count; q++) {
        value[q] = line[q * stride];
        if (isinf(value[q]))
            continue;
        double begin = -INFINITY;
        for (; last >= 0; last--) {
            const ptrdiff_t v = tops[last];
            const double way = (double)(q - v) * step, middle = (double)(q + v) * step / 2;
            begin = middle + (value[q] - value[v]) / (2 * way);
            if (begin > bounds[last])
                break;
        }
        last++;
        bounds[last] = last == 0 ? -INFINITY : begin;
        tops[last] = (int32_t)q;
    }
    if (last < 0)
        return;
    ptrdiff_t at = 0;
    for (ptrdiff_t q = 0; q < count; q++) {
        while (at < last && bounds[at + 1] < (double)q * step)
            at++;
        const double way = (double)(q - tops[at]) * step;
        line[q * stride] = value[tops[at]] + way * way;
    }
}

/* The squared distance in mm from the centre of each voxel to that of the nearest one that is set,
   infinite where none is. `room` holds twice the longest side, `places` the longest side. */
void labeler_distances(double *out, const uint8_t *bits, const ptrdiff_t *sides,
                       const double *spacing, double *room, int32_t *places)
{
    const ptrdiff_t slices = sides[0], rows = sides[1], columns = sides[2];
    ptrdiff_t longest = slices > rows ? slices : rows;
    longest = longest > columns ? longest : columns;
    double *bounds = room + longest;
    for (ptrdiff_t n = 0; n < slices * rows * columns; n++)
        out[n] = bits[n] ? 0 : INFINITY;
    for (ptrdiff_t n = 0; n < slices * rows; n++)
        along_line(out + n * columns, 1, columns, spacing[2], room, bounds, places);
    for (ptrdiff_t z = 0; z < slices; z++)
        for (ptrdiff_t x = 0; x < columns; x++)
            along_line(out + z * rows * columns + x, columns, rows, spacing[1], room, bounds,
                       places);
    if (slices > 1)
        for (ptrdiff_t n = 0; n < rows * columns; n++)
            along_line(out + n, rows * columns, slices, spacing[0], room, bounds, places);
}
