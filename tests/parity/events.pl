# post, yield and call.  The same as events.c.
use strict;
use warnings;
use POE;
use Parity;

scenario call_before_yield => "A: _start yielded called _stop", {
    "A _start" => sub {
        $_[KERNEL]->yield("yielded");
        $_[KERNEL]->call($_[SESSION], "called");
        note("called");
    },
};

scenario one_queue => "B: _start hello; C: _start hello; A: _start hello", {
    "A _start" => sub {
        my ($kernel, $session) = @_[KERNEL, SESSION];
        $kernel->post(sid("B"), "hello", 1);
        $kernel->post(sid("C"), "hello", 2);
        $kernel->yield("hello", 3);
        $kernel->post(sid("B"), "hello", 4);
        $kernel->post($session, "hello", 5);
    },
};

scenario arguments => "B: _start got; A: _start", {
    "A _start" => sub {
        $_[KERNEL]->post(sid("B"), "got");
        $_[KERNEL]->post(sid("B"), "got", 1, "two", 2.5, "", $_[SESSION], -7);
        $_[KERNEL]->call(sid("B"), "got", "called", 9007199254740992);
    },
};

scenario sender => "B: _start hello; A: _start hello answer", {
    "A _start" => sub {
        $_[KERNEL]->post(sid("B"), "hello", "posted");
        $_[KERNEL]->call(sid("B"), "hello", "called");
        $_[KERNEL]->yield("hello", "yielded");
    },
    "B hello" => sub { $_[KERNEL]->post($_[SENDER], "answer", $_[ARG0]) },
};

scenario sender_is_kept => "B: _start work _stop; A: _start _stop", {
    "A _start" => sub {
        $_[KERNEL]->post(sid("B"), "work", 3);
    },
    "B work" => sub {
        my $left = $_[ARG0];
        $_[KERNEL]->yield("work", $left - 1) if $left > 1;
    },
};

scenario post_to_nobody => "A: _start", {
    "A _start" => sub {
        $! = 0;
        result("post", $_[KERNEL]->post("nobody", "hello"));
        $! = 0;
        $_[KERNEL]->call("nobody", "hello");
        note("call: ", errname($!));
    },
};

scenario post_to_the_dead => "B: _start _stop; A: _start later", {
    "A _start" => sub { $_[KERNEL]->delay(later => 0.06) },
    "A later" => sub {
        $! = 0;
        result("post", $_[KERNEL]->post(sid("B"), "hello"));
        $! = 0;
        $_[KERNEL]->call(sid("B"), "hello");
        note("call: ", errname($!));
    },
};

scenario call_returns => "B: _start sum; A: _start", {
    "A _start" => sub {
        $! = 1;
        my $sum = $_[KERNEL]->call(sid("B"), "sum", 3);
        note("sum $sum, ", errname($!));
    },
    "B sum" => sub {
        my ($kernel, $session, $n) = @_[KERNEL, SESSION, ARG0];
        give($n == 0 ? 0 : $n + $kernel->call($session, "sum", $n - 1));
    },
};

scenario call_without_handler => "B: _start; A: _start later", {
    "A _start" => sub {
        $! = 0;
        my $value = $_[KERNEL]->call(sid("B"), "missing");
        note(defined $value ? "a value" : "no value", ", ", errname($!));
        $_[KERNEL]->yield("later");
    },
};

scenario call_default => "B: _start _default/.@; A: _start", {
    "A _start" => sub {
        my $value = $_[KERNEL]->call(sid("B"), "missing", 1, "two");
        note("$value, ", errname($!));
    },
    "B _default" => sub { give("from default") if $_[ARG0] eq "missing" },
};

scenario post_without_handler => "A: _start later _stop", {
    "A _start" => sub {
        result("yield", $_[KERNEL]->post($_[SESSION], "missing", 1));
        $_[KERNEL]->yield("later");
    },
};

scenario call_to_and_fro => "B: _start ask; A: _start answer", {
    "A _start" => sub { note("B says ", $_[KERNEL]->call(sid("B"), "ask", 2)) },
    "B ask" => sub { give("<" . $_[KERNEL]->call($_[SENDER], "answer", $_[ARG0]) . ">") },
    "A answer" => sub { give($_[ARG0] > 1 ? $_[KERNEL]->call($_[SENDER], "ask", $_[ARG0] - 1) : "enough") },
};

scenario yields_take_turns => "A: _start tick; B: _start tick", {
    "A _start" => sub { $_[KERNEL]->yield(tick => 3) },
    "B _start" => sub { $_[KERNEL]->yield(tick => 3) },
    "A tick" => sub { $_[KERNEL]->yield(tick => $_[ARG0] - 1) if $_[ARG0] > 1 },
    "B tick" => sub { $_[KERNEL]->yield(tick => $_[ARG0] - 1) if $_[ARG0] > 1 },
};

my $seen;
scenario yield_does_not_starve => "A: _start tick/! readable/fm", {
    "A _start" => sub {
        my ($out, $in) = make_pipe();
        syswrite $in, "x";
        $_[HEAP]{in} = $in;
        $_[KERNEL]->select_read($out, "readable");
        $_[KERNEL]->yield("tick");
    },
    "A tick" => sub { $_[KERNEL]->yield("tick") unless $seen },
    "A readable" => sub {
        $_[KERNEL]->select_read($_[ARG0]);
        $seen = 1;
    },
};

scenario from_outside => "A: _start hello", {
    "A hello" => sub { give("answer to $_[ARG0]") },
}, sub {
    cast();
    note($poe_kernel->call(sid("A"), "hello", "call"));
    result("post", $poe_kernel->post(sid("A"), "hello", "post"));
    run();
};

scenario call_while_queued => "B: _start hello; A: _start", {
    "A _start" => sub {
        $_[KERNEL]->post(sid("B"), "hello", 1);
        $_[KERNEL]->call(sid("B"), "hello", 2);
        $_[KERNEL]->post(sid("B"), "hello", 3);
    },
    "B hello" => sub { $_[KERNEL]->yield("hello", $_[ARG0] * 10) if $_[ARG0] < 10 },
};

exit main();
