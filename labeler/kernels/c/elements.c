/* The walk over the first elements of a DICOM file (PS3.5 chapter 7), which tells what it shares
 * with others of its series from what is its own. Little endian; only what is written exactly as
 * the standard has it: for anything else it gives up, and a slower, more patient reader is asked. */
#include <stdint.h>
#include <string.h>

enum { FOUND = 0, BEYOND = 1, ODD = 2 };
/* Own elements: from OWN on, one kind for each span; from SELDOM on, one for each number in a run of
 * those that files of one series seldom say differently. */
enum { SHARED = 0, NESTED = 1, PIXELS = 2, OWN = 16, SELDOM = 64 };
enum { MOST_DEEP = 8 };
static const uint32_t UNDEFINED = 0xFFFFFFFFu, ITEM = 0xFFFEE000u, ITEM_END = 0xFFFEE00Du,
                      SEQUENCE_END = 0xFFFEE0DDu;

/* The tags that are kept, ascending: what to do with each, and the VR that an own one must have. */
typedef struct {
    const uint32_t *tags;
    const uint8_t *kinds;
    const uint16_t *vrs;
    int64_t count;
} Table;

/* One walk; offsets count from the file's beginning. What it finds goes to three runs of bytes. */
typedef struct {
    Table table;
    uint8_t *shared_to, *own_to, *seldom_to;
    int64_t shared_room, own_room, seldom_room;
    int64_t base, at, last, row, shared, own, seldom, explicit, pixels_at, pixels_length;
    int32_t spans[]; /* of each own value in `own_to`: from, to; -1 where it is not there */
} Walk;

typedef struct {
    const uint8_t *bytes;
    int64_t size;
    int explicit;
    const Table *table;
} Window;

typedef struct {
    uint32_t tag, length;
    uint16_t vr;
    int64_t value;
} Element;

static uint16_t u16(const uint8_t *b) { return (uint16_t)(b[0] | b[1] << 8); }
static uint32_t u32(const uint8_t *b) { return u16(b) | (uint32_t)u16(b + 2) << 16; }
static uint32_t tag_at(const uint8_t *b) { return (uint32_t)u16(b) << 16 | u16(b + 2); }

#define VR(a, b) (uint16_t)((a) | (b) << 8)

static int is_long(uint16_t vr)
{
    switch (vr) {
    case VR('O', 'B'): case VR('O', 'D'): case VR('O', 'F'): case VR('O', 'L'): case VR('O', 'V'):
    case VR('O', 'W'): case VR('S', 'Q'): case VR('S', 'V'): case VR('U', 'C'): case VR('U', 'N'):
    case VR('U', 'R'): case VR('U', 'T'): case VR('U', 'V'):
        return 1;
    }
    return 0;
}

static int is_short(uint16_t vr)
{
    switch (vr) {
    case VR('A', 'E'): case VR('A', 'S'): case VR('A', 'T'): case VR('C', 'S'): case VR('D', 'A'):
    case VR('D', 'S'): case VR('D', 'T'): case VR('F', 'D'): case VR('F', 'L'): case VR('I', 'S'):
    case VR('L', 'O'): case VR('L', 'T'): case VR('P', 'N'): case VR('S', 'H'): case VR('S', 'L'):
    case VR('S', 'S'): case VR('S', 'T'): case VR('T', 'M'): case VR('U', 'I'): case VR('U', 'L'):
    case VR('U', 'S'):
        return 1;
    }
    return 0;
}

/* Whether something that can follow an empty value of a short VR stands at `at`. */
static int follows(const Window *w, int64_t at)
{
    const uint16_t vr = u16(w->bytes + at + 4);
    return u16(w->bytes + at) == 0xFFFE || is_long(vr) || is_short(vr);
}

