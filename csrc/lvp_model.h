/*
 * lvp_model.h - how the binding shows a network and its objects to Lua.
 *
 * Two classes: "vpcpeer.network" and one handle class for all kinds, "vpcpeer.object". Both boxes
 * hold a counted reference to the network and the caller (account and Region) they speak for.
 * A handle holds an id, not a pointer: using one whose object is gone is misuse.
 */
#ifndef LVP_MODEL_H
#define LVP_MODEL_H

#include "lvp.h"
#include "vp_network.h"

VP_BEGIN_DECLS

/* The names of both classes. */
#define LVP_NETWORK "vpcpeer.network"
#define LVP_OBJECT "vpcpeer.object"

/* The box of both classes. network == NULL: not made yet, or collected. */
typedef struct lvp_box {
    vp_network *network;
    vp_name owner_id, region; /* the caller */
    vp_name id;               /* of the object; VP_NO_NAME in a network box */
} lvp_box;

/*
 * Making Lua values can run finalizers, which are scripts that may do anything. lvp_pinned calls
 * `work` with the `arguments` values on top, and while it runs every use of the network from Lua
 * raises, so that `work` may walk through records and push what it finds. *busy (may be NULL) is
 * true for that time. Returns the number of results, which replace the arguments; errors go on to
 * the caller. Raises as lvp_check_usable does.
 */
int lvp_pinned(lua_State *L, vp_network *network, lua_CFunction work, int arguments, bool *busy);

/* Raises when the network is closed or pinned. */
void lvp_check_usable(lua_State *L, const vp_network *network);

/* Raises unless the account has 12 digits and the Region the characters of one (semantics 0.1). */
void lvp_check_caller(lua_State *L, const vp_network *network, vp_name owner_id, vp_name region);

/* The network at a stack index; raises for another type and for a closed network. */
lvp_box *lvp_check_network(lua_State *L, int index);

/* The handle at a stack index, or NULL for any other value. */
lvp_box *lvp_test_object(lua_State *L, int index);

/* The record behind a handle; raises when the network is closed or the object is gone. */
vp_record *lvp_check_record(lua_State *L, int index);

/* Pushes a handle for `record` (nil for NULL) with the caller of `from`. May raise (memory). */
void lvp_push_object(lua_State *L, const lvp_box *from, const vp_record *record);

/* How lvp_push_fields spells keys and lists. */
typedef enum lvp_style {
    LVP_STYLE_AWS,   /* CidrBlock; Tags = {{Key, Value}, ...}; only what describe prints */
    LVP_STYLE_WHOLE, /* the same with the fields that describe leaves out */
    LVP_STYLE_SNAKE  /* cidr_block; tags = {Name = value}; every field that is given */
} lvp_style;

/* Pushes a structure as a fresh table; `embedded` leaves out VP_FIELD_NOT_EMBEDDED. */
void lvp_push_fields(lua_State *L, const vp_network *network, const vp_schema *schema,
                     const void *record, lvp_style style, bool embedded);

/* Pushes the value of one field of a structure (nil when it is not given). */
void lvp_push_field(lua_State *L, const vp_network *network, const vp_field *field,
                    const void *record, lvp_style style);

/* Pushes the text of a name, nil for VP_NO_NAME; an address or block as text, nil for family 0. */
void lvp_push_name(lua_State *L, const vp_network *network, vp_name name);
void lvp_push_addr(lua_State *L, const vp_addr *address);
void lvp_push_cidr_text(lua_State *L, const vp_cidr *cidr);

/*
 * Reads the options table at `index` (nil: nothing given) into the zeroed structure `request` in
 * snake case, strictly: an unknown key, a wrong type raise; a bad CIDR or address raises AWS's
 * InvalidParameterValue. Raising leaves `request` for the caller's box to release, so `request`
 * must live in a box (lvp_new_request) that is on the stack.
 */
void lvp_read_options(lua_State *L, int index, vp_network *network, const vp_schema *schema,
                      void *request);

/* Pushes a userdata that holds a zeroed structure and releases what it owns when collected. */
void *lvp_new_request(lua_State *L, vp_network *network, const vp_schema *schema);

/* The key of a field in a style, in `out` or constant. */
const char *lvp_key_of(const vp_field *field, lvp_style style, char out[VP_KEY_MAX]);

/*
 * Openers, in the order in which lvp_core.c calls them: each adds its class or functions to the
 * module table on top.
 */
void lvp_open_reader(lua_State *L);
void lvp_open_network(lua_State *L);
void lvp_open_object(lua_State *L);
void lvp_open_action(lua_State *L);
void lvp_open_load(lua_State *L);
void lvp_open_transit(lua_State *L);
void lvp_open_json(lua_State *L);
void lvp_open_json_write(lua_State *L);
void lvp_open_dns(lua_State *L);
void lvp_open_lint(lua_State *L);
void lvp_open_confine(lua_State *L);

VP_END_DECLS

#endif
