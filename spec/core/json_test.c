/*
 * json_test.c - documents cut into pieces: what is kept, what is refused, damaged text, no memory.
 */
#include "vp_json.h"

#include "random.h"
#include "vp_test.h"

#include <stdio.h>
#include <string.h>

static vp_json_keys lists, members;

static char shown[4096];

/* Cuts and shows the pieces: `Vpcs@0=[...] rest={...}`, or why there are none. */
static const char *cut(const char *text, size_t length, size_t piece_size) {
    vp_alloc alloc = vp_alloc_default();
    vp_json json = {0};
    vp_status status = vp_json_cut(&json, &alloc, text, length, &lists, &members, piece_size);
    size_t used = 0;
    shown[0] = '\0';
    if (status != VP_OK) {
        VP_CHECK(json.text == NULL && json.pieces == NULL);
        return status == VP_INVALID ? "refused" : "no memory";
    }
    for (uint32_t i = 0; i < json.piece_count && used < sizeof shown; i++) {
        const vp_json_piece *piece = &json.pieces[i];
        bool rest = piece->key_at == SIZE_MAX;
        VP_CHECK(rest == (i + 1 == json.piece_count));
        used += (size_t)snprintf(shown + used, sizeof shown - used, "%s%.*s@%u=%.*s",
                                 i == 0 ? "" : " ", (int)(rest ? 4 : piece->key_length),
                                 rest ? "rest" : json.text + piece->key_at, (unsigned)piece->first,
                                 (int)piece->length, json.text + piece->at);
    }
    vp_json_clear(&json);
    return shown;
}

static const char *cut_text(const char *text) { return cut(text, strlen(text), 1000); }

static void test_pieces(void) {
    VP_CHECK_TEXT(cut_text("{}"), "rest@0={}");
    VP_CHECK_TEXT(cut_text(" { \"Vpcs\" : [ ] } "), "Vpcs@0=[] rest@0={}");
    VP_CHECK_TEXT(cut_text("{\"Vpcs\":[{\"Id\":\"a\", \"X\" : [1,{\"Id\":2}], \"Key\": null}]}"),
                  "Vpcs@0=[{\"Id\":\"a\",\"Key\":null}] rest@0={}");
    VP_CHECK_TEXT(cut_text("{\"Vpcs\":[{\"X\":1},{\"X\":2,\"Id\":3},{\"Id\":4,\"X\":5}]}"),
                  "Vpcs@0=[{},{\"Id\":3},{\"Id\":4}] rest@0={}");
    VP_CHECK_TEXT(cut_text("{\"NextToken\":\"x\",\"Vpcs\":[1],\"Other\":{\"X\": [true]}}"),
                  "Vpcs@0=[1] rest@0={\"NextToken\":\"x\",\"Other\":{\"X\": [true]}}");
    VP_CHECK_TEXT(cut_text("{\"Vpcs\":{\"X\":1}}"), "rest@0={\"Vpcs\":{\"X\":1}}");
    VP_CHECK_TEXT(cut_text("{\"Vpcs\":[{\"\\u0049d\":1,\"Id\":\"\\\"\\\\\\n\"}]}"),
                  "Vpcs@0=[{\"\\u0049d\":1,\"Id\":\"\\\"\\\\\\n\"}] rest@0={}");
    const char *small = "{\"Vpcs\":[{\"Id\":1},{\"Id\":2},{\"Id\":3}],\"Nets\":[7,8]}";
    VP_CHECK_TEXT(cut(small, strlen(small), 1), "Vpcs@0=[{\"Id\":1}] Vpcs@1=[{\"Id\":2}] "
                                                "Vpcs@2=[{\"Id\":3}] Nets@0=[7] Nets@1=[8] "
                                                "rest@0={}");
    VP_CHECK_TEXT(cut(small, strlen(small), 12), "Vpcs@0=[{\"Id\":1},{\"Id\":2}] "
                                                 "Vpcs@2=[{\"Id\":3}] Nets@0=[7,8] rest@0={}");
    VP_CHECK_TEXT(
        cut_text("{\"Vpcs\":[-0.5e+10,0,10,true,false,null,\"\xc3\xa9\xf0\x9f\x98\x80\"]}"),
        "Vpcs@0=[-0.5e+10,0,10,true,false,null,\"\xc3\xa9\xf0\x9f\x98\x80\"] rest@0={}");
}

