# Signals.  The same as signals.c.
use strict;
use warnings;
use POE;
use Parity;

my $count = 0;

scenario of_the_system => "A: _start usr1 _stop", {
    "A _start" => sub {
        $_[KERNEL]->sig(USR1 => "usr1");
        $_[KERNEL]->alias_set("a");
        $_[KERNEL]->refcount_increment($_[SESSION]->ID, "tag");
        kill USR1 => $$;
    },
    "A usr1" => sub {
        $_[KERNEL]->refcount_decrement($_[SESSION]->ID, "tag");
        $_[KERNEL]->sig("USR1");
    },
};

scenario of_our_own => "A: _start mine _stop", {
    "A _start" => sub {
        $_[KERNEL]->sig(MINE => "mine", "registered", 1);
        result("signal", $_[KERNEL]->signal($_[SESSION], "MINE", "sent", 2));
    },
};

scenario watched_again => "A: _start one two", {
    "A _start" => sub {
        $_[KERNEL]->sig(MINE => "one", 1);
        $_[KERNEL]->sig(MINE => "two", 2);
        $_[KERNEL]->signal($_[SESSION], "MINE");
    },
};

scenario not_watched_any_more => "A: _start mine tick", {
    "A _start" => sub {
        $_[KERNEL]->sig(MINE => "mine");
        $_[KERNEL]->sig("MINE");
        $_[KERNEL]->signal($_[SESSION], "MINE");
        $_[KERNEL]->yield("tick");
    },
};

scenario does_not_keep => "A: _start mine _stop; B: _start tick", {
    "A _start" => sub { $_[KERNEL]->sig(MINE => "mine") },
    "B _start" => sub { $_[KERNEL]->delay(tick => 0.06) },
};

scenario to_nobody => "A: _start", {
    "A _start" => sub {
        $! = 0;
        result("signal", $_[KERNEL]->signal("nobody", "MINE"));
    },
};

sub watch_mine { $_[KERNEL]->sig(MINE => "mine") }

scenario deepest_first => "A: _start mine go; -B: _start mine; -C: _start mine", {
    "A _start" => sub {
        &watch_mine;
        spawn("B");
        $_[KERNEL]->yield("go");
    },
    "B _start" => sub {
        &watch_mine;
        spawn("C");
    },
    "C _start" => \&watch_mine,
    "A go" => sub { $_[KERNEL]->signal($_[SESSION], "MINE") },
};

scenario not_above_nor_beside => "A: _start mine; -B: _start mine; -C: _start mine", {
    "A _start" => sub {
        &watch_mine;
        spawn("B");
        spawn("C");
        $_[KERNEL]->signal(sid("B"), "MINE");
    },
    "B _start" => \&watch_mine,
    "C _start" => \&watch_mine,
};

scenario to_the_kernel => "A: _start mine; -B: _start mine", {
    "A _start" => sub {
        &watch_mine;
        spawn("B");
        $_[KERNEL]->signal($_[KERNEL], "MINE", 1);
    },
    "B _start" => \&watch_mine,
};

scenario terminal => "A: _start _stop _child; -B: _start _stop", {
    "A _start" => sub {
        spawn("B");
        $_[KERNEL]->delay(late => 5);
        $_[KERNEL]->signal($_[SESSION], "TERM");
    },
    "B _start" => sub { $_[KERNEL]->delay(late => 5) },
};

scenario terminal_of_the_system => "A: _start int tick _stop", {
    "A _start" => sub {
        $_[KERNEL]->sig(INT => "int");
        $_[KERNEL]->delay(tick => 5);
        kill INT => $$;
    },
};

scenario handled => "A: _start term tick _stop; -B: _start term tick _stop", {
    "A _start" => sub {
        spawn("B");
        $_[KERNEL]->sig(TERM => "term");
        $_[KERNEL]->delay(tick => 0.06);
        $_[KERNEL]->signal($_[SESSION], "TERM");
    },
    "B _start" => sub {
        $_[KERNEL]->sig(TERM => "term");
        $_[KERNEL]->delay(tick => 0.01);
    },
    "B term" => sub { $_[KERNEL]->sig_handled() },
};

