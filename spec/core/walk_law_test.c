/*
 * walk_law_test.c - laws that every trace obeys, on random networks: what a question about many
 * ports says is what the questions about each of them say, the answer to "any protocol" is that of
 * some protocol, the reply only takes away, and asking again changes nothing.
 */
#include "asking.h"
#include "notation.h"
#include "random.h"
#include "vp_test.h"

#include <stdarg.h>

#define HOSTS 8

static char text[16384];
static random_source source;

static uint32_t below(uint32_t limit) { return (uint32_t)random_below(&source, limit); }

static void write(const char *format, ...) VP_PRINTF(1, 2);

static void write(const char *format, ...) {
    size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text + used, sizeof text - used, format, arguments);
    va_end(arguments);
}

/* A block around hosts, around one host, or around everything. */
static void write_block(void) {
    static const char *const blocks[] = {"0.0.0.0/0",   "10.0.0.0/16",  "10.1.0.0/16",
                                         "10.1.0.0/24", "10.0.1.10/32", "10.1.0.10/32",
                                         "1.0.0.0/8",   "10.0.0.0/8"};
    write("%s", blocks[below(VP_COUNT_OF(blocks))]);
}

static void write_ports(void) {
    static const uint32_t points[] = {0, 1, 22, 80, 443, 1000, 1024, 30000, 32768, 65535};
    uint32_t first = points[below(VP_COUNT_OF(points))], last = points[below(VP_COUNT_OF(points))];
    if (below(4) == 0) {
        write("all");
    } else {
        write("%u-%u", (unsigned)(first < last ? first : last),
              (unsigned)(first < last ? last : first));
    }
}

static const char *random_protocol(void) {
    static const char *const protocols[] = {"all", "all", "tcp", "tcp", "udp", "47"};
    return protocols[below(VP_COUNT_OF(protocols))];
}

static void write_filters(void) {
    for (uint32_t i = 0; i < 3; i++) {
        write("sg g%u %c", (unsigned)i, "AAB"[i]);
        for (uint32_t k = below(5); k > 0; k--) {
            write(" %s|%s|", below(2) == 0 ? "in" : "out", random_protocol());
            write_ports();
            if (below(4) == 0) {
                write("|sg:g%u", (unsigned)below(3));
            } else {
                write("|");
                write_block();
            }
        }
        write("\nacl n%u %c", (unsigned)i, "AAB"[i]);
        for (uint32_t k = 1 + below(6); k > 0; k--) {
            write(" %s|%u|%s|%s|", below(2) == 0 ? "in" : "out", (unsigned)(100 - k),
                  below(3) == 0 ? "deny" : "allow", random_protocol());
            write_ports();
            write("|");
            write_block();
        }
        write(" in|200|allow|all|all|0.0.0.0/0 out|200|%s|all|all|0.0.0.0/0\n",
              below(4) == 0 ? "deny" : "allow");
    }
}

static void write_routes(void) {
    static const char *const tables[] = {"A.main", "A.x", "B.main", "B.x", "C.main"};
    static const char *const targets[] = {"pcx-1", "pcx-1", "pcx-2", "pcx-3", "pcx-none",
                                          "igw-a", "h0",    "h3",    "h6"};
    for (size_t i = 0; i < VP_COUNT_OF(tables); i++) {
        write("rtb %s", tables[i]);
        for (uint32_t k = below(5); k > 0; k--) {
            write(" ");
            write_block();
            write(">%s", targets[below(VP_COUNT_OF(targets))]);
        }
        write("\n");
    }
}

/* Three VPCs, two of which overlap now and then; connections in any state; an appliance or two. */
static vp_network *random_network(void) {
    static const char *const states[] = {"active", "active", "active", "deleted"};
    vp_alloc alloc = vp_alloc_default();
    text[0] = '\0';
    write("vpc A 10.0.0.0/16 ; B 10.1.0.0/16%s ; C %s\n", below(2) == 0 ? " region=us-west-2" : "",
          below(3) == 0 ? "10.1.0.0/16" : "10.2.0.0/16");
    write_filters();
    write("subnet S0 A 10.0.0.0/24 acl=n0 ; S1 A 10.0.1.0/24 rtb=A.x acl=n1 ; S2 B 10.1.0.0/24 "
          "rtb=B.x acl=n2 ; S3 B 10.1.1.0/24 az=b ; S4 C 10.%d.0.0/24\n",
          strstr(text, "C 10.1") != NULL ? 1 : 2);
    for (uint32_t i = 0; i < HOSTS; i++) {
        uint32_t subnet = i % 5;
        write("host h%u S%u 10.%d.%d.%u", (unsigned)i, (unsigned)subnet,
              subnet < 2                                     ? 0
              : subnet < 4 || strstr(text, "C 10.1") != NULL ? 1
                                                             : 2,
              subnet == 1 || subnet == 3 ? 1 : 0, (unsigned)(10 + i / 5));
        write("%s%s%s\n", below(2) == 0 ? " check=off" : "", below(8) == 0 ? " nat=yes" : "",
              below(3) == 0 ? ""
              : subnet < 2  ? " sg=g0,g1"
              : subnet < 4  ? " sg=g2"
                            : "");
        if (below(3) == 0) {
            size_t end = strlen(text) - 1;
            text[end] = '\0';
            write(" eip=203.0.113.%u\n", (unsigned)i);
        }
    }
    write("igw igw-a A ; pcx pcx-1 A B state=%s ; pcx-2 B C state=%s ; pcx-3 A C state=%s\n",
          states[below(4)], states[below(4)], states[below(4)]);
    write_routes();
    return notation_read(&alloc, text);
}