/* Each is refused whole, so that nothing of it is half read. */
static void test_refused(void) {
    static const char *const texts[] = {"",
                                        " ",
                                        "[]",
                                        "1",
                                        "{",
                                        "{\"Vpcs\"",
                                        "{\"Vpcs\":",
                                        "{\"Vpcs\":[",
                                        "{\"Vpcs\":[1",
                                        "{\"Vpcs\":[1]",
                                        "{\"Vpcs\":[1,]}",
                                        "{\"Vpcs\":[1 2]}",
                                        "{\"Vpcs\":[]]",
                                        "{\"Vpcs\":[]}x",
                                        "{\"Vpcs\":[],}",
                                        "{\"Vpcs\":[{]}",
                                        "{\"Vpcs\":[{\"Id\"}]}",
                                        "{\"Vpcs\":[{\"Id\":}]}",
                                        "{\"Vpcs\":[{\"Id\":1,}]}",
                                        "{\"Vpcs\":[{Id:1}]}",
                                        "{\"Vpcs\":[01]}",
                                        "{\"Vpcs\":[1.]}",
                                        "{\"Vpcs\":[.5]}",
                                        "{\"Vpcs\":[+1]}",
                                        "{\"Vpcs\":[-]}",
                                        "{\"Vpcs\":[1e]}",
                                        "{\"Vpcs\":[0x1]}",
                                        "{\"Vpcs\":[nul]}",
                                        "{\"Vpcs\":[truth]}",
                                        "{\"Vpcs\":[NaN]}",
                                        "{\"Vpcs\":[\"a]}",
                                        "{\"Vpcs\":[\"\n\"]}",
                                        "{\"Vpcs\":[\"\\x\"]}",
                                        "{\"Vpcs\":[\"\\u12g4\"]}",
                                        "{\"Vpcs\":[\"\\u12\"]}",
                                        "{\"Vpcs\":[\"\\ud83d\\ude00\"]}",
                                        "{\"Vpcs\":[\"\xff\"]}",
                                        "{\"Vpcs\":[\"\xc0\x80\"]}",
                                        "{\"Vpcs\":[\"\xed\xa0\x80\"]}",
                                        "{\"Vpcs\":[\"\xf4\x90\x80\x80\"]}",
                                        "{\"Vpcs\":[\"\xe2\x82\"]}",
                                        "{\"Vpcs\":[],\"Vpcs\":[]}",
                                        "{\"X\":1,\"X\":2}",
                                        "{\"Vpcs\":1,\"Vpcs\":[]}",
                                        "{\"V\\u0070cs\":[]}",
                                        "{\"Vpcs\":[\"\\\"]}",
                                        "{\xef\xbb\xbf}"};
    for (size_t i = 0; i < VP_COUNT_OF(texts); i++) {
        VP_CHECK_TEXT(cut_text(texts[i]), "refused");
    }
}

static void test_depth(void) {
    char text[256];
    for (int depth = 60; depth < 70; depth++) {
        int inner = depth - 2;
        char *out = text + sprintf(text, "{\"Vpcs\":[");
        memset(out, '[', (size_t)inner);
        memset(out + inner, ']', (size_t)inner);
        strcpy(out + 2 * inner, "]}");
        VP_CHECK((strcmp(cut_text(text), "refused") == 0) == (depth > 64));
    }
    strcpy(text, "{");
    for (int i = 0; i < 65; i++) {
        (void)sprintf(text + strlen(text), "%s\"%c%c\":1", i == 0 ? "" : ",", 'a' + i % 26,
                      'a' + i / 26);
        if (strlen(text) > sizeof text - 16) {
            break;
        }
    }
    strcat(text, "}");
    VP_CHECK(strcmp(cut_text(text), "refused") != 0);
}

