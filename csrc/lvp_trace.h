/*
 * lvp_trace.h - between the three files that bind net:trace and net:reachable.
 *
 * lvp_trace.c asks, lvp_question.c reads what is asked, lvp_answer.c shows what came out. All three
 * work on one lvp_asker, a userdata that a Lua state keeps and uses for every question, so that
 * asking allocates nothing once its lists have grown.
 */
#ifndef LVP_TRACE_H
#define LVP_TRACE_H

#include "lvp_model.h"
#include "vp_end.h"

VP_BEGIN_DECLS

/* How many components `through` or `avoid` may name. */
#define LVP_COMPONENTS_MAX 64

typedef struct lvp_asker {
    vp_trace trace;
    vp_trace_query query;
    vp_name through[LVP_COMPONENTS_MAX], avoid[LVP_COMPONENTS_MAX];
    uint64_t questions; /* how many were begun: a finalizer may have put one in between */
    const void *networks, *objects; /* the classes, as lua_topointer has them */
    bool busy;                      /* its answer is being shown */
    bool collected;                 /* the Lua state is closing: no more questions */
} lvp_asker;

/*
 * Reads the END at a stack index (a handle, text, or one of the table forms) into *end. Another
 * type, or a handle that can be no end, raises. VP_NOT_FOUND, VP_AMBIGUOUS or VP_INVALID for text
 * that names nothing, several things, or no end. `what` names the argument in messages.
 */
VP_MUST_CHECK vp_status lvp_read_end(lua_State *L, int index, const char *what, vp_network *network,
                                     vp_end_role role, vp_end *end, vp_error *error);

/*
 * Reads a protocol (a number, its text or its name) at a stack index into the query; nil keeps the
 * default. Another type raises; VP_INVALID ("invalid_protocol") for text that is no protocol.
 */
VP_MUST_CHECK vp_status lvp_read_protocol(lua_State *L, int index, vp_trace_query *query,
                                          vp_error *error);

/*
 * Reads ports (443, {80, 90}, {{80, 90}, {443, 443}}, "443", "80-90") at a stack index; nil keeps
 * what is there. Another type or a number out of range raises; VP_INVALID ("invalid_port") for
 * text that is no port.
 */
VP_MUST_CHECK vp_status lvp_read_ports(lua_State *L, int index, const char *what, vp_ports *ports,
                                       vp_error *error);

/*
 * Raises where the query has an ICMP type for a protocol that is not ICMP, or where ports were
 * given
 * (`ports` is the name of the argument, NULL: not given) for a protocol that has none: an answer
 * that left them out in silence would be taken for an answer about them.
 */
void lvp_check_packet(lua_State *L, const vp_trace_query *query, const char *ports);

/* A question about any protocol that names no port means all of them (9.1). */
void lvp_open_ports(vp_trace_query *query, bool given);

/*
 * Reads the whole question table at `index` into asker->query. Unknown keys and wrong types raise;
 * what is wrong with outside data is a status, as above. Pushes nothing.
 */
VP_MUST_CHECK vp_status lvp_read_question(lua_State *L, int index, vp_network *network,
                                          lvp_asker *asker, vp_error *error);

/*
 * Pushes two fresh tables: the answer with the fields of the public contract, except its sentences,
 * and the Name tags of everything it mentions, by id.
 */
void lvp_push_answer(lua_State *L, vp_network *network, const vp_trace *trace);

/*
 * Pushes what the question asked for and the answer does not hold: { icmp = {type, code} }, or
 * { ports = ranges } where some of them do not pass; nil when there is nothing of the kind.
 */
void lvp_push_asked(lua_State *L, const vp_trace_query *query, const vp_trace *trace);

/* Adds core.trace and core.reachable to the module table on top. */
void lvp_open_trace(lua_State *L);

VP_END_DECLS

#endif
