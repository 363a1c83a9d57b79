/*
 * json_fuzz.c - documents cut into pieces: any bytes as a document.
 *
 * What was cut is cut again: a piece is a list in the same words, so its records come out as they
 * went in, and the rest is a document that nothing more is taken from. The first byte says how
 * large pieces are, and, from 128 on, which request for memory is refused.
 */
#include "fuzz.h"
#include "vp_json.h"

#include <stdlib.h>
#include <string.h>

static vp_json_keys lists, members;

static void fill_keys(void) {
    static const char *const names[] = {"Vpcs", "Id", "Tags", "Key", "a"};
    for (size_t i = 0; i < VP_COUNT_OF(names); i++) {
        FUZZ_CHECK(vp_json_keys_add(&members, names[i], strlen(names[i])));
    }
    FUZZ_CHECK(vp_json_keys_add(&lists, "Vpcs", 4) && vp_json_keys_add(&lists, "Nets", 4));
}

/* A document around a piece: `{"Vpcs":` PIECE `}`. */
static void cut_again(const vp_json *json, const vp_json_piece *piece) {
    static const char before[] = "{\"Vpcs\":";
    vp_alloc alloc = vp_alloc_default();
    vp_json again = {0};
    size_t length = sizeof before + piece->length;
    char *text = malloc(length);
    FUZZ_CHECK(text != NULL);
    memcpy(text, before, sizeof before - 1);
    memcpy(text + sizeof before - 1, json->text + piece->at, piece->length);
    text[length - 1] = '}';
    FUZZ_CHECK(vp_json_cut(&again, &alloc, text, length, &lists, &members, length) == VP_OK);
    FUZZ_CHECK(again.piece_count == 2 && again.pieces[0].length == piece->length);
    FUZZ_CHECK(memcmp(again.text + again.pieces[0].at, json->text + piece->at, piece->length) == 0);
    vp_json_clear(&again);
    free(text);
}

static void check_pieces(const vp_json *json) {
    for (uint32_t i = 0; i < json->piece_count; i++) {
        const vp_json_piece *piece = &json->pieces[i];
        FUZZ_CHECK(piece->at + piece->length <= json->capacity);
        FUZZ_CHECK((piece->key_at == SIZE_MAX) == (i + 1 == json->piece_count));
        if (piece->key_at != SIZE_MAX) {
            cut_again(json, piece);
        } else {
            vp_alloc alloc = vp_alloc_default();
            vp_json rest = {0};
            FUZZ_CHECK(vp_json_cut(&rest, &alloc, json->text + piece->at, piece->length, &lists,
                                   &members, 1) == VP_OK);
            FUZZ_CHECK(rest.piece_count == 1);
            vp_json_clear(&rest);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_memory memory;
    vp_alloc alloc = fuzz_alloc(&memory);
    vp_json json = {0};
    if (size == 0) {
        return 0;
    }
    if (members.count == 0) {
        fill_keys();
    }
    const char *text = (const char *)data + 1;
    memory.countdown = data[0] >= 128 ? (unsigned)data[0] - 127u : 0;
    FUZZ_CHECK(vp_json_utf8_length(text, size - 1) <= size - 1);
    vp_status status =
        vp_json_cut(&json, &alloc, text, size - 1, &lists, &members, 1 + (data[0] & 127));
    if (status == VP_OK) {
        check_pieces(&json);
    } else {
        FUZZ_CHECK(status == VP_INVALID || (status == VP_NO_MEMORY && memory.refused));
    }
    vp_json_clear(&json);
    FUZZ_CHECK(memory.live == 0);
    return 0;
}
