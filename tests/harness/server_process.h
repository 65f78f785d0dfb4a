/*
 * A real server, from the system's own package: started on a free port of the
 * loopback with a directory of its own, and gone with the test, however that ends.
 */
#ifndef SERVER_PROCESS_H
#define SERVER_PROCESS_H

struct server_process;

/* In all its texts "@PORT@" and "@DIR@" stand for those. */
struct server_plan {
	const char *program;
	const char *config;           /* what the file @DIR@/config says */
	const char *const *arguments; /* behind the program's name; NULL ends them */
};

/* Returns once it accepts connections.  NULL if it is not installed. */
struct server_process *server_process_start(const struct server_plan *plan);

int server_process_port(const struct server_process *s);

/* A signal to the server itself. */
void server_process_signal(const struct server_process *s, int signal);

/* Kills it, with all it has started; starts it again on the same port. */
void server_process_kill(struct server_process *s);
void server_process_restart(struct server_process *s);

/* Stops it and removes the directory.  NULL is nothing. */
void server_process_free(struct server_process *s);

#endif
