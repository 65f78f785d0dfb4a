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
	s->filter = s->output_filter = NULL;
}
