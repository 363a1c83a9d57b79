/*
 * asking.c - one trace that is asked again and again, and its answer in words.
 */
#include "asking.h"

#include "vp_end.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static vp_trace trace;
static bool trace_is_made;
static char answer[4096];

static void say(const char *format, ...) VP_PRINTF(1, 2);

static void say(const char *format, ...) {
    size_t used = strlen(answer);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(answer + used, sizeof answer - used, format, arguments);
    va_end(arguments);
}

static vp_name component[4];

static void set_range(vp_ports *ports, const char *text) {
    const char *dash = strchr(text, '-');
    vp_ports_clear(ports);
    vp_ports_add(ports, atoi(text), dash == NULL ? atoi(text) : atoi(dash + 1));
}

static void set_protocol(vp_trace_query *query, const char *word) {
    const char *slash = strchr(word, '/');
    if (strncmp(word, "icmp", 4) == 0) {
        query->protocol = strncmp(word, "icmpv6", 6) == 0 ? VP_PROTOCOL_ICMPV6 : VP_PROTOCOL_ICMP;
        query->icmp_given = slash != NULL;
        if (slash != NULL) {
            const char *second = strchr(slash + 1, '/');
            query->icmp_type = atoi(slash + 1);
            query->icmp_code = second == NULL ? -1 : atoi(second + 1);
        }
        return;
    }
    query->protocol = strncmp(word, "tcp", 3) == 0   ? VP_PROTOCOL_TCP
                      : strncmp(word, "udp", 3) == 0 ? VP_PROTOCOL_UDP
                      : strcmp(word, "all") == 0     ? VP_PROTOCOL_ALL
                                                     : atoi(word);
    if (slash != NULL) {
        set_range(&query->ports, slash + 1);
    }
}

static void set_component(vp_network *network, const vp_name **list, uint32_t *count, int place,
                          const char *id) {
    component[place] = vp_names_find(&network->names, id, strlen(id));
    *list = &component[place];
    *count = 1;
}

static void set_word(vp_network *network, vp_trace_query *query, const char *word) {
    if (strncmp(word, "sport=", 6) == 0) {
        set_range(&query->source_ports, word + 6);
    } else if (strncmp(word, "family=", 7) == 0) {
        query->family = atoi(word + 7);
    } else if (strcmp(word, "one-way") == 0) {
        query->bidirectional = false;
    } else if (strcmp(word, "every-port") == 0) {
        query->ephemeral_all = true;
    } else if (strncmp(word, "through=", 8) == 0) {
        set_component(network, &query->through, &query->through_count, 0, word + 8);
    } else if (strncmp(word, "avoid=", 6) == 0) {
        set_component(network, &query->avoid, &query->avoid_count, 1, word + 6);
    } else {
        set_protocol(query, word);
    }
}

static void say_codes(const char *title, const vp_trace_list *list) {
    static const char *const directions[] = {"@egress", "@ingress", "@return-egress",
                                             "@return-ingress", ""};
    for (uint32_t i = 0; i < list->count; i++) {
        const vp_explanation *one = &((const vp_explanation *)list->items)[i];
        say("%s %s%s", i == 0 ? title : "", one->code, directions[one->direction]);
    }
}

static void say_via(const vp_network *network) {
    say("ok via ");
    for (uint32_t i = 0; i < trace.via.count; i++) {
        const vp_record *record = ((vp_record *const *)trace.via.items)[i];
        say("%s%s", i == 0 ? "" : ",", vp_network_text(network, record->id));
    }
    say("%s", trace.via.count == 0 ? "-" : "");
}

static void say_ports(const vp_trace_query *query) {
    int32_t position = 0;
    vp_ports_range range;
    bool ports = trace.protocol == VP_PROTOCOL_TCP || trace.protocol == VP_PROTOCOL_UDP;
    if (ports && vp_ports_equals(&trace.ports, &query->ports)) {
        return;
    }
    say("%s", ports ? " ports " : " left ");
    for (int i = 0; vp_ports_next_range(&trace.ports, &position, &range); i++) {
        say("%s%d-%d", i == 0 ? "" : ",", (int)range.first, (int)range.last);
    }
}

const char *ask(vp_network *network, const char *question) {
    char words[512];
    vp_trace_query query;
    vp_error error = {VP_OK, "", ""};
    (void)snprintf(words, sizeof words, "%s", question);
    char *from = strtok(words, " "), *arrow = strtok(NULL, " "), *to = strtok(NULL, " "), *word;
    if (!trace_is_made) {
        vp_alloc alloc = vp_alloc_default();
        vp_trace_init(&trace, &alloc);
        trace_is_made = true;
    }
    answer[0] = '\0';
    vp_trace_query_init(&query);
    while (arrow != NULL && (word = strtok(NULL, " ")) != NULL) {
        set_word(network, &query, word);
    }
    if (vp_end_resolve(network, from, strlen(from), VP_END_SOURCE, &query.from, &error) != VP_OK ||
        vp_end_resolve(network, to, strlen(to), VP_END_DESTINATION, &query.to, &error) != VP_OK ||
        vp_trace_run(network, &query, &trace, &error) != VP_OK) {
        say("error %s", error.code);
        return answer;
    }
    if (trace.reachable == 1) {
        say_via(network);
        say_ports(&query);
    } else {
        say_codes(trace.reachable == 0 ? "no" : "unknown", &trace.explanations);
        say_codes(" hint", &trace.hints);
    }
    say_codes(" warn", &trace.warnings);
    return answer;
}

const vp_trace *asked(void) { return &trace; }

void ask_no_more(void) {
    if (trace_is_made) {
        vp_trace_clear(&trace);
        trace_is_made = false;
    }
}
