/* Stored values of one frame to the pixels of a canvas (0xffRRGGBB): where they lie, and what grey
   or colour they have. The caller answers for the bounds; see labeler/kernels/windowing.py. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { UINT8, INT8, UINT16, INT16, UINT32, INT32, FLOAT32, FLOAT64 };

typedef struct {
    const void *pixels;
    ptrdiff_t kind, row, column, channels;
} Frame;

/* Along one axis each of `count` canvas pixels shows the voxel `at`, or `part` of the way on to the
   next one; there are `voxels` of them, and all `at` lie below that. */
typedef struct {
    const int32_t *at;
    const float *part;
    ptrdiff_t count, voxels;
} Axis;

/* Along one axis each of `count` canvas pixels is the weighed sum of up to `most` voxels from `first`
   on, all in [from, to); `weights` are told for all pixels' first voxel, then their second ... */
typedef struct {
    const int32_t *first;
    const double *weights;
    ptrdiff_t count, most, from, to;
} Shares;

/* A value v falls on (v - base) gain + offset of the scale 0..top, which `colors` names; without
   them it is a grey 0..255, and `dark` 0xff000000, or 0xffffffff where high values are dark. */
typedef struct {
    double base, gain, offset, top;
    const uint32_t *colors;
    ptrdiff_t dark;
} Tone;

typedef struct {
    float *held[2];
    ptrdiff_t row[2];
    float *loaded;
    int run;
} Rows_f;

typedef struct {
    double *held[2];
    ptrdiff_t row[2];
    double *loaded;
    int run;
} Rows_d;

/* Whether an axis shows one voxel after the other as it is. */
static int is_run(const Axis *axis)
{
    if (axis->part || !axis->count)
        return 0;
    for (ptrdiff_t x = 1; x < axis->count; x++)
        if (axis->at[x] != axis->at[x - 1] + 1)
            return 0;
    return 1;
}

#define REAL float
#define OWN_KIND FLOAT32
#define NAME(x) x##_f
#include "windowing_rows.h"
#undef REAL
#undef OWN_KIND
#undef NAME
#define REAL double
#define OWN_KIND FLOAT64
#define NAME(x) x##_d
#include "windowing_rows.h"

void labeler_paint(const Frame *frame, const Axis *across, const Axis *down, const Tone *tone, uint32_t *out,
                   ptrdiff_t pitch, void *scratch, int in_double)
{
    if (in_double)
        paint_d(frame, across, down, tone, out, pitch, scratch);
    else
        paint_f(frame, across, down, tone, out, pitch, scratch);
}

void labeler_sample(const Frame *frame, const Axis *across, const Axis *down, void *out, void *scratch, int in_double)
{
    if (in_double)
        sample_d(frame, across, down, out, scratch);
    else
        sample_f(frame, across, down, out, scratch);
}

void labeler_shrink(const Frame *frame, const Shares *across, const Shares *down, void *out, ptrdiff_t out_row,
                    ptrdiff_t out_column, void *scratch, int in_double)
{
    if (in_double)
        shrink_d(frame, across, down, out, out_row, out_column, scratch);
    else
        shrink_f(frame, across, down, out, out_row, out_column, scratch);
}

static inline uint32_t channel(float value)
{
    value = value > 0 ? value : 0;
    return (uint32_t)(int32_t)((value < 255 ? value : 255) + 0.5f);
}

/* RGB as it is stored; there is room for the rows of each channel in `scratch`. */
void labeler_paint_color(const Frame *frame, const Axis *across, const Axis *down, uint32_t *out, ptrdiff_t pitch,
                         float *scratch)
{
    Frame plane[3];
    Rows_f rows[3];
    const ptrdiff_t size = frame->kind == FLOAT32 ? 4 : 1, n = across->count;
    for (int c = 0; c < 3; c++) {
        plane[c] = *frame;
        plane[c].pixels = (const char *)frame->pixels + c * size;
        rows[c] = rows_f(scratch + c * (2 * n + across->voxels + 1), across);
    }
    for (ptrdiff_t y = 0; y < down->count; y++) {
        uint32_t *restrict to = out + y * pitch;
        if (y && !down->part && down->at[y] == down->at[y - 1]) {
            memcpy(to, to - pitch, (size_t)n * sizeof *to);
            continue;
        }
        const float *a[3], *b[3];
        float part = 0;
        for (int c = 0; c < 3; c++)
            part = between_f(&rows[c], &plane[c], across, down, y, &a[c], &b[c]);
        const float *restrict red = a[0], *restrict green = a[1], *restrict blue = a[2];
        const float *restrict red_on = b[0] ? b[0] : a[0], *restrict green_on = b[0] ? b[1] : a[1];
        const float *restrict blue_on = b[0] ? b[2] : a[2];
        for (ptrdiff_t x = 0; x < n; x++)
            to[x] = 0xff000000u | channel(red[x] + part * (red_on[x] - red[x])) << 16
                  | channel(green[x] + part * (green_on[x] - green[x])) << 8
                  | channel(blue[x] + part * (blue_on[x] - blue[x]));
    }
}