/* The head of one element. BEYOND where the window ends in it. */
static int element(const Window *w, int64_t at, Element *e)
{
    if (at < 0 || at > w->size - 8)
        return BEYOND;
    const uint8_t *b = w->bytes + at;
    e->tag = tag_at(b);
    e->vr = 0;
    e->value = at + 8;
    e->length = u32(b + 4);
    if (!w->explicit || e->tag >> 16 == 0xFFFE)
        return FOUND;
    e->vr = u16(b + 4);
    if (is_long(e->vr)) {
        if (at > w->size - 12)
            return BEYOND;
        e->length = u32(b + 8);
        e->value = at + 12;
        return FOUND;
    }
    if (!is_short(e->vr))
        return ODD;
    e->length = u16(b + 6);
    if (e->length)
        return FOUND;
    if (at > w->size - 14)
        return BEYOND;
    return follows(w, at + 8) ? FOUND : ODD;
}

/* The first row of the table whose tag is not below; `row` is where to begin. */
static int64_t row_of(const Table *t, int64_t row, uint32_t tag)
{
    while (row < t->count && t->tags[row] < tag)
        row++;
    return row;
}

static int is_nested(const Table *t, uint32_t tag)
{
    int64_t low = 0, high = t->count;
    while (low < high) {
        const int64_t middle = (low + high) / 2;
        if (t->tags[middle] < tag)
            low = middle + 1;
        else
            high = middle;
    }
    return low < t->count && t->tags[low] == tag && t->kinds[low] == NESTED;
}

static int sequence(const Window *w, int64_t at, uint32_t length, int deep, int whole, int64_t *end);

/* Behind the elements of one item, which end at `stop`, or at a delimiter where that is -1. */
static int item(const Window *w, int64_t at, int64_t stop, int deep, int whole, int64_t *end)
{
    while (stop < 0 || at < stop) {
        Element e;
        const int told = element(w, at, &e);
        if (told != FOUND)
            return told;
        if (e.tag >> 16 == 0xFFFE) {
            *end = e.value;
            return stop < 0 && e.tag == ITEM_END && e.length == 0 ? FOUND : ODD;
        }
        const int nested = e.length == UNDEFINED || e.vr == VR('S', 'Q')
            || (!w->explicit && is_nested(w->table, e.tag));
        if (w->explicit && (e.vr == VR('U', 'N') || (nested && e.vr != VR('S', 'Q'))))
            return ODD;
        if (nested) {
            const int inside = sequence(w, e.value, e.length, deep + 1, whole, &at);
            if (inside != FOUND)
                return inside;
        } else
            at = e.value + e.length;
        if (stop >= 0 && at > stop)
            return ODD;
        if (at > w->size)
            return BEYOND;
    }
    *end = at;
    return FOUND;
}

/* Behind a sequence. Where `whole`, items that tell their length are walked too. */
static int sequence(const Window *w, int64_t at, uint32_t length, int deep, int whole, int64_t *end)
{
    if (deep > MOST_DEEP)
        return ODD;
    const int64_t stop = length == UNDEFINED ? -1 : at + length;
    if (stop > w->size)
        return BEYOND;
    while (stop < 0 || at < stop) {
        Element e;
        const int told = element(w, at, &e);
        if (told != FOUND)
            return told;
        if (stop < 0 && e.tag == SEQUENCE_END && e.length == 0) {
            *end = e.value;
            return FOUND;
        }
        if (e.tag != ITEM)
            return ODD;
        const int64_t last = e.length == UNDEFINED ? -1 : e.value + e.length;
        if (last > w->size)
            return BEYOND;
        at = last;
        if (last < 0 || whole) {
            const int inside = item(w, e.value, last, deep, whole, &at);
            if (inside != FOUND)
                return inside;
        }
        if (stop >= 0 && at > stop)
            return ODD;
    }
    *end = at;
    return FOUND;
}

static int put(uint8_t *to, int64_t *used, int64_t room, const void *from, int64_t size)
{
    if (size < 0 || size > room - *used)
        return 0;
    memcpy(to + *used, from, (size_t)size);
    *used += size;
    return 1;
}

