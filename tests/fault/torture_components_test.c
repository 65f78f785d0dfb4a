/* Failed allocations in wheels, the resolver and the connection manager. */
#include "torture.h"

int main(void)
{
	static const struct scenario *const all[] = {
		scenarios_filter, scenarios_readwrite, scenarios_socketfactory, scenarios_resolver,
		scenarios_keepalive, NULL,
	};

	return torture(all);
}
