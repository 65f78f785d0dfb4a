/*
 * bench NAME [SCALE]: does one bench and prints "NAME VALUE UNIT" lines.
 * Exits with 2 if there is no such bench.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bench {
	const char *name;
	bench_run *run;
};

static const struct bench benches[] = {
	{ "yield", bench_yield },
	{ "pingpong", bench_pingpong },
	{ "ring", bench_ring },
	{ "deep", bench_deep },
	{ "trace_off", bench_trace_off },
	{ "trace_on", bench_trace_on },
	{ "io_latency", bench_io_latency },
	{ "session_bytes", bench_session_bytes },
	{ "session_churn", bench_session_churn },
	{ "delay_churn", bench_delay_churn },
	{ "delay_fire", bench_delay_fire },
	{ "fd_ready", bench_fd_ready },
	{ "follow_tail", bench_follow_tail },
	{ "line_filter", bench_line_filter },
	{ "run_spawn", bench_run_spawn },
	{ "allocate_hit", bench_allocate_hit },
	{ "allocate_hit_8k", bench_allocate_hit_8k },
	{ "allocate_direct", bench_allocate_direct },
	{ "allocate_direct_8k", bench_allocate_direct_8k },
	{ "allocate_direct_100k", bench_allocate_direct_100k },
	{ "fairness_p999", bench_fairness_p999 },
	{ "handoff_1", bench_handoff_1 },
	{ "handoff_N", bench_handoff_n },
	{ "connect", bench_connect },
	{ "http_get_1", bench_http_get_1 },
	{ "http_get_64", bench_http_get_64 },
	{ "tls_get_64", bench_tls_get_64 },
	{ "bulk_64k", bench_bulk_64k },
	{ "bulk_1m", bench_bulk_1m },
	{ "idle_connection_bytes", bench_idle_connection_bytes },
	{ "tls_handshake_full", bench_tls_handshake_full },
	{ "tls_handshake_resumed", bench_tls_handshake_resumed },
	{ "idle_tls_bytes", bench_idle_tls_bytes },
	{ "tcp_echo", bench_tcp_echo },
	{ "tcp_accept", bench_tcp_accept },
};

int main(int argc, char **argv)
{
	const char *wanted = argc > 1 ? argv[1] : "";
	double scale = argc > 2 ? atof(argv[2]) : 1;

	for (size_t i = 0; i < sizeof benches / sizeof *benches; i++) {
		if (strcmp(benches[i].name, wanted) != 0)
			continue;
		benches[i].run(scale);
		return 0;
	}
	fprintf(stderr, "bench: no bench named \"%s\"\n", wanted);
	return 2;
}
