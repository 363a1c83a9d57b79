/*
 * lvp_lint.c - core.lint: the findings of the linter as tables; vpcpeer.lint words them.
 */
#include "lvp_model.h"

#include "vp_lint.h"

static void raise_if(lua_State *L, vp_status status, const vp_error *error) {
    if (status != VP_OK) {
        (void)lvp_raise(L, error);
    }
}

/* The list of findings that a request box releases (lvp_new_request). */
typedef struct found {
    vp_list findings;
} found;

static const vp_field found_fields[] = {
    VP_FIELD(found, findings, VP_TYPE_LIST, "Findings", 0, &vp_finding_schema)};
static const vp_schema found_schema = VP_SCHEMA("Findings", found, found_fields);

static void push_finding(lua_State *L, const vp_network *network, const vp_finding *finding) {
    static const char *const severities[] = {"info", "warning", "error"};
    const vp_lint_info *info = vp_lint_describe((vp_lint_code)finding->code.value);
    lua_createtable(L, 0, 6);
    lua_pushstring(L, info->name);
    lua_setfield(L, -2, "code");
    lua_pushstring(L, severities[info->severity]);
    lua_setfield(L, -2, "severity");
    lvp_push_field(L, network, vp_schema_field(&vp_finding_schema, "ResourceIds", 11), finding,
                   LVP_STYLE_SNAKE);
    lua_setfield(L, -2, "resource_ids");
    lvp_push_fields(L, network, &vp_lint_evidence_schema, &finding->evidence, LVP_STYLE_SNAKE,
                    false);
    lua_setfield(L, -2, "evidence");
}

/* The Name tag of an object goes into the table on top. */
static void note_name(lua_State *L, const vp_network *network, vp_name id) {
    const vp_record *record = vp_network_find(network, VP_KIND_NONE, id);
    vp_name name = record == NULL ? VP_NO_NAME : vp_network_tag(network, record, "Name");
    if (name != VP_NO_NAME) {
        lvp_push_name(L, network, id);
        lvp_push_name(L, network, name);
        lua_rawset(L, -3);
    }
}

/* Of everything that the sentences about a finding mention. */
static void note_names(lua_State *L, const vp_network *network, const vp_finding *finding) {
    const vp_lint_evidence *evidence = &finding->evidence;
    note_name(L, network, evidence->vpc_id);
    note_name(L, network, evidence->peer_vpc_id);
    for (uint32_t i = 0; i < finding->resource_ids.count; i++) {
        note_name(L, network, VP_ITEM(vp_text_item, &finding->resource_ids, i)->value);
    }
    for (uint32_t i = 0; i < evidence->blocks.count; i++) {
        note_name(L, network, VP_ITEM(vp_lint_block, &evidence->blocks, i)->vpc_id);
    }
}

/* Pinned, with the network and the bits of the codes that are wanted. */
static int run(lua_State *L) {
    vp_network *network = ((lvp_box *)lua_touserdata(L, 1))->network;
    uint32_t wanted = (uint32_t)lua_tonumber(L, 2);
    vp_error error;
    found *all = lvp_new_request(L, network, &found_schema);
    raise_if(L, vp_lint_run(network, wanted, &all->findings, &error), &error);
    lua_createtable(L, (int)all->findings.count, 0);
    lua_newtable(L);
    for (uint32_t i = 0; i < all->findings.count; i++) {
        const vp_finding *finding = VP_ITEM(vp_finding, &all->findings, i);
        push_finding(L, network, finding);
        lua_rawseti(L, -3, (int)i + 1);
        note_names(L, network, finding);
    }
    return 2;
}

/*** core.lint(network, wanted): the findings without their words, and the Name tags they mention.
wanted[code] is true for the codes to look for.
@local
*/
static int lvp_lint(lua_State *L) {
    lvp_box *box = lvp_check_network(L, 1);
    uint32_t wanted = 0;
    luaL_checktype(L, 2, LUA_TTABLE);
    for (int code = 0; code < VP_LINT_CODE_COUNT; code++) {
        lua_getfield(L, 2, vp_lint_describe((vp_lint_code)code)->name);
        wanted |= lua_toboolean(L, -1) ? 1u << code : 0;
        lua_pop(L, 1);
    }
    lua_settop(L, 1);
    lua_pushnumber(L, (lua_Number)wanted);
    return lvp_pinned(L, box->network, run, 2, NULL);
}

/*** core.lint_codes(): what lint may find, a list of { code, severity } in the order of findings.
@local
*/
static int lvp_lint_codes(lua_State *L) {
    static const char *const severities[] = {"info", "warning", "error"};
    lua_createtable(L, VP_LINT_CODE_COUNT, 0);
    for (int code = 0; code < VP_LINT_CODE_COUNT; code++) {
        const vp_lint_info *info = vp_lint_describe((vp_lint_code)code);
        lua_createtable(L, 0, 2);
        lua_pushstring(L, info->name);
        lua_setfield(L, -2, "code");
        lua_pushstring(L, severities[info->severity]);
        lua_setfield(L, -2, "severity");
        lua_rawseti(L, -2, code + 1);
    }
    return 1;
}

/*** core.file_of(network, id): the file that a record was read from, as diagnostics name it; nil
for what comes from no file.
@local
*/
static int lvp_file_of(lua_State *L) {
    vp_network *network = lvp_check_network(L, 1)->network;
    size_t length;
    const char *id = luaL_checklstring(L, 2, &length);
    const vp_record *record =
        vp_network_find(network, VP_KIND_NONE, vp_names_find(&network->names, id, length));
    if (record == NULL || record->file == VP_NO_NAME) {
        lua_pushnil(L);
    } else {
        lvp_push_name(L, network, record->file);
    }
    return 1;
}

static const luaL_Reg lint_functions[] = {
    {"lint", lvp_lint}, {"lint_codes", lvp_lint_codes}, {"file_of", lvp_file_of}, {NULL, NULL}};

void lvp_open_lint(lua_State *L) { luaL_setfuncs(L, lint_functions, 0); }
