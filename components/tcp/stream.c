#include "stream.h"

bool tcp_stream_is_good(const struct tcp_stream *s)
{
	if (s->high_mark == 0 && s->low_mark == 0)
		return true;
	return s->low_mark > 0 && s->high_mark > s->low_mark;
}

void tcp_stream_clear(struct tcp_stream *s)
{
	if (s->output_filter != s->filter)
		poe_filter_free(s->output_filter);
	poe_filter_free(s->filter);
	poe_tls_unref(s->tls);
	s->filter = s->output_filter = NULL;
	s->tls = NULL;
}

int tcp_stream_driver(const struct tcp_stream *s, int fd, const struct tcp_remote *remote, struct poe_driver **driver)
{
	*driver = NULL;
	if (s->tls == NULL)
		return 0;
	if (remote != NULL)
		*driver = poe_tls_client(s->tls, fd, remote->host, remote->address);
	else
		*driver = poe_tls_server(s->tls, fd);
	return *driver != NULL ? 0 : -1;
}
