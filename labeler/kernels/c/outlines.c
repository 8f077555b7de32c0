/* Outlines of marks: many paths drawn into a picture, and how near each of them lies to a place. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>

enum kind { OPEN = 0, CLOSED = 1, CROSS = 2, ARROW = 3 };

struct paths {
    const double *places;  /* column and row, one after the other */
    const int32_t *starts; /* path n is places[starts[n]] up to places[starts[n + 1]] */
    const uint8_t *kinds;
    const double *map; /* x = map[0] column + map[1] row + map[2], y = map[3] ... */
};

struct brush {
    uint16_t *touched; /* of each pixel: the shade's cover above, the line's below */
    int32_t *list;     /* the pixels that are covered */
    ptrdiff_t count, width;
    ptrdiff_t left, top, right, bottom; /* of what may be drawn */
    float half, shade, reach;           /* half widths; what lies beyond reach is not touched */
    float on, period, gone;             /* dashes; how far along the path it is */
};

static void at_canvas(const struct paths *p, int32_t n, float *x, float *y)
{
    const double column = p->places[2 * (ptrdiff_t)n], row = p->places[2 * (ptrdiff_t)n + 1];
    *x = (float)(p->map[0] * column + p->map[1] * row + p->map[2]);
    *y = (float)(p->map[3] * column + p->map[4] * row + p->map[5]);
}

static inline float held(float v, float low, float high)
{
    return v < low ? low : v > high ? high : v;
}

/* Of 255, how much of a pixel a line of this half width covers. */
static inline uint16_t cover(float half, float distance)
{
    return (uint16_t)(held(half + 0.5f - distance, 0, 1) * 255 + 0.5f);
}

static float in_dash(const struct brush *b, float along)
{
    if (b->period <= 0)
        return 1;
    const float at = b->gone + along;
    const float phase = at - floorf(at / b->period) * b->period;
    return held(fminf(phase, b->on - phase) + 0.5f, 0, 1);
}

static void touch(struct brush *b, ptrdiff_t at, uint16_t line, uint16_t shade)
{
    const uint16_t before = b->touched[at];
    if (before == 0) {
        if (line == 0 && shade == 0)
            return;
        b->list[b->count++] = (int32_t)at;
    }
    const uint16_t low = before & 255, high = before >> 8;
    b->touched[at] = (uint16_t)((line > low ? line : low) | (shade > high ? shade : high) << 8);
}

static void piece(struct brush *b, float x0, float y0, float x1, float y1)
{
    const float dx = x1 - x0, dy = y1 - y0, squared = dx * dx + dy * dy, length = sqrtf(squared);
    const float low = fminf(y0, y1) - b->reach, high = fmaxf(y0, y1) + b->reach;
    const ptrdiff_t first = (ptrdiff_t)held(floorf(low), (float)b->top, (float)b->bottom);
    const ptrdiff_t last = (ptrdiff_t)held(ceilf(high), (float)b->top, (float)b->bottom);
    for (ptrdiff_t y = first; y < last; y++) {
        const float py = (float)y + 0.5f - y0;
        /* The part of the piece that this row can reach. */
        float from = 0, to = 1;
        if (fabsf(dy) > 1e-6f) {
            const float one = (py - b->reach) / dy, other = (py + b->reach) / dy;
            from = held(fminf(one, other), 0, 1), to = held(fmaxf(one, other), 0, 1);
        }
        const float near = fminf(x0 + from * dx, x0 + to * dx) - b->reach;
        const float far = fmaxf(x0 + from * dx, x0 + to * dx) + b->reach;
        const ptrdiff_t begin = (ptrdiff_t)held(floorf(near), (float)b->left, (float)b->right);
        const ptrdiff_t end = (ptrdiff_t)held(ceilf(far), (float)b->left, (float)b->right);
        for (ptrdiff_t x = begin; x < end; x++) {
            const float px = (float)x + 0.5f - x0;
            const float share = squared > 0 ? held((px * dx + py * dy) / squared, 0, 1) : 0;
            const float ex = px - share * dx, ey = py - share * dy, off = ex * ex + ey * ey;
            if (off >= b->reach * b->reach)
                continue;
            const float distance = sqrtf(off);
            const float dash = in_dash(b, share * length);
            const uint16_t line = (uint16_t)(cover(b->half, distance) * dash);
            touch(b, y * b->width + x, line, b->shade > 0 ? cover(b->shade, distance) : 0);
        }
    }
    b->gone += length;
}

