/* Rows of one frame in REAL, included once for float and once for double by windowing.c.

   A frame lies at `pixels` in elements of `kind`, `row` and `column` elements apart (both may be
   negative); the `channels` of one voxel lie side by side. */

#define LOAD(TYPE)                                                                                 \
    do {                                                                                           \
        const TYPE *from = (const TYPE *)frame->pixels + r * frame->row + first * frame->column;   \
        if (frame->column == 1)                                                                    \
            for (ptrdiff_t i = 0; i < count; i++)                                                  \
                to[i] = (REAL)from[i];                                                             \
        else if (frame->column == 3)                                                               \
            for (ptrdiff_t i = 0; i < count; i++)                                                  \
                to[i] = (REAL)from[3 * i];                                                         \
        else                                                                                       \
            for (ptrdiff_t i = 0; i < count; i++)                                                  \
                to[i] = (REAL)from[i * frame->column];                                             \
    } while (0)

/* The voxels [first, first + count) of row r; of one channel. */
static void NAME(load)(REAL *restrict to, const Frame *frame, ptrdiff_t r, ptrdiff_t first, ptrdiff_t count)
{
    switch (frame->kind) {
    case UINT8: LOAD(uint8_t); break;
    case INT8: LOAD(int8_t); break;
    case UINT16: LOAD(uint16_t); break;
    case INT16: LOAD(int16_t); break;
    case UINT32: LOAD(uint32_t); break;
    case INT32: LOAD(int32_t); break;
    case FLOAT32: LOAD(float); break;
    case FLOAT64: LOAD(double); break;
    }
}

#define ADD(TYPE)                                                                                  \
    do {                                                                                           \
        const TYPE *from = (const TYPE *)frame->pixels + r * frame->row + first * frame->column;   \
        if (frame->column == k)                                                                    \
            for (ptrdiff_t i = 0; i < count * k; i++)                                              \
                to[i] += weight * (REAL)from[i];                                                   \
        else                                                                                       \
            for (ptrdiff_t i = 0; i < count; i++)                                                  \
                for (ptrdiff_t c = 0; c < k; c++)                                                  \
                    to[i * k + c] += weight * (REAL)from[i * frame->column + c];                   \
    } while (0)

/* The same voxels, weighed, on top of what is there. */
static void NAME(add)(REAL *restrict to, const Frame *frame, ptrdiff_t r, ptrdiff_t first, ptrdiff_t count, REAL weight)
{
    const ptrdiff_t k = frame->channels;
    switch (frame->kind) {
    case UINT8: ADD(uint8_t); break;
    case INT8: ADD(int8_t); break;
    case UINT16: ADD(uint16_t); break;
    case INT16: ADD(int16_t); break;
    case UINT32: ADD(uint32_t); break;
    case INT32: ADD(int32_t); break;
    case FLOAT32: ADD(float); break;
    case FLOAT64: ADD(double); break;
    }
}
#undef LOAD
#undef ADD

/* Values at the canvas pixels of one row: between voxels by `part`, or the voxel itself. */
static void NAME(across)(REAL *restrict to, const REAL *restrict row, const Axis *axis)
{
    const int32_t *restrict at = axis->at;
    const float *restrict part = axis->part;
    if (!part)
        for (ptrdiff_t x = 0; x < axis->count; x++)
            to[x] = row[at[x]];
    else
        for (ptrdiff_t x = 0; x < axis->count; x++) {
            const REAL a = row[at[x]], b = row[at[x] + 1];
            to[x] = a + (REAL)part[x] * (b - a);
        }
}

/* Row r of the frame at the canvas's columns; neighbouring rows are held beside each other. */
static const REAL *NAME(sampled)(NAME(Rows) *rows, const Frame *frame, const Axis *axis, ptrdiff_t r)
{
    const int slot = (int)(r & 1);
    if (rows->run && frame->kind == OWN_KIND && frame->column == 1)
        return (const REAL *)frame->pixels + r * frame->row + axis->at[0];
    if (rows->row[slot] == r)
        return rows->held[slot];
    rows->row[slot] = r;
    if (rows->run) {
        NAME(load)(rows->held[slot], frame, r, axis->at[0], axis->count);
        return rows->held[slot];
    }
    NAME(load)(rows->loaded, frame, r, 0, axis->voxels);
    rows->loaded[axis->voxels] = rows->loaded[axis->voxels - 1]; /* a neighbour for the last one */
    NAME(across)(rows->held[slot], rows->loaded, axis);
    return rows->held[slot];
}

/* Row y of the canvas: a + part (b - a); `b` is NULL where a alone is shown. */
static REAL NAME(between)(NAME(Rows) *rows, const Frame *frame, const Axis *across, const Axis *down, ptrdiff_t y,
                          const REAL **a, const REAL **b)
{
    const ptrdiff_t r = down->at[y];
    const REAL part = down->part ? (REAL)down->part[y] : 0;
    *a = NAME(sampled)(rows, frame, across, r);
    *b = part > 0 ? NAME(sampled)(rows, frame, across, r + 1) : NULL;
    return part;
}

