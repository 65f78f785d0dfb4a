// CAF, the C++ Actor Framework 0.17, one worker thread.  Event-based actors.
//
// yield, pingpong, ring
//     1, 2 or 503 actors pass a message (token, how many are left).  Counted:
//     each message.
// session_bytes
//     Resident bytes for each of 200,000 actors waiting for a message.
// session_churn
//     An actor spawns one that ends at once, waits to hear of its end, and spawns
//     the next.
extern "C" {
#include "peer.h"
}

#include <caf/all.hpp>

#include <condition_variable>
#include <mutex>
#include <vector>

namespace {

using token = caf::atom_constant<caf::atom("token")>;
using begin = caf::atom_constant<caf::atom("begin")>;

// What the main thread waits on until an actor says that the work is done.
class gate {
public:
	void open()
	{
		std::lock_guard<std::mutex> hold(mutex_);
		open_ = true;
		changed_.notify_one();
	}

	void wait()
	{
		std::unique_lock<std::mutex> hold(mutex_);
		changed_.wait(hold, [this] { return open_; });
	}

private:
	std::mutex mutex_;
	std::condition_variable changed_;
	bool open_ = false;
};

struct one_worker : caf::actor_system_config {
	one_worker() { set("scheduler.max-threads", 1); }
};

struct ring_state {
	caf::actor next;
};

caf::behavior ring_member(caf::stateful_actor<ring_state> *self, gate *done)
{
	return {
		[=](begin, const caf::actor &next) { self->state.next = next; },
		[=](token, long left) {
			if (left == 1)
				done->open();
			else
				self->send(self->state.next, token::value, left - 1);
		}
	};
}

double pass(size_t size, long count)
{
	gate done;
	one_worker config;
	caf::actor_system system{config};
	std::vector<caf::actor> ring;

	for (size_t i = 0; i < size; i++)
		ring.push_back(system.spawn(ring_member, &done));
	for (size_t i = 0; i < size; i++)
		caf::anon_send(ring[i], begin::value, ring[(i + 1) % size]);

	double start = peer_now();
	caf::anon_send(ring[0], token::value, count);
	done.wait();
	double taken = peer_now() - start;
	for (auto &member : ring)
		caf::anon_send_exit(member, caf::exit_reason::user_shutdown);
	return double(count) / taken;
}

double yield(double scale) { return pass(1, peer_count(scale, 4000000)); }
double pingpong(double scale) { return pass(2, peer_count(scale, 2000000)); }
double ring(double scale) { return pass(503, peer_count(scale, 2000000)); }

caf::behavior idle(caf::event_based_actor *)
{
	return { [](begin) {} };
}

double session_bytes(double scale)
{
	one_worker config;
	caf::actor_system system{config};
	size_t count = size_t(peer_count(scale, 200000));
	std::vector<caf::actor> all;

	all.reserve(count);
	system.spawn(idle);		// the worker is up
	double before = peer_rss();
	for (size_t i = 0; i < count; i++)
		all.push_back(system.spawn(idle));
	double bytes = (peer_rss() - before) / double(count);
	for (auto &one : all)
		caf::anon_send_exit(one, caf::exit_reason::user_shutdown);
	return bytes;
}

void ends_at_once(caf::event_based_actor *) {}

caf::behavior churner(caf::event_based_actor *self, long *left, gate *done)
{
	auto next = [=] { self->monitor(self->spawn(ends_at_once)); };

	self->set_down_handler([=](caf::down_msg &) {
		if (--*left > 0) {
			next();
		} else {
			done->open();
			self->quit();
		}
	});
	return { [=](begin) { next(); } };
}

double session_churn(double scale)
{
	gate done;
	long count = peer_count(scale, 100000), left = count;
	one_worker config;
	caf::actor_system system{config};
	// Without this reference it would count as unreachable and be stopped.
	caf::actor parent = system.spawn(churner, &left, &done);
	double start = peer_now();

	caf::anon_send(parent, begin::value);
	done.wait();
	return double(count) / (peer_now() - start);
}

} // namespace

int main(int argc, char **argv)
{
	static const peer_bench table[] = {
		{ "yield",         yield,         "events/s" },
		{ "pingpong",      pingpong,      "events/s" },
		{ "ring",          ring,          "events/s" },
		{ "session_bytes", session_bytes, "bytes" },
		{ "session_churn", session_churn, "sessions/s" },
		{ nullptr, nullptr, nullptr }
	};

	return peer_main(argc, argv, "caf", table);
}
