# Server::TCP.  The same as tcp_server.c.
use strict;
use warnings;
use POE;
use Parity;
use Peer;
use Rows;

my @peer;

# Peers wait in the backlog until the server runs.
sub peers { @peer = map { peer_connect(port()) } 1 .. $_[0] }

sub end { $_[KERNEL]->post(server => "shutdown") }

scenario talk => "", {}, sub {
    serve({
        client_input => sub {
            $_[HEAP]{client}->put("you said $_[ARG0]");
            $_[KERNEL]->yield("shutdown") if $_[ARG0] eq "two";
        },
        client_disconnected => sub { peer_hear($peer[0]); &end },
    });
    peers(1);
    peer_say($peer[0], "one\ntwo\n");
    run();
    peer_hear($peer[0]);
};

scenario end_of_input => "", {}, sub {
    serve({ client_disconnected => \&end });
    peers(1);
    peer_say($peer[0], "one\nhalf");
    @peer = ();
    run();
};

scenario shut_down_at_once => "", {}, sub {
    serve({
        client_connected    => sub { $_[KERNEL]->yield("shutdown") },
        client_disconnected => \&end,
    });
    peers(1);
    run();
    peer_hear($peer[0]);
};

scenario shut_down_with_output_pending => "", {}, sub {
    serve({
        client_connected => sub {
            $_[HEAP]{client}->put("x" x 10_000_000);
            $_[KERNEL]->yield("shutdown");
            $_[KERNEL]->delay(look => 0.02);
        },
        look => sub {
            note("pending") if $_[HEAP]{client}->get_driver_out_octets;
            peer_say($peer[0], "heard?\n");
            $_[KERNEL]->yield("drain");
        },
        drain => sub {
            peer_drain($peer[0]);
            $_[KERNEL]->yield("drain") if $_[HEAP]{client};
        },
        client_disconnected => \&end,
    });
    peers(1);
    run();
};

scenario input_behind_a_shutdown => "", {}, sub {
    serve({
        client_input        => sub { $_[KERNEL]->yield("shutdown") if $_[ARG0] eq "one" },
        client_disconnected => \&end,
    });
    peers(1);
    peer_say($peer[0], "one\ntwo\n");
    run();
};

scenario stays_on_error => "", {}, sub {
    serve({
        client_error        => sub { $_[HEAP]{client}->put("goodbye"); },
        client_flushed      => sub { peer_hear($peer[0]); $_[KERNEL]->yield("shutdown") },
        client_disconnected => \&end,
    }, ClientShutdownOnError => 0);
    peers(1);
    shutdown $peer[0], 1;
    run();
};

scenario wheel_freed => "", {}, sub {
    serve({
        client_input => sub { delete $_[HEAP]{client}; &end },
    });
    peers(1);
    peer_say($peer[0], "one\n");
    run();
    peer_hear($peer[0]);
};

scenario two_clients => "", {}, sub {
    serve({
        client_connected => sub { peer_say($peer[0], "first\n") if number($_[SESSION]) == 2 },
        client_input     => sub {
            peer_say($peer[1], "second\n") if $_[ARG0] eq "first";
            $_[KERNEL]->yield("shutdown");
        },
        client_disconnected => sub { &end if number($_[SESSION]) == 2 },
    });
    peers(2);
    run();
};

scenario concurrency => "", {}, sub {
    serve({
        client_connected    => sub { $_[KERNEL]->delay(leave => 0.02) },
        leave               => sub { $_[KERNEL]->yield("shutdown") },
        client_disconnected => sub { &end if number($_[SESSION]) == 3 },
    }, Concurrency => 1);
    peers(3);
    run();
};

scenario concurrency_set => "", {}, sub {
    serve({
        client_connected => sub {
            $_[KERNEL]->delay(more => 0.02) if number($_[SESSION]) == 1;
            peer_say($peer[0], "leave\n") if number($_[SESSION]) == 2;
        },
        more                => sub { $_[KERNEL]->post(server => set_concurrency => 2) },
        client_input        => sub { $_[KERNEL]->yield("shutdown") },
        client_disconnected => sub {
            return &end if number($_[SESSION]) == 2;
            peer_say($peer[1], "leave\n");
        },
    }, Concurrency => 1);
    peers(2);
    run();
};

scenario server_shut_down_first => "", {}, sub {
    serve({
        client_connected => sub { &end; $_[KERNEL]->delay(look => 0.01) },
        look             => sub {
            note("alias: ", $_[KERNEL]->alias_resolve("server") ? "x" : "-");
            peer_say($peer[0], "still here\n");
        },
        client_input => sub { $_[KERNEL]->yield("shutdown") },
    });
    peers(1);
    run();
};

scenario pre_connect => "", {}, sub {
    serve({
        client_pre_connect  => sub { $_[ARG0] },
        client_connected    => sub { $_[KERNEL]->yield("shutdown") },
        client_disconnected => \&end,
    });
    peers(1);
    run();
};

scenario pre_connect_refuses => "", {}, sub {
    serve({ client_pre_connect => sub { &end; 0 } });
    peers(1);
    run();
    peer_hear($peer[0]);
};

scenario arguments => "", {}, sub {
    serve({
        client_connected    => sub { $_[KERNEL]->yield("shutdown") },
        client_disconnected => \&end,
    }, ListenerArgs => [1, "two"], ClientArgs => ["three", 4]);
    peers(1);
    run();
};

scenario port_in_use => "", {}, sub {
    my ($listener, $taken) = peer_listen();
    serve({ error => sub { $_[KERNEL]->yield("shutdown") } }, Port => $taken);
    run();
};

scenario acceptor => "", {}, sub {
    serve({
        acceptor => sub {
            peer_say($_[ARG0], "hello");
            peer_hear($peer[0]);
            $_[KERNEL]->yield("shutdown");
        },
    });
    peers(1);
    run();
};

scenario remote_address => "", {}, sub {
    serve({
        client_connected => sub {
            note("$_[HEAP]{remote_ip} ", $_[HEAP]{remote_port} > 0 ? "x" : "-");
            $_[KERNEL]->yield("shutdown");
        },
        client_disconnected => \&end,
    });
    peers(1);
    run();
};

scenario flushed_and_open => "", {}, sub {
    serve({
        client_connected    => sub { $_[HEAP]{client}->put("one") },
        client_flushed      => sub { peer_hear($peer[0]); @peer = () },
        client_disconnected => \&end,
    });
    peers(1);
    run();
};

scenario own_state => "", {}, sub {
    serve({
        client_input        => sub { $_[KERNEL]->yield(own => $_[ARG0], 7) },
        own                 => sub { $_[KERNEL]->yield("shutdown") },
        client_disconnected => \&end,
    });
    peers(1);
    peer_say($peer[0], "one\n");
    run();
};

main();
