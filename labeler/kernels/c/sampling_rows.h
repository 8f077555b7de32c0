/* The sampling of one type of voxel: T is what is stored, real what is summed. See sampling.c. */

/* The value at a place within the image: the outer half voxel repeats the last value. */
static real NAME(mixed)(const T *at, const struct cut *cut, real x, real y)
{
    const ptrdiff_t columns = cut->columns, rows = cut->rows;
    x = x < 0 ? 0 : x > columns - 1 ? columns - 1 : x;
    y = y < 0 ? 0 : y > rows - 1 ? rows - 1 : y;
    ptrdiff_t i = (ptrdiff_t)x, j = (ptrdiff_t)y;
    i = i > columns - 2 && columns > 1 ? columns - 2 : i;
    j = j > rows - 2 && rows > 1 ? rows - 2 : j;
    const ptrdiff_t right = columns > 1, below = rows > 1 ? columns : 0;
    const real u = x - (real)i, v = y - (real)j;
    const T *p = at + j * columns + i;
    const real a = (real)p[0] + ((real)p[right] - (real)p[0]) * u;
    const real b = (real)p[below] + ((real)p[below + right] - (real)p[below]) * u;
    return a + (b - a) * v;
}

static real NAME(nearest)(const T *at, const struct cut *cut, real x, real y)
{
    ptrdiff_t i = (ptrdiff_t)(x + (real)0.5), j = (ptrdiff_t)(y + (real)0.5);
    i = i < 0 ? 0 : i > cut->columns - 1 ? cut->columns - 1 : i;
    j = j < 0 ? 0 : j > cut->rows - 1 ? cut->rows - 1 : j;
    return (real)at[j * cut->columns + i];
}

static real NAME(in_slice)(const T *at, const struct cut *cut, real x, real y)
{
    return cut->method == LINEAR ? NAME(mixed)(at, cut, x, y) : NAME(nearest)(at, cut, x, y);
}

/* Of equal slices: z counts them. The place lies within the image. */
static real NAME(voxel)(const T *values, const struct cut *cut, real x, real y, real z)
{
    const ptrdiff_t layer = cut->rows * cut->columns, slices = cut->slices;
    z = z < 0 ? 0 : z > slices - 1 ? slices - 1 : z;
    if (cut->method == NEAREST)
        return NAME(nearest)(values + (ptrdiff_t)(z + (real)0.5) * layer, cut, x, y);
    ptrdiff_t k = (ptrdiff_t)z;
    k = k > slices - 2 && slices > 1 ? slices - 2 : k;
    const real a = NAME(mixed)(values + k * layer, cut, x, y);
    if (slices == 1)
        return a;
    return a + (NAME(mixed)(values + (k + 1) * layer, cut, x, y) - a) * (z - (real)k);
}

/* Whether a line runs over voxels one by one, so that none is mixed with another. */
static int NAME(on_voxels)(const real *start, const real *step)
{
    return step[0] == 1 && step[1] == 0 && step[2] == 0 && start[0] == (real)floor((double)start[0]) &&
           start[1] == (real)floor((double)start[1]) && start[2] == (real)floor((double)start[2]);
}

