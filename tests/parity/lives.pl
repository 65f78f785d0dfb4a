# What keeps a session alive, and its end.  The same as lives.c.
use strict;
use warnings;
use POE;
use Time::HiRes ();
use Parity;

scenario nothing => "A: _start _stop", {};

scenario queued_event => "A: _start hello _stop; B: _start _stop", {
    "A _start" => sub { $_[KERNEL]->yield("hello") },
};

scenario alias_while_others_work => "A: _start _stop; B: _start tick _stop", {
    "A _start" => sub { $_[KERNEL]->alias_set("a") },
    "B _start" => sub { $_[KERNEL]->delay(tick => 0.06) },
    "B tick" => sub { note("a is ", $_[KERNEL]->alias_resolve("a") ? "there" : "gone") },
};

scenario alias_errors => "A: _start _stop; B: _start _stop", {
    "A _start" => sub {
        note("set: ",   errname($_[KERNEL]->alias_set("a")));
        note("again: ", errname($_[KERNEL]->alias_set("a")));
        note("other: ", errname($_[KERNEL]->alias_set("other")));
    },
    "B _start" => sub {
        note("set: ",     errname($_[KERNEL]->alias_set("a")));
        note("remove: ",  errname($_[KERNEL]->alias_remove("a")));
        note("missing: ", errname($_[KERNEL]->alias_remove("missing")));
        note("resolve: ", who($_[KERNEL]->alias_resolve("other")));
        note("resolve: ", who($_[KERNEL]->alias_resolve("missing")));
    },
};

scenario alias_unknown => "A: _start", {
    "A _start" => sub {
        $! = 0;
        note("resolve: ", who($_[KERNEL]->alias_resolve("missing")), ", ", errname($!));
    },
};

scenario two_aliases => "A: _start one _stop; B: _start tick", {
    "A _start" => sub {
        $_[KERNEL]->alias_set("a1");
        $_[KERNEL]->alias_set("a2");
        $_[KERNEL]->yield("one");
    },
    "B _start" => sub { $_[KERNEL]->delay(tick => 0.06) },
    "A one" => sub { $_[KERNEL]->alias_remove("a1") },
    "B tick" => sub { note("a2 is ", $_[KERNEL]->alias_resolve("a2") ? "there" : "gone") },
};

scenario alias_removed_ends_it => "A: _start done _stop; B: _start tick", {
    "A _start" => sub {
        $_[KERNEL]->alias_set("a");
        $_[KERNEL]->delay(done => 0.01);
    },
    "B _start" => sub { $_[KERNEL]->delay(tick => 0.06) },
    "A done" => sub { $_[KERNEL]->alias_remove("a") },
};

scenario alias_within_stop => "A: _start _stop", {
    "A _start" => sub {
        $_[KERNEL]->alias_set("a");
    },
    "A _stop" => sub { note("resolve: ", who($_[KERNEL]->alias_resolve("a"))) },
};

scenario alias_free_again => "A: _start _stop; B: _start tick _stop", {
    "A _start" => sub {
        $_[KERNEL]->alias_set("name");
        $_[KERNEL]->signal($_[SESSION], "KILL");
    },
    "B _start" => sub { $_[KERNEL]->delay(tick => 0.06) },
    "B tick" => sub { note("set: ", errname($_[KERNEL]->alias_set("name"))) },
};

scenario refcounts => "A: _start _stop; B: _start tick _stop", {
    "A _start" => sub {
        my ($kernel, $id) = ($_[KERNEL], $_[SESSION]->ID);
        note($kernel->refcount_increment($id, "tag"));
        note($kernel->refcount_increment($id, "tag"));
        note($kernel->refcount_increment($id, "other"));
        note($kernel->refcount_decrement($id, "other"));
    },
    "B _start" => sub { $_[KERNEL]->delay(tick => 0.06) },
    "B tick" => sub {
        note($_[KERNEL]->refcount_decrement(sid("A")->ID, "tag"));
        note($_[KERNEL]->refcount_decrement(sid("A")->ID, "tag"));
        note("both gone");
    },
};

scenario refcount_of_nobody => "A: _start", {
    "A _start" => sub {
        $! = 0;
        result("increment", $_[KERNEL]->refcount_increment(999_999, "tag"));
        $! = 0;
        result("decrement", $_[KERNEL]->refcount_decrement(999_999, "tag"));
    },
};

scenario refcount_below_zero => "A: _start", {
    "A _start" => sub {
        my ($kernel, $id) = ($_[KERNEL], $_[SESSION]->ID);
        $! = 0;
        $kernel->refcount_increment($id, "tag");
        $kernel->refcount_decrement($id, "tag");
        my $count = $kernel->refcount_decrement($id, "tag");
        note("decrement: ", $count // errname($!));
    },
};

scenario refcount_keeps_the_program => "A: _start tick _stop", {
    "A _start" => sub {
        $_[KERNEL]->refcount_increment($_[SESSION]->ID, "tag");
        $_[KERNEL]->sig(ALRM => "tick");
        Time::HiRes::ualarm(30_000);
    },
    "A tick" => sub {
        $_[KERNEL]->sig("ALRM");
        $_[KERNEL]->refcount_decrement($_[SESSION]->ID, "tag");
    },
};

scenario call_from_stop => "B: _start hello tick _stop; A: _start _stop", {
    "B _start" => sub { $_[KERNEL]->delay(tick => 0.06) },
    "A _stop" => sub { note("answer ", $_[KERNEL]->call(sid("B"), "hello", "bye")) },
    "B hello" => sub { give(42) },
};

scenario post_from_stop => "B: _start hello tick _stop; A: _start _stop", {
    "B _start" => sub { $_[KERNEL]->delay(tick => 0.06) },
    "A _stop" => sub { $_[KERNEL]->post(sid("B"), "hello", "bye") },
};

scenario yield_and_delay_in_stop => "A: _start hello _stop", {
    "A _stop" => sub {
        $_[KERNEL]->yield("hello");
        $_[KERNEL]->delay(hello => 0.06);
        $_[KERNEL]->alias_set("a");
        $_[KERNEL]->refcount_increment($_[SESSION]->ID, "tag");
    },
};

scenario call_to_the_stopping => "A: _start hello _stop", {
    "A _stop" => sub { note("answer ", $_[KERNEL]->call($_[SESSION], "hello")) },
    "A hello" => sub { give(42) },
};

scenario saved_before_the_sweep => "A: _start drop keep _stop", {
    "A _start" => sub {
        $_[KERNEL]->alias_set("a");
        $_[KERNEL]->yield("drop");
        $_[KERNEL]->yield("keep");
    },
    "A drop" => sub { $_[KERNEL]->alias_remove("a") },
    "A keep" => sub { $_[KERNEL]->delay(keep => 0.06) unless $_[HEAP]{kept}++ },
};

scenario events_of_the_killed => "A: _start hello go _stop; B: _start hello _stop", {
    "A _start" => sub { $_[KERNEL]->signal($_[SESSION], "KILL"); $_[KERNEL]->yield("go") },
    "A go" => sub { note("came") },
    "B _start" => sub {
        $_[KERNEL]->post(sid("A"), "hello", "to the killed");
        $_[KERNEL]->yield("hello");
    },
};

scenario events_from_the_killed => "B: _start hello _stop; A: _start _stop", {
    "A _start" => sub {
        $_[KERNEL]->signal($_[SESSION], "KILL");
        $_[KERNEL]->post(sid("B"), "hello", "from the killed");
    },
};

exit main();