/* Keep what one row of the table wants of an element; 0 where there is no room. */
static int keep(Walk *walk, int kind, const Element *e, const uint8_t *value, int64_t size)
{
    if (kind < OWN)
        return put(walk->shared_to, &walk->shared, walk->shared_room, &e->length, 4)
            && put(walk->shared_to, &walk->shared, walk->shared_room, value, size);
    if (kind >= SELDOM) {
        const uint8_t number = (uint8_t)(kind - SELDOM);
        return put(walk->seldom_to, &walk->seldom, walk->seldom_room, &number, 1)
            && put(walk->seldom_to, &walk->seldom, walk->seldom_room, &e->length, 4)
            && put(walk->seldom_to, &walk->seldom, walk->seldom_room, value, size);
    }
    int32_t *span = walk->spans + 2 * (kind - OWN);
    span[0] = (int32_t)walk->own;
    const int has = put(walk->own_to, &walk->own, walk->own_room, value, size);
    span[1] = (int32_t)walk->own;
    return has;
}

/* Behind the file meta information the bytes show whether VRs are written; 0 where they are odd. */
static int sniff(Walk *walk, const uint8_t *b)
{
    const uint16_t vr = u16(b + 4);
    const uint8_t says = (uint8_t)(is_long(vr) || is_short(vr));
    walk->explicit = says;
    return walk->last >= 0 && b[0] && put(walk->shared_to, &walk->shared, walk->shared_room, &says, 1);
}

/* Walk on from `walk->at` to the pixels, through the window `bytes` that begins at `walk->base`.
 *
 * Every shared element goes to `shared_to`, and of own ones that they are there; their values go
 * to `own_to`, and to `seldom_to` with their numbers and lengths. FOUND at the pixels, BEYOND where another window must begin at `walk->at`, ODD
 * where this walk is not for the file. */
int labeler_walk_elements(const uint8_t *bytes, int64_t size, Walk *walk)
{
    const Table *table = &walk->table;
    for (;;) {
        const int64_t at = walk->at - walk->base;
        if (at < 0 || at > size - 8)
            return BEYOND;
        if (walk->explicit < 0 && u16(bytes + at) != 2 && !sniff(walk, bytes + at))
            return ODD;
        const Window w = {bytes, size, walk->explicit != 0, table};
        Element e;
        int told = element(&w, at, &e);
        if (told != FOUND)
            return told;
        if ((int64_t)e.tag <= walk->last || e.tag >> 16 == 0xFFFE)
            return ODD;
        const int64_t row = row_of(table, walk->row, e.tag);
        const int kept = row < table->count && table->tags[row] == e.tag;
        const int kind = kept ? table->kinds[row] : -1;
        const int64_t before = walk->shared;
        int64_t end = e.value + (int64_t)e.length;
        if (kept && !(put(walk->shared_to, &walk->shared, walk->shared_room, &e.tag, 4)
                      && put(walk->shared_to, &walk->shared, walk->shared_room, &e.vr, 2)))
            return ODD;
        if (kind == PIXELS) {
            walk->pixels_at = walk->base + e.value;
            walk->pixels_length = e.length == UNDEFINED ? -1 : (int64_t)e.length;
            return walk->explicit >= 0 && keep(walk, kind, &e, bytes, 0) ? FOUND : ODD;
        }
        if (kind >= OWN && w.explicit && e.vr != table->vrs[row])
            return ODD;
        if (e.length == UNDEFINED || kind == NESTED) {
            if ((w.explicit && e.vr != VR('S', 'Q')) || walk->explicit < 0 || kind == SHARED || kind >= OWN)
                return ODD;
            told = sequence(&w, e.value, e.length, 0, kind == NESTED, &end);
        }
        if (told == FOUND && kept && end > size)
            told = BEYOND;
        if (told != FOUND) {
            walk->shared = before;
            return at == 0 ? ODD : told; /* a window that begins here was not enough */
        }
        if (kept && !keep(walk, kind, &e, bytes + e.value, end - e.value))
            return ODD;
        walk->last = e.tag;
        walk->row = row;
        walk->at = walk->base + end;
    }
}