/* Deep inside nothing needs to be looked at: all eight voxels are there. */
static void NAME(inner)(const T *values, const struct cut *cut, const real *start, const real *step,
                        int begin, int end, real *out)
{
    const ptrdiff_t row = cut->columns, layer = cut->rows * row;
    int c = begin;
    if (NAME(on_voxels)(start, step)) {
        const ptrdiff_t first =
            (ptrdiff_t)start[2] * layer + (ptrdiff_t)start[1] * row + (ptrdiff_t)start[0];
        for (; c < end; c++)
            out[c] = (real)values[first + c];
        return;
    }
#if defined(__AVX2__) && defined(WIDE_LOW)
    if (cut->slices * layer < INT32_MAX) {
        const __m256 x0 = _mm256_set1_ps(start[0]), dx = _mm256_set1_ps(step[0]);
        const __m256 y0 = _mm256_set1_ps(start[1]), dy = _mm256_set1_ps(step[1]);
        const __m256 z0 = _mm256_set1_ps(start[2]), dz = _mm256_set1_ps(step[2]);
        const __m256i rows = _mm256_set1_epi32((int)row), layers = _mm256_set1_epi32((int)layer);
        const int *at00 = (const int *)values, *at01 = (const int *)(values + row);
        const int *at10 = (const int *)(values + layer), *at11 = (const int *)(values + layer + row);
        for (; c + 8 <= end; c += 8) {
            const __m256 n = _mm256_cvtepi32_ps(_mm256_add_epi32(
                _mm256_set1_epi32(c), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)));
            const __m256 x = _mm256_add_ps(x0, _mm256_mul_ps(n, dx));
            const __m256 y = _mm256_add_ps(y0, _mm256_mul_ps(n, dy));
            const __m256 z = _mm256_add_ps(z0, _mm256_mul_ps(n, dz));
            const __m256i i = _mm256_cvttps_epi32(x), j = _mm256_cvttps_epi32(y);
            const __m256i k = _mm256_cvttps_epi32(z);
            const __m256i at = _mm256_add_epi32(
                i, _mm256_add_epi32(_mm256_mullo_epi32(j, rows), _mm256_mullo_epi32(k, layers)));
            const __m256 u = _mm256_sub_ps(x, _mm256_cvtepi32_ps(i));
            const __m256 v = _mm256_sub_ps(y, _mm256_cvtepi32_ps(j));
            const __m256 w = _mm256_sub_ps(z, _mm256_cvtepi32_ps(k));
            const __m256i p00 = _mm256_i32gather_epi32(at00, at, sizeof(T));
            const __m256i p01 = _mm256_i32gather_epi32(at01, at, sizeof(T));
            const __m256i p10 = _mm256_i32gather_epi32(at10, at, sizeof(T));
            const __m256i p11 = _mm256_i32gather_epi32(at11, at, sizeof(T));
#define ALONG(pair)                                                                                \
    _mm256_add_ps(_mm256_cvtepi32_ps(WIDE_LOW(pair)),                                              \
                  _mm256_mul_ps(_mm256_sub_ps(_mm256_cvtepi32_ps(WIDE_HIGH(pair)),                 \
                                              _mm256_cvtepi32_ps(WIDE_LOW(pair))),                 \
                                u))
            const __m256 a = ALONG(p00), b = ALONG(p01), d = ALONG(p10), e = ALONG(p11);
#undef ALONG
            const __m256 lower = _mm256_add_ps(a, _mm256_mul_ps(_mm256_sub_ps(b, a), v));
            const __m256 upper = _mm256_add_ps(d, _mm256_mul_ps(_mm256_sub_ps(e, d), v));
            _mm256_storeu_ps(out + c,
                             _mm256_add_ps(lower, _mm256_mul_ps(_mm256_sub_ps(upper, lower), w)));
        }
    }
#endif
    for (; c < end; c++) {
        const real x = start[0] + (real)c * step[0], y = start[1] + (real)c * step[1];
        const real z = start[2] + (real)c * step[2];
        const ptrdiff_t i = (ptrdiff_t)x, j = (ptrdiff_t)y, k = (ptrdiff_t)z;
        const real u = x - (real)i, v = y - (real)j, w = z - (real)k;
        const T *p = values + k * layer + j * row + i, *q = p + layer;
        const real a = (real)p[0] + ((real)p[1] - (real)p[0]) * u;
        const real b = (real)p[row] + ((real)p[row + 1] - (real)p[row]) * u;
        const real d = (real)q[0] + ((real)q[1] - (real)q[0]) * u;
        const real e = (real)q[row] + ((real)q[row + 1] - (real)q[row]) * u;
        const real lower = a + (b - a) * v, upper = d + (e - d) * v;
        out[c] = lower + (upper - lower) * w;
    }
}

/* The same, of the one voxel that is nearest. */
static void NAME(inner_nearest)(const T *values, const struct cut *cut, const real *start,
                                const real *step, int begin, int end, real *out)
{
    const ptrdiff_t row = cut->columns, layer = cut->rows * row;
    const real x0 = start[0] + (real)0.5, y0 = start[1] + (real)0.5, z0 = start[2] + (real)0.5;
    int c = begin;
#if defined(__AVX2__) && defined(WIDE_LOW)
    if (cut->slices * layer < INT32_MAX) {
        const __m256i rows = _mm256_set1_epi32((int)row), layers = _mm256_set1_epi32((int)layer);
        for (; c + 8 <= end; c += 8) {
            const __m256 n = _mm256_cvtepi32_ps(_mm256_add_epi32(
                _mm256_set1_epi32(c), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)));
#define WHOLE(from, way)                                                                           \
    _mm256_cvttps_epi32(_mm256_add_ps(_mm256_set1_ps(from), _mm256_mul_ps(n, _mm256_set1_ps(way))))
            const __m256i i = WHOLE(x0, step[0]), j = WHOLE(y0, step[1]), k = WHOLE(z0, step[2]);
#undef WHOLE
            const __m256i at = _mm256_add_epi32(
                i, _mm256_add_epi32(_mm256_mullo_epi32(j, rows), _mm256_mullo_epi32(k, layers)));
            const __m256i pairs = _mm256_i32gather_epi32((const int *)values, at, sizeof(T));
            _mm256_storeu_ps(out + c, _mm256_cvtepi32_ps(WIDE_LOW(pairs)));
        }
    }
