// Byte and string routines. Copied and set in words of eight bytes, the rest in bytes.
//
// All stores, and the loads of the string routines, are relaxed atomics: plain moves, which the compiler may not turn
// into a call of memset or memcpy, or else memset would call itself.

#include "kernel/lib/memory.h"

enum { WORD = sizeof(uint64_t) };

// A word at any address.
struct loose_word {
    uint64_t value;
} __attribute__((packed, may_alias));

typedef uint64_t __attribute__((may_alias)) aligned_word;

static inline void store_byte(unsigned char *to, unsigned char byte)
{
    __atomic_store_n(to, byte, __ATOMIC_RELAXED);
}

// `to` must be 8-byte aligned.
static inline void store_word(unsigned char *to, uint64_t word)
{
    __atomic_store_n((aligned_word *)(void *)to, word, __ATOMIC_RELAXED);
}

static inline uint64_t load_word(const unsigned char *from)
{
    return ((const struct loose_word *)(const void *)from)->value;
}

static inline unsigned char load_byte(const char *from)
{
    return __atomic_load_n((const unsigned char *)from, __ATOMIC_RELAXED);
}

static inline bool is_word_aligned(const void *pointer)
{
    return (uintptr_t)pointer % WORD == 0;
}

// Lowest word first, each stored before the next is loaded, so `to` may overlap the source from below.
static inline void copy_up(unsigned char *to, const unsigned char *from, size_t length)
{
    for (; length && !is_word_aligned(to); length--)
        store_byte(to++, *from++);
    for (; length >= 4 * WORD; length -= 4 * WORD, to += 4 * WORD, from += 4 * WORD) {
        store_word(to, load_word(from));
        store_word(to + WORD, load_word(from + WORD));
        store_word(to + 2 * WORD, load_word(from + 2 * WORD));
        store_word(to + 3 * WORD, load_word(from + 3 * WORD));
    }
    for (; length >= WORD; length -= WORD, to += WORD, from += WORD)
        store_word(to, load_word(from));
    for (; length; length--)
        store_byte(to++, *from++);
}

// Highest word first, for a `to` that overlaps the source from above.
static inline void copy_down(unsigned char *to, const unsigned char *from, size_t length)
{
    for (; length && !is_word_aligned(to + length); length--)
        store_byte(to + length - 1, from[length - 1]);
    for (; length >= WORD; length -= WORD)
        store_word(to + length - WORD, load_word(from + length - WORD));
    for (; length; length--)
        store_byte(to + length - 1, from[length - 1]);
}

void *memcpy(void *restrict to, const void *restrict from, size_t length)
{
    copy_up(to, from, length);
    return to;
}

void *memmove(void *to, const void *from, size_t length)
{
    if ((uintptr_t)to - (uintptr_t)from >= length)
        copy_up(to, from, length);
    else
        copy_down(to, from, length);
    return to;
}

void *memset(void *to, int byte, size_t length)
{
    unsigned char *at = to;
    uint64_t word = UINT64_C(0x0101010101010101) * (unsigned char)byte;

    for (; length && !is_word_aligned(at); length--)
        store_byte(at++, (unsigned char)byte);
    for (; length >= 8 * WORD; length -= 8 * WORD, at += 8 * WORD) {
        store_word(at, word);
        store_word(at + WORD, word);
        store_word(at + 2 * WORD, word);
        store_word(at + 3 * WORD, word);
        store_word(at + 4 * WORD, word);
        store_word(at + 5 * WORD, word);
        store_word(at + 6 * WORD, word);
        store_word(at + 7 * WORD, word);
    }
    for (; length >= WORD; length -= WORD, at += WORD)
        store_word(at, word);
    for (; length; length--)
        store_byte(at++, (unsigned char)byte);
    return to;
}

int memcmp(const void *left, const void *right, size_t length)
{
    const unsigned char *a = left;
    const unsigned char *b = right;

    for (; length >= WORD && load_word(a) == load_word(b); length -= WORD, a += WORD, b += WORD)
        ;
    for (; length; length--, a++, b++) {
        if (*a != *b)
            return *a - *b;
    }
    return 0;
}

size_t strlen(const char *text)
{
    size_t length = 0;
    while (load_byte(text + length))
        length++;
    return length;
}

int strcmp(const char *left, const char *right)
{
    return strncmp(left, right, SIZE_MAX);
}

int strncmp(const char *left, const char *right, size_t length)
{
    for (; length; length--, left++, right++) {
        unsigned char a = load_byte(left);
        unsigned char b = load_byte(right);
        if (a != b)
            return a - b;
        if (!a)
            return 0;
    }
    return 0;
}
