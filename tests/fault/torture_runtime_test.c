/* Failed allocations in kernels, sessions and all that comes with them. */
#include "torture.h"

int main(void)
{
	static const struct scenario *const all[] = {
		scenarios_kernel, scenarios_session, scenarios_family, scenarios_event, scenarios_alarm,
		scenarios_signal, scenarios_watch, scenarios_trace, NULL,
	};

	return torture(all);
}
