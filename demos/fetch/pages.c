/*
 * The list of pages: a growing array and a cursor.
 */
#include "pages.h"

#include <stdlib.h>

static int grow(struct pages *pages)
{
	size_t room = pages->room ? pages->room * 2 : 16;
	struct url *urls = realloc(pages->urls, room * sizeof *urls);

	if (urls == NULL)
		return -1;
	pages->urls = urls;
	pages->room = room;
	return 0;
}

int pages_add(struct pages *pages, const char *text)
{
	if (pages->count == pages->room && grow(pages) < 0)
		return -1;
	if (url_read(&pages->urls[pages->count], text) < 0)
		return -1;
	pages->count++;
	return 0;
}

const struct url *pages_next(struct pages *pages)
{
	return pages->next < pages->count ? &pages->urls[pages->next++] : NULL;
}

size_t pages_left(const struct pages *pages)
{
	return pages->count - pages->next;
}

void pages_free(struct pages *pages)
{
	for (size_t i = 0; i < pages->count; i++)
		url_free(&pages->urls[i]);
	free(pages->urls);
	*pages = (struct pages){ .urls = NULL };
}
