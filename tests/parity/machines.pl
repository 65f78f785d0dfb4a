# NFA: sessions whose states' handlers change.  The same as machines.c.
use strict;
use warnings;
use POE;
use Parity;

# How an exception reads is not compared, only that it is one.
sub ends_by_an_exception {
    cast();
    note(eval { POE::Kernel->run; 1 } ? "run ended" : "run died");
}

scenario first_state => "A: _start; -M: first.enter first.tick", {
    "A _start" => sub {
        machine("M", {}, "first", "enter", 1, "two");
        note("made");
        $_[KERNEL]->post(sid("M"), "tick", 3);
    },
};

scenario without_an_event => "A: _start; -M: first.tick", {
    "A _start" => sub {
        machine("M", {}, "first");
        $_[KERNEL]->post(sid("M"), "tick");
    },
};

scenario goes => "A: _start; -M: first.enter first.leave first.tick second.enter second.tick", {
    "A _start" => sub { machine("M", {}, "first", "enter") },
    "M first.enter" => sub {
        my ($machine, $kernel) = @_[SESSION, KERNEL];
        $kernel->yield("tick", "before");
        $machine->goto_state("second", "enter", 7);
        $kernel->yield("tick", "after");
        note("asked");
    },
};

scenario goes_at_once => "A: _start; -M: first.enter first.leave second.enter", {
    "A _start" => sub { machine("M", { immediate => 1 }, "first", "enter") },
    "M first.enter" => sub {
        $_[SESSION]->goto_state("second", "enter", 7);
        note("gone");
    },
};

scenario goes_to_where_it_is => "A: _start; -M: first.enter first.leave first.again", {
    "A _start" => sub { machine("M", {}, "first", "enter") },
    "M first.enter" => sub { $_[SESSION]->goto_state("first", "again") },
};

scenario calls_and_returns => "A: _start; -M: first.enter first.leave first.back other.enter other.leave", {
    "A _start" => sub { machine("M", {}, "first", "enter") },
    "M first.enter" => sub { $_[SESSION]->call_state("back", "other", "enter", "hello") },
    "M other.enter" => sub { $_[SESSION]->return_state("bye", 1) },
};

scenario calls_deeper => "A: _start; -M: a.enter a.back b.enter b.back c.enter", {
    "A _start" => sub { machine("M", {}, "a", "enter") },
    "M a.enter" => sub { $_[SESSION]->call_state("back", "b", "enter") },
    "M b.enter" => sub { $_[SESSION]->call_state("back", "c", "enter") },
    "M c.enter" => sub { $_[SESSION]->return_state("from c") },
    "M b.back" => sub { $_[SESSION]->return_state("from b") },
};

scenario returns_without_a_call => "A: _start; -M: first.enter", {
    "A _start" => sub { machine("M", {}, "first", "enter") },
    "M first.enter" => sub { $_[SESSION]->return_state(1) },
}, \&ends_by_an_exception;

scenario no_such_event => "A: _start; -M: first.enter second.tick", {
    "A _start" => sub {
        machine("M", {}, "first", "enter");
        $_[KERNEL]->post(sid("M"), "tick");
    },
}, \&ends_by_an_exception;

scenario no_such_state => "A: _start; -M: first.enter first.tick", {
    "A _start" => sub { machine("M", {}, "first", "enter") },
    "M first.enter" => sub {
        $_[SESSION]->goto_state("missing");
        note("asked");
    },
}, \&ends_by_an_exception;

scenario default_of_a_state => "A: _start; -M: first.enter first._default/.@", {
    "A _start" => sub {
        machine("M", {}, "first", "enter");
        $_[KERNEL]->post(sid("M"), "tick", 1, 2);
    },
};

scenario stops_itself => "A: _start _child; -M: first.enter first.tick", {
    "A _start" => sub { machine("M", {}, "first", "enter") },
    "M first.enter" => sub {
        $_[KERNEL]->yield("tick", "before");
        $_[SESSION]->stop();
        $_[KERNEL]->yield("tick", "after");
        $_[KERNEL]->delay(tick => 5);
    },
};

scenario added_in_every_state => "A: _start; -M: first.enter second.enter", {
    "A _start" => sub { machine("M", {}, "first", "enter") },
    "M first.enter" => sub {
        $_[KERNEL]->state(extra => enter("M", "extra"));
        $_[KERNEL]->yield("extra", 1);
        $_[SESSION]->goto_state("second", "enter");
    },
    "M second.enter" => sub { $_[KERNEL]->yield("extra", 2) },
};

scenario alarms_of_a_machine => "A: _start; -M: first.enter first.due second.due", {
    "A _start" => sub { machine("M", {}, "first", "enter") },
    "M first.enter" => sub {
        $_[KERNEL]->delay(due => 0.06);
        $_[SESSION]->goto_state("second");
    },
};

exit main();
