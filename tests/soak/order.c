#include "soak.h"

#include <stdio.h>

void order_write(const struct order *order, char line[ORDER_LINE])
{
	snprintf(line, ORDER_LINE, "%s %zu %zu %c", order->marker, order->size, order->at, order->fate);
}

int order_read(struct order *order, const char *line)
{
	char fate;

	if (sscanf(line, "%16s %zu %zu %c", order->marker, &order->size, &order->at, &fate) != 4 ||
	    order->size > LARGEST || order->at > order->size)
		return -1;
	order->fate = (enum fate)fate;
	return 0;
}
