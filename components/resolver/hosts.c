/*
 * A hosts file: names that are known without asking.  c-ares 1.18 reads one
 * for each look-up and takes no path of ours, so it is read here, once, and
 * again when its time, size or inode changes.  A file that is not there knows
 * nothing; one that cannot be read to its end leaves what was known before.
 */
#include "hosts.h"
#include "endpoints.h"
#include "name_table.h"
#include "numeric.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct host {
	struct resolver_node node;
	struct host *next;             /* all of a book */
	struct resolver_address *list; /* owned */
	size_t count;
	char name[];
};

struct book {
	struct resolver_table names;
	struct host *all;
};

struct resolver_hosts {
	struct book book;
	struct stat read;  /* of the file when it was read; zeros: never */
	double looked;     /* when its state was last asked for; as poe_now */
	uint64_t seed;
	char path[];
};

static int book_open(struct book *book)
{
	book->all = NULL;
	return resolver_table_init(&book->names);
}

static void book_close(struct book *book)
{
	struct host *host;

	while ((host = book->all)) {
		book->all = host->next;
		free(host->list);
		free(host);
	}
	resolver_table_free(&book->names);
}

struct resolver_hosts *resolver_hosts_new(const char *path, uint64_t seed)
{
	size_t size = strlen(path) + 1;
	struct resolver_hosts *hosts = calloc(1, sizeof *hosts + size);

	if (hosts == NULL)
		return NULL;
	if (book_open(&hosts->book) < 0) {
		free(hosts);
		return NULL;
	}
	memcpy(hosts->path, path, size);
	hosts->seed = seed;
	hosts->looked = -INFINITY;
	return hosts;
}

void resolver_hosts_free(struct resolver_hosts *hosts)
{
	if (hosts == NULL)
		return;
	book_close(&hosts->book);
	free(hosts);
}

static struct host *host_new(struct book *book, const struct resolver_key *key)
{
	size_t size = strlen(key->text) + 1;
	struct host *host = calloc(1, sizeof *host + size);

	if (host == NULL)
		return NULL;
	memcpy(host->name, key->text, size);
	host->node.text = host->name;
	resolver_table_add(&book->names, &host->node, key->hash);
	host->next = book->all;
	book->all = host;
	return host;
}

/* Lines about one name add up; the same address twice is once. */
static int host_add(struct host *host, const struct resolver_address *address)
{
	struct resolver_address *list;

	for (size_t i = 0; i < host->count; i++)
		if (memcmp(&host->list[i], address, sizeof *address) == 0)
			return 0;
	list = realloc(host->list, (host->count + 1) * sizeof *list);
	if (list == NULL)
		return -1;
	list[host->count++] = *address;
	host->list = list;
	return 0;
}

static int add_name(struct book *book, const struct resolver_key *key,
		    const struct resolver_address *address)
{
	struct host *host = (struct host *)resolver_table_find(&book->names, key);

	if (host == NULL)
		host = host_new(book, key);
	return host ? host_add(host, address) : -1;
}

/* "address name name... # comment"; a line that reads otherwise is passed over, as libc does. */
static int read_line(struct book *book, char *line, uint64_t seed)
{
	static const char blank[] = " \t\r\n\f\v";
	struct resolver_address address;
	struct resolver_key key;
	char *rest, *word;

	line[strcspn(line, "#")] = '\0';
	word = strtok_r(line, blank, &rest);
	if (word == NULL || !resolver_numeric_read(word, &address))
		return 0;
	while ((word = strtok_r(NULL, blank, &rest))) {
		if (resolver_key_set(&key, word, 0, seed) < 0)
			continue;
		if (add_name(book, &key, &address) < 0)
			return -1;
	}
	return 0;
}

static int read_book(struct book *book, FILE *file, uint64_t seed)
{
	char *line = NULL;
	size_t size = 0;
	int bad = 0;

	while (!bad && getline(&line, &size, file) >= 0)
		bad = read_line(book, line, seed) < 0;
	free(line);
	return bad || !feof(file) ? -1 : 0;
}

static int is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_size == b->st_size && a->st_ino == b->st_ino && a->st_dev == b->st_dev;
}

/* Reads into a fresh book; the one there stays when that fails. */
static int reload(struct resolver_hosts *hosts, FILE *file)
{
	struct book fresh, old = hosts->book;

	if (book_open(&fresh) < 0)
		return -1;
	if (file && read_book(&fresh, file, hosts->seed) < 0) {
		book_close(&fresh);
		return -1;
	}
	hosts->book = fresh;
	book_close(&old);
	return 0;
}

static void look(struct resolver_hosts *hosts, double now)
{
	struct stat state;
	FILE *file = NULL;

	if (now < hosts->looked + 1)
		return;
	hosts->looked = now;
	if (stat(hosts->path, &state) < 0)
		memset(&state, 0, sizeof state);
	if (is_same_file(&state, &hosts->read))
		return;
	if (state.st_ino)
		file = fopen(hosts->path, "re");
	if ((file || state.st_ino == 0) && reload(hosts, file) == 0)
		hosts->read = state;
	if (file)
		fclose(file);
}

/* RFC 6761, section 6.3: these names are the loopback, even where the file forgets them. */
static struct resolver_addresses *loopback(int family)
{
	static const struct resolver_address list[] = {
		{ .family = AF_INET6, .octets = { [15] = 1 } },
		{ .family = AF_INET, .octets = { 127, 0, 0, 1 } },
	};

	return resolver_addresses_interleave(list, 2, family);
}

/* Hands over a list that is not empty; an empty one is "not known". */
static int found(struct resolver_addresses *list, struct resolver_addresses **addresses)
{
	if (list == NULL)
		return -1;
	if (list->count == 0) {
		resolver_addresses_unref(list);
		return 0;
	}
	*addresses = list;
	return 1;
}

int resolver_hosts_find(struct resolver_hosts *hosts, const struct resolver_key *key, double now,
			struct resolver_addresses **addresses)
{
	struct resolver_key any = *key;
	struct host *host;
	int got = 0;

	look(hosts, now);
	any.family = 0;
	host = (struct host *)resolver_table_find(&hosts->book.names, &any);
	if (host)
		got = found(resolver_addresses_interleave(host->list, host->count, key->family), addresses);
	if (got == 0 && resolver_key_is_local(key))
		got = found(loopback(key->family), addresses);
	return got;
}
