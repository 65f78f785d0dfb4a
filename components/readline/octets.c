#include "octets.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

void readline_octets_fill(struct readline_octets *o, int fd)
{
	ssize_t n;

	memmove(o->data, o->data + o->start, o->length);
	o->start = 0;
	if (o->length == READLINE_ROOM)
		return;
	do
		n = read(fd, o->data + o->length, READLINE_ROOM - o->length);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		o->length += (size_t)n;
	else if (n == 0 || errno != EAGAIN)
		o->ended = true; /* a terminal that hangs up says EIO */
}

static void drop(struct readline_octets *o, size_t count)
{
	o->start += count;
	o->length -= count;
}

const char *readline_octets_line(struct readline_octets *o)
{
	char *line = o->data + o->start;
	char *newline = memchr(line, '\n', o->length);
	size_t length = newline != NULL ? (size_t)(newline - line) : o->length;

	if (newline == NULL && (o->length == 0 || (!o->ended && o->length < READLINE_ROOM)))
		return NULL;
	drop(o, newline != NULL ? length + 1 : length);
	if (newline != NULL && length > 0 && line[length - 1] == '\r')
		length--;
	line[length] = '\0';
	return line;
}

int readline_octets_character(struct readline_octets *o, wchar_t *character)
{
	mbstate_t state;
	size_t n;

	while (o->length > 0) {
		memset(&state, 0, sizeof state);
		n = mbrtowc(character, o->data + o->start, o->length, &state);
		if (n == (size_t)-2)
			return 0;
		if (n == (size_t)-1) {
			drop(o, 1);
			continue;
		}
		drop(o, n > 0 ? n : 1);
		return 1;
	}
	return 0;
}
