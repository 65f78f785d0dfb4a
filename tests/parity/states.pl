# Handlers: _default, states added and removed, what they return.  The same as states.c.
use strict;
use warnings;
use POE;
use Parity;

scenario added => "A: _start", {
    "A _start" => sub {
        $_[KERNEL]->state(hello => enter("A", "hello"));
        $_[KERNEL]->yield("hello", 1);
    },
};

scenario removed => "A: _start hello later", {
    "A _start" => sub {
        $_[KERNEL]->yield("hello");
        $_[KERNEL]->state("hello");
        $_[KERNEL]->yield("later");
    },
};

scenario removed_while_it_runs => "A: _start hello later", {
    "A _start" => sub { $_[KERNEL]->yield("hello", $_) for 1, 2 },
    "A hello" => sub {
        $_[KERNEL]->state("hello");
        note("still here");
        $_[KERNEL]->yield("later");
    },
};

scenario removed_then_default => "A: _start hello _default/.@", {
    "A _start" => sub {
        $_[KERNEL]->state("hello");
        $_[KERNEL]->yield("hello", 1);
    },
};

scenario default_added => "A: _start", {
    "A _start" => sub {
        $_[KERNEL]->state(_default => enter("A", "_default"));
        $_[KERNEL]->yield("hello");
    },
};

package Thing;
sub new { return bless {} }
sub hello {
    my $object = shift;
    package main;
    unshift @_, $object;
    note("hello, ", ref $_[OBJECT]);
}
package main;

scenario object_state => "A: _start", {
    "A _start" => sub {
        $_[KERNEL]->state(hello => Thing->new);
        $_[KERNEL]->yield("hello");
    },
};

scenario default_catches => "A: _start _default/.@; -B: _start _stop", {
    "A _start" => sub {
        $_[KERNEL]->sig(MINE => "mine");
        $_[KERNEL]->yield("hello", 1, "two");
        $_[KERNEL]->delay(late => 0.01, "due");
        $_[KERNEL]->signal($_[SESSION], "MINE", "sent");
        spawn("B");
    },
};

scenario default_catches_stop => "A: _start _default/.@", {
    "A _start" => sub { $_[KERNEL]->yield("hello") },
};

scenario default_catches_parent => "A: _start _child; -B: _start _default/.@", {
    "A _start" => sub {
        spawn("B");
        $_[KERNEL]->detach_child(sid("B"));
    },
};

scenario default_arguments => "A: _start _default", {
    "A _start" => sub { $_[KERNEL]->yield("hello", 1, "two") },
};

scenario default_answers => "A: _start _child _default/.@; B: _start ask", {
    "A _default" => sub { give("default's") },
    "B _start" => sub { note($_[KERNEL]->call(sid("A"), "question", 1)) },
};

scenario stop_by_default_answers => "A: _start _child; -B: _start _default/.@", {
    "A _start" => sub { spawn("B") },
    "B _default" => sub { give("default's") },
};

scenario name_of_the_state => "A: _start hello _default/.@", {
    "A _start" => sub { $_[KERNEL]->yield($_) for "hello", "other" },
    "A hello" => sub { note($_[STATE]) },
    "A _default" => sub { note($_[STATE]) if $_[ARG0] eq "other" },
};

scenario return_values => "A: _start number text nothing", {
    "A _start" => sub {
        my ($kernel, $session) = @_[KERNEL, SESSION];
        for my $event (qw(number text nothing)) {
            my $value = $kernel->call($session, $event);
            note($value // "none");
        }
    },
    "A number" => sub { give(7) },
    "A text" => sub { give("seven") },
};

scenario return_of_a_post_is_lost => "A: _start hello; B: _start", {
    "A hello" => sub { give("nobody hears") },
    "B _start" => sub { $_[KERNEL]->post(sid("A"), "hello") },
};

scenario state_of_the_called => "A: _start extend; B: _start", {
    "A extend" => sub {
        $_[KERNEL]->state(extra => enter("A", "extra"));
        $_[KERNEL]->yield("extra");
    },
    "B _start" => sub {
        $_[KERNEL]->call(sid("A"), "extend");
        $_[KERNEL]->yield("extra");
    },
};

scenario heap => "A: _start look; B: _start look", {
    "A _start" => sub { $_[HEAP]{mine} = "A's"; $_[KERNEL]->yield("look") },
    "B _start" => sub { $_[HEAP]{mine} = "B's"; $_[KERNEL]->yield("look") },
    "A look" => sub { note($_[SESSION]->get_heap()->{mine}) },
    "B look" => sub { note($_[HEAP]{mine}) },
};

exit main();
