# What can be changed in a ReadWrite wheel: filters, events, marks.  The same as readwrite_settings.c.
use strict;
use warnings;
use POE qw(Wheel::ReadWrite Filter::Block Filter::Line Filter::Stream);
use Parity;
use Peer;

my ($ours, $peer, $wheel);

sub start {
    ($ours, $peer) = peer_pair();
    $wheel = POE::Wheel::ReadWrite->new(
        Handle     => $ours,
        InputEvent => "input",
        ErrorEvent => "error",
        @_,
    );
    undef $ours;
}

sub drop { undef $wheel }

scenario filter_switched => "A: _start input/.x error/.e.x _stop", {
    "A _start" => sub { start(); peer_say($peer, "blocks\n") },
    "A input"  => sub {
        if ($_[ARG0] eq "blocks") {
            $wheel->set_filter(POE::Filter::Block->new(BlockSize => 4));
            peer_say($peer, "abcdefgh");
        }
        drop() if $_[ARG0] eq "efgh";
    },
};

scenario filter_switched_with_pending => "A: _start input/.x _stop", {
    "A _start" => sub { start(); peer_say($peer, "blocks\nabcdlines") },
    "A input"  => sub {
        $wheel->set_filter(POE::Filter::Block->new(BlockSize => 4)) if $_[ARG0] eq "blocks";
        if ($_[ARG0] eq "abcd") {
            $wheel->set_filter(POE::Filter::Line->new());
            peer_say($peer, " again\n");
        }
        drop() if $_[ARG0] =~ /again/;
    },
};

# What is pending is delivered within set_filter here, and after it there.
scenario filter_switched_within_input => "A: _start input/.x _stop", {
    "A _start" => sub { start(); peer_say($peer, "blocks\nabcdefgh") },
    "A input"  => sub {
        if ($_[ARG0] eq "blocks") {
            $wheel->set_filter(POE::Filter::Block->new(BlockSize => 4));
            note("switched");
        }
        drop() if $_[ARG0] eq "efgh";
    },
};

scenario filter_switched_while_none_is_pending => "A: _start go input/.x _stop", {
    "A _start" => sub { start(); $_[KERNEL]->yield("go") },
    "A go"     => sub {
        $wheel->set_input_filter(POE::Filter::Stream->new());
        peer_say($peer, "half a line");
    },
    "A input" => \&drop,
};

scenario filters_of_each_way => "A: _start input/.x _stop", {
    "A _start" => sub {
        start(
            AutoFlush    => 1,
            InputFilter  => POE::Filter::Line->new(InputLiteral => "!"),
            OutputFilter => POE::Filter::Block->new(),
        );
        $wheel->put("one", "");
        peer_say($peer, "hello!");
    },
    "A input" => sub { peer_hear($peer); drop() },
};

scenario output_filter_switched => "A: _start flushed/x _stop", {
    "A _start" => sub {
        start(FlushedEvent => "flushed", InputEvent => undef);
        $wheel->put("one");
        $wheel->set_output_filter(POE::Filter::Line->new(Literal => "!"));
        $wheel->put("two");
    },
    "A flushed" => sub { peer_hear($peer); drop() },
};

scenario event_changed => "A: _start input/.x other/.x _stop", {
    "A _start" => sub { start(); peer_say($peer, "one\n") },
    "A input"  => sub {
        $wheel->event(InputEvent => "other");
        peer_say($peer, "two\n");
    },
    "A other" => \&drop,
};

scenario event_turned_off => "A: _start input/.x look _stop", {
    "A _start" => sub {
        start();
        $wheel->event(InputEvent => undef);
        peer_say($peer, "one\n");
        $_[KERNEL]->delay(look => 0.02);
    },
    "A look"  => sub { $wheel->event(InputEvent => "input") },
    "A input" => \&drop,
};

scenario put_tells_of_the_mark => "A: _start flushed/x _stop", {
    "A _start" => sub {
        start(HighMark => 90_000_000, LowMark => 1, LowEvent => "low", FlushedEvent => "flushed");
        note("put ", $wheel->put("one") ? 1 : 0);
        note("put ", $wheel->put("x" x 100_000_000) ? 1 : 0);
        undef $wheel;
    },
};

sub fill {
    start(HighMark => 1_000_000, LowMark => 400_000, HighEvent => "high", LowEvent => "low",
        FlushedEvent => "flushed", InputEvent => undef);
    note("put ", $wheel->put("x" x 1_499_998) ? 1 : 0);
}

scenario marks => "A: _start high/x low/x flushed/x read/! _stop", {
    "A _start"  => sub { fill(); $_[KERNEL]->delay(read => 0.02) },
    "A read"    => sub {
        peer_drain($peer);
        $_[KERNEL]->yield("read") if $wheel;
    },
    "A flushed" => \&drop,
};

# The output is not read, so all of it is lost with the wheel.
scenario freed_while_output_is_pending => "A: _start flushed/x _stop", {
    "A _start" => sub { fill(); drop() },
};

scenario error_without_its_event => "A: _start input/.x look _stop", {
    "A _start" => sub {
        start(ErrorEvent => undef);
        undef $peer;
        $_[KERNEL]->delay(look => 0.02);
    },
    "A look" => \&drop,
};

scenario written_after_the_peer_has_gone => "A: _start error/.e.x look _stop", {
    "A _start" => sub {
        start(AutoFlush => 1, InputEvent => undef);
        undef $peer;
        $wheel->put("one");
        $_[KERNEL]->delay(look => 0.02);
    },
    "A look" => \&drop,
};

scenario filter_refuses => "A: _start input/.x error/.e.x _stop", {
    "A _start" => sub {
        start(Filter => POE::Filter::Line->new(MaxLength => 4));
        peer_say($peer, "fits\ndoes not\n");
    },
    "A error" => \&drop,
};

main();
