/*
 * asking.h - questions and answers of a trace as one line of text each, for tests of the core.
 */
#ifndef ASKING_H
#define ASKING_H

#include "vp_trace.h"

/*
 * Asks "FROM -> TO [word ...]" and returns the answer as text, good until the next question. Words:
 * tcp/443, udp/53, tcp/80-90, icmp, icmp/8/0, all, 47; sport=N-M; family=4|6; one-way; every-port;
 * through=ID, avoid=ID. The answer is
 *
 *     ok via ID,ID [ports A-B,...] [warn CODE ...]
 *     no CODE@direction ... [hint CODE ...] [warn CODE ...]      ("unknown" instead of "no")
 *
 * where the ports are shown when they are not those asked for. An end that does not resolve gives
 * "error CODE".
 */
const char *ask(vp_network *network, const char *question);

/* The trace behind the last answer of `ask`, good until the next question. */
const vp_trace *asked(void);

/* Releases what asking keeps. */
void ask_no_more(void);

#endif
