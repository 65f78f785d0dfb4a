/*
 * The second stack.  It ends in a page that must not be touched, so that an
 * overflow is a crash and not a riddle.
 */
#include "coroutine.h"

#include <stdint.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

enum { STACK = 256 * 1024 };

static size_t guard(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

int readline_coroutine_init(struct readline_coroutine *c)
{
	char *stack = mmap(NULL, STACK + guard(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);

	*c = (struct readline_coroutine){ .stack = NULL };
	if (stack == MAP_FAILED)
		return -1;
	c->stack = stack;
	mprotect(stack, guard(), PROT_NONE);
	return 0;
}

void readline_coroutine_free(struct readline_coroutine *c)
{
	if (c->stack != NULL)
		munmap(c->stack, STACK + guard());
	c->stack = NULL;
}

/* makecontext passes ints only: two of them are a pointer. */
static void enter(unsigned high, unsigned low)
{
	struct readline_coroutine *c = (struct readline_coroutine *)((uintptr_t)high << 16 << 16 | (uintptr_t)low);

	c->run(c->arg);
	c->is_running = false;
}

void readline_coroutine_start(struct readline_coroutine *c, void (*run)(void *arg), void *arg)
{
	uintptr_t self = (uintptr_t)c;

	getcontext(&c->inside);
	c->inside.uc_stack.ss_sp = c->stack + guard();
	c->inside.uc_stack.ss_size = STACK;
	c->inside.uc_link = &c->outside;
	c->run = run;
	c->arg = arg;
	c->is_running = true;
	makecontext(&c->inside, (void (*)(void))enter, 2, (unsigned)(self >> 16 >> 16), (unsigned)self);
	readline_coroutine_resume(c);
}

void readline_coroutine_resume(struct readline_coroutine *c)
{
	swapcontext(&c->outside, &c->inside);
}

void readline_coroutine_pause(struct readline_coroutine *c)
{
	swapcontext(&c->inside, &c->outside);
}