static void dot(struct brush *b, ptrdiff_t x, ptrdiff_t y, float share)
{
    if (x >= b->left && x < b->right && y >= b->top && y < b->bottom)
        touch(b, y * b->width + x, (uint16_t)(share * 255 + 0.5f), 0);
}

/* A line one pixel wide: of each column (or row, where it is steep) it shares out two pixels. */
static void hair(struct brush *b, float x0, float y0, float x1, float y1)
{
    const int steep = fabsf(y1 - y0) > fabsf(x1 - x0);
    float a0 = steep ? y0 : x0, o0 = steep ? x0 : y0, a1 = steep ? y1 : x1, o1 = steep ? x1 : y1;
    if (a0 > a1) {
        const float a = a0, o = o0;
        a0 = a1, o0 = o1, a1 = a, o1 = o;
    }
    const float slope = a1 > a0 ? (o1 - o0) / (a1 - a0) : 0;
    const float least = (float)(steep ? b->top : b->left) - 1;
    const float most = (float)(steep ? b->bottom : b->right) + 1;
    const ptrdiff_t end = (ptrdiff_t)floorf(held(a1, least, most));
    for (ptrdiff_t along = (ptrdiff_t)floorf(held(a0, least, most)); along <= end; along++) {
        const float off = o0 + (held((float)along + 0.5f, a0, a1) - a0) * slope - 0.5f;
        if (!(fabsf(off) < 1e9f))
            continue;
        const ptrdiff_t first = (ptrdiff_t)floorf(off);
        const float share = off - (float)first;
        dot(b, steep ? first : along, steep ? along : first, 1 - share);
        dot(b, steep ? first + 1 : along, steep ? along : first + 1, share);
    }
}

static uint32_t times(uint32_t color, uint32_t share)
{
    /* Two channels at once, each divided by 255 and rounded. */
    uint32_t even = (color & 0x00ff00ff) * share + 0x00800080;
    uint32_t odd = ((color >> 8) & 0x00ff00ff) * share + 0x00800080;
    even = (even + ((even >> 8) & 0x00ff00ff)) >> 8 & 0x00ff00ff;
    odd = (odd + ((odd >> 8) & 0x00ff00ff)) & 0xff00ff00;
    return even | odd;
}

/* What was touched goes over the picture: black first, then the colour. */
static void settle(struct brush *b, uint32_t *target, uint32_t color, uint32_t black)
{
    for (ptrdiff_t n = 0; n < b->count; n++) {
        const ptrdiff_t at = b->list[n];
        const uint32_t line = b->touched[at] & 255;
        const uint32_t shade = ((b->touched[at] >> 8) * black + 127) / 255;
        uint32_t pixel = target[at];
        pixel = times(pixel, 255 - shade) + (shade << 24);
        target[at] = times(pixel, 255 - line) + times(color, line);
        b->touched[at] = 0;
    }
    b->count = 0;
}

static void cross(struct brush *b, float x, float y, float gap, float arm)
{
    piece(b, x + gap, y, x + arm, y);
    piece(b, x - gap, y, x - arm, y);
    piece(b, x, y + gap, x, y + arm);
    piece(b, x, y - gap, x, y - arm);
}

static void barbs(struct brush *b, float x0, float y0, float x1, float y1, float far, float angle)
{
    const float back = atan2f(y0 - y1, x0 - x1);
    b->period = 0;
    piece(b, x1, y1, x1 + far * cosf(back - angle), y1 + far * sinf(back - angle));
    piece(b, x1, y1, x1 + far * cosf(back + angle), y1 + far * sinf(back + angle));
}

/* All pieces of one path; a place less than `detail` from the one before is passed over. */
static void walk(struct brush *b, const struct paths *p, int32_t path, float detail, int small)
{
    void (*const line)(struct brush *, float, float, float, float) = small ? hair : piece;
    const int32_t begin = p->starts[path], end = p->starts[path + 1];
    float x0, y0, x, y, firstx, firsty;
    at_canvas(p, begin, &x0, &y0);
    firstx = x0, firsty = y0;
    for (int32_t n = begin + 1; n < end; n++) {
        at_canvas(p, n, &x, &y);
        const int ends = n == end - 1 && p->kinds[path] != CLOSED;
        if (!ends && fabsf(x - x0) < detail && fabsf(y - y0) < detail)
            continue;
        line(b, x0, y0, x, y);
        x0 = x, y0 = y;
    }
    if (p->kinds[path] == CLOSED || end - begin == 1)
        line(b, x0, y0, firstx, firsty);
}

/* The longer side of the box of a path on the canvas; less than 0 where it does not reach into what
   may be drawn. */
