# Postbacks and callbacks.  The same as postbacks.c.
use strict;
use warnings;
use POE;
use Time::HiRes ();
use Parity;

my $postback;

scenario fired => "A: _start back/@@ _stop", {
    "A _start" => sub {
        $postback = $_[SESSION]->postback("back", 1, "two");
        $postback->(3);
        $postback->();
        undef $postback;
    },
};

scenario two_lists => "A: _start back", {
    "A _start" => sub {
        $_[SESSION]->postback("back", 1, "two")->(3);
    },
};

scenario keeps_its_session => "A: _start back/@@ _stop; B: _start tick", {
    "A _start" => sub { $postback = $_[SESSION]->postback("back", 1) },
    "B _start" => sub { $_[KERNEL]->delay(tick => 0.06) },
    "B tick" => sub {
        $postback->(2);
        undef $postback;
    },
};

scenario freed_unfired => "A: _start back/@@ _stop; B: _start tick", {
    "A _start" => sub { $postback = $_[SESSION]->postback("back") },
    "B _start" => sub { $_[KERNEL]->delay(tick => 0.06) },
    "B tick" => sub {
        undef $postback;
        note("freed");
    },
};

scenario weak => "A: _start back/@@ _stop; B: _start tick", {
    "A _start" => sub {
        $postback = $_[SESSION]->postback("back");
        $postback->weaken;
    },
    "B _start" => sub { $_[KERNEL]->delay(tick => 0.06) },
    "B tick" => sub {
        $postback->(1);
        note("fired");
    },
};

scenario fired_from_outside => "A: _start back/@@ _stop", {
    "A _start" => sub { $postback = $_[SESSION]->postback("back", "made") },
}, sub {
    cast();
    $postback->("fired");
    undef $postback;
    run();
};

scenario fired_by_itself => "A: _start go back/@@ _stop", {
    "A _start" => sub {
        $postback = $_[SESSION]->postback("back");
        $_[KERNEL]->yield("go");
    },
    "A go" => sub {
        $postback->("one");
        $postback->("two");
        undef $postback;
        note("freed");
    },
};

scenario freed_before_it_comes => "A: _start back/@@ later _stop", {
    "A _start" => sub {
        $_[SESSION]->postback("back", "made")->("fired");
        $_[KERNEL]->yield("later");
    },
};

scenario called => "A: _start back/@@ _stop; B: _start", {
    "A _start" => sub {
        $postback = $_[SESSION]->callback("back", "made");
    },
    "A back" => sub { give("answer") },
    "B _start" => sub {
        note($postback->("called"));
        undef $postback;
    },
};

scenario keeps_the_program => "A: _start back/@@ idle; B: _start alarm", {
    "A _start" => sub {
        $_[KERNEL]->sig(IDLE => "idle");
        $postback = $_[SESSION]->postback("back");
    },
    "B _start" => sub {
        $_[KERNEL]->alias_set("b");
        $_[KERNEL]->sig(ALRM => "alarm");
        Time::HiRes::ualarm(30_000);
    },
    "B alarm" => sub {
        $_[KERNEL]->sig("ALRM");
        undef $postback;
    },
};

scenario two_of_them => "A: _start one/@@ two/@@ _stop; B: _start", {
    "A _start" => sub {
        $_[HEAP]{one} = $_[SESSION]->postback("one");
        $postback = $_[SESSION]->postback("two");
        $_[HEAP]{one}->(1);
        delete $_[HEAP]{one};
    },
    "B _start" => sub {
        $postback->(2);
        undef $postback;
    },
};

exit main();
