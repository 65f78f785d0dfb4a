/*
 * The bare system calls: what no library can beat.
 *
 * connect  socket, connect and close of a new TCP connection, blocking, one
 *          after the other; spread over 32 addresses so that closed connections
 *          in TIME_WAIT do not use up the ports.  Told: us of wall clock each.
 *
 * line_filter  memchr finds the newlines of lines of 100 octets in reads of
 *              64 KiB, which are copied first, as ours are.
 */
#include "peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static double connect_close(double scale)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	long count = peer_count(scale, 20000), i;
	double start = peer_now();
	int fd;

	to.sin_port = htons((uint16_t)peer_port());
	for (i = 0; i < count; i++) {
		to.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)(i % 32));
		fd = socket(AF_INET, SOCK_STREAM, 0);
		if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0)
			peer_die("connect");
		close(fd);
	}
	return (peer_now() - start) / (double)count * 1e6;
}

enum { LINE = 100, READ = LINE * 655 };

static size_t find_lines(const char *data)
{
	const char *end = data + READ;
	size_t lines = 0;

	while (data < end && (data = memchr(data, '\n', (size_t)(end - data))) != NULL) {
		lines++;
		data++;
	}
	return lines;
}

static double line_filter(double scale)
{
	long reads = peer_count(scale, 100000), i;
	char *text = malloc(READ), *data = malloc(READ);
	size_t lines = 0;
	double start;

	if (text == NULL || data == NULL)
		peer_die("malloc");
	for (i = 0; i < READ; i++)
		text[i] = i % LINE == LINE - 1 ? '\n' : 'x';
	start = peer_now();
	for (i = 0; i < reads; i++) {
		memcpy(data, text, READ);
		lines += find_lines(data);
	}
	start = peer_now() - start;
	free(text);
	free(data);
	return (double)lines * LINE / start / 1e6;
}

int main(int argc, char **argv)
{
	static const struct peer_bench table[] = {
		{ "connect", connect_close, "us" },
		{ "line_filter", line_filter, "MB/s" },
		{ NULL, NULL, NULL }
	};

	return peer_main(argc, argv, "raw", table);
}