/* A text with bytes changed, removed or cut off is refused or cut, and nothing else. */
static void test_damage(void) {
    static const char good[] =
        "{\"Vpcs\":[{\"Id\":\"vpc-1\\n\",\"Long\":\"0123456789abcdef\"},{\"Id\":-1.5e3}],\"Nets\" "
        ": [ \"\xc3\xa9\", null ],\"Rest\":[[true],{\"a\":0}]}";
    random_source state = random_start();
    for (int round = 0; round < 20000; round++) {
        char text[sizeof good];
        size_t length = sizeof good - 1;
        memcpy(text, good, sizeof good);
        for (uint64_t i = random_below(&state, 3); i < 3; i++) {
            size_t at = (size_t)random_below(&state, length);
            switch (random_below(&state, 3)) {
            case 0:
                text[at] = (char)random_below(&state, 256);
                break;
            case 1:
                text[at] = "{}[]\",:\\u0 "[random_below(&state, 11)];
                break;
            default:
                memmove(text + at, text + at + 1, --length - at);
            }
        }
        /* At its own length, so that a sanitizer sees a byte too many read. */
        vp_alloc alloc = vp_alloc_default();
        char *exact = vp_alloc_array(&alloc, NULL, 0, length, 1);
        memcpy(exact, text, length);
        VP_CHECK(cut(exact, length, 1 + (size_t)random_below(&state, 30)) != NULL);
        vp_alloc_free(&alloc, exact, length);
    }
}

static void test_no_memory(void) {
    static const char text[] = "{\"Vpcs\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18]}";
    for (size_t failing = 1;; failing++) {
        vp_test_memory memory;
        vp_alloc alloc = vp_test_failing_alloc(&memory, failing);
        vp_json json = {0};
        vp_status status = vp_json_cut(&json, &alloc, text, sizeof text - 1, &lists, &members, 1);
        vp_json_clear(&json);
        VP_CHECK(memory.live == 0);
        if (status == VP_OK) {
            VP_CHECK(failing > 2);
            return;
        }
        VP_CHECK(status == VP_NO_MEMORY);
    }
}

static void test_utf8(void) {
    VP_CHECK(vp_json_utf8_length("", 0) == 0);
    VP_CHECK(vp_json_utf8_length("0123456789\xc3\xa9 0123456789", 23) == 23);
    VP_CHECK(vp_json_utf8_length("01234567\xc3", 9) == 8);
    VP_CHECK(vp_json_utf8_length("\xe0\x9f\xbf", 3) == 0);
    VP_CHECK(vp_json_utf8_length("\xf0\x8f\xbf\xbf", 4) == 0);
    VP_CHECK(vp_json_utf8_length("a\xed\xa0\x80", 4) == 1);
    VP_CHECK(vp_json_utf8_length("\xf4\x8f\xbf\xbf\x80", 5) == 4);
}

static void test_keys(void) {
    static vp_json_keys many;
    static char texts[VP_JSON_KEYS_MAX + 1][16];
    for (int i = 0; i <= VP_JSON_KEYS_MAX; i++) {
        (void)sprintf(texts[i], "Key%dOfMany", i);
        VP_CHECK(vp_json_keys_add(&many, texts[i], strlen(texts[i])) == (i < VP_JSON_KEYS_MAX));
    }
    VP_CHECK(vp_json_keys_add(&many, "Key7OfMany", 10));
    VP_CHECK(vp_json_keys_have(&many, "Key1023OfMany", 13));
    VP_CHECK(!vp_json_keys_have(&many, "Key1024OfMany", 13) && !vp_json_keys_have(&many, "", 0));
}

int main(void) {
    VP_CHECK(vp_json_keys_add(&lists, "Vpcs", 4) && vp_json_keys_add(&lists, "Nets", 4));
    VP_CHECK(vp_json_keys_add(&members, "Id", 2) && vp_json_keys_add(&members, "Key", 3));
    test_pieces();
    test_refused();
    test_depth();
    test_damage();
    test_no_memory();
    test_utf8();
    test_keys();
    return vp_test_end();
}
