# Parents and children.  The same as families.c.
use strict;
use warnings;
use POE;
use Parity;

scenario birth => "A: _start _child _stop; -B: _start _parent _stop", {
    "A _start" => sub {
        spawn("B", 1, "two");
        note("made");
    },
    "B _start" => sub { give("from start") },
    "B _stop" => sub { give("from stop") },
};

scenario top => "A: _start _stop", {
    "A _start" => sub { note("parent ", who($_[SENDER])) },
};

scenario three_generations => "A: _start _child _stop; -B: _start _child _stop; -C: _start _stop", {
    "A _start" => sub { spawn("B") },
    "B _start" => sub {
        spawn("C");
        give("B's");
    },
    "C _start" => sub { give("C's") },
};

scenario child_keeps_its_parent => "A: _start _child _stop; -B: _start tick _stop", {
    "A _start" => sub { spawn("B") },
    "B _start" => sub { $_[KERNEL]->delay(tick => 0.06) },
};

scenario stop_in_reverse => "A: _start _stop; B: _start _stop; C: _start _stop", {};

scenario children_in_reverse => "A: _start _child _stop; -B: _start _stop; -C: _start _stop; -D: _start _stop", {
    "A _start" => sub { spawn($_) for qw(B C D) },
};

scenario detach_myself => "A: _start _child tick _stop; -B: _start go _parent _stop", {
    "A _start" => sub {
        spawn("B");
        $_[KERNEL]->delay(tick => 0.06);
    },
    "B _start" => sub { $_[KERNEL]->yield("go") },
    "B go" => sub {
        $! = 0;
        result("detach", $_[KERNEL]->detach_myself() ? 1 : undef);
        $! = 0;
        result("again", $_[KERNEL]->detach_myself() ? 1 : undef);
    },
};

scenario detach_in_start => "A: _start _child tick _stop; -B: _start _parent _stop", {
    "A _start" => sub {
        spawn("B");
        $_[KERNEL]->delay(tick => 0.06);
    },
    "B _start" => sub {
        result("detach", $_[KERNEL]->detach_myself() ? 1 : undef);
        give("from start");
    },
};

scenario detach_child => "A: _start _child tick _stop; -B: _start tick _parent _stop", {
    "A _start" => sub {
        my $kernel = $_[KERNEL];
        spawn("B");
        result("detach", $kernel->detach_child(sid("B")) ? 1 : undef);
        $! = 0;
        result("again", $kernel->detach_child(sid("B")) ? 1 : undef);
        $! = 0;
        result("nobody", $kernel->detach_child("nobody") ? 1 : undef);
        $kernel->delay(tick => 0.06);
    },
    "B _start" => sub { $_[KERNEL]->delay(tick => 0.01) },
};

scenario detach_grandchild => "A: _start _child; -B: _start _child; -C: _start _parent", {
    "A _start" => sub {
        spawn("B");
        $! = 0;
        result("detach", $_[KERNEL]->detach_child(sid("C")) ? 1 : undef);
    },
    "B _start" => sub { spawn("C") },
};

scenario detach_with_children => "A: _start _child tick _stop; -B: _start go _child _parent _stop; -C: _start _parent tick _stop", {
    "A _start" => sub {
        spawn("B");
        $_[KERNEL]->delay(tick => 0.01);
    },
    "B _start" => sub {
        spawn("C");
        $_[KERNEL]->yield("go");
    },
    "C _start" => sub { $_[KERNEL]->delay(tick => 0.06) },
    "B go" => sub { $_[KERNEL]->detach_myself() },
};

scenario parent_of_a_call => "A: _start _child _stop; B: _start make _child _stop; -C: _start _stop", {
    "A _start" => sub { $_[KERNEL]->yield("go") },
    "B _start" => sub {
        $_[KERNEL]->call($_[SESSION], "make");
        $_[KERNEL]->delay(later => 0.06);
    },
    "B make" => sub { spawn("C") },
};

scenario made_in_another => "A: _start _child make _stop; B: _start _child _stop; -C: _start _stop", {
    "B _start" => sub { $_[KERNEL]->call(sid("A"), "make") },
    "A make" => sub { spawn("C") },
};

scenario without_start => "A: _start _child _default/.@ _stop; -B: hello", {
    "A _start" => sub { note(defined spawn("B") ? "made" : "not made") },
};

scenario a_tree_is_killed => "A: _start _child _stop; -B: _start _child _parent _stop; -C: _start _parent _stop", {
    "A _start" => sub {
        spawn("B");
        $_[KERNEL]->delay(late => 5);
        $_[KERNEL]->signal($_[SESSION], "KILL");
    },
    "B _start" => sub { spawn("C") },
    "C _start" => sub { $_[KERNEL]->delay(late => 5) },
};

scenario last_child_takes_its_parent => "A: _start _child _stop; -B: _start _child _stop; -C: _start tick _stop; D: _start tick", {
    "A _start" => sub { spawn("B") },
    "B _start" => sub { spawn("C") },
    "C _start" => sub { $_[KERNEL]->delay(tick => 0.01) },
    "D _start" => sub { $_[KERNEL]->delay(tick => 0.1) },
};

scenario child_unhandled => "A: _start _default/.@ _stop; -B: _start _stop", {
    "A _start" => sub { spawn("B") },
};

exit main();
