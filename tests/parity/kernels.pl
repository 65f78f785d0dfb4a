# Running, stopping, forking.  The same as kernels.c.
use strict;
use warnings;
use POE;
use POSIX ();
use Parity;

my ($count, $go) = (0, 1);

scenario nobody_to_run => "-A: _start", {}, sub { run() };

scenario run_twice => "A: _start tick _stop; -B: _start tick _stop", {
    "A _start" => sub { $_[KERNEL]->delay(tick => 0.06) },
    "B _start" => sub { $_[KERNEL]->delay(tick => 0.06) },
}, sub {
    play();
    spawn("B");
    run();
};

scenario timeslices => "A: _start one two _stop", {
    "A _start" => sub { $_[KERNEL]->yield("one") },
    "A one" => sub { $_[KERNEL]->yield("two") },
}, sub {
    cast();
    my $more = 1;
    for (1 .. 20) {
        $more = $poe_kernel->run_one_timeslice() or last;
    }
    note($more ? "goes on" : "nothing left");
};

scenario timeslice_of_nobody => "-A: _start", {}, sub {
    my $more = 1;
    $more &&= $poe_kernel->run_one_timeslice() for 1 .. 3;
    note($more ? "goes on" : "nothing left");
};

scenario run_while => "A: _start tick _stop", {
    "A _start" => sub { $_[KERNEL]->yield("tick", 1) },
    "A tick" => sub {
        $go = 0 if ++$count == 3;
        $_[KERNEL]->yield("tick", $count + 1) if $count < 5;
    },
}, sub {
    cast();
    $poe_kernel->run_while(\$go);
    note("not any more");
    run();
};

scenario run_while_to_the_end => "A: _start _stop", {}, sub {
    cast();
    $poe_kernel->run_while(\$go);
    note("ended by itself");
};

scenario stop_in_a_handler => "A: _start go hello; B: _start tick", {
    "A _start" => sub { $_[KERNEL]->yield("go") },
    "B _start" => sub { $_[KERNEL]->delay(tick => 5) },
    "A go" => sub {
        $_[KERNEL]->yield("hello");
        $_[KERNEL]->stop();
        note("goes on");
        $! = 0;
        result("post", $_[KERNEL]->post(sid("B"), "tick"));
        $! = 0;
        result("post to itself", $_[KERNEL]->post($_[SESSION], "hello"));
    },
};

scenario stop_takes_children_first => "A: _start _child go _stop/!; -B: _start _child _parent _stop/!; -C: _start _parent _stop/!", {
    "A _start" => sub {
        spawn("B");
        $_[KERNEL]->yield("go");
    },
    "B _start" => sub { spawn("C") },
    "C _start" => sub { $_[KERNEL]->delay(late => 5) },
    "A _stop" => sub { note("A stops") },
    "B _stop" => sub { note("B stops") },
    "C _stop" => sub {
        note("C stops");
        give("C's last");
    },
    "A go" => sub { $_[KERNEL]->stop() },
};

scenario sender_of_stop => "A: _start go _stop", {
    "A _start" => sub { $_[KERNEL]->yield("go") },
    "A go" => sub { $_[KERNEL]->stop() },
};

scenario stop_from_outside => "A: _start hello _stop", {
    "A _start" => sub { $_[KERNEL]->yield("hello") },
}, sub {
    cast();
    $poe_kernel->stop();
    note("stopped");
    run();
};

scenario run_after_stop => "A: _start go; -B: _start tick _stop", {
    "A _start" => sub { $_[KERNEL]->yield("go") },
    "A go" => sub { $_[KERNEL]->stop() },
    "B _start" => sub { $_[KERNEL]->delay(tick => 0.06) },
}, sub {
    play();
    spawn("B");
    run();
};

scenario post_from_the_stopped => "A: _start go _stop/!", {
    "A _start" => sub { $_[KERNEL]->yield("go") },
    "A go" => sub {
        $_[KERNEL]->stop();
        note("stopped");
    },
    "A _stop" => sub {
        $! = 0;
        result("post", $_[KERNEL]->post($_[SESSION], "go"));
    },
};

scenario outside_is_the_kernel => "A: _start", {}, sub {
    note("current ", who($poe_kernel->get_active_session()));
    cast();
    run();
};

scenario inside_is_the_session => "A: _start tell; B: _start", {
    "A tell" => sub { note("current ", who($_[KERNEL]->get_active_session())) },
    "B _start" => sub {
        $_[KERNEL]->call(sid("A"), "tell");
        note("current ", who($_[KERNEL]->get_active_session()));
    },
};

scenario forked => "A: _start go later _stop", {
    "A _start" => sub { $_[KERNEL]->delay(go => 0.06) },
    "A go" => sub {
        my $pid = fork // die;
        if ($pid == 0) {
            $_[KERNEL]->has_forked();
            note("the child");
        } else {
            waitpid $pid, 0;
            note("the parent");
        }
        $_[KERNEL]->delay(later => 0.06);
    },
};

scenario stopped_in_the_child => "A: _start go later", {
    "A _start" => sub { $_[KERNEL]->yield("go") },
    "A go" => sub {
        $_[KERNEL]->yield("later");
        my $pid = fork // die;
        if ($pid == 0) {
            note("the child");
            $_[KERNEL]->stop();
        } else {
            waitpid $pid, 0;
            note("the parent");
        }
    },
};

scenario posted_before_run => "A: _start hello _stop", {}, sub {
    cast();
    $poe_kernel->post(sid("A"), "hello", $_) for 1 .. 3;
    note("posted");
    run();
};

scenario died_and_run_again => "A: _start _stop; -B: _start tick _stop", {
    "A _start" => sub { die "boom" },
    "B _start" => sub { $_[KERNEL]->delay(tick => 0.06) },
}, sub {
    play();
    spawn("B");
    run();
};

exit main();
