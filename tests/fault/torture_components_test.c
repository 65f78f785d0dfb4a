/* Failed allocations in wheels, the resolver and the connection manager. */
#include "torture.h"

int main(void)
{
	static const struct scenario *const all[] = {
		scenarios_filter, scenarios_followtail, scenarios_httpd, scenarios_readline, scenarios_readwrite, scenarios_run, scenarios_socketfactory, scenarios_resolver,
		scenarios_keepalive, scenarios_lease, scenarios_dial, scenarios_tcp, scenarios_tls, NULL,
	};

	return torture(all);
}
