/* Which of the two libraries this processor can run, and what they were made of. */
#include <stdint.h>

#ifndef LABELER_SOURCES
#define LABELER_SOURCES
#endif
#define TEXT(name) #name
#define TEXT_OF(name) TEXT(name)

/* The digest of all sources, as kernels/sources.py makes it. */
const char *labeler_sources(void) { return TEXT_OF(LABELER_SOURCES); }

#if defined(__x86_64__) || defined(_M_X64)
#include <cpuid.h>

/* 1 where the processor and the system offer what Zig's x86_64_v3 needs. */
int labeler_runs_fast(void)
{
    unsigned a, b, c, d, low, high;
    if (!__get_cpuid(1, &a, &b, &c, &d))
        return 0;
    const unsigned first = bit_FMA | bit_MOVBE | bit_OSXSAVE | bit_AVX | bit_F16C | bit_SSE4_2 | bit_POPCNT;
    if ((c & first) != first)
        return 0;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    if ((low & 6) != 6) /* the system keeps the wide registers */
        return 0;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d))
        return 0;
    const unsigned second = bit_AVX2 | bit_BMI | bit_BMI2;
    if ((b & second) != second)
        return 0;
    return __get_cpuid(0x80000001, &a, &b, &c, &d) && (c & bit_LZCNT) != 0;
}
#else
int labeler_runs_fast(void) { return 0; }
#endif