scenario watched_but_not_handled => "A: _start term tick _stop", {
    "A _start" => sub {
        $_[KERNEL]->sig(TERM => "term");
        $_[KERNEL]->delay(tick => 5);
        $_[KERNEL]->signal($_[SESSION], "TERM");
    },
    "A term" => sub { give(1) },
};

scenario non_maskable => "A: _start destroy tick _stop", {
    "A _start" => sub {
        $_[KERNEL]->sig(UIDESTROY => "destroy");
        $_[KERNEL]->delay(tick => 5);
        $_[KERNEL]->signal($_[SESSION], "UIDESTROY");
    },
    "A destroy" => sub { $_[KERNEL]->sig_handled() },
};

scenario benign => "A: _start tick _stop", {
    "A _start" => sub {
        $_[KERNEL]->delay(tick => 0.06);
        $_[KERNEL]->signal($_[SESSION], $_) for qw(MINE CHLD PIPE USR1 WINCH);
    },
};

scenario idle => "A: _start _stop", {
    "A _start" => sub { $_[KERNEL]->alias_set("a") },
};

scenario idle_watched => "A: _start idle _stop", {
    "A _start" => sub {
        $_[KERNEL]->alias_set("a");
        $_[KERNEL]->sig(IDLE => "idle");
    },
};

scenario zombie => "A: _start idle zombie _stop", {
    "A _start" => sub {
        $_[KERNEL]->alias_set("a");
        $_[KERNEL]->sig(IDLE => "idle");
        $_[KERNEL]->sig(ZOMBIE => "zombie");
    },
    "A idle" => sub { $_[KERNEL]->sig_handled() },
    "A zombie" => sub { $_[KERNEL]->sig_handled() },
};

scenario work_at_idle => "A: _start idle tick zombie _stop", {
    "A _start" => sub {
        $_[KERNEL]->alias_set("a");
        $_[KERNEL]->sig(IDLE => "idle");
    },
    "A idle" => sub {
        return if $count++;
        $_[KERNEL]->sig_handled();
        $_[KERNEL]->delay(tick => 0.06);
    },
};

scenario idle_saved_by_another => "A: _start idle later _stop; B: _start go _stop", {
    "A _start" => sub {
        $_[KERNEL]->alias_set("a");
        $_[KERNEL]->sig(IDLE => "idle");
    },
    "B _start" => sub { $_[KERNEL]->alias_set("b") },
    "A idle" => sub {
        return if $count++;
        $_[KERNEL]->sig_handled();
        $_[KERNEL]->yield("later");
    },
    "A later" => sub {
        $_[KERNEL]->alias_remove("a");
        $_[KERNEL]->call("b", "go");
    },
    "B go" => sub { $_[KERNEL]->alias_remove("b") },
};

scenario within_a_signal => "A: _start mine yours", {
    "A _start" => sub {
        $_[KERNEL]->sig(MINE => "mine");
        $_[KERNEL]->sig(YOURS => "yours");
        $_[KERNEL]->signal($_[SESSION], "MINE");
    },
    "A mine" => sub {
        $_[KERNEL]->signal($_[SESSION], "YOURS", "from mine");
        note("sent");
    },
};

scenario in_turn_with_posts => "A: _start mine hello", {
    "A _start" => sub {
        $_[KERNEL]->sig(MINE => "mine");
        $_[KERNEL]->yield("hello", 1);
        $_[KERNEL]->signal($_[SESSION], "MINE");
        $_[KERNEL]->yield("hello", 2);
    },
};

scenario cleared_before_it_comes => "A: _start mine hello", {
    "A _start" => sub {
        $_[KERNEL]->sig(MINE => "mine");
        $_[KERNEL]->yield("hello");
        $_[KERNEL]->signal($_[SESSION], "MINE");
    },
    "A hello" => sub { $_[KERNEL]->sig("MINE") },
};

exit main();
