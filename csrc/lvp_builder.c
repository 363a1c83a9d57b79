/*
 * lvp_builder.c - the class vpcpeer.builder, and reading values into sets through it.
 *
 * Every set that is made of Lua values or of text is collected in a builder box, so that an error
 * in the middle leaves nothing behind but garbage for the collector.
 */
#include "lvp_set.h"

lvp_builder_box *lvp_new_builder(lua_State *L) {
    lvp_builder_box *box = lvp_new_box(L, LVP_BUILDER, sizeof *box);
    vp_alloc alloc = lvp_default_alloc();
    vp_set_builder_init(&box->builder, &alloc);
    box->open = true;
    return box;
}

vp_status lvp_push_frozen(lua_State *L, lvp_builder_box *box, vp_error *error) {
    lvp_set_box *result = lvp_new_set(L);
    return vp_set_builder_freeze(&box->builder, &result->set, error);
}

vp_status lvp_locate(vp_error *error, const char *what, size_t number) {
    vp_error inner = *error;
    return vp_error_set(error, inner.status, inner.code, "%s %lu: %s", what, (unsigned long)number,
                        inner.message);
}

/* ---- values -----------------------------------------------------------------------------------*/

static int refuse_type(lua_State *L, int index) {
    return luaL_argerror(L, index,
                         lua_pushfstring(L, "CIDR text, cidr, set or list expected, got %s",
                                         luaL_typename(L, index)));
}

/* Reads text or a cidr; false for another type. */
static bool test_range(lua_State *L, int index, vp_addr *first, vp_addr *last, vp_status *status,
                       vp_error *error) {
    *status = VP_OK;
    if (lua_type(L, index) == LUA_TSTRING) {
        size_t length;
        const char *text = lua_tolstring(L, index, &length);
        *status = vp_set_text_item(text, length, first, last, error);
        return true;
    }
    const vp_cidr *cidr = lvp_test_cidr(L, index);
    if (cidr != NULL) {
        *first = cidr->address;
        *last = vp_cidr_last(cidr);
    }
    return cidr != NULL;
}

vp_status lvp_to_range(lua_State *L, int index, vp_addr *first, vp_addr *last, vp_error *error) {
    vp_status status;
    if (!test_range(L, index, first, last, &status, error)) {
        refuse_type(L, index);
    }
    return status;
}

/* Adds text, a cidr or a set; false for another type. */
static bool add_one(lua_State *L, lvp_builder_box *box, int index, vp_status *status,
                    vp_error *error) {
    vp_addr first, last;
    vp_set *set = lvp_test_set(L, index);
    if (set != NULL) {
        *status = vp_set_builder_add_set(&box->builder, set, error);
        return true;
    }
    if (!test_range(L, index, &first, &last, status, error)) {
        return false;
    }
    if (*status == VP_OK) {
        *status = vp_set_builder_add_range(&box->builder, &first, &last, error);
    }
    return true;
}

/* Adds the entries of the list at `index`; a bad one is named by its number. */
static vp_status add_list(lua_State *L, lvp_builder_box *box, int index, vp_error *error) {
    int count = (int)lua_rawlen(L, index);
    lua_pushnil(L);
    if (count == 0 && lua_next(L, index) != 0) {
        return vp_error_set(error, VP_MISUSE, "misuse",
                            "a list expected, got a table of other keys");
    }
    for (int i = 1; i <= count; i++) {
        vp_status status;
        lua_rawgeti(L, index, i);
        if (!add_one(L, box, lua_gettop(L), &status, error)) {
            return vp_error_set(error, VP_MISUSE, "misuse",
                                "item %d: CIDR text, cidr or set expected, got %s", i,
                                luaL_typename(L, -1));
        }
        lua_pop(L, 1);
        if (status != VP_OK) {
            return status == VP_INVALID ? lvp_locate(error, "item", (size_t)i) : status;
        }
    }
    return VP_OK;
}

vp_status lvp_builder_add(lua_State *L, lvp_builder_box *box, int index, vp_error *error) {
    vp_set_mark mark = vp_set_builder_mark(&box->builder);
    vp_status status = VP_OK;
    int top = lua_gettop(L);
    index = lua_absindex(L, index);
    if (lua_type(L, index) == LUA_TTABLE) {
        status = add_list(L, box, index, error);
    } else if (!add_one(L, box, index, &status, error)) {
        refuse_type(L, index);
    }
    if (status != VP_OK) {
        vp_set_builder_go_back(&box->builder, &mark);
    }
    if (status == VP_MISUSE) {
        (void)lvp_raise(L, error);
    }
    lua_settop(L, top);
    return status;
}

