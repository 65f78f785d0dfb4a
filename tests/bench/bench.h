/*
 * Our side of the benches.  Each of these does one bench and prints its lines,
 * "NAME VALUE UNIT"; README.md says what counts.  The clocks, counts and sizes
 * are the peers' own (peers/peer.h), so that both sides are measured alike.
 */
#ifndef BENCH_H
#define BENCH_H

#include "peers/peer.h"

typedef void bench_run(double scale);

/* events.c */
bench_run bench_yield, bench_pingpong, bench_ring, bench_deep;
/* trace.c */
bench_run bench_trace_off, bench_trace_on;
/* latency.c */
bench_run bench_io_latency;
/* sessions.c */
bench_run bench_session_bytes, bench_session_churn;
/* alarms.c */
bench_run bench_delay_churn, bench_delay_fire;
/* watches.c */
bench_run bench_fd_ready;
/* follow_tail.c */
bench_run bench_follow_tail;
/* run_spawn.c */
bench_run bench_run_spawn;
/* pool.c */
bench_run bench_allocate_hit, bench_allocate_hit_8k, bench_handoff_1, bench_handoff_n, bench_connect;
/* direct.c */
bench_run bench_allocate_direct, bench_allocate_direct_8k, bench_fairness_p999;
/* fake.c */
bench_run bench_allocate_direct_100k;
/* idle.c */
bench_run bench_idle_connection_bytes;
/* http.c */
bench_run bench_http_get_1, bench_http_get_64, bench_tls_get_64, bench_bulk_64k, bench_bulk_1m;
/* tls.c */
bench_run bench_tls_handshake_full, bench_tls_handshake_resumed, bench_idle_tls_bytes;
/* tcp.c */
bench_run bench_tcp_echo, bench_tcp_accept;

/* filters.c */
bench_run bench_line_filter;

#endif
