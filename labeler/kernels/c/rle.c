/* DICOM's RLE (PS3.5 annex G): PackBits of each byte of each sample, most significant first. */
#include <stdint.h>
#include <string.h>

enum { DONE = 0, LEFT = 1, STEP = 16, LONGEST = 128 };
enum { HEADER = 64, MOST_SEGMENTS = 15 };

static uint32_t u32(const uint8_t *b)
{
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

/* Exactly `count` bytes; LEFT where the segment has fewer. What it has besides is passed over. */
static int unpack(const uint8_t *at, const uint8_t *end, uint8_t *out, int64_t count)
{
    uint8_t *const full = out + count;
    while (out < full) {
        if (at >= end)
            return LEFT;
        int code = *at++;
        if (code == 128)
            continue;
        int64_t many = code < 128 ? code + 1 : 257 - code;
        if (code < 128) {
            if (end - at >= LONGEST + STEP && full - out >= LONGEST + STEP) {
                /* Whole steps, which may write behind what is wanted: it is written again. */
                for (int64_t n = 0; n < many; n += STEP)
                    memcpy(out + n, at + n, STEP);
            } else {
                if (many > full - out)
                    many = full - out;
                if (many > end - at)
                    return LEFT;
                memcpy(out, at, (size_t)many);
            }
            at += many;
        } else {
            if (at >= end)
                return LEFT;
            int byte = *at++;
            if (full - out >= LONGEST + STEP) {
                for (int64_t n = 0; n < many; n += STEP)
                    memset(out + n, byte, STEP);
            } else {
                if (many > full - out)
                    many = full - out;
                memset(out, byte, (size_t)many);
            }
        }
        out += many;
    }
    return DONE;
}

/* `pixels` numbers of `size` bytes (1 or 2), little-endian, into `out`. `spare` has room for two
 * bytes a pixel. Reads within `length` bytes; LEFT where they are not as the standard has them. */
int labeler_decode_rle(const uint8_t *data, int64_t length, int64_t pixels, int64_t size,
                       uint8_t *spare, uint8_t *out)
{
    if (length < HEADER || u32(data) != (uint32_t)size)
        return LEFT;
    const uint8_t *planes[2] = {0, 0};
    for (int64_t n = 0; n < size; n++) {
        int64_t begin = u32(data + 4 + 4 * n);
        int64_t end = n + 1 < size ? (int64_t)u32(data + 8 + 4 * n) : length;
        if (begin < HEADER || begin > end || end > length)
            return LEFT;
        uint8_t *to = size == 1 ? out : spare + n * pixels;
        if (unpack(data + begin, data + end, to, pixels) != DONE)
            return LEFT;
        planes[n] = to;
    }
    if (size == 2)
        for (int64_t n = 0; n < pixels; n++) {
            out[2 * n] = planes[1][n];
            out[2 * n + 1] = planes[0][n];
        }
    return DONE;
}
