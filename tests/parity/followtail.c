/* The FollowTail wheel: what is appended, and what else happens to files. */
#include "parity.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file that is followed; what it is called once rotated. */
static const char *path(struct parity *p)
{
	snprintf(p->octets, sizeof p->octets, "/tmp/libpoe-parity.%d", (int)getpid());
	return p->octets;
}

static const char *rotated_path(struct parity *p)
{
	snprintf(p->octets, sizeof p->octets, "/tmp/libpoe-parity.%d.1", (int)getpid());
	return p->octets;
}

static void follow_as(struct parity *p, struct poe_followtail_plan plan)
{
	plan.filename = plan.fd == 0 ? path(p) : NULL;
	plan.input_event = "line";
	plan.error_event = "error";
	plan.reset_event = "reset";
	plan.poll_interval = 0.02;
	p->tail = poe_followtail_new(p->kernel, &plan);
}

static void follow(struct parity *p)
{
	follow_as(p, (struct poe_followtail_plan){ 0 });
}

static void follow_from_start(struct parity *p)
{
	follow_as(p, (struct poe_followtail_plan){ .seek = POE_SEEK_START });
}

static void write_file(const char *name, int flags, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);

	parity_write(fd, text);
	close(fd);
}

static void put(struct parity *p, const char *text)
{
	write_file(path(p), O_TRUNC, text);
}

static void append(struct parity *p, const char *text)
{
	write_file(path(p), O_APPEND, text);
}

static void rotate(struct parity *p)
{
	char from[64];

	snprintf(from, sizeof from, "%s", path(p));
	rename(from, rotated_path(p));
}

static void drop(struct parity *p)
{
	poe_followtail_free(p->tail);
	p->tail = NULL;
}

static void later(struct parity *p)
{
	poe_delay(p->kernel, "later", 0.03);
}

static int is_line(const struct poe_event *ev, const char *text)
{
	struct poe_value record = poe_arg(ev, 0);

	return parity_on(ev, "A line") && record.length == strlen(text) &&
	       memcmp(record.as.s, text, record.length) == 0;
}

/* What most scenarios end with. */
static void drop_at_two(struct parity *p, struct poe_event *ev)
{
	if (is_line(ev, "two"))
		drop(p);
}

static void appended(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		put(p, "old\n");
		follow(p);
		later(p);
	} else if (parity_on(ev, "A later")) {
		append(p, "one\n");
	} else if (is_line(ev, "one")) {
		append(p, "two\n");
	}
	drop_at_two(p, ev);
}

static void from_its_beginning(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		put(p, "one\ntwo\n");
		follow_from_start(p);
	}
	drop_at_two(p, ev);
}

static void from_an_offset(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		put(p, "one\ntwo\nthree\n");
		follow_as(p, (struct poe_followtail_plan){ .seek = POE_SEEK_START, .offset = 4 });
	} else if (is_line(ev, "three")) {
		drop(p);
	}
}

static void some_octets_back(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		put(p, "one\ntwo\nthree\n");
		follow_as(p, (struct poe_followtail_plan){ .seek = POE_SEEK_BACK, .offset = 10 });
	} else if (is_line(ev, "three")) {
		drop(p);
	}
}

static void further_back_than_its_beginning(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		put(p, "one\ntwo\n");
		follow_as(p, (struct poe_followtail_plan){ .seek = POE_SEEK_BACK, .offset = 1000 });
	}
	drop_at_two(p, ev);
}

static void from_within_a_line(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		put(p, "old\nha");
		follow(p);
		later(p);
	} else if (parity_on(ev, "A later")) {
		append(p, "lf\n");
	} else if (parity_on(ev, "A line")) {
		drop(p);
	}
}

static void line_in_pieces(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		put(p, "on");
		follow_from_start(p);
		later(p);
	} else if (parity_on(ev, "A later")) {
		append(p, "e\ntwo\n");
	}
	drop_at_two(p, ev);
}

static void not_there_yet(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		follow(p);
		later(p);
	} else if (parity_on(ev, "A later")) {
		put(p, "one\n");
	} else if (parity_on(ev, "A line")) {
		drop(p);
	}
}

static void rotated(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		put(p, "one\n");
		follow_from_start(p);
	} else if (is_line(ev, "one")) {
		rotate(p);
		put(p, "two\n");
	}
	drop_at_two(p, ev);
}