#endif
    for (; c < end; c++) {
        const ptrdiff_t i = (ptrdiff_t)(x0 + (real)c * step[0]);
        const ptrdiff_t j = (ptrdiff_t)(y0 + (real)c * step[1]);
        const ptrdiff_t k = (ptrdiff_t)(z0 + (real)c * step[2]);
        out[c] = (real)values[k * layer + j * row + i];
    }
}

static int NAME(holds)(const real *start, const real *step, int c, const real *low,
                       const real *high)
{
    for (int axis = 0; axis < 3; axis++) {
        const real at = start[axis] + (real)c * step[axis];
        if (!(low[axis] <= at && at < high[axis]))
            return 0;
    }
    return 1;
}

/* Which of the places [*begin, *end) lie in a box: first by division, then by the very numbers
   that are used to read, so that rounding lets none out. */
static void NAME(held)(const real *start, const real *step, const real *low, const real *high,
                       int *begin, int *end)
{
    for (int axis = 0; axis < 3; axis++)
        narrow_to((double)start[axis], (double)step[axis], (double)low[axis], (double)high[axis],
                  begin, end);
    while (*begin < *end && !NAME(holds)(start, step, *begin, low, high))
        ++*begin;
    while (*begin < *end && !NAME(holds)(start, step, *end - 1, low, high))
        --*end;
}

static void NAME(even_line)(const T *values, const struct cut *cut, const double *from, int count,
                            real *out)
{
    const real start[3] = {(real)from[0], (real)from[1], (real)from[2]};
    const real step[3] = {(real)cut->across[0], (real)cut->across[1], (real)cut->across[2]};
    const real size[3] = {(real)cut->columns, (real)cut->rows, (real)cut->slices};
    const real half = (real)0.5, outer_low[3] = {-half, -half, -half}, inner_low[3] = {0, 0, 0};
    const real outer_high[3] = {size[0] - half, size[1] - half, size[2] - half};
    /* The nearest voxel may lie half a step further, and gathers read one voxel more. */
    const real less = cut->method == LINEAR ? 1 : 2;
    const real inner_high[3] = {size[0] - less, size[1] - less, size[2] - less};
    int begin = 0, end = count;
    NAME(held)(start, step, outer_low, outer_high, &begin, &end);
    int first = begin, last = end;
    NAME(held)(start, step, inner_low, inner_high, &first, &last);
    for (int c = 0; c < begin; c++)
        out[c] = (real)NAN;
    for (int c = begin; c < end; c++) {
        if (c == first && first < last) {
            if (cut->method == LINEAR)
                NAME(inner)(values, cut, start, step, first, last, out);
            else
                NAME(inner_nearest)(values, cut, start, step, first, last, out);
            c = last - 1;
            continue;
        }
        out[c] = NAME(voxel)(values, cut, start[0] + (real)c * step[0],
                             start[1] + (real)c * step[1], start[2] + (real)c * step[2]);
    }
    for (int c = end; c < count; c++)
        out[c] = (real)NAN;
}

static real NAME(measured)(const T *values, const struct cut *cut, const struct slice *slices,
                           ptrdiff_t k, double x, double y)
{
    x -= slices[k].x, y -= slices[k].y;
    if (!(-0.5 <= x && x < (double)cut->columns - 0.5 && -0.5 <= y && y < (double)cut->rows - 0.5))
        return (real)NAN;
    const T *at = values + k * cut->rows * cut->columns;
    return NAME(in_slice)(at, cut, (real)x, (real)y) * (real)slices[k].scale + (real)slices[k].offset;
}

/* Of slices each at its own place: z is a height in mm. `k` is the slice below, kept along a row. */
static real NAME(placed)(const T *values, const struct cut *cut, const struct slice *slices,
                         ptrdiff_t *k, double x, double y, double z)
{
    const ptrdiff_t last = cut->slices - 2;
    while (*k < last && z >= slices[*k + 1].height)
        ++*k;
    while (*k > 0 && z < slices[*k].height)
        --*k;
    const struct slice *lower = slices + *k, *upper = lower + 1;
    const double way = (z - lower->height) / (upper->height - lower->height);
    if (cut->method == LINEAR && lower->low >= 1 && 0 <= way && way <= 1) {
        /* Between slices that lie askew the first voxel moves evenly from one to the next. */
        const double moved_x = (upper->x - lower->x) * way, moved_y = (upper->y - lower->y) * way;
        const real a = NAME(measured)(values, cut, slices, *k, x - moved_x, y - moved_y);
        const real b = NAME(measured)(values, cut, slices, *k + 1, x - moved_x + upper->x - lower->x,
                                      y - moved_y + upper->y - lower->y);
        return a + (b - a) * (real)way;
    }
    if (fabs(way) <= fmin(lower->low, 0.5))
        return NAME(measured)(values, cut, slices, *k, x, y);
    if (fabs(1 - way) <= fmin(1 - lower->high, 0.5))
        return NAME(measured)(values, cut, slices, *k + 1, x, y);
    return (real)NAN;
}

