/*
 * What every test of a kernel begins and ends with: a kernel of its own, on
 * the virtual clock unless it asks for the real one; a text that its sessions
 * append words to; and a look, at the end, for anything left behind.
 *
 *     static void post_arrives(void **state)
 *     {
 *             struct harness *h = *state;
 *
 *             harness_session(h, NULL, states);
 *             harness_run(h);
 *             assert_recorded(h, "_start hello _stop");
 *     }
 *
 *     cmocka_unit_test_setup_teardown(post_arrives, harness_setup, harness_teardown)
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poe.h>

struct harness {
	struct poe_kernel *kernel; /* NULL once a test has freed it itself */
	char text[8192];           /* words, a space between each two */
	int released;              /* objects of harness_object that were let go */
	int revoked;               /* not 0: such objects say they are */
	int pipe[2];               /* from harness_pipe; closed at the end */
	poe_sid sid;               /* these are the test's own */
	poe_sid other;
	poe_alarm_id alarm;
	struct poe_watch *watch;
	struct poe_postback *postback;
	int64_t number;
	int open_before;           /* descriptors */
};

/* Before each test and after it.  Teardown fails on whatever the test has not ended. */
int harness_setup(void **state);
int harness_setup_real(void **state); /* the real clock */
int harness_teardown(void **state);

#define HARNESS_TEST(f) cmocka_unit_test_setup_teardown(f, harness_setup, harness_teardown)
#define HARNESS_TEST_REAL(f) cmocka_unit_test_setup_teardown(f, harness_setup_real, harness_teardown)

/* A session that records; with a name, its words are "name:word".  Asserts that it was made. */
poe_sid harness_session(struct harness *h, const char *name, const struct poe_state *states);

/* In a handler of such a session. */
struct harness *harness_of(const struct poe_event *ev);

/* Handlers: nothing; the event's name; the name and the arguments, "line(one,2)". */
void harness_ignore(struct poe_event *ev);
void harness_record(struct poe_event *ev);
void harness_record_args(struct poe_event *ev);

/* Appends a word, as of nobody. */
void harness_say(struct harness *h, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends a word, as of the session whose handler runs. */
void harness_tell(const struct poe_event *ev, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define assert_recorded(h, words) assert_string_equal((h)->text, words)

/* Runs until no session is left, and asserts that all went well. */
void harness_run(struct harness *h);

/* Does that; what was written to standard error meanwhile goes to `said`. */
void harness_listen(struct harness *h, void (*act)(struct harness *h), char *said, size_t room);
void harness_run_listening(struct harness *h, char *said, size_t room); /* harness_run, that is */

/* Runs `act` in a child process.  Asserts that it aborts, after one line that contains `line`. */
void harness_assert_fatal(struct harness *h, void (*act)(struct harness *h), const char *line);

/* An object that counts its release; a pipe whose ends do not block; the kernel's numbers. */
extern const struct poe_type harness_type;
struct poe_value harness_object(struct harness *h);
void harness_pipe(struct harness *h);
struct poe_kernel_stats harness_stats(const struct harness *h);

#endif
