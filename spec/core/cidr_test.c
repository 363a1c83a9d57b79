/*
 * cidr_test.c - the readers and writers of addresses and blocks against two other opinions: libcidr
 * and the C library. Both are asked only about text that our own reader has accepted or that was
 * written here; libcidr looks at up to 7 bytes before its argument, hence the padding.
 */
#include "random.h"
#include "vp_cidr.h"
#include "vp_test.h"
#include "vp_text.h"

#include <arpa/inet.h>
#include <libcidr.h>

static void bytes_of(const vp_addr *address, uint8_t bytes[16]) {
    for (int i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(address->hi >> (56 - 8 * i) & 0xff);
        bytes[8 + i] = (uint8_t)(address->lo >> (56 - 8 * i) & 0xff);
    }
}

/* Whether libcidr reads the text as this address and length. It keeps host bits, so none may be. */
static bool libcidr_agrees(const char *text, size_t length, const vp_addr *address, int prefix) {
    char padded[16 + 64] = {0};
    uint8_t bytes[16];
    memcpy(padded + 16, text, length);
    bytes_of(address, bytes);
    CIDR *cidr = cidr_from_str(padded + 16);
    if (cidr == NULL) {
        return false;
    }
    int skip = address->family == 4 ? 12 : 0;
    bool same = cidr_get_proto(cidr) == (address->family == 4 ? CIDR_IPV4 : CIDR_IPV6) &&
                cidr_get_pflen(cidr) == prefix &&
                memcmp(cidr->addr + skip, bytes + skip, 16 - (size_t)skip) == 0;
    cidr_free(cidr);
    return same;
}

/* Whether the C library reads and writes the address as we do. */
static bool libc_agrees(const vp_addr *address) {
    char ours[VP_ADDR_TEXT_MAX], theirs[INET6_ADDRSTRLEN];
    uint8_t bytes[16], read[16];
    int family = address->family == 4 ? AF_INET : AF_INET6;
    const uint8_t *start = address->family == 4 ? bytes + 12 : bytes;
    bytes_of(address, bytes);
    size_t length = vp_addr_format(address, ours);
    if (strlen(ours) != length || inet_pton(family, ours, read) != 1 ||
        memcmp(read, start, address->family == 4 ? 4 : 16) != 0) {
        return false;
    }
    if (address->family == 6 && address->hi == 0 && address->lo >> 32 == 0) {
        return true; /* glibc writes ::1.2.3.4, which RFC 5952 does not ask for */
    }
    return inet_ntop(family, start, theirs, sizeof theirs) != NULL && strcmp(ours, theirs) == 0;
}

/* Many zero bits and groups, and every length. */
static vp_cidr random_cidr(random_source *random) {
    vp_addr address = {0, 0, random_below(random, 2) == 0 ? 4 : 6};
    if (address.family == 4) {
        address.lo = random_next(random) & UINT32_MAX;
    } else {
        for (int shift = 0; shift < 64; shift += 16) {
            bool none_hi = random_below(random, 2) == 0, none_lo = random_below(random, 2) == 0;
            address.hi |= none_hi ? 0 : random_below(random, 0x10000) << shift;
            address.lo |= none_lo ? 0 : random_below(random, 0x10000) << shift;
        }
        if (random_below(random, 20) == 0) {
            address.hi = 0;
            address.lo = UINT64_C(0xffff00000000) | (address.lo & UINT32_MAX);
        }
    }
    int bits = vp_addr_bits(&address);
    return vp_cidr_of(&address, (int)random_below(random, (uint64_t)bits + 1));
}

static void check_canonical_texts(random_source *random) {
    unsigned wrong = 0;
    for (int i = 0; i < 200000; i++) {
        vp_cidr cidr = random_cidr(random), read;
        char text[VP_CIDR_TEXT_MAX];
        size_t length = vp_cidr_format(&cidr, text);
        wrong += vp_cidr_parse(text, length, VP_CIDR_REFUSE_HOST_BITS, &read, NULL) != VP_OK ||
                 !vp_cidr_equals(&read, &cidr);
        wrong += !libcidr_agrees(text, length, &cidr.address, cidr.prefix_length);
        wrong += !libc_agrees(&cidr.address);
        vp_addr address = {0, 0, 0};
        length = vp_addr_format(&cidr.address, text);
        wrong += vp_addr_parse(text, length, &address, NULL) != VP_OK ||
                 !vp_addr_equals(&address, &cidr.address);
    }
    VP_CHECK(wrong == 0);
}

/* Changes a byte, drops one or doubles one; the reader must not take what others do not. */
static size_t mutate(random_source *random, char *text, size_t length) {
    static const char bytes[] = "0123456789abcdefABF.:/-x% +";
    size_t at = (size_t)random_below(random, length);
    switch (random_below(random, 3)) {
    case 0:
        text[at] = bytes[random_below(random, sizeof bytes)];
        return length;
    case 1:
        memmove(text + at, text + at + 1, length - at);
        return length - 1;
    default:
        memmove(text + at + 1, text + at, length - at);
        return length + 1;
    }
}

