/*
 * libcidr.c - libcidr reading and writing blocks one at a time; it has no sets: `libcidr FOLDER
 * NAME`. Its reader looks up to seven bytes before short texts, so lines stand behind zeros.
 */
#include "bench.h"

#include <libcidr.h>

static void read_and_write(const char *folder, const char *name) {
    size_t length, bytes = 0, lines = 0;
    char *text = bench_read(folder, name, &length), line[16 + 64] = {0};
    double seconds;
    BENCH_TIME(3, seconds, {
        bytes = lines = 0;
        for (char *next = text; *next != '\0';) {
            char *end = strchr(next, '\n');
            memcpy(line + 16, next, (size_t)(end - next));
            line[16 + (end - next)] = '\0';
            CIDR *block = cidr_from_str(line + 16);
            char *written = cidr_to_str(block, CIDR_NOFLAGS);
            bytes += strlen(written);
            lines++;
            free(written);
            cidr_free(block);
            next = end + 1;
        }
    });
    if (bytes == 0) {
        fprintf(stderr, "libcidr wrote nothing\n");
    }
    bench_report("text", seconds, lines);
    free(text);
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: libcidr FOLDER NAME\n");
        return 2;
    }
    read_and_write(argv[1], argv[2]);
    return 0;
}
