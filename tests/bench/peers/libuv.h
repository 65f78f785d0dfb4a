/* The benches of libuv_timers.c, for the table in libuv.c. */
#ifndef BENCH_LIBUV_H
#define BENCH_LIBUV_H

#include <uv.h>

double libuv_delay_churn(double scale);
double libuv_delay_fire(double scale);
double libuv_run_spawn(double scale); /* libuv_spawn.c */

#endif