vp_status lvp_to_set(lua_State *L, int index, vp_set **set, vp_error *error) {
    index = lua_absindex(L, index);
    *set = lvp_test_set(L, index);
    if (*set != NULL) {
        lua_pushvalue(L, index);
        return VP_OK;
    }
    lvp_builder_box *box = lvp_new_builder(L);
    vp_status status = lvp_builder_add(L, box, index, error);
    if (status == VP_OK) {
        status = lvp_push_frozen(L, box, error);
    }
    if (status == VP_OK) {
        *set = lvp_test_set(L, -1);
        lua_remove(L, -2);
        vp_set_builder_clear(&box->builder);
    }
    return status;
}

/* ---- bulk text --------------------------------------------------------------------------------*/

/* Whether bad items are collected, by the options table at `index`. */
static bool wants_collect(lua_State *L, int index) {
    static const char *const options[] = {"on_error", NULL};
    if (!lvp_check_options(L, index, options)) {
        return false;
    }
    lua_getfield(L, index, "on_error");
    bool given = !lua_isnil(L, -1);
    if (given && (lua_type(L, -1) != LUA_TSTRING || strcmp(lua_tostring(L, -1), "collect") != 0)) {
        luaL_error(L, "option \"on_error\" can only be \"collect\"");
    }
    lua_pop(L, 1);
    return given;
}

/* Appends { line, text, message } to the table on top. */
static void push_problem(lua_State *L, int number, const vp_set_reader *reader,
                         const vp_error *error) {
    luaL_checkstack(L, 3, "too many problems");
    lua_createtable(L, 0, 3);
    lvp_pushcount(L, reader->line);
    lua_setfield(L, -2, "line");
    lua_pushlstring(L, reader->item, reader->item_length);
    lua_setfield(L, -2, "text");
    lua_pushstring(L, error->message);
    lua_setfield(L, -2, "message");
    lua_rawseti(L, -2, number);
}

/*
 * Adds the text at `index` to a builder. With `collect` a table of the bad items is on top
 * afterwards; without, the first one is the failure, its line is named, and nothing was added.
 */
static vp_status add_text(lua_State *L, lvp_builder_box *box, int index, bool collect,
                          vp_error *error) {
    size_t length;
    const char *text = lua_tolstring(L, index, &length);
    vp_set_reader reader = vp_set_text_begin(text, length);
    vp_set_mark mark = vp_set_builder_mark(&box->builder);
    int problems = 0;
    if (collect) {
        lua_newtable(L);
    }
    vp_status status = vp_set_text_add(&reader, &box->builder, error);
    while (status == VP_INVALID && collect) {
        push_problem(L, ++problems, &reader, error);
        status = vp_set_text_add(&reader, &box->builder, error);
    }
    if (status == VP_INVALID) {
        (void)lvp_locate(error, "line", reader.line);
    }
    if (status != VP_OK) {
        vp_set_builder_go_back(&box->builder, &mark);
    }
    return status;
}

/***
A set from a text with many items.
Items are addresses, blocks and ranges `a-b`, one a line or separated by commas; blanks around them
do not count, nor does what follows a `#` in its line.
@function set_from_text
@tparam string text
@tparam[opt] table options `on_error = "collect"` skips bad items and reports them
@treturn[1] set
@treturn[1] table with `on_error = "collect"`: an array of `{ line, text, message }`, one a bad item
@treturn[2] nil
@treturn[2] string message which names the line
@treturn[2] string code `invalid_cidr`
@raise when the text is no string
@usage
local set, problems = vpcpeer.set_from_text("10.0.0.0/8\n10.0.0/8\n", { on_error = "collect" })
assert(set:size() == 16777216 and problems[1].line == 2)
*/
static int lvp_set_from_text(lua_State *L) {
    vp_error error;
    luaL_checktype(L, 1, LUA_TSTRING);
    lua_settop(L, 2);
    bool collect = wants_collect(L, 2);
    lvp_builder_box *box = lvp_new_builder(L);
    vp_status status = add_text(L, box, 1, collect, &error);
    if (status == VP_OK) {
        status = lvp_push_frozen(L, box, &error);
    }
    if (status != VP_OK) {
        return lvp_fail(L, &error);
    }
    vp_set_builder_clear(&box->builder);
    if (!collect) {
        return 1;
    }
    lua_insert(L, -2); /* the set before the table */
    return 2;
}

/* ---- the class --------------------------------------------------------------------------------*/

