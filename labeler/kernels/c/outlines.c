/* Outlines of marks: many paths drawn into a picture, and how near each of them lies to a place. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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
static void walk(struct brush *b, const struct paths *p, int32_t path, float detail)
{
    const int32_t begin = p->starts[path], end = p->starts[path + 1];
    float x0, y0, x, y, firstx, firsty;
    at_canvas(p, begin, &x0, &y0);
    firstx = x0, firsty = y0;
    for (int32_t n = begin + 1; n < end; n++) {
        at_canvas(p, n, &x, &y);
        const int ends = n == end - 1 && p->kinds[path] != CLOSED;
        if (!ends && fabsf(x - x0) < detail && fabsf(y - y0) < detail)
            continue;
        piece(b, x0, y0, x, y);
        x0 = x, y0 = y;
    }
    if (p->kinds[path] == CLOSED || end - begin == 1)
        piece(b, x0, y0, firstx, firsty);
}

/* A path in a few pixels is worked out beside the picture, of which it needs no more than these. */
enum { MOST_SMALL = 44, ROOM = 48, PLACES = 64 };

struct small {
    uint8_t cover[ROOM * ROOM];
    ptrdiff_t left, top, width, height;
    float x[PLACES + 1], y[PLACES + 1]; /* places of the path that are kept, in pixels of the cover */
    float next_x[PLACES], next_y[PLACES];
};

static inline void more(uint8_t *cover, float share)
{
    const uint8_t now = (uint8_t)(share * 255 + 0.5f);
    *cover = now > *cover ? now : *cover;
}

/* Lines one pixel wide: of each column (or row, where it is steep) one shares out two pixels. */
static void hairs(struct small *s, ptrdiff_t count)
{
    for (ptrdiff_t n = 0; n < count; n++) {
        const float x0 = s->x[n], y0 = s->y[n], x1 = s->x[n + 1], y1 = s->y[n + 1];
        const int steep = fabsf(y1 - y0) > fabsf(x1 - x0);
        const ptrdiff_t on = steep ? ROOM : 1, aside = steep ? 1 : ROOM;
        const float b0 = steep ? y0 : x0, p0 = steep ? x0 : y0;
        const float b1 = steep ? y1 : x1, p1 = steep ? x1 : y1;
        const int back = b0 > b1;
        const float a0 = back ? b1 : b0, o0 = back ? p1 : p0;
        const float a1 = back ? b0 : b1, o1 = back ? p0 : p1;
        const float slope = a1 > a0 ? (o1 - o0) / (a1 - a0) : 0;
        const ptrdiff_t end = (ptrdiff_t)a1;
        for (ptrdiff_t along = (ptrdiff_t)a0; along <= end; along++) {
            const float off = o0 + (held((float)along + 0.5f, a0, a1) - a0) * slope - 0.5f;
            const ptrdiff_t first = (ptrdiff_t)off;
            const float share = off - (float)first;
            uint8_t *const at = s->cover + along * on + first * aside;
            more(at, 1 - share);
            more(at + aside, share);
        }
    }
}

static void lay_row(uint32_t *restrict row, const uint8_t *restrict cover, ptrdiff_t count, uint32_t color)
{
    for (ptrdiff_t x = 0; x < count; x++)
        row[x] = times(row[x], 255u - cover[x]) + times(color, cover[x]);
}

/* What is covered goes over the picture, where that may be drawn. */
static void lay(const struct small *s, const struct brush *b, uint32_t *target, uint32_t color)
{
    const ptrdiff_t left = s->left > b->left ? s->left : b->left;
    const ptrdiff_t top = s->top > b->top ? s->top : b->top;
    const ptrdiff_t right = s->left + s->width < b->right ? s->left + s->width : b->right;
    const ptrdiff_t bottom = s->top + s->height < b->bottom ? s->top + s->height : b->bottom;
    for (ptrdiff_t y = top; y < bottom; y++)
        lay_row(target + y * b->width + left, s->cover + (y - s->top) * ROOM + left - s->left, right - left, color);
}

/* A path whose longer side is MOST_SMALL at most, by lines of one pixel without shade. `low` and
   `high` are around it; whatever its places are, it stays in there. */
