/*
 * vp_set_text.h - sets as text, in bulk: lists of addresses, blocks and ranges read and written.
 *
 * An item is an address, a block (host bits are cleared) or a range "a-b" of two addresses. Items
 * are separated by ends of lines or commas; blanks around items and around the "-" do not count,
 * nor does what follows a "#" up to the end of its line.
 */
#ifndef VP_SET_TEXT_H
#define VP_SET_TEXT_H

#include "vp_set.h"

VP_BEGIN_DECLS

/*
 * Reads one item that fills `text` exactly. VP_INVALID ("invalid_cidr", the message quotes the text
 * and says what is wrong) leaves both outputs untouched. first <= last, of one family.
 */
VP_MUST_CHECK vp_status vp_set_text_item(const char *text, size_t length, vp_addr *first,
                                         vp_addr *last, vp_error *error);

/*
 * Whether all of one item, read as above, is in the set; and adding one to a builder. Failures
 * leave *inside or the builder as they were; adding may also end with VP_NO_MEMORY or VP_LIMIT.
 */
VP_MUST_CHECK vp_status vp_set_text_holds(const vp_set *set, const char *text, size_t length,
                                          bool *inside, vp_error *error);
VP_MUST_CHECK vp_status vp_set_text_put(vp_set_builder *builder, const char *text, size_t length,
                                        vp_error *error);

/* A place in a text; it borrows the text. */
typedef struct vp_set_reader {
    const char *next, *end;
    const char *item; /* the item read last, without blanks around it */
    size_t item_length;
    size_t line; /* of `next`, from 1 */
} vp_set_reader;

vp_set_reader vp_set_text_begin(const char *text, size_t length);

/*
 * Reads the next item: VP_MORE with the range, VP_OK at the end, VP_INVALID for a bad item (as
 * vp_set_text_item; reader->item and reader->line tell where, reading goes on after it). O(its
 * length).
 */
VP_MUST_CHECK vp_status vp_set_text_next(vp_set_reader *reader, vp_addr *first, vp_addr *last,
                                         vp_error *error);

/*
 * Reads up to `most` items at once into two arrays; *count is how many. VP_MORE when the arrays are
 * full, else why they are not: VP_OK at the end, VP_INVALID at a bad item.
 */
VP_MUST_CHECK vp_status vp_set_text_read(vp_set_reader *reader, vp_addr *firsts, vp_addr *lasts,
                                         size_t most, size_t *count, vp_error *error);

/*
 * Adds items to a builder up to the end (VP_OK) or the first bad item (VP_INVALID; what came before
 * it is in the builder, and calling again goes on after it). VP_NO_MEMORY, VP_LIMIT also end it.
 */
VP_MUST_CHECK vp_status vp_set_text_add(vp_set_reader *reader, vp_set_builder *builder,
                                        vp_error *error);

/*
 * Writes for each item whether all of it is in the set, as "1\n" or "0\n", into `out`; *used is the
 * number of bytes written, *inside grows by the ones. VP_MORE when `out` is full (capacity bytes,
 * at least 2), VP_OK at the end, VP_INVALID at a bad item.
 */
VP_MUST_CHECK vp_status vp_set_text_contains(vp_set_reader *reader, const vp_set *set, char *out,
                                             size_t capacity, size_t *used, uint64_t *inside,
                                             vp_error *error);

/* How blocks are written. */
typedef enum vp_set_style {
    VP_SET_STYLE_BLOCKS,     /* 10.0.0.1/32 */
    VP_SET_STYLE_BARE_HOSTS, /* 10.0.0.1, no length where there is one address only */
    VP_SET_STYLE_RANGES      /* 10.0.0.0-10.0.0.9, or one bare address */
} vp_set_style;

/* One line at the longest. */
#define VP_SET_LINE_MAX 96

/*
 * Writes lines into `out` (capacity bytes, at least VP_SET_LINE_MAX) from the cursor on, each ended
 * by "\n", not by NUL; *used is the number of bytes. VP_MORE when there is more to write, VP_OK at
 * the end.
 */
VP_MUST_CHECK vp_status vp_set_text_write(vp_set_cursor *cursor, vp_set_style style, char *out,
                                          size_t capacity, size_t *used);

VP_END_DECLS

#endif
