/*
 * lvp_prefix_text.c - looking up a whole text of addresses in a prefix map: lookup_text.
 *
 * A value must be fetched from a Lua table and be made into text, which costs several times what
 * finding its entry does. So a long text first has all values made into text, once for each map:
 * equal ones, of which tables of routes are full, share their bytes, and an entry becomes one
 * number
 *
 *     entry    0   1   2   3          starts   6   16   6   16
 *     value    a   b   a   b          texts    length "false\n" length "a\n" length "b\n"
 *
 * that tells where its text starts. Without memory for it every value is fetched by itself.
 */
#include "lvp_prefix_map.h"

/* The start of an entry whose value has no text: whoever meets it raises. */
#define NO_TEXT UINT32_MAX

/* What stands where nothing matches; always the first of the texts. */
#define NOTHING "false"

/* Bytes of a text for each entry from which on the values as text pay. */
#define WORTH 4

/*
 * The text of the value on top: strings, numbers, booleans, of which the number is replaced by its
 * text; NULL for other types.
 */
static const char *text_of(lua_State *L, size_t *length) {
    if (lua_isboolean(L, -1)) {
        const char *word = lua_toboolean(L, -1) ? "true" : NOTHING;
        *length = strlen(word);
        return word;
    }
    return lua_tolstring(L, -1, length);
}

/* ---- the values as text -----------------------------------------------------------------------*/

void lvp_drop_value_texts(lvp_map_box *box) {
    vp_alloc alloc = lvp_default_alloc();
    vp_alloc_free(&alloc, box->starts, box->start_count * sizeof *box->starts);
    box->starts = NULL;
    box->start_count = 0;
    box->texts = NULL;
}

/* Appends a text with its length in front and a line feed behind; *start is where. */
static vp_status add_text(lvp_text *texts, const char *text, size_t length, uint32_t *start,
                          vp_error *error) {
    size_t whole = length + 1;
    *start = (uint32_t)texts->used;
    if (texts->used > NO_TEXT - 1 ||
        lvp_text_reserve(texts, sizeof whole + whole, error) != VP_OK) {
        return vp_error_no_memory(error);
    }
    char *out = texts->bytes + texts->used;
    memcpy(out, &whole, sizeof whole);
    memcpy(out + sizeof whole, text, length);
    out[sizeof whole + length] = '\n';
    texts->used += sizeof whole + whole;
    return VP_OK;
}