/* The C library's opinion of an address that may have a length. */
static bool libc_accepts(const char *text, size_t length) {
    char copy[64];
    uint8_t bytes[16];
    if (memchr(text, '\0', length) != NULL) {
        return false;
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    char *slash = strchr(copy, '/');
    bool is_ipv6 = memchr(copy, ':', length) != NULL;
    if (slash != NULL) {
        size_t digits = strspn(slash + 1, "0123456789");
        *slash = '\0';
        if (digits == 0 || digits > 3 || slash[1 + digits] != '\0' ||
            (digits > 1 && slash[1] == '0') || atoi(slash + 1) > (is_ipv6 ? 128 : 32)) {
            return false;
        }
    }
    return inet_pton(is_ipv6 ? AF_INET6 : AF_INET, copy, bytes) == 1;
}

static void check_mutated_texts(random_source *random) {
    unsigned accepted = 0, wrong = 0;
    for (int i = 0; i < 500000; i++) {
        vp_cidr cidr = random_cidr(random), read;
        char text[64];
        size_t length = vp_cidr_format(&cidr, text);
        for (uint64_t n = random_below(random, 3); n > 0 && length > 1 && length < 50; n--) {
            length = mutate(random, text, length);
        }
        bool accepts = vp_cidr_parse(text, length, VP_CIDR_CLEAR_HOST_BITS, &read, NULL) == VP_OK;
        if (accepts != libc_accepts(text, length)) {
            fprintf(stderr, "%.*s: %s\n", (int)length, text, accepts ? "accepted" : "refused");
            wrong++;
        }
        if (vp_cidr_parse(text, length, VP_CIDR_REFUSE_HOST_BITS, &read, NULL) == VP_OK) {
            accepted++;
            wrong += !libcidr_agrees(text, length, &read.address, read.prefix_length);
        }
    }
    VP_CHECK(wrong == 0);
    VP_CHECK(accepted > 100000);
}

/* What the readers say about a text; "" when they take it. */
static const char *problem_of(const char *text, vp_error *error) {
    vp_cidr untouched = {{1, 2, 6}, 77}, cidr = untouched;
    error->message[0] = '\0';
    if (vp_cidr_parse(text, strlen(text), VP_CIDR_REFUSE_HOST_BITS, &cidr, error) != VP_OK) {
        VP_CHECK(vp_cidr_equals(&cidr, &untouched));
        VP_CHECK_TEXT(error->code, "invalid_cidr");
    }
    return error->message;
}

static void check_messages(void) {
    vp_error error;
    VP_CHECK_TEXT(problem_of("10.0.0.0/8", &error), "");
    VP_CHECK_TEXT(problem_of("", &error), "\"\": it is empty");
    VP_CHECK_TEXT(problem_of("10.0.0.0/33", &error),
                  "\"10.0.0.0/33\": the prefix length is over 32");
    VP_CHECK_TEXT(problem_of("::/129", &error), "\"::/129\": the prefix length is over 128");
    VP_CHECK_TEXT(problem_of("010.0.0.1/8", &error), "\"010.0.0.1/8\": a part has a leading zero");
    VP_CHECK_TEXT(problem_of("10.0.0.1/8", &error), "\"10.0.0.1/8\": it has host bits");
    VP_CHECK_TEXT(problem_of("fe80::1%eth0", &error), "\"fe80::1%eth0\": a zone is not allowed");
    VP_CHECK_TEXT(problem_of("\x01\"\xff", &error), "\"\\x01\\x22\\xff\": it is not an address");
    char longest[2000];
    memset(longest, '7', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    VP_CHECK(strlen(problem_of(longest, &error)) < 120);
    vp_addr address = {0, 0, 0};
    VP_CHECK(vp_addr_parse("10.0.0.0/8", 10, &address, &error) == VP_INVALID);
    VP_CHECK_TEXT(error.code, "invalid_address");
    VP_CHECK(address.family == 0);
    vp_cidr cidr;
    VP_CHECK(vp_cidr_parse_block("10.0.0.1", 8, &cidr, &error) == VP_INVALID);
    VP_CHECK(vp_cidr_parse_block("10.0.0.1/8", 10, &cidr, &error) == VP_OK);
    VP_CHECK(vp_cidr_parse("10.0.0.0/8\0rest", 15, VP_CIDR_CLEAR_HOST_BITS, &cidr, NULL) ==
             VP_INVALID);
}

/* Every text form of blocks of every length, computed here bit by bit. */
static void check_forms(random_source *random) {
    vp_error error;
    for (int i = 0; i < 2000; i++) {
        vp_cidr cidr = random_cidr(random);
        vp_addr all = vp_addr_highest(cidr.address.family), mask, host, read = {0, 0, 0};
        char text[VP_TEXT_MAX];
        size_t length;
        mask = vp_addr_first_of(&all, cidr.prefix_length);
        host = all;
        host.hi ^= mask.hi;
        host.lo ^= mask.lo;
        VP_CHECK(vp_text_format(&cidr, VP_TEXT_NETMASK, text, &length, &error) == VP_OK);
        VP_CHECK(vp_addr_parse(text, length, &read, &error) == VP_OK);
        VP_CHECK(vp_addr_equals(&read, &mask));
        VP_CHECK(vp_text_format(&cidr, VP_TEXT_WILDCARD, text, &length, &error) == VP_OK);
        VP_CHECK(vp_addr_parse(text, length, &read, &error) == VP_OK);
        VP_CHECK(vp_addr_equals(&read, &host));
        VP_CHECK(vp_text_format(&cidr, VP_TEXT_LONG, text, &length, &error) == VP_OK);
        VP_CHECK(vp_addr_parse(text, length, &read, &error) == VP_OK);
        VP_CHECK(vp_addr_equals(&read, &cidr.address));
        VP_CHECK(cidr.address.family == 4 || length == 39);
        VP_CHECK(vp_text_format(&cidr, VP_TEXT_PTR, text, &length, &error) == VP_OK);
        VP_CHECK(strlen(text) == length && strstr(text, "arpa") == text + length - 4);
    }
}

int main(void) {
    random_source random = random_start();
    check_canonical_texts(&random);
    check_mutated_texts(&random);
    check_messages();
    check_forms(&random);
    return vp_test_end();
}
