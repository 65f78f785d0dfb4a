# Client::TCP.  The same as tcp_client.c.
use strict;
use warnings;
use POE;
use Parity;
use Peer;
use Rows;

my ($listener, $port, $peer, $count);

sub listens { ($listener, $port) = peer_listen() }

sub start { listens(); connects($port, @_); run() }

# The other end, once connected.
sub meet { $peer = peer_accept($listener) }

sub leave { $_[KERNEL]->yield("shutdown") }

scenario talk => "", {}, sub {
    start({
        connected    => sub { meet(); peer_say($peer, "hello\nhow are you\n") },
        server_input => sub {
            $_[HEAP]{server}->put("you said $_[ARG0]");
            &leave if $_[ARG0] =~ /how/;
        },
    });
    peer_hear($peer);
    peer_hear($peer);
};

scenario end_of_input => "", {}, sub {
    start({ connected => sub { peer_say(peer_accept($listener), "one\nhalf") } });
};

scenario refused => "", {}, sub {
    listens();
    close $listener;
    connects($port, {});
    run();
};

scenario shut_down_at_once => "", {}, sub {
    start({ connected => sub { meet(); &leave } });
    peer_hear($peer);
};

scenario shut_down_before_it_is_connected => "", {}, sub { start({ started => \&leave }) };

scenario shut_down_with_output_pending => "", {}, sub {
    start({
        connected => sub {
            meet();
            $_[HEAP]{server}->put("x" x 10_000_000);
            &leave;
            $_[KERNEL]->delay(look => 0.02);
        },
        look => sub {
            note("pending") if $_[HEAP]{server}->get_driver_out_octets;
            peer_say($peer, "heard?\n");
            $_[KERNEL]->yield("drain");
        },
        drain => sub {
            peer_drain($peer);
            $_[KERNEL]->yield("drain") if $_[HEAP]{server};
        },
    });
};

scenario input_behind_a_shutdown => "", {}, sub {
    start({
        connected    => sub { meet(); peer_say($peer, "one\ntwo\n") },
        server_input => sub { &leave if $_[ARG0] eq "one" },
    });
};

scenario stays_on_error => "", {}, sub {
    start({
        connected      => sub { meet(); shutdown $peer, 1; $_[HEAP]{shutdown_on_error} = 0 },
        server_error   => sub { $_[HEAP]{server}->put("goodbye") },
        server_flushed => sub { peer_hear($peer); &leave },
    });
};

scenario reconnects_when_disconnected => "", {}, sub {
    start({
        connected    => sub { undef $peer if meet() },
        disconnected => sub { $_[KERNEL]->yield("reconnect") if ++$count < 2 },
    });
};

scenario connects_elsewhere_after_an_error => "", {}, sub {
    listens();
    my $there = $port;
    my ($nobody, $first) = peer_listen();
    close $nobody;
    connects($first, {
        connect_error => sub { $_[KERNEL]->yield(connect => "127.0.0.1", $there) },
        connected     => \&leave,
    });
    run();
};

scenario connects_elsewhere_while_connected => "", {}, sub {
    start({
        connected => sub {
            return &leave if $count++;
            meet();
            $_[KERNEL]->yield(connect => undef, $port);
        },
    });
    peer_hear($peer);
};

scenario connect_takes_too_long => "", {}, sub {
    listens();
    listen($listener, 0);
    my @others = map { peer_begins_to_connect($port) } 1 .. 4;
    connects($port, {}, ConnectTimeout => 1);
    run();
};

scenario pre_connect => "", {}, sub {
    start({ pre_connect => sub { $_[ARG0] }, connected => \&leave });
};

scenario pre_connect_refuses => "", {}, sub {
    start({ pre_connect => sub { meet(); 0 } });
    peer_hear($peer);
};

scenario arguments_and_own_states => "", {}, sub {
    listens();
    connects($port, {
        started   => sub { $_[KERNEL]->yield(own => $_[ARG1]) },
        own       => undef,
        connected => \&leave,
    }, Args => [1, "two"]);
    run();
};

scenario alias => "", {}, sub {
    my $look = sub { note("alias: ", $_[KERNEL]->alias_resolve("client") ? "x" : "-") };
    start({
        started      => sub { &$look },
        connected    => sub { &$look; &leave },
        disconnected => sub { &$look; $_[KERNEL]->delay(later => 0.01) },
        later        => sub { &$look; $_[KERNEL]->yield("reconnect") unless $count++ },
    });
};

scenario wheel_freed => "", {}, sub {
    start({ connected => sub { meet(); delete $_[HEAP]{server} } });
    peer_hear($peer);
};

scenario flushed_and_open => "", {}, sub {
    start({
        connected      => sub { meet(); $_[HEAP]{server}->put("one") },
        server_flushed => sub { peer_hear($peer); undef $peer },
    });
};

main();
