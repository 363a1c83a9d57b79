/*
 * measure.c - a command as a whole: `measure RUNS FILE COMMAND [ARGUMENT...]` runs it, standard
 * output to FILE, and prints median processor seconds, median seconds by the clock on the wall,
 * peak memory in bytes and the last exit status, separated by tabs.
 */
#include "bench.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static double seconds(struct timeval t) { return (double)t.tv_sec + 1e-6 * (double)t.tv_usec; }

static double wall(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void become(char **command, const char *output) {
    int file = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (file >= 0 && dup2(file, STDOUT_FILENO) >= 0) {
        execvp(command[0], command);
    }
    perror(command[0]);
    _exit(127);
}

int main(int argc, char **argv) {
    double processor[BENCH_REPEATS], clock_times[BENCH_REPEATS];
    long peak = 0;
    int status = 0, runs = argc > 3 ? atoi(argv[1]) : 0;
    if (runs < 1 || runs > BENCH_REPEATS) {
        fprintf(stderr, "usage: measure RUNS FILE COMMAND [ARGUMENT...], 1 to %d runs\n",
                BENCH_REPEATS);
        return 2;
    }
    for (int i = 0; i < runs; i++) {
        struct rusage used;
        (void)lseek(STDIN_FILENO, 0, SEEK_SET); /* every run reads the same input */
        double start = wall();
        pid_t child = fork();
        if (child == 0) {
            become(argv + 3, argv[2]);
        }
        if (child < 0 || wait4(child, &status, 0, &used) != child) {
            perror("measure");
            return 1;
        }
        clock_times[i] = wall() - start;
        processor[i] = seconds(used.ru_utime) + seconds(used.ru_stime);
        peak = used.ru_maxrss > peak ? used.ru_maxrss : peak;
    }
    printf("%.6f\t%.6f\t%ld\t%d\n", bench_median(processor, (size_t)runs),
           bench_median(clock_times, (size_t)runs), peak * 1024,
           WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return 0;
}
