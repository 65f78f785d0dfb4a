# The SocketFactory wheel.  The same as socketfactory.c.
use strict;
use warnings;
use POE qw(Wheel::SocketFactory);
use Parity;
use Peer;
use Socket;

my ($factory, $listener, $peer, $port);
my $path = "/tmp/libpoe-parity.$$";

sub factory {
    $factory = POE::Wheel::SocketFactory->new(SuccessEvent => "success", FailureEvent => "failure", @_);
}

sub listens { factory(BindAddress => "127.0.0.1", BindPort => 0, Reuse => 1, @_) }

sub connects { factory(RemoteAddress => "127.0.0.1", RemotePort => $port, @_) }

sub drop { undef $factory }

# The socket and the wheel's id are printed by the cast's letters.
sub note_peer {
    note("address ", inet_ntoa($_[ARG1]), $_[ARG2] == $port ? ", that port" : ", some port");
}

sub bound_port { (unpack_sockaddr_in($factory->getsockname))[0] }

scenario connects => "A: _start success/.~xx failure/.e.x _stop", {
    "A _start" => sub {
        ($listener, $port) = peer_listen();
        connects();
    },
    "A success" => sub {
        &note_peer;
        peer_say($_[ARG0], "hello");
        peer_hear(peer_accept($listener));
        drop();
    },
};

scenario wheel_kept_after_connecting => "A: _start success/.~xx failure/.e.x _stop", {
    "A _start" => sub {
        ($listener, $port) = peer_listen();
        connects();
    },
};

scenario id_is_the_wheels => "A: _start success/.~xx _stop", {
    "A _start" => sub {
        ($listener, $port) = peer_listen();
        connects();
    },
    "A success" => sub { note($_[ARG3] == $factory->ID ? "the wheel's" : "another") },
};

scenario socket_not_taken => "A: _start success/! look _stop", {
    "A _start" => sub {
        ($listener, $port) = peer_listen();
        connects();
    },
    "A success" => sub {
        $peer = peer_accept($listener);
        drop();
        $_[KERNEL]->yield("look");
    },
    "A look" => sub { peer_hear($peer) },
};

scenario refused => "A: _start success/.~xx failure/.e.x _stop", {
    "A _start" => sub {
        ($listener, $port) = peer_listen();
        undef $listener;
        connects();
    },
    "A failure" => \&drop,
};

scenario wheel_kept_after_a_failure => "A: _start failure/.e.x _stop", {
    "A _start" => sub {
        ($listener, $port) = peer_listen();
        undef $listener;
        connects();
    },
};

scenario name => "A: _start success/.~xx failure/.e.x _stop", {
    "A _start" => sub {
        ($listener, $port) = peer_listen();
        connects(RemoteAddress => "localhost");
    },
    "A success" => \&note_peer,
};

scenario bound_and_connected => "A: _start success/.~xx failure/.e.x _stop", {
    "A _start" => sub {
        ($listener, $port) = peer_listen();
        connects(BindAddress => "127.0.0.2");
    },
    "A success" => sub {
        my ($from, $address) = unpack_sockaddr_in(getsockname $_[ARG0]);
        note("from ", inet_ntoa($address));
    },
};

scenario accepts => "A: _start success/.~xx failure/.e.x _stop", {
    "A _start" => sub {
        listens();
        $port = bound_port();
        note("port ", $port > 0 ? "x" : "-");
        $peer = peer_connect($port);
    },
    "A success" => sub {
        &note_peer;
        peer_say($peer, "hello");
        peer_hear($_[ARG0]);
        drop();
    },
};

scenario accepts_several => "A: _start success/.~xx failure/.e.x _stop", {
    "A _start" => sub {
        listens();
        $_[HEAP]{peers} = [map { peer_connect(bound_port()) } 1 .. 3];
    },
    "A success" => sub { drop() if ++$_[HEAP]{count} == 3 },
};

