/*
 * lvp_set_text.c - sets as text for Lua: whole lists in one string.
 *
 * The core writes as much as fits into the room that a growing text has, again and again.
 */
#include "lvp_set.h"
#include "lvp_text.h"
#include "vp_set_lines.h"

/* The room that every step of writing wants at least; a text doubles, so steps get larger. */
#define STEP 4096

/***
The minimal list of blocks, in address order, IPv4 first, one a line.
@function set:to_text
@tparam[opt] table options `bare_hosts = true` writes single addresses without their length;
`ranges = true` writes ranges `a-b` instead of blocks
@treturn string every line is ended by a line feed; `""` for the empty set
@usage assert(vpcpeer.set("10.0.0.1-10.0.0.3"):to_text() == "10.0.0.1/32\n10.0.0.2/31\n")
*/
int lvp_set_to_text(lua_State *L) {
    static const char *const options[] = {"bare_hosts", "ranges", NULL};
    const vp_set *set = lvp_self_set(L);
    vp_set_style style = VP_SET_STYLE_BLOCKS;
    vp_set_cursor cursor = vp_set_begin(set);
    vp_status status = VP_MORE;
    vp_error error;
    (void)lvp_check_options(L, 2, options);
    if (lvp_boolean_option(L, 2, "ranges")) {
        style = VP_SET_STYLE_RANGES;
    } else if (lvp_boolean_option(L, 2, "bare_hosts")) {
        style = VP_SET_STYLE_BARE_HOSTS;
    }
    lvp_text *buffer = lvp_new_text(L);
    while (status == VP_MORE) {
        size_t written;
        if (lvp_text_reserve(buffer, STEP, &error) != VP_OK) {
            return lvp_fail(L, &error);
        }
        status = vp_set_text_write(&cursor, style, buffer->bytes + buffer->used,
                                   buffer->capacity - buffer->used, &written);
        buffer->used += written;
    }
    lvp_push_text(L, buffer);
    return 1;
}

/***
Which items of a text are in the set: `contains` for each item, in one call.
The text is read as by `set_from_text`.
@function set:contains_text
@tparam string text
@treturn[1] string `"1\n"` or `"0\n"` for each item, in order
@treturn[1] number how many are in the set
@treturn[2] nil
@treturn[2] string message which names the line
@treturn[2] string code `invalid_cidr`
@usage
local answers, count = vpcpeer.set("10.0.0.0/8"):contains_text("10.0.0.1\n11.0.0.1\n")
assert(answers == "1\n0\n" and count == 1)
*/
int lvp_set_contains_text(lua_State *L) {
    vp_set *set = lvp_self_set(L);
    size_t length;
    luaL_checktype(L, 2, LUA_TSTRING);
    const char *text = lua_tolstring(L, 2, &length);
    vp_set_reader reader = vp_set_text_begin(text, length);
    uint64_t inside = 0;
    vp_status status = VP_MORE;
    vp_error error;
    if (length > vp_set_range_count(set)) {
        /* As many addresses as ranges or more: the index pays. Without memory for it, so be it. */
        vp_status indexed = vp_set_make_index(set);
        (void)indexed;
    }
    lvp_text *buffer = lvp_new_text(L);
    while (status == VP_MORE) {
        size_t written;
        if (lvp_text_reserve(buffer, STEP, &error) != VP_OK) {
            return lvp_fail(L, &error);
        }
        status = vp_set_text_contains(&reader, set, buffer->bytes + buffer->used,
                                      buffer->capacity - buffer->used, &written, &inside, &error);
        buffer->used += written;
    }
    if (status != VP_OK) {
        (void)lvp_locate(&error, "line", reader.line);
        return lvp_fail(L, &error);
    }
    lvp_push_text(L, buffer);
    lvp_pushcount(L, inside);
    return 2;
}

/* The option "keep": which lines. */
static vp_set_keep keep_option(lua_State *L, int index) {
    static const char *const options[] = {"keep", NULL};
    static const char *const words[] = {"inside", "outside", "rest", NULL};
    int chosen = 0;
    if (lvp_check_options(L, index, options)) {
        lua_getfield(L, index, "keep");
        const char *word = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
        if (word == NULL && !lua_isnil(L, -1)) {
            luaL_error(L, "option \"keep\": string expected, got %s", luaL_typename(L, -1));
        }
        while (word != NULL && words[chosen] != NULL && strcmp(words[chosen], word) != 0) {
            chosen++;
        }
        if (words[chosen] == NULL) {
            luaL_error(L, "option \"keep\" is \"inside\", \"outside\" or \"rest\"");
        }
        lua_pop(L, 1);
    }
    return (vp_set_keep)chosen;
}

/***
The lines of any text, a log for example, that name an address of the set.
An address stands in its line by itself, perhaps with a port; a block or a range counts when all of
it is in the set, `::ffff:10.0.0.1` also as `10.0.0.1`.
@function set:filter_text
@tparam string text
@tparam[opt] table options `keep = "outside"`: the lines with addresses of which none is in the set;
`keep = "rest"`: all lines without an address of the set (default: `"inside"`)
@treturn string the lines, each ended by a line feed
@treturn number how many they are
@usage
local lines, count = vpcpeer.set("10.0.0.0/8"):filter_text("from 10.0.0.1:80\nfrom 11.0.0.1\n")
assert(lines == "from 10.0.0.1:80\n" and count == 1)
*/
int lvp_set_filter_text(lua_State *L) {
    vp_set *set = lvp_self_set(L);
    size_t length;
    luaL_checktype(L, 2, LUA_TSTRING);
    const char *text = lua_tolstring(L, 2, &length);
    vp_set_keep keep = keep_option(L, 3);
    uint64_t count;
    vp_error error;
    if (length / 8 > vp_set_range_count(set)) {
        vp_status indexed = vp_set_make_index(set);
        (void)indexed;
    }
    lvp_text *buffer = lvp_new_text(L);
    if (lvp_text_reserve(buffer, length + 1, &error) != VP_OK) {
        return lvp_fail(L, &error);
    }
    buffer->used = vp_set_filter_lines(set, text, length, keep, buffer->bytes, &count);
    lvp_push_text(L, buffer);
    lvp_pushcount(L, count);
    return 2;
}

#define SHOWN_MAX 8 /* blocks in tostring */

/* The first blocks, separated by ", ": short sets are shown whole and can be read again. */
int lvp_set_tostring(lua_State *L) {
    const vp_set *set = lvp_self_set(L);
    vp_set_cursor cursor = vp_set_begin(set);
    char text[(SHOWN_MAX + 1) * (VP_CIDR_TEXT_MAX + 2)];
    size_t used = 0;
    vp_cidr cidr;
    for (int shown = 0; vp_set_next_cidr(&cursor, &cidr); shown++) {
        if (shown > 0) {
            text[used++] = ',';
            text[used++] = ' ';
        }
        if (shown == SHOWN_MAX) {
            lua_pushlstring(L, text, used);
            lua_pushliteral(L, "...");
            lua_concat(L, 2);
            return 1;
        }
        used += vp_cidr_format(&cidr, text + used);
    }
    lua_pushlstring(L, text, used);
    return 1;
}
