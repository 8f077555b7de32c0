/* JPEG-LS (ITU-T T.87) without loss: one component of 9 to 16 bits in one scan, as scanners write CT
 * and MR. Anything else, and whatever is not exactly as the standard has it, is left to CharLS. */
#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

enum { DONE = 0, LEFT = 1 };
enum { CONTEXTS = 365, ENDED = 365, MOST = 1 << 16 };

static const uint8_t RUN_BITS[32] = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,  2,  3,  3,  3,  3,
                                     4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15};
static const uint16_t NOTHING[MOST]; /* the row above the first */

/* A.2: what is known of the errors in one surrounding. */
typedef struct {
    int32_t a, b, c, n;
    int32_t k; /* what follows from a and n, so that it is there when it is asked for */
} Context;

/* What a file's markers say. */
typedef struct {
    int bits, largest, t1, t2, t3, reset;
    const uint8_t *at, *end;
} Scan;

/* The entropy-coded bits, the next one topmost in `bits`; `padded` counts zeros behind the end. */
typedef struct {
    const uint8_t *at, *end;
    uint64_t bits;
    int count, after_ff;
    int64_t padded;
} Reader;

/* What stays the same throughout, and where the bits are: copied to where nothing can point at, so
 * that they stay in registers. */
typedef struct {
    Reader reader;
    int range, code_bits, limit, reset, largest;
} Hand;

typedef struct {
    Hand hand;
    Context contexts[CONTEXTS + 2];
    int32_t negative[2];
    int run;
    int8_t near[2 * MOST]; /* the level of a difference, from -MOST on */
} Decoder;

static int u16(const uint8_t *b) { return b[0] << 8 | b[1]; }

static uint64_t eight(const uint8_t *b)
{
    uint64_t value = 0;
    for (int n = 0; n < 8; n++)
        value = value << 8 | b[n];
    return value;
}

/* One byte more; a zero bit is stuffed behind 0xFF, a one there begins a marker, which ends all. */
static void one_more(Reader *r)
{
    if (r->at >= r->end || (r->after_ff && *r->at > 0x7F)
        || (*r->at == 0xFF && (r->at + 1 >= r->end || r->at[1] > 0x7F))) {
        r->end = r->at;
        r->padded += 8;
        r->count += 8;
        return;
    }
    const int size = r->after_ff ? 7 : 8;
    r->bits |= (uint64_t)*r->at << (64 - size - r->count);
    r->count += size;
    r->after_ff = *r->at++ == 0xFF;
}

static __attribute__((noinline)) Reader filled_slowly(Reader r)
{
    while (r.count <= 56)
        one_more(&r);
    return r;
}

/* At least 57 bits are there afterwards. */
INLINE void fill(Reader *r)
{
    const int bytes = (64 - r->count) >> 3, rest = 64 - 8 * bytes;
    if (bytes == 0)
        return;
    if (r->end - r->at > 8 && !r->after_ff) {
        const uint64_t next = eight(r->at), none = ~next;
        /* Whether none of the eight is 0xFF: no byte of the complement is zero. */
        if (!((none - 0x0101010101010101u) & ~none & 0x8080808080808080u)) {
            r->bits |= next >> rest << (rest - r->count);
            r->at += bytes;
            r->count += 8 * bytes;
            return;
        }
    }
    *r = filled_slowly(*r);
}

INLINE uint32_t take(Reader *r, int size)
{
    const uint32_t value = (uint32_t)(r->bits >> 1 >> (63 - size));
    r->bits <<= size;
    r->count -= size;
    return value;
}

/* A.5.3, where the value's first part is long. */
static __attribute__((noinline)) int32_t golomb_slowly(Hand *hand, int k, int limit)
{
    Reader *r = &hand->reader;
    const int longest = limit - hand->code_bits - 1;
    int zeros = 0;
    fill(r);
    for (; !take(r, 1); fill(r))
        if (++zeros > longest)
            return -1;
    fill(r);
    return zeros < longest ? zeros << k | (int32_t)take(r, k) : (int32_t)take(r, hand->code_bits) + 1;
}