static bool reaches(vp_network *network, const char *from, const char *to, const char *words) {
    char question[256];
    (void)snprintf(question, sizeof question, "%s -> %s %s", from, to, words);
    (void)ask(network, question);
    return asked()->reachable == 1;
}

static bool has_translator(void) {
    for (uint32_t i = 0; i < asked()->via.count; i++) {
        if (((vp_record *const *)asked()->via.items)[i]->kind == VP_KIND_NETWORK_INTERFACE) {
            return true;
        }
    }
    return false;
}

/* Every sampled pair of ports passes alone exactly when both are in what the whole leaves. */
static void check_ports(vp_network *network, const char *from, const char *to) {
    static const int32_t samples[] = {0, 1, 22, 79, 443, 999, 1024, 30000, 32768, 65535};
    vp_ports ports, source_ports;
    bool passes = reaches(network, from, to, "tcp/0-65535 sport=0-65535");
    bool translates = has_translator();
    vp_ports_copy(&ports, &asked()->ports);
    vp_ports_copy(&source_ports, &asked()->source_ports);
    for (size_t i = 0; i < VP_COUNT_OF(samples); i++) {
        int32_t port = samples[i], own = samples[below(VP_COUNT_OF(samples))];
        char words[64];
        (void)snprintf(words, sizeof words, "tcp/%d sport=%d", (int)port, (int)own);
        bool wanted = passes && vp_ports_contains(&ports, port) &&
                      (translates || vp_ports_contains(&source_ports, own));
        VP_CHECK(translates || reaches(network, from, to, words) == wanted);
    }
}

static void check_laws(vp_network *network, const char *from, const char *to) {
    char first[4096];
    char question[256];
    (void)snprintf(question, sizeof question, "%s -> %s", from, to);
    (void)snprintf(first, sizeof first, "%s", ask(network, question));
    VP_CHECK(asked()->explanations.count > 0 || asked()->reachable == 1);
    VP_CHECK(asked()->path.count > 0);
    bool passes = asked()->reachable == 1;
    VP_CHECK_TEXT(ask(network, question), first);
    VP_CHECK(!passes || reaches(network, from, to, "one-way"));
    VP_CHECK(!passes || reaches(network, from, to, "all"));
    if (!reaches(network, from, to, "all")) {
        VP_CHECK(!reaches(network, from, to, "udp/443"));
        VP_CHECK(!reaches(network, from, to, "icmp"));
        VP_CHECK(!reaches(network, from, to, "47"));
        VP_CHECK(!reaches(network, from, to, "99"));
    }
    check_ports(network, from, to);
}

int main(void) {
    static const char *const outside[] = {"internet=1.2.3.4", "internet", "8.8.8.8"};
    source = random_start();
    for (int round = 0; round < 150; round++) {
        vp_network *network = random_network();
        for (uint32_t i = 0; i < HOSTS; i++) {
            for (uint32_t k = 0; k < HOSTS; k++) {
                char from[16], to[16];
                (void)snprintf(from, sizeof from, "eni-h%u", (unsigned)i);
                (void)snprintf(to, sizeof to, "eni-h%u", (unsigned)k);
                check_laws(network, from, to);
            }
            char host[16];
            (void)snprintf(host, sizeof host, "eni-h%u", (unsigned)i);
            check_laws(network, outside[0], host);
            check_laws(network, host, outside[2]);
            (void)reaches(network, outside[1], host, "");
            (void)reaches(network, host, outside[1], "");
        }
        vp_network_unref(network);
    }
    ask_no_more();
    return vp_test_end();
}