static void draw_small(struct small *s, const struct brush *b, const struct paths *p, int32_t path,
                       float detail, const double *low, const double *high, uint32_t *target,
                       uint32_t color)
{
    s->left = (ptrdiff_t)floor(low[0]) - 1, s->top = (ptrdiff_t)floor(low[1]) - 1;
    s->width = (ptrdiff_t)floor(high[0]) + 2 - s->left;
    s->height = (ptrdiff_t)floor(high[1]) + 2 - s->top;
    memset(s->cover, 0, (size_t)(s->height * ROOM));
    const double *const m = p->map;
    const double from_x = low[0] - (double)s->left, from_y = low[1] - (double)s->top;
    const double to_x = high[0] - (double)s->left, to_y = high[1] - (double)s->top;
    const double off_x = m[2] - (double)s->left, off_y = m[5] - (double)s->top;
    const int32_t begin = p->starts[path], end = p->starts[path + 1];
    const int closed = p->kinds[path] == CLOSED || end - begin == 1;
    ptrdiff_t count = 0;
    float x = -INFINITY, y = -INFINITY, first_x = 0, first_y = 0;
    for (int32_t from = begin; from < end; from += PLACES) {
        const ptrdiff_t some = end - from < PLACES ? end - from : PLACES;
        const double *const places = p->places + 2 * (ptrdiff_t)from;
        for (ptrdiff_t n = 0; n < some; n++) {
            const double column = places[2 * n], row = places[2 * n + 1];
            const double u = m[0] * column + m[1] * row + off_x;
            const double v = m[3] * column + m[4] * row + off_y;
            s->next_x[n] = (float)(u > from_x ? u < to_x ? u : to_x : from_x);
            s->next_y[n] = (float)(v > from_y ? v < to_y ? v : to_y : from_y);
        }
        if (from == begin)
            first_x = s->next_x[0], first_y = s->next_y[0];
        for (ptrdiff_t n = 0; n < some; n++) {
            const float u = s->next_x[n], v = s->next_y[n];
            const int beside = (fabsf(u - x) < detail) & (fabsf(v - y) < detail);
            s->x[count] = u, s->y[count] = v;
            count += !beside; /* no branch: it would be guessed wrong half the time */
            x = s->x[count - 1], y = s->y[count - 1];
        }
        if (!closed && from + some == end && (x != s->next_x[some - 1] || y != s->next_y[some - 1]))
            count++; /* the last place stands behind those that are kept */
        if (count > 1) {
            hairs(s, count - 1);
            s->x[0] = s->x[count - 1], s->y[0] = s->y[count - 1], count = 1;
        }
    }
    if (closed)
        s->x[count] = first_x, s->y[count] = first_y, count++;
    hairs(s, count - 1);
    lay(s, b, target, color);
}

/* The box of a path on the canvas, and its longer side; less than 0 where it does not reach into
   what may be drawn. */
static double shown_side(const struct brush *b, const double *box, const double *m, double margin,
                         double *low, double *high)
{
    for (int n = 0; n < 2; n++) {
        const double *const part = m + 3 * n;
        const double a = part[0] * box[0], c = part[0] * box[2];
        const double d = part[1] * box[1], e = part[1] * box[3];
        low[n] = fmin(a, c) + fmin(d, e) + part[2], high[n] = fmax(a, c) + fmax(d, e) + part[2];
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
    struct small small;
    for (ptrdiff_t n = 0; n < count; n++) {
        const int32_t path = which[n];
        const uint8_t kind = kinds[path], ink = inks[path];
        const double margin = b.reach + (kind >= CROSS ? fmaxf(style[5], style[6]) : 0);
        double low[2], high[2];
        const double side = shown_side(&b, boxes + 4 * (ptrdiff_t)path, map, margin, low, high);
        if (side < 0)
            continue;
        if (kind < CROSS && side < fminf(style[8], MOST_SMALL)) {
            draw_small(&small, &b, &p, path, style[3], low, high, target, colors[ink]);
            continue;
        }
        b.on = dashes[2 * ink], b.period = dashes[2 * ink + 1], b.gone = 0;
        float x0, y0, x1, y1;
        at_canvas(&p, starts[path], &x0, &y0);
        at_canvas(&p, starts[path + 1] - 1, &x1, &y1);
        if (kind == CROSS)
            b.period = 0, cross(&b, x0, y0, style[4], style[5]);
        else
            walk(&b, &p, path, style[3]);
        if (kind == ARROW)
            barbs(&b, x0, y0, x1, y1, style[6], style[7]);
        settle(&b, target, colors[ink], (uint32_t)style[2]);
    }
}

/* The paths whose boxes reach into a rectangle (left, top, right, bottom); answers with how many. */
ptrdiff_t labeler_paths_in(const double *boxes, ptrdiff_t count, const double *in, int32_t *which)
{
    ptrdiff_t found = 0;
    for (ptrdiff_t n = 0; n < count; n++) {
        const double *const box = boxes + 4 * n;
        which[found] = (int32_t)n;
        found += (box[0] <= in[2]) & (box[2] >= in[0]) & (box[1] <= in[3]) & (box[3] >= in[1]);
    }
    return found;
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