/* A.5.3: a value mapped to be positive; -1 where no encoder wrote it so. */
INLINE int32_t golomb(Hand *hand, int k, int limit)
{
    Reader *r = &hand->reader;
    if (r->count < 32)
        fill(r);
    const int zeros = __builtin_clzll(r->bits | 1);
    if (UNLIKELY(zeros + 1 + k > r->count || zeros >= limit - hand->code_bits - 1)) {
        Hand copy = *hand;
        const int32_t value = golomb_slowly(&copy, k, limit);
        *hand = copy;
        return value;
    }
    r->bits <<= zeros;
    r->bits <<= 1;
    r->count -= zeros + 1;
    return zeros << k | (int32_t)take(r, k);
}

/* The smallest k for which n << k is not below `a`. */
INLINE int order_of(int32_t n, int32_t a)
{
    int k = __builtin_clz((unsigned)n) - __builtin_clz((unsigned)a | 1);
    k = k < 0 ? 0 : k;
    return k + ((n << k) < a);
}

INLINE int32_t clamped(int32_t value, int32_t low, int32_t high)
{
    return value < low ? low : value > high ? high : value;
}

INLINE int32_t wrapped(const Hand *hand, int32_t value)
{
    if (UNLIKELY((uint32_t)value > (uint32_t)hand->largest))
        return value < 0 ? value + hand->range : value - hand->range;
    return value;
}

/* A.4 to A.6: one value in a surrounding that is not flat; -1 where it cannot be. */
INLINE int32_t regular(Hand *hand, Context *contexts, int32_t q, int32_t left, int32_t up, int32_t before)
{
    const int32_t sign = q >> 31; /* 0, or -1 where the surrounding is turned about */
    Context *c = contexts + ((q ^ sign) - sign);
    const int32_t low = left < up ? left : up, high = left < up ? up : left;
    int32_t guess = left + up - before;
    guess = clamped(guess, low, high);
    guess += (c->c ^ sign) - sign;
    guess = clamped(guess, 0, hand->largest);
    const int k = c->k;
    const int32_t mapped = golomb(hand, k, hand->limit);
    if (UNLIKELY((uint32_t)mapped > (uint32_t)hand->range))
        return -1;
    int32_t error = (mapped >> 1) ^ -(mapped & 1);
    if (k == 0 && 2 * c->b <= -c->n)
        error = ~error;
    int32_t a = c->a + (error < 0 ? -error : error), b = c->b + error, n = c->n;
    if (UNLIKELY(n == hand->reset)) {
        a >>= 1;
        b >>= 1;
        n >>= 1;
    }
    c->a = a;
    c->n = ++n;
    c->k = order_of(n, a);
    const int over = b > 0, under = b <= -n;
    c->c = clamped(c->c + over - under, -128, 127);
    c->b = clamped(b + (n & -under) - (n & -over), 1 - n, 0);
    return wrapped(hand, guess + ((error ^ sign) - sign));
}

/* A.7.2: the value that ends a run; -1 where it cannot be. */
static int32_t run_end(Decoder *d, Hand *hand, int32_t left, int32_t up)
{
    const int same = left == up;
    Context *c = d->contexts + ENDED + same;
    const int k = order_of(c->n, same ? c->a + (c->n >> 1) : c->a);
    if (k > 16)
        return -1;
    const int32_t mapped = golomb(hand, k, hand->limit - RUN_BITS[d->run] - 1);
    if (mapped < 0 || mapped > hand->range)
        return -1;
    const int32_t sum = mapped + same, odd = sum & 1, size = (sum + odd) / 2;
    const int32_t error = (k != 0 || 2 * d->negative[same] >= c->n) == odd ? -size : size;
    d->negative[same] += error < 0;
    c->a += (mapped + 1 - same) >> 1;
    if (c->n == hand->reset) {
        c->a >>= 1;
        c->n >>= 1;
        d->negative[same] >>= 1;
    }
    c->n++;
    d->run -= d->run > 0;
    return wrapped(hand, same ? left + error : up + (left > up ? -error : error));
}

