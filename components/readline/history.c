/*
 * History files have a line each and nothing else, as POE's have: libedit's own
 * begin with a mark, and other programs do not read them.
 */
#include "history.h"

#include <errno.h>
#include <limits.h>
#include <poe/value.h>
#include <stdio.h>
#include <stdlib.h>

History *readline_history_new(void)
{
	History *h = history_init();
	HistEvent event;

	if (h != NULL && history(h, &event, H_SETSIZE, INT_MAX) == 0)
		return h;
	if (h != NULL)
		history_end(h);
	errno = ENOMEM;
	return NULL;
}

int readline_history_add(History *h, const char *line)
{
	HistEvent event;

	if (history(h, &event, H_ENTER, line) >= 0)
		return 0;
	errno = ENOMEM;
	return -1;
}

/* libedit's first line is the youngest. */
static size_t count(History *h)
{
	HistEvent event;
	size_t n = 0;

	for (int more = history(h, &event, H_FIRST); more == 0; more = history(h, &event, H_NEXT))
		n++;
	return n;
}

struct poe_array *readline_history_get(History *h)
{
	size_t lines = count(h), n = 0;
	struct poe_value *values = calloc(lines + 1, sizeof *values);
	struct poe_array *array;
	HistEvent event;

	if (values == NULL)
		return NULL;
	for (int more = history(h, &event, H_LAST); more == 0 && n < lines; more = history(h, &event, H_PREV))
		values[n++] = poe_str(event.str);
	array = poe_array_new(values, n);
	free(values);
	return array;
}

static FILE *open_file(const char *file, const char *mode)
{
	char path[PATH_MAX];
	const char *home = getenv("HOME");

	if (file == NULL) {
		snprintf(path, sizeof path, "%s/.history", home != NULL ? home : "");
		file = path;
	}
	return fopen(file, mode);
}

/* errno stays that of the first thing that went wrong. */
static int close_file(FILE *f, int error_num)
{
	if (error_num == 0 && ferror(f))
		error_num = EIO;
	if (fclose(f) != 0 && error_num == 0)
		error_num = errno;
	errno = error_num;
	return error_num == 0 ? 0 : -1;
}

static void cut_newline(char *line, ssize_t length)
{
	if (line[length - 1] == '\n')
		line[length - 1] = '\0';
}

int readline_history_read(History *h, const char *file, long first, long last)
{
	FILE *f = open_file(file, "re");
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	int error_num = 0;

	if (f == NULL)
		return -1;
	for (long n = 0; error_num == 0 && (last < first || n <= last); n++) {
		length = getline(&line, &room, f);
		if (length < 0)
			break;
		cut_newline(line, length);
		if (n >= first && readline_history_add(h, line) < 0)
			error_num = errno;
	}
	free(line);
	return close_file(f, error_num);
}

/* All but the oldest. */
static int write_after(History *h, const char *file, size_t oldest)
{
	FILE *f = open_file(file, "we");
	HistEvent event;

	if (f == NULL)
		return -1;
	for (int more = history(h, &event, H_LAST); more == 0; more = history(h, &event, H_PREV))
		if (oldest == 0)
			fprintf(f, "%s\n", event.str);
		else
			oldest--;
	return close_file(f, 0);
}

int readline_history_write(History *h, const char *file)
{
	return write_after(h, file, 0);
}

int readline_history_truncate(const char *file, long lines)
{
	History *h = readline_history_new();
	size_t kept = lines > 0 ? (size_t)lines : 0, all;
	int result;

	if (h == NULL)
		return -1;
	result = readline_history_read(h, file, 0, -1);
	all = count(h);
	if (result == 0)
		result = write_after(h, file, all > kept ? all - kept : 0);
	history_end(h);
	return result;
}
