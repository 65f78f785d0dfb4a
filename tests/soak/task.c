#include "soak.h"

#include <stdio.h>

struct poe_keepalive_request task_key(const struct task *task, int key, char tag[16])
{
	static const char *const addresses[SERVERS] = {
		"127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5", "127.0.0.6", "127.0.0.7", "127.0.0.8",
		"127.0.0.9", "127.0.0.10", "127.0.0.11", "127.0.0.12", "127.0.0.13", "127.0.0.14", "127.0.0.15", "127.0.0.16",
	};

	snprintf(tag, 16, "%d", key);
	return (struct poe_keepalive_request){ .scheme = "soak", .address = addresses[key % SERVERS], .tag = tag,
					       .port = task->ports[key % SERVERS], .event = "connection" };
}