/* A.7.1: how many values are as the one before them; `left_over` are left in the row. */
static int32_t run_length(Decoder *d, Reader *r, int32_t left_over)
{
    int32_t length = 0;
    for (;;) {
        fill(r);
        const int bits = RUN_BITS[d->run];
        if (!take(r, 1)) {
            length += (int32_t)take(r, bits);
            return length < left_over ? length : -1;
        }
        length += 1 << bits;
        if (length <= left_over)
            d->run += d->run < 31;
        if (length >= left_over)
            return left_over;
    }
}

static int decode_row(Decoder *d, uint16_t *row, const uint16_t *above, int32_t before, int columns)
{
    const int8_t *level = d->near + MOST;
    Context *contexts = d->contexts;
    Hand hand = d->hand;
    int32_t left = above[0], up = above[0], ahead;
    int second = level[up - before];
    for (int x = 0; x < columns; x++) {
        ahead = x + 1 < columns ? above[x + 1] : up;
        const int first = level[ahead - up], q = 81 * first + 9 * second + level[before - left];
        int32_t value = -1;
        if (q) {
            value = regular(&hand, contexts, q, left, up, before);
        } else {
            Hand copy = hand;
            const int32_t length = run_length(d, &copy.reader, columns - x);
            if (length < 0)
                return LEFT;
            for (int32_t n = 0; n < length; n++)
                row[x + n] = (uint16_t)left;
            x += length;
            if (x < columns) {
                up = above[x];
                ahead = x + 1 < columns ? above[x + 1] : up;
                value = run_end(d, &copy, left, up);
            }
            hand = copy;
            if (x >= columns)
                break;
        }
        if (UNLIKELY((uint32_t)value > (uint32_t)hand.largest))
            return LEFT;
        row[x] = (uint16_t)value;
        left = value;
        second = level[ahead - up];
        before = up;
        up = ahead;
    }
    d->hand = hand;
    return DONE;
}

static int between(int value, int low, int high) { return value < low || value > high ? low : value; }

/* C.2.4.1.1.1: the thresholds that are not said. */
static void set_defaults(Scan *s)
{
    const int factor = ((s->largest < 4095 ? s->largest : 4095) + 128) >> 8;
    s->t1 = between(factor + 2, 1, s->largest);
    s->t2 = between(factor * 4 + 3, s->t1, s->largest);
    s->t3 = between(factor * 17 + 4, s->t2, s->largest);
    s->reset = 64;
}

/* C.2.4.1: thresholds that the file says; 0 stands for what is usual. */
static int presets(Scan *s, const uint8_t *b, int length)
{
    if (length != 13 || b[2] != 1 || !s->bits)
        return LEFT;
    const int told[5] = {u16(b + 3), u16(b + 5), u16(b + 7), u16(b + 9), u16(b + 11)};
    if (told[0] && told[0] != s->largest) /* here decoders differ */
        return LEFT;
    s->t1 = told[1] ? told[1] : s->t1;
    s->t2 = told[2] ? told[2] : s->t2;
    s->t3 = told[3] ? told[3] : s->t3;
    s->reset = told[4] ? told[4] : s->reset;
    const int sound = s->t1 <= s->t2 && s->t2 <= s->t3 && s->t3 <= s->largest && s->reset >= 3;
    return sound && s->reset <= 255 ? DONE : LEFT;
}

static int frame_of(Scan *s, const uint8_t *b, int length, int rows, int columns)
{
    if (length != 11 || s->bits || b[2] < 9 || b[2] > 16 || u16(b + 3) != rows || u16(b + 5) != columns
        || b[7] != 1 || b[9] != 0x11)
        return LEFT;
    s->bits = b[2];
    s->largest = (1 << s->bits) - 1;
    set_defaults(s);
    return DONE;
}

