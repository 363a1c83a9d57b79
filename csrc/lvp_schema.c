/*
 * lvp_schema.c - structures that a vp_schema describes, as fresh Lua tables.
 *
 * One recursion over the field table serves describe (AWS's keys) and reading from scripts (snake
 * case). Tags differ: a list of {Key, Value} for AWS, a map from Name to value for scripts.
 */
#include "lvp_model.h"

/* What is not given is nil in every function of this file, and so an absent key in the table. */
void lvp_push_name(lua_State *L, const vp_network *network, vp_name name) {
    size_t length;
    const char *text = vp_names_text(&network->names, name, &length);
    if (name == VP_NO_NAME) {
        lua_pushnil(L);
    } else {
        lua_pushlstring(L, text, length);
    }
}

void lvp_push_addr(lua_State *L, const vp_addr *address) {
    char text[VP_ADDR_TEXT_MAX];
    size_t length = vp_addr_format(address, text);
    if (length == 0) {
        lua_pushnil(L);
    } else {
        lua_pushlstring(L, text, length);
    }
}

void lvp_push_cidr_text(lua_State *L, const vp_cidr *cidr) {
    char text[VP_CIDR_TEXT_MAX];
    size_t length = vp_cidr_format(cidr, text);
    if (length == 0) {
        lua_pushnil(L);
    } else {
        lua_pushlstring(L, text, length);
    }
}

/* AWS says Tags or TagSet, depending on the command; in Lua they are `tags` everywhere. */
const char *lvp_key_of(const vp_field *field, lvp_style style, char out[VP_KEY_MAX]) {
    if (style != LVP_STYLE_SNAKE) {
        return field->name;
    }
    if (field->schema == &vp_tag_schema) {
        return "tags";
    }
    (void)vp_key_snake(field->name, out);
    return out;
}

/* A tag without a value is there, with an empty one: `tags.Owner` must not look as if it were not.
 */
static void push_tag_map(lua_State *L, const vp_network *network, const vp_list *tags) {
    lua_createtable(L, 0, (int)tags->count);
    for (uint32_t i = 0; i < tags->count; i++) {
        const vp_tag *tag = VP_ITEM(vp_tag, tags, i);
        lvp_push_name(L, network, tag->key);
        if (tag->value == VP_NO_NAME) {
            lua_pushliteral(L, "");
        } else {
            lvp_push_name(L, network, tag->value);
        }
        lua_rawset(L, -3);
    }
}

/* Items with one unnamed field are plain values, such as the blocks of a prefix list. */
static void push_list(lua_State *L, const vp_network *network, const vp_schema *schema,
                      const vp_list *list, lvp_style style) {
    bool scalars = schema->field_count == 1 && schema->fields[0].name[0] == '\0';
    lua_createtable(L, (int)list->count, 0);
    for (uint32_t i = 0; i < list->count; i++) {
        const char *item = (const char *)list->items + (size_t)i * schema->size;
        if (scalars) {
            lvp_push_field(L, network, &schema->fields[0], item, style);
        } else {
            lvp_push_fields(L, network, schema, item, style, false);
        }
        lua_rawseti(L, -2, (int)i + 1);
    }
}

void lvp_push_field(lua_State *L, const vp_network *network, const vp_field *field,
                    const void *record, lvp_style style) {
    const void *member = (const char *)record + field->offset;
    luaL_checkstack(L, 8, "nested too deep");
    switch (field->type) {
    case VP_TYPE_TEXT:
        lvp_push_name(L, network, *(const vp_name *)member);
        break;
    case VP_TYPE_BOOL:
        if (*(const vp_bool *)member == VP_UNSET) {
            lua_pushnil(L);
        } else {
            lua_pushboolean(L, *(const vp_bool *)member == VP_TRUE);
        }
        break;
    case VP_TYPE_INT:
        if (((const vp_int *)member)->given) {
            int32_t value = ((const vp_int *)member)->value;
            if ((field->flags & VP_FIELD_UNSIGNED) != 0) {
                lvp_pushcount(L, (uint32_t)value);
            } else {
                lua_pushinteger(L, value);
            }
        } else {
            lua_pushnil(L);
        }
        break;
    case VP_TYPE_ADDR:
        lvp_push_addr(L, member);
        break;
    case VP_TYPE_CIDR:
        lvp_push_cidr_text(L, member);
        break;
    case VP_TYPE_LIST:
        if (style == LVP_STYLE_SNAKE && field->schema == &vp_tag_schema) {
            push_tag_map(L, network, member);
        } else {
            push_list(L, network, field->schema, member, style);
        }
        break;
    default:
        if (style == LVP_STYLE_SNAKE && (field->flags & VP_FIELD_UNWRAPPED) != 0) {
            lvp_push_field(L, network, &field->schema->fields[0], member, style);
        } else {
            lvp_push_fields(L, network, field->schema, member, style, false);
        }
    }
}

/* What describe prints for a field that is always printed and not given. */
static void push_absent(lua_State *L, const vp_field *field) {
    if (field->type == VP_TYPE_BOOL) {
        lua_pushboolean(L, 0);
    } else if (field->type == VP_TYPE_INT) {
        lua_pushinteger(L, 0);
    } else {
        lua_pushliteral(L, "");
    }
}

/* Scripts see every field that is known; what AWS leaves out is left out of its documents alone. */
static bool is_printed(const vp_field *field, const void *record, lvp_style style, bool embedded) {
    if (style == LVP_STYLE_AWS && (field->flags & VP_FIELD_NOT_PRINTED) != 0) {
        return false;
    }
    if (embedded && (field->flags & VP_FIELD_NOT_EMBEDDED) != 0) {
        return false;
    }
    return (field->flags & VP_FIELD_ALWAYS) != 0 || vp_field_is_given(field, record);
}

/* A table of exactly the size: most fields of most records are not given. */
static int printed_count(const vp_schema *schema, const void *record, lvp_style style,
                         bool embedded) {
    int count = 0;
    for (uint16_t i = 0; i < schema->field_count; i++) {
        count += is_printed(&schema->fields[i], record, style, embedded) ? 1 : 0;
    }
    return count;
}

/*
 * Schemas nest three deep at most, but a host may call with little room on its stack. Nothing but
 * Lua's memory is held here, so a push may raise.
 */
void lvp_push_fields(lua_State *L, const vp_network *network, const vp_schema *schema,
                     const void *record, lvp_style style, bool embedded) {
    luaL_checkstack(L, 8, "nested too deep");
    /* One more for what a caller adds, such as the table of a route. */
    lua_createtable(L, 0, printed_count(schema, record, style, embedded) + 1);
    for (uint16_t i = 0; i < schema->field_count; i++) {
        const vp_field *field = &schema->fields[i];
        char key[VP_KEY_MAX];
        if (!is_printed(field, record, style, embedded)) {
            continue;
        }
        lvp_push_field(L, network, field, record, style);
        if (lua_isnil(L, -1)) {
            lua_pop(L, 1);
            push_absent(L, field);
        }
        lua_setfield(L, -2, lvp_key_of(field, style, key));
    }
}
