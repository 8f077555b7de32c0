/* Planes and slabs out of a volume (slices, rows, columns), at any angle.

   A place in the volume is (x, y, z): column, row, and slice or height in mm. Voxel centres lie at
   whole numbers, the image ends half a voxel beyond the outer ones. Whatever lies outside is NaN
   until a row is stored. Sums are made in `real`: float where it tells all values apart. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__AVX2__)
#include <immintrin.h>
#endif

enum { ALONE, HIGHEST, LOWEST, MEAN };
enum { LINEAR, NEAREST };
enum { BLOCK = 128 };

/* One slice: its height, its first voxel against that of the stack (columns, rows), what makes a
   measured value, and up to where, then from where on the way to the next slice (0 to 1) the lower
   and the upper one stand alone; they are mixed in between where `low` >= 1. */
struct slice {
    double height, x, y, scale, offset, low, high;
};

struct cut {
    ptrdiff_t slices, rows, columns; /* of the volume */
    ptrdiff_t width, begin, end;     /* of the picture: its columns, and the rows to make */
    ptrdiff_t samples, reduction, method, as_stored;
    double origin[3], across[3], down[3], deep[3];
    double padding;
};

static void narrow_to(double start, double step, double low, double high, int *begin, int *end)
{
    if (step == 0) {
        if (!(low <= start && start < high))
            *end = *begin;
        return;
    }
    const double a = (low - start) / step, b = (high - start) / step;
    const double first = ceil(fmin(a, b)) - 1, last = floor(fmax(a, b)) + 2;
    if (first > *begin)
        *begin = first < *end ? (int)first : *end;
    if (last < *end)
        *end = last > *begin ? (int)last : *begin;
}

#define GLUE_(a, b) a##_##b
#define GLUE(a, b) GLUE_(a, b)
#define NAME(function) GLUE(function, SUFFIX)

#define SUFFIX i8
#define T int8_t
#define real float
#include "sampling_rows.h"

#define SUFFIX u8
#define T uint8_t
#define real float
#include "sampling_rows.h"

#define SUFFIX i16
#define T int16_t
#define real float
#define WIDE_LOW(pair) _mm256_srai_epi32(_mm256_slli_epi32(pair, 16), 16)
#define WIDE_HIGH(pair) _mm256_srai_epi32(pair, 16)
#include "sampling_rows.h"

#define SUFFIX u16
#define T uint16_t
#define real float
#define WIDE_LOW(pair) _mm256_and_si256(pair, _mm256_set1_epi32(0xffff))
#define WIDE_HIGH(pair) _mm256_srli_epi32(pair, 16)
#include "sampling_rows.h"

#define SUFFIX f32
#define T float
#define real float
#define FLOATING
#include "sampling_rows.h"

#define SUFFIX i32
#define T int32_t
#define real double
#include "sampling_rows.h"

#define SUFFIX u32
#define T uint32_t
#define real double
#include "sampling_rows.h"

#define SUFFIX i64
#define T int64_t
#define real double
#include "sampling_rows.h"

#define SUFFIX u64
#define T uint64_t
#define real double
#include "sampling_rows.h"

#define SUFFIX f64
#define T double
#define real double
#define FLOATING
#include "sampling_rows.h"