/* The markers up to the scan's first byte. */
static int markers(Scan *s, int rows, int columns)
{
    if (s->end - s->at < 4 || s->at[0] != 0xFF || s->at[1] != 0xD8)
        return LEFT;
    for (s->at += 2; s->end - s->at >= 4 && s->at[0] == 0xFF;) {
        const int marker = s->at[1], length = u16(s->at + 2);
        const uint8_t *body = s->at + 2;
        if (length < 2 || s->end - body < length)
            return LEFT;
        s->at = body + length;
        if (marker == 0xDA) /* one component, no table, no loss, not interleaved, no shift */
            return s->bits && length == 8 && body[2] == 1 && !body[4] && !body[5] && !body[6] && !body[7]
                ? DONE : LEFT;
        int told = LEFT;
        if (marker == 0xF7)
            told = frame_of(s, body, length, rows, columns);
        else if (marker == 0xF8)
            told = presets(s, body, length);
        else if ((marker >= 0xE0 && marker <= 0xEF) || marker == 0xFE)
            told = DONE;
        if (told != DONE)
            return LEFT;
    }
    return LEFT;
}

static void begin(Decoder *d, const Scan *s)
{
    Hand *hand = &d->hand;
    memset(hand, 0, sizeof *hand);
    hand->reader.at = s->at;
    hand->reader.end = s->end;
    hand->range = s->largest + 1;
    hand->largest = s->largest;
    hand->reset = s->reset;
    hand->code_bits = 32 - __builtin_clz((unsigned)s->largest);
    const int bits = hand->code_bits; /* of 9 and more: no less than 8 */
    hand->limit = 2 * (bits + (bits > 8 ? bits : 8));
    d->run = d->negative[0] = d->negative[1] = 0;
    const int a = (hand->range + 32) >> 6;
    for (int q = 0; q < CONTEXTS + 2; q++)
        d->contexts[q] = (Context){a > 2 ? a : 2, 0, 0, 1, order_of(1, a > 2 ? a : 2)};
    for (int difference = 0; difference <= s->largest; difference++) {
        const int level = (difference > 0) + (difference >= s->t1) + (difference >= s->t2)
            + (difference >= s->t3);
        d->near[MOST + difference] = (int8_t)level;
        d->near[MOST - difference] = (int8_t)-level;
    }
}

/* Whether the bits came to their end with the values, and the image with them: no bit that was made
 * up, no more of them than fill a byte, or one behind 0xFF. */
static int ends(Reader r, const uint8_t *end)
{
    const int64_t over = r.count - r.padded;
    const int marker = end - r.at >= 2 && r.at[0] == 0xFF && r.at[1] == 0xD9;
    return marker && r.padded && over >= 0 && over < 16 ? DONE : LEFT;
}

/* `size` bytes to `rows` x `columns` values. LEFT where another decoder must be asked; what was
 * written by then means nothing. */
int labeler_decode_jpegls(const uint8_t *bytes, int64_t size, uint16_t *values, int64_t rows,
                          int64_t columns)
{
    Scan scan = {.at = bytes, .end = bytes + size};
    Decoder decoder;
    if (rows < 1 || columns < 1 || rows >= MOST || columns >= MOST
        || markers(&scan, (int)rows, (int)columns) != DONE)
        return LEFT;
    begin(&decoder, &scan);
    for (int64_t y = 0; y < rows; y++) {
        const uint16_t *above = y ? values + (y - 1) * columns : NOTHING;
        const int32_t before = y > 1 ? values[(y - 2) * columns] : 0;
        if (decode_row(&decoder, values + y * columns, above, before, (int)columns) != DONE)
            return LEFT;
    }
    return ends(filled_slowly(decoder.hand.reader), scan.end);
}