scenario freed_while_some_wait => "A: _start success/.~xx look _stop", {
    "A _start" => sub {
        listens();
        $_[HEAP]{peers} = [map { peer_connect(bound_port()) } 1 .. 3];
    },
    "A success" => sub { drop(); $_[KERNEL]->delay(look => 0.01) },
};

scenario accept_paused => "A: _start success/.~xx resume _stop", {
    "A _start" => sub {
        listens();
        $factory->pause_accept();
        $peer = peer_connect(bound_port());
        $_[KERNEL]->delay(resume => 0.02);
    },
    "A resume"  => sub { $factory->resume_accept() },
    "A success" => \&drop,
};

scenario accept_paused_within_success => "A: _start success/.~xx resume _stop", {
    "A _start" => sub {
        listens();
        $_[HEAP]{peers} = [map { peer_connect(bound_port()) } 1 .. 2];
    },
    "A success" => sub {
        return drop() if $_[HEAP]{count}++;
        $factory->pause_accept();
        $_[KERNEL]->delay(resume => 0.02);
    },
    "A resume" => sub { $factory->resume_accept() },
};

scenario port_in_use => "A: _start success/.~xx failure/.e.x _stop", {
    "A _start" => sub {
        ($listener, $port) = peer_listen();
        listens(BindPort => $port);
        note("made");
    },
    "A failure" => \&drop,
};

scenario address_of_nobody_here => "A: _start success/.~xx failure/.e.x _stop", {
    "A _start" => sub { listens(BindAddress => "203.0.113.1") },
};

scenario failure_is_behind_what_was_posted => "A: _start yielded failure/.e.x _stop", {
    "A _start" => sub {
        $_[KERNEL]->yield("yielded", 1);
        listens(BindAddress => "203.0.113.1");
        $_[KERNEL]->yield("yielded", 2);
    },
};

scenario unix => "A: _start connected success/.~~x failure/.e.x _stop; B: _start success/.~~x failure/.e.x _stop", {
    "A _start" => sub {
        factory(SocketDomain => PF_UNIX, BindAddress => $path);
        $factory->pause_accept();
        $listener = $factory;
    },
    "B _start"  => sub { factory(SocketDomain => PF_UNIX, RemoteAddress => $path) },
    "B success" => sub {
        $peer = $_[ARG0];
        drop();
        $_[KERNEL]->post(sid("A"), "connected");
    },
    "A connected" => sub { $listener->resume_accept() },
    "A success"   => sub {
        peer_say($_[ARG0], "hello");
        peer_hear($peer);
        undef $listener;
    },
}, sub { play(); unlink $path };

scenario unix_nobody_there => "A: _start success/.~xx failure/.e.x _stop", {
    "A _start" => sub { factory(SocketDomain => PF_UNIX, RemoteAddress => $path) },
};

scenario unix_in_use => "A: _start success/.~xx failure/.e.x _stop", {
    "A _start" => sub {
        factory(SocketDomain => PF_UNIX, BindAddress => $path);
        $listener = $factory;
        factory(SocketDomain => PF_UNIX, BindAddress => $path);
    },
    "A failure" => sub { drop(); undef $listener },
}, sub { play(); unlink $path };

scenario datagrams => "A: _start success/.~~x failure/.e.x _stop", {
    "A _start" => sub {
        factory(SocketProtocol => "udp", BindAddress => "127.0.0.1", BindPort => 0);
        note("made");
    },
    "A success" => sub {
        my ($bound) = unpack_sockaddr_in(getsockname $_[ARG0]);
        note("port ", $bound > 0 ? "x" : "-");
        drop();
    },
};

scenario datagrams_to_one => "A: _start success/.~xx failure/.e.x _stop", {
    "A _start" => sub {
        ($listener, $port) = peer_listen();
        connects(SocketProtocol => "udp");
    },
    "A success" => sub { &note_peer; drop() },
};

scenario freed_before_it_connects => "A: _start success/.~xx failure/.e.x _stop", {
    "A _start" => sub {
        ($listener, $port) = peer_listen();
        connects();
        drop();
    },
};

main();
