/*
 * What the peers written in C share: finding the bench that was asked for,
 * clocks, sizes, and the one line that tells the result.
 *
 * A peer is called as `PEER BENCH [SCALE]`.  It prints "BENCH.PEER VALUE UNIT",
 * or exits with status 2 if it does not do that bench.
 */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include <stddef.h>
#include <stdint.h>

struct peer_bench {
	const char *name;
	double    (*run)(double scale);	/* returns the value to print */
	const char *unit;
};

/* Runs the bench named by argv[1] from the table, which ends with a null name. */
int peer_main(int argc, char **argv, const char *peer,
	      const struct peer_bench *table);

/* Prints one line "NAME VALUE UNIT"; peer_main does it for the main value. */
void peer_print(const char *name, double value, const char *unit);

/* Prints what failed and why (errno), and exits with status 1. */
void peer_die(const char *what) __attribute__((noreturn));

double   peer_now(void);		/* seconds of wall clock, from any start */
double   peer_cpu(void);		/* seconds of CPU of this process */
double   peer_rss(void);		/* resident bytes of this process */
long     peer_count(double scale, long n);	/* n by scale, at least 1 */
unsigned peer_port(void);		/* BENCH_PORT: the server's port */
void     peer_raise_files(void);	/* as many open files as the system lets us */
uint64_t peer_random(uint64_t *state);	/* *state may be anything but 0 */

/* n socket pairs, non-blocking, in a ring: [0] is read, [1] is written. */
int (*peer_pairs(size_t n))[2];
void peer_first_byte(int (*pair)[2]);	/* puts the byte into pair 0 */
/* Takes the byte out of pair i and puts it into the next one. */
void peer_pass_byte(int (*pair)[2], size_t n, size_t i);

#endif
