#include "yard.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void a_path_that_exists_is_eaddrinuse(void **state)
{
	struct yard *y = yard_new(*state);
	char path[64];

	close(open(yard_path(path), O_CREAT | O_WRONLY, 0600));
	yard_listen(y, path);
	yard_settle(y);
	yard_assert_told(y, "failed:bind:EADDRINUSE ");
	yard_free(y);
	yard_remove_path(path);
}

static void a_port_in_use_is_a_failure(void **state)
{
	struct yard *y = yard_new(*state);
	struct poe_socketfactory *first;

	yard_listen(y, "127.0.0.1");
	first = y->door;
	y->plan.bind_port = poe_socketfactory_port(first);
	yard_do(y, yard_make_door);
	yard_settle(y);
	yard_assert_told(y, "failed:bind:EADDRINUSE ");
	poe_socketfactory_free(first);
	yard_free(y);
}

static void an_address_of_another_machine_cannot_be_bound(void **state)
{
	struct yard *y = yard_new(*state);

	yard_listen(y, "192.0.2.1");
	yard_settle(y);
	yard_assert_told(y, "failed:bind:EADDRNOTAVAIL ");
	yard_free(y);
}

/* Two clients are in the backlog when the door is looked at. */
static void with_two_waiting(struct yard *y, yard_step *hook, int clients[2])
{
	yard_listen(y, "127.0.0.1");
	y->hook = hook;
	for (int i = 0; i < 2; i++)
		clients[i] = yard_client(poe_socketfactory_port(y->door));
	yard_settle(y);
}

static void freed_in_accepted_no_other_is_accepted(void **state)
{
	struct yard *y = yard_new(*state);
	int clients[2];

	with_two_waiting(y, yard_free_door, clients);
	yard_assert_told(y, "accepted ");
	close(clients[0]);
	close(clients[1]);
	yard_free(y);
}

static void pause_door(struct yard *y)
{
	poe_socketfactory_pause_accept(y->door);
}

static void pause_stops_accepting_at_once_and_resume_goes_on(void **state)
{
	struct yard *y = yard_new(*state);
	int clients[2];

	with_two_waiting(y, pause_door, clients);
	yard_assert_told(y, "accepted ");
	poe_socketfactory_resume_accept(y->door);
	yard_settle(y);
	yard_assert_told(y, "accepted ");
	close(clients[0]);
	close(clients[1]);
	yard_free(y);
}

static void many_are_accepted_a_few_at_a_time(void **state)
{
	struct yard *y = yard_new(*state);
	int clients[20];

	yard_listen(y, "127.0.0.1");
	for (int i = 0; i < 20; i++)
		clients[i] = yard_client(poe_socketfactory_port(y->door));
	while (y->count == 0)
		poe_run_one_timeslice(y->kernel);
	assert_int_equal(y->count, 16);
	yard_settle(y);
	assert_int_equal(y->count, 20);
	for (int i = 0; i < 20; i++)
		close(clients[i]);
	yard_free(y);
}

static void a_socket_nobody_takes_is_closed(void **state)
{
	struct yard *y = yard_new(*state);
	char octet;
	int client;

	y->leave_sockets = 1;
	yard_listen(y, "127.0.0.1");
	client = yard_client(poe_socketfactory_port(y->door));
	yard_settle(y);
	yard_assert_told(y, "accepted ");
	assert_int_equal(read(client, &octet, 1), 0);
	close(client);
	yard_free(y);
}

/* Leaves no descriptor to be had; returns what to restore. */
static struct rlimit use_up_descriptors(void)
{
	struct rlimit old, none;
	int next = dup(0);

	close(next);
	getrlimit(RLIMIT_NOFILE, &old);
	none = (struct rlimit){ (rlim_t)next, old.rlim_max };
	setrlimit(RLIMIT_NOFILE, &none);
	return old;
}

static void without_descriptors_it_tells_once_and_rests(void **state)
{
	struct yard *y = yard_new(*state);
	struct rlimit old;
	double begin;
	int client;

	yard_listen(y, "127.0.0.1");
	client = yard_client(poe_socketfactory_port(y->door));
	yard_settle(y);
	close(y->sockets[--y->count]);
	close(client);
	yard_assert_told(y, "accepted ");
	client = yard_client(poe_socketfactory_port(y->door));
	old = use_up_descriptors();
	begin = poe_now(y->kernel);
	for (int i = 0; i < 200; i++)
		poe_run_one_timeslice(y->kernel);
	setrlimit(RLIMIT_NOFILE, &old);
	yard_assert_told(y, "failed:accept:EMFILE ");
	assert_true(poe_now(y->kernel) - begin > 0.5);
	yard_settle(y);
	yard_assert_told(y, "accepted ");
	close(client);
	yard_free(y);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(a_path_that_exists_is_eaddrinuse),
		HARNESS_TEST(a_port_in_use_is_a_failure),
		HARNESS_TEST(an_address_of_another_machine_cannot_be_bound),
		HARNESS_TEST(freed_in_accepted_no_other_is_accepted),
		HARNESS_TEST(pause_stops_accepting_at_once_and_resume_goes_on),
		HARNESS_TEST(many_are_accepted_a_few_at_a_time),
		HARNESS_TEST(a_socket_nobody_takes_is_closed),
		HARNESS_TEST(without_descriptors_it_tells_once_and_rests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