static void NAME(placed_line)(const T *values, const struct cut *cut, const struct slice *slices,
                              const double *from, int count, real *out)
{
    ptrdiff_t low = 0, high = cut->slices - 1;
    while (high - low > 1) {
        const ptrdiff_t middle = low + (high - low) / 2;
        if (from[2] < slices[middle].height)
            high = middle;
        else
            low = middle;
    }
    for (int c = 0; c < count; c++)
        out[c] = NAME(placed)(values, cut, slices, &low, from[0] + c * cut->across[0],
                              from[1] + c * cut->across[1], from[2] + c * cut->across[2]);
}

static void NAME(line)(const T *values, const struct cut *cut, const struct slice *slices,
                       const double *from, int count, real *out)
{
    if (slices)
        NAME(placed_line)(values, cut, slices, from, count, out);
    else
        NAME(even_line)(values, cut, from, count, out);
}

/* Add one line to those above it; `counts` says how many of them lay inside. */
static void NAME(reduced)(const real *line, int count, ptrdiff_t reduction, real *out, real *counts)
{
    for (int c = 0; c < count; c++) {
        const int inside = line[c] == line[c];
        if (reduction == MEAN)
            out[c] += inside ? line[c] : 0;
        else if (reduction == HIGHEST)
            out[c] = inside && !(line[c] <= out[c]) ? line[c] : out[c];
        else
            out[c] = inside && !(line[c] >= out[c]) ? line[c] : out[c];
        counts[c] += (real)inside;
    }
}

static void NAME(slab)(const T *values, const struct cut *cut, const struct slice *slices,
                       const double *from, int count, real *out)
{
    if (cut->reduction == ALONE) {
        NAME(line)(values, cut, slices, from, count, out);
        return;
    }
    real found[BLOCK], counts[BLOCK];
    for (int c = 0; c < count; c++) {
        out[c] = cut->reduction == MEAN ? 0 : (real)NAN;
        counts[c] = 0;
    }
    for (ptrdiff_t n = 0; n < cut->samples; n++) {
        const double at[3] = {from[0] + (double)n * cut->deep[0], from[1] + (double)n * cut->deep[1],
                              from[2] + (double)n * cut->deep[2]};
        NAME(line)(values, cut, slices, at, count, found);
        NAME(reduced)(found, count, cut->reduction, out, counts);
    }
    if (cut->reduction == MEAN)
        for (int c = 0; c < count; c++)
            out[c] = counts[c] > 0 ? out[c] / counts[c] : (real)NAN;
}

static void NAME(store)(const real *line, int count, const struct cut *cut, ptrdiff_t at, void *out)
{
    if (!cut->as_stored) {
        for (int c = 0; c < count; c++)
            ((float *)out)[at + c] = line[c] == line[c] ? (float)line[c] : (float)cut->padding;
        return;
    }
    T *stored = (T *)out + at;
#ifdef FLOATING
    for (int c = 0; c < count; c++)
        stored[c] = line[c] == line[c] ? (T)line[c] : (T)cut->padding;
#else
    /* A mean of voxels never leaves their range, so that no sum has to be held in it. */
    const T padding = (T)cut->padding;
    for (int c = 0; c < count; c++)
        stored[c] = line[c] == line[c] ? (T)(line[c] + (line[c] < 0 ? (real)-0.5 : (real)0.5)) : padding;
#endif
}

/* Rows [begin, end) of a picture `width` wide, each in blocks, so that neighbours share what the
   processor has at hand. `slices` is NULL where they are alike and evenly apart. */
void NAME(labeler_sample)(const T *values, const struct slice *slices, const struct cut *cut,
                          void *out)
{
    real line[BLOCK];
    for (ptrdiff_t c = 0; c < cut->width; c += BLOCK) {
        const int count = (int)(cut->width - c < BLOCK ? cut->width - c : BLOCK);
        for (ptrdiff_t r = cut->begin; r < cut->end; r++) {
            double from[3];
            for (int axis = 0; axis < 3; axis++)
                from[axis] = cut->origin[axis] + (double)c * cut->across[axis] +
                             (double)r * cut->down[axis];
            NAME(slab)(values, cut, slices, from, count, line);
            NAME(store)(line, count, cut, r * cut->width + c, out);
        }
    }
}

#undef SUFFIX
#undef T
#undef real
#undef FLOATING
#undef WIDE_LOW
#undef WIDE_HIGH
