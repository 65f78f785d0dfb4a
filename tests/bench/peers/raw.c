/*
 * The bare system calls: what no library can beat.
 *
 * connect  socket, connect and close of a new TCP connection, blocking, one
 *          after the other; spread over 32 addresses so that closed connections
 *          in TIME_WAIT do not use up the ports.  Told: us of wall clock each.
 */
#include "peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
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

int main(int argc, char **argv)
{
	static const struct peer_bench table[] = {
		{ "connect", connect_close, "us" },
		{ NULL, NULL, NULL }
	};

	return peer_main(argc, argv, "raw", table);
}
