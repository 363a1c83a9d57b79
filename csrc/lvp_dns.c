/*
 * lvp_dns.c - net:resolve: what a host name means for one who asks.
 */
#include "lvp_model.h"

#include "vp_dns.h"

#include <string.h>

/* The VPC in which a record sits, NULL when it sits in none or that VPC is not loaded. */
static const vp_vpc *vpc_of(const vp_network *network, const vp_record *record) {
    switch ((vp_kind)record->kind) {
    case VP_KIND_VPC:
        return (const vp_vpc *)record;
    case VP_KIND_SUBNET:
        return ((const vp_subnet *)record)->vpc;
    case VP_KIND_NETWORK_INTERFACE:
        return ((const vp_network_interface *)record)->vpc;
    case VP_KIND_INSTANCE:
        return (const vp_vpc *)vp_network_find(network, VP_KIND_VPC,
                                               ((const vp_instance *)record)->vpc_id);
    default:
        return NULL;
    }
}

/* "internet", "onprem", or one of them followed by "@" or "=" (strchr finds the end of it too). */
static bool is_outside(const char *text, const char *where) {
    size_t length = strlen(where);
    return strncmp(text, where, length) == 0 && strchr("@=", text[length]) != NULL;
}

/* Finds the asker at `index`: a handle, an id or a unique Name; what is outside gives NULL. */
static vp_status read_asker(lua_State *L, int index, const vp_network *network,
                            const vp_index *links, const vp_vpc **asker, vp_error *error) {
    const vp_record *record = NULL;
    size_t length = 0;
    const char *text = "";
    uint32_t count = 0;
    if (lvp_test_object(L, index) != NULL) {
        record = lvp_check_record(L, index);
    } else {
        text = luaL_checklstring(L, index, &length);
        if (is_outside(text, "internet") || is_outside(text, "onprem")) {
            *asker = NULL;
            return VP_OK;
        }
        vp_name name = vp_names_find(&network->names, text, length);
        record = vp_network_find(network, VP_KIND_NONE, name);
        vp_record *const *named = vp_index_named(links, name, &count);
        if (record == NULL && count > 1) {
            return vp_error_set(error, VP_AMBIGUOUS, "ambiguous",
                                "the Name \"%.200s\" is carried by %u objects", text,
                                (unsigned)count);
        }
        record = record == NULL && count == 1 ? named[0] : record;
    }
    const vp_vpc *found = record != NULL ? vpc_of(network, record) : NULL;
    if (found == NULL) {
        return vp_error_set(error, VP_NOT_FOUND, "unknown_id",
                            "\"%.200s\" is nothing in a VPC of the data that could ask", text);
    }
    *asker = found;
    return VP_OK;
}

/*
 * The results for a name without an address. What the network says is pushed first: pushing
 * anything may run a finalizer, and that may close it.
 */
static int push_nothing(lua_State *L, const vp_network *network, vp_dns_result result,
                        const vp_dns_reason *reason) {
    bool of_vpc = reason->vpc != NULL;
    lvp_push_name(L, network, of_vpc ? reason->vpc->record.id : VP_NO_NAME);
    lua_pushnil(L);
    lua_pushstring(L, result == VP_DNS_NXDOMAIN ? "NXDOMAIN" : "UNRESOLVED");
    if (reason->cause == VP_DNS_NO_CAUSE) {
        return 2;
    }
    lua_pushstring(L, vp_dns_cause_text(reason->cause));
    if (!of_vpc) {
        return 3;
    }
    lua_pushvalue(L, -4);
    return 4;
}

/***
Resolves a host name as the Amazon DNS server of the asking VPC would: names of instances, of VPC
endpoints, and of the private hosted zones that the VPC is associated with.
@function network:resolve
@tparam string name `ec2-203-0-113-25.compute-1.amazonaws.com`, `ip-10-0-0-5.ec2.internal`,
`i-0123.REGION.compute.internal`, `sqs.us-east-1.amazonaws.com` (an endpoint with private DNS),
`vpce-0123-abcdefgh.sqs.us-east-1.vpce.amazonaws.com`, `db.example.internal` (of a hosted zone)
@tparam table options `from`: who asks, an object, id, unique Name, "internet" or "onprem"
(required); `family`: 4 (default) or 6
@treturn[1] string the address; of several the first
@treturn[2] nil
@treturn[2] string "NXDOMAIN", or "UNRESOLVED" when the asking VPC has no Amazon DNS server
@treturn[2] ?string why "NXDOMAIN", where there is more to say: the data leave it open for
`"not_in_data"` (a public name of which they say nothing) and `"attributes_not_loaded"` (the
defaults were assumed, `describe-vpc-attribute` may say otherwise), and decide it for
`"attributes_off"`,
`"only_in_region"`, `"only_in_vpc"`, `"only_inside"`
@treturn[2] ?string the VPC of which that speaks
@treturn[3] nil when `from` is not in the data
@treturn[3] string message
@treturn[3] string "unknown_id" or "ambiguous"
@raise misuse: unknown option, `from` missing
@usage local address = net:resolve("ip-10-0-0-10.ec2.internal", { from = "web" })
Source: VPC User Guide, "DNS attributes for your VPC"; Route 53 Developer Guide, "Working with
private hosted zones"
*/
static int lvp_network_resolve(lua_State *L) {
    static const char *const options[] = {"from", "family", NULL};
    lvp_box *box = lvp_check_network(L, 1);
    vp_error error;
    const vp_index *index;
    const vp_vpc *asker = NULL;
    vp_addr address;
    vp_dns_reason reason;
    size_t length;
    const char *name = luaL_checklstring(L, 2, &length);
    lua_settop(L, 3);
    if (!lvp_check_options(L, 3, options)) {
        return luaL_error(L, "option 'from' is needed: who asks");
    }
    lua_getfield(L, 3, "from");
    lua_getfield(L, 3, "family");
    int family = (int)lvp_integer_opt(L, 5, 4, 6, 4);
    luaL_argcheck(L, family != 5, 3, "family is 4 or 6");
    luaL_argcheck(L, !lua_isnil(L, 4), 3, "option 'from' is needed: who asks");
    if (vp_index_get(box->network, &index, &error) != VP_OK) {
        return lvp_raise(L, &error);
    }
    if (read_asker(L, 4, box->network, index, &asker, &error) != VP_OK) {
        return lvp_fail(L, &error);
    }
    vp_dns_result result =
        vp_dns_resolve(box->network, index, name, length, asker, family, &address, &reason);
    if (result == VP_DNS_ADDRESS) {
        lvp_push_addr(L, &address);
        return 1;
    }
    return push_nothing(L, box->network, result, &reason);
}

static const luaL_Reg dns_methods[] = {{"resolve", lvp_network_resolve}, {NULL, NULL}};

void lvp_open_dns(lua_State *L) {
    lua_getfield(L, -1, "methods");
    lua_pushliteral(L, "network");
    lua_call(L, 1, 1);
    luaL_setfuncs(L, dns_methods, 0);
    lua_pop(L, 1);
}
