/*
 * Dials: by a proxy that agrees and by one that does not, past a black hole,
 * with all that a request can say, with TLS.  The proxy is a session of the same
 * kernel, whose watches may fail as all others; it is the end of its tunnels too.
 */
#include "borrowing.h"
#include "certificates.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_CALLERS = 8 };

struct proxy_session {
	struct trial *trial;
	const char *http_answer;
	int fds[MOST_CALLERS + 1]; /* the door's, then the callers' */
	int count;
	struct poe_tls *policy;    /* spoken in the tunnels, if it is there */
	struct poe_driver *drivers[MOST_CALLERS + 1];
	char url[64];
};

static void watch(struct poe_event *ev, int fd, const char *event)
{
	struct proxy_session *me = ev->heap;
	struct poe_watch *w = poe_select_read(ev->kernel, fd, event);

	if (trial_check(me->trial, w != NULL))
		poe_watch_weaken(w);
	else
		shutdown(fd, SHUT_RDWR);
}

static void proxy_start(struct poe_event *ev)
{
	struct proxy_session *me = ev->heap;

	watch(ev, me->fds[0], "knock");
	trial_check(me->trial, poe_alias_set(ev->kernel, "proxy") == 0);
}

static void proxy_knock(struct poe_event *ev)
{
	struct proxy_session *me = ev->heap;
	int fd = accept4(me->fds[0], NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), on = 1;

	if (fd < 0)
		return;
	/* Virtual time would not wait for what Nagle holds back. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	me->fds[me->count++] = fd;
	watch(ev, fd, "heard");
}

static void proxy_say(int fd, const char *octets, size_t length)
{
	(void)send(fd, octets, length, MSG_NOSIGNAL);
}

/* The tunnel is open, and TLS begins there. */
static void proxy_secure(struct proxy_session *me, int i)
{
	if (me->policy == NULL)
		return;
	me->drivers[i] = poe_tls_server(me->policy, me->fds[i]);
	if (!trial_check(me->trial, me->drivers[i] != NULL))
		shutdown(me->fds[i], SHUT_RDWR);
}

/* A socket that is full, which only faults make it, has room again the next time. */
static int proxy_handshake(struct poe_driver *d)
{
	int done, tries = 100;

	do
		done = poe_tls_handshake(d);
	while (done == 0 && poe_driver_wants(d, POE_READ | POE_WRITE) == POE_WRITE && --tries > 0);
	return done;
}

/* True while TLS has the word. */
static bool proxy_shakes_hands(struct proxy_session *me, int i)
{
	char heard[64];

	if (me->drivers[i] == NULL)
		return false;
	if (proxy_handshake(me->drivers[i]) < 0 ||
	    (me->drivers[i]->ops->read(me->drivers[i], heard, sizeof heard) <= 0 && errno != EAGAIN))
		shutdown(me->fds[i], SHUT_RDWR);
	return true;
}

/* What it hears comes as a whole, so it shows by its length what it is. */
static void proxy_heard(struct poe_event *ev)
{
	struct proxy_session *me = ev->heap;
	int fd = (int)poe_arg_int(ev, 0);
	char heard[512];
	ssize_t n;
	int i = 0;

	while (me->fds[i] != fd)
		i++;
	if (proxy_shakes_hands(me, i))
		return;
	n = recv(fd, heard, sizeof heard, MSG_DONTWAIT);
	if (n <= 0)
		shutdown(fd, SHUT_RDWR);
	else if (heard[0] == 'C')
		proxy_say(fd, me->http_answer, strlen(me->http_answer));
	if (n > 0 && heard[0] == 'C')
		proxy_secure(me, i);
	else if (n == 4)
		proxy_say(fd, "\x05\x02", 2);
	else if (n > 0 && heard[0] == 1)
		proxy_say(fd, "\x01\x00", 2);
	else if (n > 0)
		proxy_say(fd, "\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x01", 10);
}

static const struct poe_state proxy_states[] = {
	{ "_start", proxy_start },
	{ "knock", proxy_knock },
	{ "heard(i*)", proxy_heard },
	{ 0 },
};

static void proxy_end(void *heap)
{
	struct proxy_session *me = heap;

	while (me->count > 0) {
		poe_driver_free(me->drivers[--me->count]);
		close(me->fds[me->count]);
	}
	poe_tls_unref(me->policy);
	free(me);
}

static int open_door(struct sockaddr_in *own)
{
	socklen_t size = sizeof *own;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	*own = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	bind(fd, (const struct sockaddr *)own, sizeof *own);
	listen(fd, MOST_CALLERS);
	getsockname(fd, (struct sockaddr *)own, &size);
	return fd;
}

/* Its URL, of that scheme; NULL, and told, if it cannot be made.  It has a reference to the policy, if there is one. */
static const char *proxy_open_tls(struct trial *t, const char *scheme, const char *http_answer, struct poe_tls *policy)
{
	struct proxy_session *p = calloc(1, sizeof *p);
	struct sockaddr_in own;
	poe_sid id;

	if (p == NULL)
		return NULL;
	p->trial = t;
	p->http_answer = http_answer;
	p->policy = policy ? poe_tls_ref(policy) : NULL;
	p->fds[p->count++] = open_door(&own);
	snprintf(p->url, sizeof p->url, "%sme:secret@127.0.0.1:%d", scheme, ntohs(own.sin_port));
	id = poe_session_create(t->kernel, &(struct poe_session_plan){
		.states = proxy_states, .heap = p, .free_heap = proxy_end });
	return trial_check(t, id.v != 0) ? p->url : NULL;
}

static const char *proxy_open(struct trial *t, const char *scheme, const char *http_answer)
{
	return proxy_open_tls(t, scheme, http_answer, NULL);
}

static void start_two(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;

	borrowing_ask(me, "127.0.0.1");
	borrowing_ask(me, "somewhere.test");
}

static void give_back(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;

	poe_connection_free(borrowing_got(me, ev));
}

static const struct poe_state two_states[] = {
	{ "_start", start_two },
	{ "got(o)", give_back },
	{ "_stop", borrowing_stop },
	{ 0 },
};

static void play_http(struct trial *t)
{
	const char *url = proxy_open(t, "http://", "HTTP/1.1 200 OK\r\n\r\n");

	if (url != NULL)
		borrowing_play(t, 2, two_states, &(struct poe_keepalive_plan){ .timeout = 5, .proxy = url });
}

static void play_socks(struct trial *t)
{
	const char *url = proxy_open(t, "socks5://", "");

	if (url != NULL)
		borrowing_play(t, 2, two_states, &(struct poe_keepalive_plan){ .timeout = 5, .proxy = url });
}

/* A refusal is what is hoped for. */
static void be_refused(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;
	struct poe_keepalive_response *r = poe_keepalive_response(ev);

	if (r->error_num == EACCES) {
		me->trial->owed--;
		trial_see(me->trial);
	} else {
		poe_connection_free(borrowing_got(me, ev));
	}
}

static const struct poe_state refused_states[] = {
	{ "_start", start_two },
	{ "got(o)", be_refused },
	{ "_stop", borrowing_stop },
	{ 0 },
};

static void play_refusal(struct trial *t)
{
	const char *url = proxy_open(t, "http://", "HTTP/1.1 407 Who are you\r\n\r\n");

	if (url != NULL)
		borrowing_play(t, 2, refused_states, &(struct poe_keepalive_plan){ .timeout = 5, .proxy = url });
}

static void start_by_name(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;

	borrowing_ask(me, "localhost");
}

static const struct poe_state race_states[] = {
	{ "_start", start_by_name },
	{ "got(o)", give_back },
	{ "_stop", borrowing_stop },
	{ 0 },
};

static void play_race(struct trial *t)
{
	struct tcp_server *server = tcp_server_new(), *hole = tcp_server_black_hole_v6_beside(server);

	borrowing_play_at(t, 1, race_states, &(struct poe_keepalive_plan){ .timeout = 5 }, server);
	tcp_server_free(hole);
}

static void start_in_full(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;
	struct poe_keepalive_request request = borrowing_request(me, "127.0.0.1");

	request.bind_address = "127.0.0.1";
	request.interface = "lo";
	request.identity = "me";
	request.tag = "mine";
	poe_connection_free(poe_keepalive_allocate(me->manager, &request));
	if (trial_check(me->trial, errno == EINPROGRESS))
		me->trial->owed++;
}

static const struct poe_state full_states[] = {
	{ "_start", start_in_full },
	{ "got(o)", give_back },
	{ "_stop", borrowing_stop },
	{ 0 },
};

static void play_full(struct trial *t)
{
	borrowing_play(t, 1, full_states, &(struct poe_keepalive_plan){
		.timeout = 5, .bind_address = "127.0.0.2", .interface = "eth0", .socket.keepalive = 9 });
}

static void ask_securely(struct borrowing *me)
{
	struct poe_keepalive_request request = borrowing_request(me, "localhost");

	request.scheme = "https";
	poe_connection_free(poe_keepalive_allocate(me->manager, &request));
	if (trial_check(me->trial, errno == EINPROGRESS))
		me->trial->owed++;
}

static void start_securely(struct poe_event *ev)
{
	ask_securely(ev->heap);
}

/* A line is written by the first wheel; the second request comes by a wheel's end. */
static void speak(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;
	struct poe_connection *c = borrowing_got(me, ev);
	struct poe_readwrite *w = NULL;

	if (c != NULL)
		w = poe_connection_start(c, &(struct poe_readwrite_plan){
			.error_event = "error", .flushed_event = "flushed" });
	me->connection = c;
	if (c != NULL && !trial_check(me->trial, w != NULL && poe_put(w, poe_str("a line")) != -1))
		poe_connection_free(c);
}

static void flushed(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;

	trial_see(me->trial);
	poe_connection_free(me->connection);
}

static void failed(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;

	trial_told_by(me->trial, ev);
	poe_connection_free(me->connection);
}

static const struct poe_state secure_states[] = {
	{ "_start", start_securely },
	{ "got(o)", speak },
	{ "flushed", flushed },
	{ "error(sisi)", failed },
	{ "_stop", borrowing_stop },
	{ 0 },
};

static void play_secure(struct trial *t)
{
	struct certificates *made = certificates_usual();
	struct poe_tls *server = poe_tls_new(&(struct poe_tls_plan){
		.certificate_file = certificates_path(made, "server.crt"), .key_file = certificates_path(made, "server.key") }, NULL, 0);
	struct poe_tls *client = trial_check(t, server != NULL) ? poe_tls_new(&(struct poe_tls_plan){
		.ca_file = certificates_path(made, "ca.crt") }, NULL, 0) : NULL;
	const char *url = NULL;

	if (server != NULL && trial_check(t, client != NULL))
		url = proxy_open_tls(t, "http://", "HTTP/1.1 200 OK\r\n\r\n", server);
	if (url != NULL)
		borrowing_play(t, 2, secure_states, &(struct poe_keepalive_plan){
			.timeout = 5, .proxy = url, .tls = client });
	poe_tls_unref(client);
	poe_tls_unref(server);
	certificates_free(made);
}

const struct scenario scenarios_dial[] = {
	{ "a_tunnel_is_opened_by_connect", play_http, POE_CLOCK_VIRTUAL, 0 },
	{ "a_tunnel_is_opened_by_socks", play_socks, POE_CLOCK_VIRTUAL, 0 },
	{ "a_proxy_refuses", play_refusal, POE_CLOCK_VIRTUAL, 0 },
	{ "a_race_is_won_past_a_black_hole", play_race, POE_CLOCK_VIRTUAL, 0 },
	{ "hands_are_shaken_in_a_tunnel", play_secure, POE_CLOCK_VIRTUAL, 0 },
	{ "a_request_says_all_it_can", play_full, POE_CLOCK_VIRTUAL, 0 },
	{ 0 },
};
