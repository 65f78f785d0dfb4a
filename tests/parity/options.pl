# What sessions and the kernel can be asked.  The same as options.c.
use strict;
use warnings;
use POE;
use Parity;

sub on { return $_[0] ? "on" : "off" }

scenario returns_what_it_was => "A: _start", {
    "A _start" => sub {
        my $session = $_[SESSION];
        for my $name (qw(default trace debug)) {
            note("$name ", on(scalar $session->option($name)));
            note("$name ", on(scalar $session->option($name => 1)));
            note("$name ", on(scalar $session->option($name)));
            note("$name ", on(scalar $session->option($name => 0)));
            note("$name ", on(scalar $session->option($name)));
        }
    },
};

# The reports go to standard error, which is not compared.
scenario change_nothing_else => "A: _start hello _stop; -B: _start _stop", {
    "A _start" => sub {
        $_[SESSION]->option(trace => 1, default => 1, debug => 1);
        $_[KERNEL]->state(hello => enter("A", "hello"));
        $_[KERNEL]->yield("hello", 1);
        $_[KERNEL]->yield("nowhere");
        spawn("B");
    },
};

scenario alias_list => "A: _start; B: _start", {
    "A _start" => sub {
        $_[KERNEL]->alias_set($_) for qw(two one three);
        note(join " ", $_[KERNEL]->alias_list());
        $_[KERNEL]->alias_remove("three");
        note(join " ", $_[KERNEL]->alias_list($_[SESSION]));
    },
    "B _start" => sub {
        note(scalar(my @none = $_[KERNEL]->alias_list()));
        note(join " ", $_[KERNEL]->alias_list("one"));
    },
};

scenario alias_list_of_nobody => "A: _start", {
    "A _start" => sub {
        $! = 0;
        my @names = $_[KERNEL]->alias_list("nobody");
        note(scalar @names, " ", errname($!));
    },
};

scenario aliases_of_the_stopping => "A: _start _stop", {
    "A _start" => sub { $_[KERNEL]->alias_set("a") },
    "A _stop" => sub { note(join " ", $_[KERNEL]->alias_list()) },
};

scenario parent_of_a_session => "A: _start; -B: _start", {
    "A _start" => sub { spawn("B") },
    "B _start" => sub { note("parent ", who($_[KERNEL]->ID_id_to_session($_[SENDER]->ID))) },
};

scenario id_of_the_dead => "A: _start later; B: _start", {
    "A _start" => sub { $_[KERNEL]->delay(later => 0.06) },
    "A later" => sub {
        $! = 0;
        my $session = $_[KERNEL]->ID_id_to_session(sid("B")->ID);
        note(defined $session ? "there" : "gone", ", ", errname($!));
    },
};

scenario ids_are_never_used_again => "A: _start later; -B: _start", {
    "A _start" => sub {
        spawn("B");
        $_[HEAP]{before} = sid("B")->ID;
        $_[KERNEL]->delay(later => 0.06);
    },
    "A later" => sub {
        spawn("B");
        note(sid("B")->ID == $_[HEAP]{before} ? "the same" : "another");
    },
};

scenario event_count => "A: _start go hello", {
    "A _start" => sub { $_[KERNEL]->delay(go => 0.06) },
    "A go" => sub {
        my $before = $_[KERNEL]->get_event_count();
        $_[KERNEL]->yield("hello", $_) for 1 .. 3;
        note($_[KERNEL]->get_event_count() - $before, " more");
    },
};

exit main();
