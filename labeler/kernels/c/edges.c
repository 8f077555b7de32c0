/* The loops around the voxels of a region, along their sides. Arrays are (rows, columns), bytes of
   0 or 1; corners are (rows + 1, columns + 1). */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Ways from a corner: a quarter turn to the right is one more. */
enum { RIGHT, DOWN, LEFT, UP };

/* Marks at each corner the sides that leave it, clockwise round the region; tells how many. */
ptrdiff_t labeler_mark_sides(const uint8_t *bits, ptrdiff_t rows, ptrdiff_t columns, uint8_t *sides)
{
    const ptrdiff_t wide = columns + 1;
    ptrdiff_t count = 0;
    memset(sides, 0, (size_t)((rows + 1) * wide));
    for (ptrdiff_t y = 0; y < rows; y++) {
        const uint8_t *row = bits + y * columns;
        uint8_t *above = sides + y * wide, *below = above + wide;
        for (ptrdiff_t x = 0; x < columns; x++) {
            if (!row[x])
                continue;
            if (y == 0 || !row[x - columns])
                above[x] |= 1 << RIGHT, count++;
            if (x == columns - 1 || !row[x + 1])
                above[x + 1] |= 1 << DOWN, count++;
            if (y == rows - 1 || !row[x + columns])
                below[x + 1] |= 1 << LEFT, count++;
            if (x == 0 || !row[x - 1])
                below[x] |= 1 << UP, count++;
        }
    }
    return count;
}

/* Takes the sides away loop by loop. `corners` has room for column and row of as many as there are
   sides, `ends` for a fourth of that; tells how many loops there are. Each has a side to the right;
   the first of them in reading order is where it starts, with a turn. Where two voxels touch at a
   corner a loop turns right: it keeps to its voxel. */
ptrdiff_t labeler_follow_sides(uint8_t *sides, ptrdiff_t rows, ptrdiff_t columns, int32_t *corners,
                               int64_t *ends)
{
    const ptrdiff_t wide = columns + 1, all = (rows + 1) * wide;
    const ptrdiff_t step[4] = {1, wide, -1, -wide};
    ptrdiff_t loops = 0, found = 0;
    for (ptrdiff_t start = 0; start < all; start++) {
        while (sides[start] & 1 << RIGHT) {
            ptrdiff_t at = start;
            int way = RIGHT, before = -1;
            for (;;) {
                sides[at] &= (uint8_t)~(1 << way);
                if (way != before) {
                    corners[2 * found] = (int32_t)(at % wide);
                    corners[2 * found + 1] = (int32_t)(at / wide);
                    found++;
                }
                before = way;
                at += step[way];
                if (at == start && way == UP)
                    break; /* a turn to the right is its first side, whatever else begins here */
                const int right = (way + 1) & 3, left = (way + 3) & 3;
                if (sides[at] & 1 << right)
                    way = right;
                else if (!(sides[at] & 1 << way))
                    way = left;
                if (!(sides[at] & 1 << way))
                    break; /* the first side of a hole is a turn to the left */
            }
            ends[loops++] = found;
        }
    }
    return loops;
}

/* Of each square of `step` voxels whether one of them is in; what lies beyond the end is not. `bits`
   begins a row every `stride` bytes; `line` has room for one. */
void labeler_pool_bits(const uint8_t *bits, ptrdiff_t stride, ptrdiff_t rows, ptrdiff_t columns,
                       ptrdiff_t step, uint8_t *line, uint8_t *out)
{
    for (ptrdiff_t top = 0; top < rows; top += step) {
        const ptrdiff_t bottom = top + step < rows ? top + step : rows;
        memcpy(line, bits + top * stride, (size_t)columns);
        for (ptrdiff_t y = top + 1; y < bottom; y++) {
            const uint8_t *row = bits + y * stride;
            for (ptrdiff_t x = 0; x < columns; x++)
                line[x] |= row[x];
        }
        for (ptrdiff_t left = 0; left < columns; left += step) {
            const ptrdiff_t right = left + step < columns ? left + step : columns;
            uint8_t any = 0;
            for (ptrdiff_t x = left; x < right; x++)
                any |= line[x];
            *out++ = any;
        }
    }
}