static double shown_side(const struct brush *b, const double *box, const double *m, double margin)
{
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
    for (int corner = 0; corner < 4; corner++) {
        const double column = box[corner & 1 ? 2 : 0], row = box[corner & 2 ? 3 : 1];
        const double at[2] = {m[0] * column + m[1] * row + m[2], m[3] * column + m[4] * row + m[5]};
        for (int n = 0; n < 2; n++)
            low[n] = fmin(low[n], at[n]), high[n] = fmax(high[n], at[n]);
    }
    const int shown = high[0] + margin > b->left && low[0] - margin < b->right &&
                      high[1] + margin > b->top && low[1] - margin < b->bottom;
    return shown ? fmax(high[0] - low[0], high[1] - low[1]) : -1;
}

/* sizes: width of the picture, then what may be drawn: left, top, right, bottom. style: half the
   line, half its shade, the shade's opacity of 255, detail, gap and arm of a cross, length and
   angle of a barb, side below which a path is a line of one pixel without shade. dashes: on and
   period of each colour. */
void labeler_draw_outlines(uint32_t *target, uint16_t *touched, int32_t *list,
                           const ptrdiff_t *sizes, const double *places, const int32_t *starts,
                           const uint8_t *kinds, const double *boxes, const double *map,
                           const int32_t *which, ptrdiff_t count, const uint8_t *inks,
                           const uint32_t *colors, const float *dashes, const float *style)
{
    const struct paths p = {places, starts, kinds, map};
    struct brush b = {touched, list, 0, sizes[0], sizes[1], sizes[2], sizes[3], sizes[4],
                      style[0], style[1], fmaxf(style[0], style[1]) + 0.5f, 0, 0, 0};
    for (ptrdiff_t n = 0; n < count; n++) {
        const int32_t path = which[n];
        const uint8_t kind = kinds[path], ink = inks[path];
        const double margin = b.reach + (kind >= CROSS ? fmaxf(style[5], style[6]) : 0);
        const double side = shown_side(&b, boxes + 4 * (ptrdiff_t)path, map, margin);
        if (side < 0)
            continue;
        const int small = kind < CROSS && side < style[8];
        b.on = dashes[2 * ink], b.period = dashes[2 * ink + 1], b.gone = 0;
        float x0, y0, x1, y1;
        at_canvas(&p, starts[path], &x0, &y0);
        at_canvas(&p, starts[path + 1] - 1, &x1, &y1);
        if (kind == CROSS)
            b.period = 0, cross(&b, x0, y0, style[4], style[5]);
        else
            walk(&b, &p, path, style[3], small);
        if (kind == ARROW)
            barbs(&b, x0, y0, x1, y1, style[6], style[7]);
        settle(&b, target, colors[ink], (uint32_t)style[2]);
    }
}

static double to_piece(const double *p, const double *a, const double *b)
{
    const double dx = b[0] - a[0], dy = b[1] - a[1], squared = dx * dx + dy * dy;
    double share = squared > 0 ? ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / squared : 0;
    share = share < 0 ? 0 : share > 1 ? 1 : share;
    return hypot(p[0] - a[0] - share * dx, p[1] - a[1] - share * dy);
}

/* Of each path its distance from a place on the canvas, and whether it goes around it. */
void labeler_near_outlines(const double *places, const int32_t *starts, const uint8_t *kinds,
                           const double *map, const int32_t *which, ptrdiff_t count,
                           const double *at, double *distances, uint8_t *around)
{
    for (ptrdiff_t n = 0; n < count; n++) {
        const int32_t path = which[n], begin = starts[path], end = starts[path + 1];
        const int closed = kinds[path] == CLOSED;
        double least = INFINITY, last[2] = {0, 0}, here[2];
        int crossed = 0;
        for (int32_t k = closed ? begin - 1 : begin; k < end; k++) {
            const ptrdiff_t from = k < begin ? end - 1 : k;
            const double column = places[2 * from], row = places[2 * from + 1];
            here[0] = map[0] * column + map[1] * row + map[2];
            here[1] = map[3] * column + map[4] * row + map[5];
            if (k > begin || (closed && k == begin)) {
                least = fmin(least, to_piece(at, last, here));
                if ((last[1] > at[1]) != (here[1] > at[1]))
                    crossed ^= at[0] < last[0] + (at[1] - last[1]) / (here[1] - last[1]) *
                                                     (here[0] - last[0]);
            } else if (end - begin == 1) {
                least = hypot(at[0] - here[0], at[1] - here[1]);
            }
            last[0] = here[0], last[1] = here[1];
        }
        distances[n] = least;
        around[n] = (uint8_t)(closed && crossed);
    }
}
