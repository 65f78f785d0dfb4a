/*
 * The other end of the benches of servers: tcp_driver, in a process of its own,
 * which the server under test starts once it listens.
 */
#ifndef BENCH_DRIVER_H
#define BENCH_DRIVER_H

/* What it prints when it has done. */
struct driver_result {
	double rate;	/* exchanges, or connections, a second */
	double total;	/* of them, warming up included */
};

/* Starts BENCH_DRIVER for this bench; returns a descriptor that is readable when it has done. */
int driver_start(const char *bench, unsigned port, double scale);

struct driver_result driver_read(int fd);

#endif
