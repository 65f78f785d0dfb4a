/* Servers, for libevent.c. */
#ifndef BENCH_LIBEVENT_TCP_H
#define BENCH_LIBEVENT_TCP_H

double libevent_tcp_echo(double scale);
double libevent_tcp_accept(double scale);

#endif