/* Room for two sampled rows and one loaded. */
static NAME(Rows) NAME(rows)(REAL *scratch, const Axis *across)
{
    NAME(Rows) rows = {{scratch, scratch + across->count}, {-1, -1}, scratch + 2 * across->count, is_run(across)};
    return rows;
}

/* Where a value falls on the scale 0..top; what is no number falls on 0. */
static inline int32_t NAME(step)(REAL value, REAL base, REAL gain, REAL offset, REAL top)
{
    REAL t = (value - base) * gain + offset;
    t = t > 0 ? t : 0;
    t = t < top ? t : top;
    return (int32_t)(t + (REAL)0.5);
}

static void NAME(shade)(uint32_t *restrict out, const REAL *restrict a, const REAL *restrict b, REAL part,
                        ptrdiff_t count, const Tone *tone)
{
    const REAL base = (REAL)tone->base, gain = (REAL)tone->gain, offset = (REAL)tone->offset, top = (REAL)tone->top;
    const uint32_t *restrict colors = tone->colors;
    const uint32_t dark = tone->dark;
    if (!colors && !b)
        for (ptrdiff_t x = 0; x < count; x++)
            out[x] = ((uint32_t)NAME(step)(a[x], base, gain, offset, 255) * 0x010101u) ^ dark;
    else if (!colors)
        for (ptrdiff_t x = 0; x < count; x++)
            out[x] = ((uint32_t)NAME(step)(a[x] + part * (b[x] - a[x]), base, gain, offset, 255) * 0x010101u) ^ dark;
    else if (!b)
        for (ptrdiff_t x = 0; x < count; x++)
            out[x] = colors[NAME(step)(a[x], base, gain, offset, top)];
    else
        for (ptrdiff_t x = 0; x < count; x++)
            out[x] = colors[NAME(step)(a[x] + part * (b[x] - a[x]), base, gain, offset, top)];
}

static void NAME(paint)(const Frame *frame, const Axis *across, const Axis *down, const Tone *tone, uint32_t *out,
                        ptrdiff_t pitch, REAL *scratch)
{
    NAME(Rows) rows = NAME(rows)(scratch, across);
    for (ptrdiff_t y = 0; y < down->count; y++) {
        uint32_t *to = out + y * pitch;
        if (y && !down->part && down->at[y] == down->at[y - 1]) {
            memcpy(to, to - pitch, (size_t)across->count * sizeof *to);
            continue;
        }
        const REAL *a, *b;
        const REAL part = NAME(between)(&rows, frame, across, down, y, &a, &b);
        NAME(shade)(to, a, b, part, across->count, tone);
    }
}

static void NAME(sample)(const Frame *frame, const Axis *across, const Axis *down, REAL *out, REAL *scratch)
{
    NAME(Rows) rows = NAME(rows)(scratch, across);
    for (ptrdiff_t y = 0; y < down->count; y++) {
        REAL *restrict to = out + y * across->count;
        const REAL *a, *b;
        const REAL part = NAME(between)(&rows, frame, across, down, y, &a, &b);
        if (b)
            for (ptrdiff_t x = 0; x < across->count; x++)
                to[x] = a[x] + part * (b[x] - a[x]);
        else
            memcpy(to, a, (size_t)across->count * sizeof *to);
    }
}

/* Averages over the rectangles that `down` and `across` share out. First the rows are added, which
   runs along memory; `sums` holds as many zeros behind its end as `across` weighs voxels, and then
   has room for these weights, put side by side for each pixel. */
static void NAME(shrink)(const Frame *frame, const Shares *across, const Shares *down, REAL *out, ptrdiff_t out_row,
                         ptrdiff_t out_column, REAL *restrict sums)
{
    const ptrdiff_t k = frame->channels, wide = across->count, voxels = across->to - across->from;
    const int32_t *restrict first = across->first;
    const ptrdiff_t most = across->most;
    REAL *restrict weights = sums + (voxels + most) * k;
    for (ptrdiff_t x = 0; x < wide; x++)
        for (ptrdiff_t j = 0; j < most; j++)
            weights[x * most + j] = (REAL)across->weights[j * wide + x];
    for (ptrdiff_t y = 0; y < down->count; y++) {
        memset(sums, 0, (size_t)((voxels + most) * k) * sizeof *sums);
        for (ptrdiff_t j = 0; j < down->most; j++) {
            const REAL weight = (REAL)down->weights[j * down->count + y];
            if (weight > 0)
                NAME(add)(sums, frame, down->first[y] + j, across->from, voxels, weight);
        }
        for (ptrdiff_t c = 0; c < k; c++) {
            REAL *restrict to = out + y * out_row + c;
            const REAL *restrict at = sums - across->from * k + c;
            for (ptrdiff_t x = 0; x < wide; x++) {
                REAL sum = 0;
                for (ptrdiff_t j = 0; j < most; j++)
                    sum += weights[x * most + j] * at[(first[x] + j) * k];
                to[x * out_column] = sum;
            }
        }
    }
}