/***
Collects addresses one by one; making the set sorts them once.
@function builder
@treturn builder
@usage
local builder = vpcpeer.builder()
for i = 0, 255 do builder:add("10.0." .. i .. ".0/24") end
assert(tostring(builder:set()) == "10.0.0.0/16")
*/
static int lvp_builder(lua_State *L) {
    (void)lvp_new_builder(L);
    return 1;
}

static lvp_builder_box *self_builder(lua_State *L) {
    lvp_builder_box *box = lvp_self(L, LVP_BUILDER);
    if (!box->open) {
        luaL_argerror(L, 1, "the builder was collected");
    }
    return box;
}

/***
Adds what a set can be made of.
@function builder:add
@tparam string|cidr|set|table x
@treturn[1] builder itself
@treturn[2] nil and then nothing was added
@treturn[2] string message
@treturn[2] string code `invalid_cidr`
@raise when `x` is of another type
@usage
local builder = vpcpeer.builder():add("10.0.0.0/9"):add({ "10.128.0.0-10.255.255.255" })
assert(tostring(builder:set()) == "10.0.0.0/8")
*/
static int lvp_builder_add_value(lua_State *L) {
    vp_error error;
    vp_status status;
    if (lua_type(L, 2) == LUA_TSTRING) { /* one item, with nothing to take back: no detour */
        lvp_builder_box *box = lvp_quick_self(L);
        box = box != NULL && box->open ? box : self_builder(L);
        size_t length;
        const char *text = lua_tolstring(L, 2, &length);
        status = vp_set_text_put(&box->builder, text, length, &error);
    } else {
        lvp_builder_box *box = self_builder(L);
        lua_settop(L, 2);
        status = lvp_builder_add(L, box, 2, &error);
    }
    if (status != VP_OK) {
        return lvp_fail(L, &error);
    }
    lua_pushvalue(L, 1);
    return 1;
}

/***
Adds a text with many items, as `set_from_text` reads it.
@function builder:add_text
@tparam string text
@tparam[opt] table options `on_error = "collect"` skips bad items and reports them
@treturn[1] builder itself
@treturn[1] table with `on_error = "collect"`: an array of `{ line, text, message }`
@treturn[2] nil and then nothing was added
@treturn[2] string message which names the line
@treturn[2] string code `invalid_cidr`
@usage
local _, message = vpcpeer.builder():add_text("10.0.0.0/8\n10.0.0/8\n")
assert(message == 'line 2: "10.0.0/8": an IPv4 address has four parts')
*/
static int lvp_builder_add_text(lua_State *L) {
    lvp_builder_box *box = self_builder(L);
    vp_error error;
    luaL_checktype(L, 2, LUA_TSTRING);
    lua_settop(L, 3);
    bool collect = wants_collect(L, 3);
    if (add_text(L, box, 2, collect, &error) != VP_OK) {
        return lvp_fail(L, &error);
    }
    lua_pushvalue(L, 1);
    if (!collect) {
        return 1;
    }
    lua_insert(L, -2);
    return 2;
}

/***
The set of everything added so far. The builder can go on afterwards.
@function builder:set
@treturn set
@usage
local builder = vpcpeer.builder()
local before = builder:add("10.0.0.1"):set()
assert(builder:add("10.0.0.2"):set():size() == 2 and before:size() == 1)
*/
static int lvp_builder_set(lua_State *L) {
    lvp_builder_box *box = self_builder(L);
    vp_error error;
    if (lvp_push_frozen(L, box, &error) != VP_OK) {
        return lvp_fail(L, &error);
    }
    return 1;
}

static int lvp_builder_tostring(lua_State *L) {
    (void)self_builder(L);
    lua_pushliteral(L, LVP_BUILDER);
    return 1;
}

static int lvp_builder_gc(lua_State *L) {
    lvp_builder_box *box = lvp_self(L, LVP_BUILDER);
    if (box->open) {
        box->open = false;
        vp_set_builder_clear(&box->builder);
    }
    return 0;
}

static const luaL_Reg methods[] = {{"add", lvp_builder_add_value},
                                   {"add_text", lvp_builder_add_text},
                                   {"set", lvp_builder_set},
                                   {NULL, NULL}};

static const luaL_Reg metamethods[] = {
    {"__tostring", lvp_builder_tostring}, {"__gc", lvp_builder_gc}, {NULL, NULL}};

void lvp_open_builder(lua_State *L) {
    lvp_new_class(L, LVP_BUILDER, methods, metamethods);
    lua_pushcfunction(L, lvp_builder);
    lua_setfield(L, -2, "builder");
    lua_pushcfunction(L, lvp_set_from_text);
    lua_setfield(L, -2, "set_from_text");
}
