/*
 * threads.c - a program with several Lua states, each on a thread of its own, as DNS servers and
 * load balancers run them: every thread runs the same script at the same time.
 *
 * usage: threads SCRIPT; the script returns a text. Exit status 0 when all threads got the same
 * text, which is printed; 1 when not; 2 when a script failed.
 */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 4 };

typedef struct job {
    const char *script;
    lua_State *L; /* the state of this thread; its result stays on the stack */
    bool failed;
} job;

static void *run(void *argument) {
    job *mine = argument;
    mine->failed = luaL_dofile(mine->L, mine->script);
    return NULL;
}

int main(int count, char **arguments) {
    job jobs[THREADS];
    pthread_t threads[THREADS];
    if (count != 2) {
        fprintf(stderr, "usage: threads SCRIPT\n");
        return 2;
    }
    for (int i = 0; i < THREADS; i++) {
        jobs[i] = (job){arguments[1], luaL_newstate(), false};
        luaL_openlibs(jobs[i].L);
    }
    for (int i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, run, &jobs[i]) != 0) {
            return 2;
        }
    }
    int result = 0;
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        const char *text = lua_tostring(jobs[i].L, -1);
        if (jobs[i].failed || text == NULL) {
            fprintf(stderr, "threads: %s\n", text == NULL ? "no text" : text);
            result = 2;
        } else if (result == 0 && strcmp(text, lua_tostring(jobs[0].L, -1)) != 0) {
            fprintf(stderr, "threads: got %s\n", text);
            result = 1;
        }
    }
    if (result == 0) {
        puts(lua_tostring(jobs[0].L, -1));
    }
    for (int i = 0; i < THREADS; i++) {
        lua_close(jobs[i].L);
    }
    return result;
}