/* Finds or adds the text of the value on top, which is popped. `known`: text -> start. */
static vp_status start_of(lua_State *L, lvp_text *texts, int known, uint32_t *start) {
    size_t length;
    vp_error error;
    vp_status status = VP_OK;
    const char *text = text_of(L, &length);
    *start = NO_TEXT;
    if (text != NULL) {
        if (lua_isboolean(L, -1)) { /* a key like the text it is written as */
            lua_pushlstring(L, text, length);
            lua_replace(L, -2);
        }
        lua_pushvalue(L, -1);
        lua_rawget(L, known);
        if (lua_isnil(L, -1)) {
            status = add_text(texts, text, length, start, &error);
            lua_pushvalue(L, -2);
            lua_pushnumber(L, (lua_Number)*start);
            lua_rawset(L, known);
        } else {
            *start = (uint32_t)lua_tonumber(L, -1);
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return status;
}

/* Fills the starts of one family; the table of values is at 3, known texts are at `known`. */
static vp_status start_family(lua_State *L, const lvp_map_box *box, lvp_text *texts, int known,
                              uint8_t family, uint32_t *starts) {
    vp_status status = VP_OK;
    uint32_t count = vp_prefix_map_part(box->map, family)->count;
    for (uint32_t entry = 0; entry < count && status == VP_OK; entry++) {
        lvp_push_map_value(L, 3, box->map, family, entry);
        status = start_of(L, texts, known, &starts[entry]);
    }
    return status;
}

/*
 * Makes the values as text. Everything hangs in the box or on the stack while it may raise; `texts`
 * of the box says that it is complete.
 */
static void make_value_texts(lua_State *L, lvp_map_box *box) {
    vp_alloc alloc = lvp_default_alloc();
    vp_error error;
    uint32_t start, narrow = box->map->parts[0].count, wide = box->map->parts[1].count;
    lvp_drop_value_texts(box);
    lvp_text *texts = lvp_new_text(L);
    lua_newtable(L);
    box->starts = vp_alloc_array(&alloc, NULL, 0, (size_t)narrow + wide + 1, sizeof *box->starts);
    if (box->starts == NULL) {
        return;
    }
    box->start_count = narrow + wide + 1;
    if (add_text(texts, NOTHING, sizeof NOTHING - 1, &start, &error) == VP_OK &&
        start_family(L, box, texts, 5, 4, box->starts) == VP_OK &&
        start_family(L, box, texts, 5, 6, box->starts + narrow) == VP_OK) {
        lua_pushvalue(L, 4);
        lua_rawseti(L, 3, 0);
        box->texts = texts;
    }
}

/* ---- one round of look-ups --------------------------------------------------------------------*/

/* What was read and found: up to VP_RANKS_MAX ranges and their entries. */
typedef struct round {
    vp_addr firsts[VP_RANKS_MAX], lasts[VP_RANKS_MAX];
    uint32_t entries[VP_RANKS_MAX];
    size_t count;
} round;

/* Appends the values of a round, each fetched by itself; a value without text raises. */
static vp_status append_values(lua_State *L, lvp_text *out, const vp_prefix_map *map,
                               const round *found, vp_error *error) {
    vp_status status = VP_OK;
    for (size_t i = 0; i < found->count && status == VP_OK; i++) {
        size_t length = sizeof NOTHING - 1;
        const char *text = NOTHING;
        if (found->entries[i] != VP_NO_PREFIX) {
            lvp_push_map_value(L, 3, map, found->firsts[i].family, found->entries[i]);
            text = text_of(L, &length);
        } else {
            lua_pushnil(L);
        }
        if (text == NULL) {
            luaL_error(L, "lookup_text writes strings, numbers and booleans, not %s",
                       luaL_typename(L, -1));
        }
        status = lvp_text_append(out, text, length, error);
        if (status == VP_OK) {
            status = lvp_text_append(out, "\n", 1, error);
        }
        lua_pop(L, 1);
    }
    return status;
}

/*
 * Appends the values of a round from the values as text: first all starts, then all lengths, then
 * the bytes, so that waiting for memory overlaps. VP_MORE when one has no text.
 */
static vp_status append_texts(lvp_text *out, const lvp_map_box *box, const round *found,
                              vp_error *error) {
    const char *texts[VP_RANKS_MAX];
    size_t lengths[VP_RANKS_MAX], room = 0;
    uint32_t narrow = box->map->parts[0].count;
    for (size_t i = 0; i < found->count; i++) {
        uint32_t start = 0, entry = found->entries[i];
        if (entry != VP_NO_PREFIX) {
            start = box->starts[(found->firsts[i].family == 6 ? narrow : 0) + entry];
        }
        if (start == NO_TEXT) {
            return VP_MORE;
        }
        texts[i] = box->texts->bytes + start;
    }
    for (size_t i = 0; i < found->count; i++) {
        memcpy(&lengths[i], texts[i], sizeof *lengths);
        room += lengths[i];
    }
    if (lvp_text_reserve(out, room, error) != VP_OK) {
        return VP_NO_MEMORY;
    }
    for (size_t i = 0; i < found->count; i++) {
        memcpy(out->bytes + out->used, texts[i] + sizeof *lengths, lengths[i]);
        out->used += lengths[i];
    }
    return VP_OK;
}

/***
The values for a text of addresses, one line each.
The text is read as by `set_from_text`; a block or range must be contained in one entry as a whole.
@function prefix_map:lookup_text
@tparam string text
@treturn[1] string for each item its value (string, number or boolean) and a line feed; `false`
where nothing matches
@treturn[1] number how many matched
@treturn[2] nil
@treturn[2] string message which names the line
@treturn[2] string code `invalid_cidr`
@usage
local map = vpcpeer.prefix_map { { "10.0.0.0/8", "ten" } }
assert(map:lookup_text("10.0.0.1\n11.0.0.1\n") == "ten\nfalse\n")
*/
int lvp_prefix_map_lookup_text(lua_State *L) {
    lvp_map_box *box = lvp_self_map(L);
    const vp_prefix_map *map = box->map;
    size_t length, entries = (size_t)map->parts[0].count + map->parts[1].count;
    luaL_checktype(L, 2, LUA_TSTRING);
    lua_settop(L, 2);
    const char *input = lua_tolstring(L, 2, &length);
    vp_set_reader reader = vp_set_text_begin(input, length);
    uint64_t matched = 0;
    vp_error error;
    vp_status status = VP_MORE;
    lvp_map_values(L, 1);
    if (length > entries) {
        vp_status indexed = vp_prefix_map_make_index(box->map);
        (void)indexed;
    }
    if (box->texts == NULL && length / WORTH > entries) {
        make_value_texts(L, box);
    }
    lua_settop(L, 3);
    lvp_text *out = lvp_new_text(L);
    while (status == VP_MORE) {
        round found;
        vp_error trouble;
        status = vp_set_text_read(&reader, found.firsts, found.lasts, VP_RANKS_MAX, &found.count,
                                  &error);
        vp_prefix_map_find_ranges(map, found.firsts, found.lasts, found.count, found.entries);
        for (size_t i = 0; i < found.count; i++) {
            matched += found.entries[i] != VP_NO_PREFIX;
        }
        vp_status written = VP_MORE;
        if (box->texts != NULL && box->texts->bytes != NULL) {
            written = append_texts(out, box, &found, &trouble);
        }
        if (written == VP_MORE) {
            written = append_values(L, out, map, &found, &trouble);
        }
        if (written != VP_OK) {
            return lvp_fail(L, &trouble);
        }
    }
    if (status != VP_OK) {
        (void)lvp_locate(&error, "line", reader.line);
        return lvp_fail(L, &error);
    }
    lvp_push_text(L, out);
    lvp_pushcount(L, matched);
    return 2;
}
