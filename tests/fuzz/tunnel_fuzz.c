/*
 * What proxies say.  The first octet picks HTTP or SOCKS, with a user or
 * without, the second how many octets come at a time.
 */
#include "keepalive/tunnel.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const urls[] = {
	"http://proxy:1", "http://me:secret@proxy:1", "socks5://proxy:1", "socks5://me:secret@proxy:1",
};

/* As a socket would hand it over: no more than is wanted, and nothing behind the end. */
static void play(struct tunnel *t, const char *octets, size_t length, size_t step)
{
	int result = 0;

	while (result == 0 && length > 0) {
		size_t n = length < step ? length : step;

		n = n < t->wants ? n : t->wants;
		if (n == 0 || n > TUNNEL_IN || t->length > TUNNEL_OUT)
			abort();
		result = t->take(t, octets, n);
		t->length = t->sent = 0;
		octets += n;
		length -= n;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tunnel *t;

	if (size < 2)
		return 0;
	t = ka_tunnel_new(urls[data[0] % 4], "far.test", 443);
	if (t == NULL)
		return 0;
	t->length = 0;
	play(t, (const char *)data + 2, size - 2, data[1] % 64 + (size_t)1);
	ka_tunnel_free(t);
	return 0;
}
