# die, which POE turns into a DIE signal.  The same as exceptions.c.
use strict;
use warnings;
use POE;
use Parity;

my $count = 0;

scenario nobody_handles => "A: _start bad tick _stop; B: _start tick _stop", {
    "A _start" => sub {
        $_[KERNEL]->yield("bad");
        $_[KERNEL]->delay(tick => 5);
    },
    "B _start" => sub { $_[KERNEL]->delay(tick => 5) },
    "A bad" => sub { die "boom" },
};

scenario handled => "A: _start bad die/.x...x tick _stop; B: _start tick", {
    "A _start" => sub {
        $_[KERNEL]->sig(DIE => "die");
        $_[KERNEL]->yield("bad");
        $_[KERNEL]->delay(tick => 0.01);
    },
    "B _start" => sub { $_[KERNEL]->delay(tick => 0.06) },
    "A bad" => sub { die "boom" },
    "A die" => sub { $_[KERNEL]->sig_handled() },
};

scenario watched_but_not_handled => "A: _start bad die/.x...x tick _stop", {
    "A _start" => sub {
        $_[KERNEL]->sig(DIE => "die", "registered");
        $_[KERNEL]->yield("bad", 1);
        $_[KERNEL]->delay(tick => 5);
    },
    "A bad" => sub { die "boom" },
};

sub watch_die { $_[KERNEL]->sig(DIE => "die") }

scenario bubbles => "A: _start die/.x...x _stop; -B: _start die/.x...x _stop; -C: _start bad die/.x...x _stop", {
    "A _start" => sub {
        &watch_die;
        spawn("B");
    },
    "B _start" => sub {
        &watch_die;
        spawn("C");
    },
    "C _start" => sub {
        &watch_die;
        $_[KERNEL]->yield("bad");
    },
    "C bad" => sub { die "boom" },
    "A die" => sub { $_[KERNEL]->sig_handled() },
};

scenario to_children_too => "A: _start bad die/.x...x _stop; -B: _start die/.x...x tick _stop", {
    "A _start" => sub {
        &watch_die;
        spawn("B");
        $_[KERNEL]->yield("bad");
    },
    "B _start" => sub {
        &watch_die;
        $_[KERNEL]->delay(tick => 0.06);
    },
    "A bad" => sub { die "boom" },
    "A die" => sub { $_[KERNEL]->sig_handled() },
};

scenario not_beside => "A: _start bad die/.x...x; B: _start die/.x...x tick _stop", {
    "A _start" => sub {
        &watch_die;
        $_[KERNEL]->yield("bad");
    },
    "B _start" => sub {
        &watch_die;
        $_[KERNEL]->delay(tick => 0.06);
    },
    "A bad" => sub { die "boom" },
    "A die" => sub { $_[KERNEL]->sig_handled() },
};

scenario child_stops_parent_handles => "A: _start _child die/.x...x tick _stop; -B: _start bad _stop", {
    "A _start" => sub {
        &watch_die;
        spawn("B");
        $_[KERNEL]->delay(tick => 0.06);
    },
    "B _start" => sub { $_[KERNEL]->yield("bad") },
    "B bad" => sub { die "boom" },
    "A die" => sub { $_[KERNEL]->sig_handled() },
};

scenario in_start => "A: _start _child die/.x...x _stop; -B: _start tick _stop", {
    "A _start" => sub {
        &watch_die;
        spawn("B");
        note("made");
    },
    "B _start" => sub {
        $_[KERNEL]->yield("tick");
        die "boom";
    },
    "A die" => sub { $_[KERNEL]->sig_handled() },
};

scenario in_stop => "A: _start _child die/.x...x tick _stop; -B: _start _stop", {
    "A _start" => sub {
        &watch_die;
        spawn("B");
        $_[KERNEL]->delay(tick => 0.06);
    },
    "B _stop" => sub { die "boom" },
    "A die" => sub { $_[KERNEL]->sig_handled() },
};

scenario in_the_die_handler => "A: _start bad die/.x...x tick _stop", {
    "A _start" => sub {
        &watch_die;
        $_[KERNEL]->yield("bad");
        $_[KERNEL]->delay(tick => 5);
    },
    "A bad" => sub { die "boom" },
    "A die" => sub { die "worse" if ++$count == 1 },
};

scenario called_by_another => "B: _start bad die/.x...x tick; A: _start", {
    "B _start" => sub {
        &watch_die;
        $_[KERNEL]->delay(tick => 0.06);
    },
    "A _start" => sub {
        my $value = $_[KERNEL]->call(sid("B"), "bad");
        note(defined $value ? "a value" : "no value", ", ", errname($!));
    },
    "B bad" => sub { die "boom" },
    "B die" => sub { $_[KERNEL]->sig_handled() },
};

scenario called_by_itself => "A: _start go bad die/.x...x tick", {
    "A _start" => sub {
        &watch_die;
        $_[KERNEL]->yield("go");
    },
    "A go" => sub {
        $_[KERNEL]->call($_[SESSION], "bad");
        note("after the call");
    },
    "A bad" => sub { die "boom" },
    "A die" => sub { $_[KERNEL]->sig_handled() },
};

scenario the_rest_of_the_handler => "A: _start bad die/.x...x", {
    "A _start" => sub {
        &watch_die;
        $_[KERNEL]->yield("bad");
    },
    "A bad" => sub {
        die "boom";
        note("went on");
    },
    "A die" => sub { $_[KERNEL]->sig_handled() },
};

scenario in_an_alarm => "A: _start due die/.x...x", {
    "A _start" => sub {
        &watch_die;
        $_[KERNEL]->delay(due => 0.06);
    },
    "A due" => sub { die "boom" },
    "A die" => sub { $_[KERNEL]->sig_handled() },
};

scenario in_a_watch => "A: _start ready/fm die/.x...x", {
    "A _start" => sub {
        &watch_die;
        my ($out, $in) = make_pipe();
        syswrite $in, "x";
        $_[HEAP]{in} = $in;
        $_[KERNEL]->select_read($out, "ready");
    },
    "A ready" => sub {
        $_[KERNEL]->select_read($_[ARG0]);
        die "boom";
    },
    "A die" => sub { $_[KERNEL]->sig_handled() },
};

scenario what_is_queued_first => "A: _start bad hello die/.x...x _stop", {
    "A _start" => sub {
        &watch_die;
        $_[KERNEL]->yield("bad");
        $_[KERNEL]->yield("hello", 1);
    },
    "A bad" => sub {
        $_[KERNEL]->yield("hello", 2);
        die "boom";
    },
};

exit main();
