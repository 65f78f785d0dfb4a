#include "fork_mark.h"

#include <stddef.h>
#include <sys/mman.h>

struct fork_mark {
	int set;
};

/* The system rounds it up to a page, and wipes that. */
static const size_t size = sizeof(struct fork_mark);

struct fork_mark *fork_mark_new(void)
{
	struct fork_mark *mark = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (mark == MAP_FAILED)
		return NULL;
	if (madvise(mark, size, MADV_WIPEONFORK) == -1) {
		munmap(mark, size);
		return NULL;
	}
	mark->set = 1;
	return mark;
}

void fork_mark_free(struct fork_mark *mark)
{
	if (mark != NULL)
		munmap(mark, size);
}

bool fork_mark_is_wiped(struct fork_mark *mark)
{
	bool wiped = mark->set == 0;

	mark->set = 1;
	return wiped;
}
