/*
 * The other end of a connection: plain sockets on the loopback, which do
 * nothing unless a test says so.  The kernel completes connections by itself,
 * so nothing here has to run.
 */
#ifndef TCP_SERVER_H
#define TCP_SERVER_H

struct tcp_server;

/* Listens on 127.0.0.1, on a port of the system's choice. */
struct tcp_server *tcp_server_new(void);

/* The same on ::1, or on a path. */
struct tcp_server *tcp_server_new_v6(void);
struct tcp_server *tcp_server_new_unix(const char *path);

/* A port that is taken and refuses every connection. */
struct tcp_server *tcp_server_refusing(void);

/* A port whose queue is full: what connects there hears nothing, for ever. */
struct tcp_server *tcp_server_black_hole(void);

/* The same on 127.0.0.9, on a port that another server has on 127.0.0.1. */
struct tcp_server *tcp_server_black_hole_beside(const struct tcp_server *other);

/* The ordinary one, and the deaf one, at a numeric IPv4 address; port 0: of the system's choice. */
struct tcp_server *tcp_server_new_at(const char *address, int port);
struct tcp_server *tcp_server_black_hole_at(const char *address, int port);

/* A deaf one on ::1. */
struct tcp_server *tcp_server_black_hole_v6_beside(const struct tcp_server *other);

void tcp_server_free(struct tcp_server *s);
int tcp_server_port(const struct tcp_server *s);

/* Connections so far. */
int tcp_server_count(struct tcp_server *s);

/* To, from, and the end of connection `index`, from 0 in the order they came. */
void tcp_server_send(struct tcp_server *s, int index, const char *text);
const char *tcp_server_receive(struct tcp_server *s, int index); /* what has come; "(end)" behind it if that was all */
void tcp_server_shut_writing(struct tcp_server *s, int index);
void tcp_server_close(struct tcp_server *s, int index);
void tcp_server_reset(struct tcp_server *s, int index);

/* The socket of connection `index`, which stays the server's. */
int tcp_server_fd(struct tcp_server *s, int index);

/* The address that connection `index` came from. */
const char *tcp_server_peer(struct tcp_server *s, int index);

#endif