static void rotated_and_still_written(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		put(p, "one\n");
		follow_from_start(p);
	} else if (is_line(ev, "one")) {
		rotate(p);
		write_file(rotated_path(p), O_APPEND, "last words\n");
		put(p, "two\n");
	}
	drop_at_two(p, ev);
}

static void truncated(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		put(p, "one\nlonger than what follows\n");
		follow_from_start(p);
	} else if (is_line(ev, "longer than what follows")) {
		put(p, "two\n");
	}
	drop_at_two(p, ev);
}

static void deleted_and_there_again(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		put(p, "one\n");
		follow_from_start(p);
	} else if (is_line(ev, "one")) {
		unlink(path(p));
		later(p);
	} else if (parity_on(ev, "A later")) {
		put(p, "two\n");
	}
	drop_at_two(p, ev);
}

static void half_a_line_and_truncated(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		put(p, "one\nhalf");
		follow_from_start(p);
	} else if (is_line(ev, "one")) {
		later(p);
	} else if (parity_on(ev, "A later")) {
		put(p, "two\n");
	}
	drop_at_two(p, ev);
}

static void idle(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		put(p, "one\n");
		follow_as(p, (struct poe_followtail_plan){ .seek = POE_SEEK_START, .idle_event = "idle" });
	} else if (parity_on(ev, "A idle")) {
		drop(p);
	}
}

static void handle(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		put(p, "one\n");
		follow_as(p, (struct poe_followtail_plan){
			.seek = POE_SEEK_START, .fd = open(path(p), O_RDONLY | O_CLOEXEC) });
	} else if (is_line(ev, "one")) {
		append(p, "two\n");
	}
	drop_at_two(p, ev);
}

static void event_changed(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		put(p, "one\n");
		follow_from_start(p);
	} else if (parity_on(ev, "A line")) {
		poe_followtail_event(p->tail, "input", "other");
		append(p, "two\n");
	} else if (parity_on(ev, "A other")) {
		drop(p);
	}
}

static void filter(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		put(p, "abcdefgh");
		follow_as(p, (struct poe_followtail_plan){
			.seek = POE_SEEK_START,
			.filter = poe_filter_block(&(struct poe_filter_block_plan){ .size = 3 }) });
	} else if (is_line(ev, "def")) {
		append(p, "i");
	} else if (is_line(ev, "ghi")) {
		drop(p);
	}
}

static void where_it_is(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		put(p, "one\n");
		follow_from_start(p);
	} else if (parity_on(ev, "A line")) {
		parity_note("at %d", (int)poe_followtail_tell(p->tail));
		if (is_line(ev, "one"))
			append(p, "two\n");
	}
	drop_at_two(p, ev);
}

static void fifo(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		mkfifo(path(p), 0600);
		follow(p);
		append(p, "one\n");
	} else if (parity_on(ev, "A line")) {
		drop(p);
	}
}

static void freed(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		put(p, "one\n");
		follow_from_start(p);
		drop(p);
	}
}

static void play(struct parity *p)
{
	parity_play(p);
	unlink(path(p));
	unlink(rotated_path(p));
}

#define USUAL "A: _start later line/.x reset/x error/.e.x _stop"

static const struct parity_scenario scenarios[] = {
	{ "appended", USUAL, appended, play },
	{ "from_its_beginning", USUAL, from_its_beginning, play },
	{ "from_an_offset", USUAL, from_an_offset, play },
	{ "some_octets_back", USUAL, some_octets_back, play },
	{ "further_back_than_its_beginning", USUAL, further_back_than_its_beginning, play },
	{ "from_within_a_line", USUAL, from_within_a_line, play },
	{ "line_in_pieces", USUAL, line_in_pieces, play },
	{ "not_there_yet", USUAL, not_there_yet, play },
	{ "rotated", USUAL, rotated, play },
	{ "rotated_and_still_written", USUAL, rotated_and_still_written, play },
	{ "truncated", USUAL, truncated, play },
	{ "deleted_and_there_again", USUAL, deleted_and_there_again, play },
	{ "half_a_line_and_truncated", USUAL, half_a_line_and_truncated, play },
	{ "idle", "A: _start line/.x idle/x _stop", idle, play },
	{ "handle", USUAL, handle, play },
	{ "event_changed", "A: _start line/.x other/.x _stop", event_changed, play },
	{ "filter", USUAL, filter, play },
	{ "where_it_is", USUAL, where_it_is, play },
	{ "fifo", USUAL, fifo, play },
	{ "freed", USUAL, freed, play },
	{ NULL, NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	return parity_main(argc, argv, scenarios);
}
