# The ReadWrite wheel.  The same as readwrite.c.
use strict;
use warnings;
use POE qw(Wheel::ReadWrite Filter::Block Filter::Line Filter::Stream);
use Parity;
use Peer;

my ($ours, $peer, %wheel);

# On one end of a pair, with the usual events; the wheel has the handle from here on.
sub wheel {
    my ($name, $handle, @more) = @_;
    $wheel{$name} = POE::Wheel::ReadWrite->new(
        Handle       => $handle,
        InputEvent   => "input",
        ErrorEvent   => "error",
        FlushedEvent => "flushed",
        AutoFlush    => 1,
        @more,
    );
}

sub start {
    ($ours, $peer) = peer_pair();
    wheel("A", $ours, @_);
    undef $ours;
}

sub drop { undef $wheel{A} }

scenario lines => "A: _start input/.x error/.e.x _stop", {
    "A _start" => sub {
        start();
        peer_say($peer, "one\ntwo\r\n\nthree");
    },
    "A input" => sub { undef $peer if $_[ARG0] eq "two" },
    "A error" => \&drop,
};

scenario end_of_input => "A: _start input/.x error/.e.x _stop", {
    "A _start" => sub { start(); undef $peer },
    "A error"  => \&drop,
};

scenario end_of_input_then_put => "A: _start error/.e.x flushed/x _stop", {
    "A _start" => sub { start(); shutdown $peer, 1 },
    "A error"  => sub { $wheel{A}->put("goodbye") },
    "A flushed" => sub { peer_hear($peer); drop() },
};

scenario put_several => "A: _start flushed/x _stop", {
    "A _start" => sub {
        start();
        $wheel{A}->put("one", "two", "");
    },
    "A flushed" => sub { peer_hear($peer); drop() },
};

scenario closed_when_freed => "A: _start look _stop", {
    "A _start" => sub { start(); drop(); $_[KERNEL]->yield("look") },
    "A look"   => sub { peer_hear($peer) },
};

scenario flushed_each_time => "A: _start flushed/x _stop", {
    "A _start" => sub { start(); $wheel{A}->put("one") },
    "A flushed" => sub {
        peer_hear($peer);
        $wheel{A} && !$_[HEAP]{again}++ ? $wheel{A}->put("two") : drop();
    },
};

scenario flushed_and_posted => "A: _start yielded flushed/x _stop", {
    "A _start" => sub {
        start(AutoFlush => 0);
        $wheel{A}->put("one");
        $_[KERNEL]->yield("yielded");
    },
    "A yielded" => sub { peer_hear($peer) },
    "A flushed" => sub { peer_hear($peer); drop() },
};

# FlushedEvent comes from within put here, and posted there.
scenario flushed_within_put => "A: _start go flushed/x _stop", {
    "A _start" => sub { start(); $_[KERNEL]->yield("go") },
    "A go" => sub {
        $wheel{A}->put("one");
        note("put is back");
    },
    "A flushed" => \&drop,
};

scenario ping_pong => "A: _start input/.x _stop; B: _start input/.x error/.e.x _stop", {
    "A _start" => sub {
        ($ours, $peer) = peer_pair();
        wheel("A", $ours);
        undef $ours;
        $wheel{A}->put(3);
    },
    "B _start" => sub { wheel("B", $peer); undef $peer },
    "A input" => sub { $_[ARG0] > 0 ? $wheel{A}->put($_[ARG0] - 1) : drop() },
    "B input" => sub { $wheel{B}->put($_[ARG0]) },
    "B error" => sub { undef $wheel{B} },
};

scenario wheel_ids_differ => "A: _start", {
    "A _start" => sub {
        start();
        my $first = $wheel{A}->ID;
        start();
        note($wheel{A}->ID != $first ? "differ" : "the same");
        drop();
    },
};

scenario paused => "A: _start input/.x resume _stop", {
    "A _start" => sub {
        start();
        $wheel{A}->pause_input();
        peer_say($peer, "one\n");
        $_[KERNEL]->delay(resume => 0.02);
    },
    "A resume" => sub { $wheel{A}->resume_input() },
    "A input"  => \&drop,
};

scenario paused_between_records => "A: _start input/.x resume _stop", {
    "A _start" => sub { start(); peer_say($peer, "one\ntwo\n") },
    "A input"  => sub {
        return drop() if $_[ARG0] eq "two";
        $wheel{A}->pause_input();
        $_[KERNEL]->delay(resume => 0.02);
    },
    "A resume" => sub { $wheel{A}->resume_input() if $wheel{A} },
};

scenario freed_in_input => "A: _start input/.x error _stop", {
    "A _start" => sub { start(); peer_say($peer, "one\ntwo\n") },
    "A input"  => \&drop,
};

scenario freed_in_error => "A: _start input/.x error/.e.x _stop", {
    "A _start" => sub { start(); peer_say($peer, "one\n"); undef $peer },
    "A error"  => \&drop,
};

scenario freed_in_flushed => "A: _start flushed/x _stop", {
    "A _start"  => sub { start(); $wheel{A}->put("one") },
    "A flushed" => \&drop,
};

scenario shutdown_input => "A: _start input/.x error/.e.x flushed/x look _stop", {
    "A _start" => sub {
        start();
        peer_say($peer, "one\n");
        $wheel{A}->shutdown_input();
        $_[KERNEL]->delay(look => 0.02);
    },
    "A look"    => sub { $wheel{A}->put("still") },
    "A flushed" => sub { peer_hear($peer); drop() },
};

scenario shutdown_output => "A: _start input/.x flushed/x _stop", {
    "A _start" => sub { start(); $wheel{A}->put("one") },
    "A flushed" => sub {
        $wheel{A}->shutdown_output();
        peer_hear($peer);
        peer_hear($peer);
        peer_say($peer, "heard\n");
    },
    "A input" => \&drop,
};

scenario error_after_write => "A: _start error/.e.x _stop", {
    "A _start" => sub {
        start(InputEvent => undef, FlushedEvent => undef, AutoFlush => 0);
        undef $peer;
        $wheel{A}->put("one");
    },
    "A error" => \&drop,
};

main();
