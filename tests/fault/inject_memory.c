/*
 * The stand-ins for memory, and the books on it: what the library has asked for
 * and not given back.
 */
#include "inject_plan.h"

#include <ares.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long live;

long inject_live(void)
{
	return live;
}

static void *made(void *block)
{
	live += block != NULL;
	return block;
}

void *inject_malloc(size_t size);
void *inject_calloc(size_t count, size_t size);
void *inject_realloc(void *block, size_t size);
void inject_free(void *block);
char *inject_strdup(const char *text);
int inject_asprintf(char **text, const char *format, ...) __attribute__((format(printf, 2, 3)));
ssize_t inject_getline(char **line, size_t *size, FILE *file);
ssize_t inject___getdelim(char **line, size_t *size, int end, FILE *file);

void *inject_malloc(size_t size)
{
	return inject_fails(INJECT_MEMORY) ? NULL : made(malloc(size));
}

void *inject_calloc(size_t count, size_t size)
{
	return inject_fails(INJECT_MEMORY) ? NULL : made(calloc(count, size));
}

void *inject_realloc(void *block, size_t size)
{
	if (inject_fails(INJECT_MEMORY))
		return NULL;
	return block != NULL ? realloc(block, size) : made(malloc(size));
}

void inject_free(void *block)
{
	live -= block != NULL;
	free(block);
}

char *inject_strdup(const char *text)
{
	return inject_fails(INJECT_MEMORY) ? NULL : made(strdup(text));
}

int inject_asprintf(char **text, const char *format, ...)
{
	va_list args;
	int length;

	if (inject_fails(INJECT_MEMORY))
		return -1;
	va_start(args, format);
	length = vasprintf(text, format, args);
	va_end(args);
	if (length >= 0)
		made(*text);
	return length;
}

/* The line's room is the C library's, and freed as ours. */
ssize_t inject___getdelim(char **line, size_t *size, int end, FILE *file)
{
	bool is_new = *line == NULL;
	ssize_t length;

	if (is_new && inject_fails(INJECT_MEMORY))
		return -1;
	length = getdelim(line, size, end, file);
	if (is_new)
		made(*line);
	return length;
}

ssize_t inject_getline(char **line, size_t *size, FILE *file)
{
	return inject___getdelim(line, size, '\n', file);
}

bool inject_into_ares(void)
{
	return ares_library_init_mem(ARES_LIB_INIT_ALL, inject_malloc, inject_free, inject_realloc) == ARES_SUCCESS;
}
