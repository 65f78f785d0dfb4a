/*
 * OpenSSL's memory: how much it keeps, and what it does without.  Each of a
 * sample of its allocations fails, once and then again as the first of many,
 * each time in a process of its own.  Whatever it makes of that, we must not
 * fall, and nobody must be believed by mistake.
 */
#include "tls_pair.h"

#include <errno.h>
#include <malloc.h>
#include <openssl/crypto.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { MANY = 1000, STEPS = 50, PATIENCE = 20 };

/* What all allocations of OpenSSL are counted by, which takes no argument of ours. */
static struct {
	long calls, first, last; /* those from first to last fail */
	size_t live;             /* octets */
} faults;

static int fails(void)
{
	faults.calls++;
	return faults.calls >= faults.first && faults.calls <= faults.last;
}

static void *made(void *block)
{
	faults.live += malloc_usable_size(block);
	return block;
}

static void *take(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return fails() ? NULL : made(malloc(size));
}

static void *take_again(void *block, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	if (fails())
		return NULL;
	faults.live -= malloc_usable_size(block);
	return made(realloc(block, size));
}

static void give_back(void *block, const char *file, int line)
{
	(void)file;
	(void)line;
	faults.live -= malloc_usable_size(block);
	free(block);
}

/* How a connection went: 1, the text came through; 0, something failed. */
static int talk(struct poe_driver *client, struct poe_driver *server)
{
	char octets[65];

	for (int i = 0; i < STEPS; i++) {
		if (poe_tls_handshake(client) < 0 || poe_tls_handshake(server) < 0)
			return 0;
		if (tls_pair_write(server, "hello") < 0 && errno != EAGAIN)
			return 0;
		if (tls_pair_read(client, octets) > 0)
			return memcmp(octets, "hello", 5) == 0;
		if (errno != EAGAIN)
			return 0;
	}
	return 0;
}

/* What is played with the same faults again and again: 1, all went well; 0, something failed; -1, what must not be. */
struct memory {
	struct tls_pair *pair;
	const char *host;
	int (*play)(struct memory *m);
	long points; /* of so many allocations each fails in turn, at most */
};

static int shake_hands(struct memory *m)
{
	struct poe_driver *client, *server;
	int fds[2], talked = 0;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0)
		return -1;
	client = poe_tls_client(m->pair->client_policy, fds[0], m->host, "key");
	server = poe_tls_server(m->pair->server_policy, fds[1]);
	if (client != NULL && server != NULL)
		talked = talk(client, server);
	poe_driver_free(client);
	poe_driver_free(server);
	close(fds[0]);
	close(fds[1]);
	return talked;
}

static int talk_to_a_stranger(struct memory *m)
{
	return shake_hands(m) == 0 ? 1 : -1;
}

static int make_policy(struct memory *m)
{
	struct poe_tls *tls = poe_tls_new(&m->pair->server_plan, NULL, 0);

	poe_tls_unref(tls);
	return tls != NULL;
}

/* In the child: what was short is there again afterwards, and then all is well. */
static int suffer(struct memory *m, long first, long count)
{
	int played;

	alarm(PATIENCE);
	faults.calls = 0;
	faults.first = first;
	faults.last = first + count - 1;
	played = m->play(m);
	faults.last = 0;
	return played < 0 || m->play(m) != 1;
}

static void assert_survives(struct memory *m, long first, long count)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0)
		_exit(suffer(m, first, count));
	waitpid(child, &status, 0);
	if (status != 0)
		print_error("allocation %ld and %ld more: status %d\n", first, count - 1, status);
	assert_int_equal(status, 0);
}

static void survive(struct memory *m)
{
	long step, all;

	m->pair = tls_pair_new();
	tls_pair_open(m->pair); /* for its policies */
	assert_int_equal(m->play(m), 1); /* and for what is allocated once in a process */
	faults.calls = 0;
	assert_int_equal(m->play(m), 1);
	all = faults.calls;
	step = all / m->points + 1;
	for (long n = 1; n <= all; n += step) {
		assert_survives(m, n, 1);
		assert_survives(m, n, MANY);
	}
	print_message("of %ld allocations one in %ld failed\n", all, step);
	tls_pair_free(m->pair);
}

static void a_handshake_without_memory_does_no_harm(void **state)
{
	(void)state;
	survive(&(struct memory){ .host = "localhost", .play = shake_hands, .points = 200 });
}

/* Trouble with memory is no reason to believe a stranger. */
static void a_server_is_not_believed_for_want_of_memory(void **state)
{
	(void)state;
	survive(&(struct memory){ .host = "elsewhere", .play = talk_to_a_stranger, .points = 200 });
}

static void a_policy_without_memory_is_none(void **state)
{
	(void)state;
	survive(&(struct memory){ .host = "localhost", .play = make_policy, .points = 20 });
}

/* After tickets and octets in one read OpenSSL would keep 16 KiB for each connection. */
static void an_idle_connection_holds_no_buffers(void **state)
{
	struct tls_pair *p = tls_pair_new();
	size_t before;

	(void)state;
	tls_pair_connect(p);
	tls_pair_close(p);
	before = faults.live;
	tls_pair_connect(p);
	tls_pair_assert_carries(p->server, p->client, "answer");
	tls_pair_assert_carries(p->client, p->server, "thanks");
	assert_true(faults.live - before < 2 * 20000);
	tls_pair_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_handshake_without_memory_does_no_harm),
		cmocka_unit_test(a_server_is_not_believed_for_want_of_memory),
		cmocka_unit_test(a_policy_without_memory_is_none),
		cmocka_unit_test(an_idle_connection_holds_no_buffers),
	};

	if (CRYPTO_set_mem_functions(take, take_again, give_back) != 1)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
