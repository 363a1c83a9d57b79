/*
 * scan_test.c - the quick reader of IPv4 text against the thorough one, on texts that are blocks or
 * nearly so.
 *
 * What the quick reader takes it must read as vp_cidr_parse does, up to the same place; it may
 * decline nothing that is an address or block of decimal digits. Bytes behind the text are random:
 * none of them may count.
 */
#include "random.h"
#include "vp_cidr.h"
#include "vp_scan.h"
#include "vp_test.h"

#include <stdio.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define ROUNDS 200000
#else
#define ROUNDS 2000000
#endif

/* Writes a block, numbers of all lengths being about as frequent; returns its length. */
static size_t write_block(random_source *random, char *out, size_t size) {
    unsigned parts[5];
    for (int i = 0; i < 4; i++) {
        unsigned limits[] = {10, 100, 256};
        parts[i] = (unsigned)random_below(random, limits[random_below(random, 3)]);
    }
    parts[4] = (unsigned)random_below(random, 33);
    bool bare = random_below(random, 3) == 0;
    int length = snprintf(out, size, bare ? "%u.%u.%u.%u" : "%u.%u.%u.%u/%u", parts[0], parts[1],
                          parts[2], parts[3], parts[4]);
    return (size_t)length;
}

/* Changes, inserts or drops a byte here and there; returns the new length. */
static size_t mutate(random_source *random, char *text, size_t length) {
    static const char bytes[] = "0123456789./:-, \n\0ax\xb0\xff";
    size_t at = random_below(random, length);
    switch (random_below(random, 4)) {
    case 0:
        memmove(text + at, text + at + 1, length - at - 1);
        return length - 1;
    case 1:
        memmove(text + at + 1, text + at, length - at);
        text[at] = bytes[random_below(random, sizeof bytes - 1)];
        return length + 1;
    default:
        text[at] = bytes[random_below(random, sizeof bytes - 1)];
        return length;
    }
}

/* The longest beginning of a text that the thorough reader takes as one IPv4 block; 0 for none. */
static size_t thorough(const char *text, size_t length, vp_cidr *cidr) {
    for (; length > 0; length--) {
        if (vp_cidr_parse(text, length, VP_CIDR_CLEAR_HOST_BITS, cidr, NULL) == VP_OK) {
            return cidr->address.family == 4 ? length : 0;
        }
    }
    return 0;
}

static void check_texts(random_source *random) {
    unsigned wrong = 0, taken = 0, declined = 0;
    for (int round = 0; round < ROUNDS; round++) {
        char text[64 + VP_SCAN_BYTES];
        for (size_t i = 0; i < sizeof text; i++) {
            text[i] = (char)random_below(random, 256);
        }
        size_t length = write_block(random, text, sizeof text);
        for (uint64_t changes = random_below(random, 3); changes > 0 && length > 1; changes--) {
            length = mutate(random, text, length);
        }
        text[length] = '\n';
        uint32_t first = 0, last = 0;
        vp_cidr cidr;
        const char *end = vp_scan_ipv4_block(text, &first, &last);
        size_t whole = thorough(text, length, &cidr);
        if (whole == length) {
            vp_addr end_of_block = vp_cidr_last(&cidr);
            wrong += end != text + length || first != cidr.address.lo || last != end_of_block.lo;
            taken++;
        } else {
            /* Whoever called it looks at what follows; it is no end of an item then. */
            wrong += end == text + length;
            declined++;
        }
    }
    VP_CHECK(wrong == 0);
    VP_CHECK(taken > ROUNDS / 4 && declined > ROUNDS / 4);
}

/*
 * The reader of a whole text takes what the thorough one takes, all of it, and nothing else. The
 * text lies at the end of a block of its size: a byte further, or one before it, would be seen.
 */
static void check_whole_texts(random_source *random) {
    unsigned wrong = 0, taken = 0, declined = 0;
    for (int round = 0; round < ROUNDS; round++) {
        char text[64];
        size_t length = write_block(random, text, sizeof text);
        for (uint64_t changes = random_below(random, 3); changes > 0 && length > 1; changes--) {
            length = mutate(random, text, length);
        }
        char *exact = malloc(length);
        if (exact == NULL) {
            break;
        }
        memcpy(exact, text, length);
        uint32_t first = 0, last = 0;
        vp_cidr cidr;
        bool read = vp_scan_ipv4_text(exact, length, &first, &last);
        if (thorough(text, length, &cidr) == length) {
            vp_addr end_of_block = vp_cidr_last(&cidr);
            wrong += !read || first != cidr.address.lo || last != end_of_block.lo;
            taken++;
        } else {
            wrong += read;
            declined++;
        }
        free(exact);
    }
    VP_CHECK(wrong == 0);
    VP_CHECK(taken > ROUNDS / 4 && declined > ROUNDS / 4);
}

int main(void) {
    random_source random = random_start();
    check_texts(&random);
    check_whole_texts(&random);
    return vp_test_end();
}
