/*
 * calling.h - actions called from plain texts, and a model as a number, for tests of the core.
 */
#ifndef CALLING_H
#define CALLING_H

#include "vp_action.h"

/* Room for the request of any action. */
enum { REQUEST_MAX = 1024 };

typedef union calling_request {
    char bytes[REQUEST_MAX];
    uint64_t align;
} calling_request;

/*
 * Sets the field `key` of a request from text: a name, "true", a number, an address, a block. Of a
 * list, the first field of a new item.
 */
vp_status calling_set(vp_network *network, const vp_schema *schema, void *request, const char *key,
                      const char *text, vp_error *error);

/*
 * Calls an action for the network's own caller. `receiver` is an id, "" for the network; options
 * are key, text, key, text, ... up to NULL or option_count.
 */
vp_status calling_run(vp_network *network, const char *receiver, const char *action,
                      const char *const *options, size_t option_count, vp_error *error);

/* All that a model holds as a number: records in any order, logs by length, clock, id sequence. */
uint64_t calling_hash(const vp_network *network);

#endif
